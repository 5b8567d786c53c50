import { url as debuggerUrl } from 'node:inspector';
import { isMainThread, Worker } from 'node:worker_threads';

/** How long the thread may be busy without a pause, in ms. */
const patience = 5_000;
const every = 100;

/** In the memory that both threads see: how often the main thread was idle, and whether it is watched. */
const [beats, watched] = [0, 1];

const watcher = `
const { writeSync } = require('node:fs');
const { Session } = require('node:inspector');
const { workerData: shared } = require('node:worker_threads');
let last = -1;
let same = 0;
const watching = setInterval(() => {
  const beat = Atomics.load(shared, ${beats});
  same = beat === last && Atomics.load(shared, ${watched}) === 1 ? same + 1 : 0;
  last = beat;
  if (same < ${patience / every}) return;
  clearInterval(watching);
  const session = new Session();
  session.connectToMainThread();
  let steps = 0;
  const urls = new Map();
  session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => urls.set(scriptId, url));
  session.on('Debugger.paused', ({ params: { callFrames } }) => {
    const frames = callFrames
      .map(({ functionName, location }) => ({ ...location, functionName, url: urls.get(location.scriptId) ?? '' }))
      .filter(({ url }) => !url.startsWith('node:'));
    // Between two microtasks nobody's code is running; it is a step away.
    if (frames.length > 0 || ++steps > 50) end(frames);
    else session.post('Debugger.stepInto');
  });
  session.post('Debugger.enable');
  session.post('Debugger.pause');
  setTimeout(end, 1_000, []);
}, ${every});
function end(frames) {
  const places = frames.map(({ functionName, url, lineNumber, columnNumber }) =>
    '    at ' + (functionName || '<anonymous>') + ' (' + url + ':' + (lineNumber + 1) + ':' + (columnNumber + 1) + ')');
  const what = 'A marble test keeps the thread busy and never lets go, as for (;;) await null does. It was ended here:';
  writeSync(2, [what, ...places, ''].join('\\n'));
  process.kill(process.pid, 'SIGKILL');
}
`;

/**
 * Ends the process where a loop never lets go of the thread, such as `for (;;) await null`, and says where: no timer of
 * the same thread could, and JavaScript cannot be stopped from outside without harm. Watches the main thread of a process,
 * without a debugger.
 */
export class Breaker {
  readonly #shared = new Int32Array(new SharedArrayBuffer(8));

  #isStarted = false;

  /** Starts the thread that watches, once. */
  start(): void {
    if (this.#isStarted || !isMainThread || debuggerUrl() !== undefined) return;
    this.#isStarted = true;
    new Worker(watcher, { eval: true, execArgv: [], workerData: this.#shared }).unref();
  }

  watch(): void {
    Atomics.store(this.#shared, watched, 1);
  }

  /** The thread is not stuck. */
  beat(): void {
    Atomics.add(this.#shared, beats, 1);
  }

  rest(): void {
    Atomics.store(this.#shared, watched, 0);
  }
}
