import { type Demo, startDemo } from './app.ts';

const { PORT = '9000', HOST } = process.env;
const grace = 5_000;

/** Says in one line why the demo cannot start. */
function giveUp(problem: string): never {
  console.error(problem);
  process.exit(1);
}

/** The first signal lets the channels end, a second one does not wait for them. */
function stopOnSignals(demo: Demo): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    demo.close({ grace }).then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

const problems: Record<string, string> = {
  EADDRINUSE: `Port ${PORT} is taken. Choose another one: PORT=9001 npm start`,
  EACCES: `Port ${PORT} is not allowed. Choose another one: PORT=9001 npm start`,
};

if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65_535) giveUp(`PORT is '${PORT}', which is no port number.`);
try {
  const demo = await startDemo(Number(PORT), HOST);
  stopOnSignals(demo);
  console.log(`The sluice demo is at ${demo.url}`);
} catch (error) {
  const { code = '', message } = error as NodeJS.ErrnoException;
  giveUp(problems[code] ?? `The demo cannot start. ${message}`);
}
