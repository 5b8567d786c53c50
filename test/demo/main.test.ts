import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openWs, statusOf } from '../support/ws-client.ts';

/** A demo that runs in a process of its own, as `npm start` runs it. */
interface Running {
  readonly process: ChildProcess;
  /** The lines it has printed so far, on both outputs. */
  readonly lines: string[];
  readonly exited: Promise<number | null>;
}

function start(env: NodeJS.ProcessEnv): Running {
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/demo/main.ts'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => lines.push(...text.split('\n').filter(Boolean)));
  }
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return { process: child, lines, exited };
}

/** Waits for the line with the URL. */
async function urlOf({ process: child, lines }: Running): Promise<string> {
  while (lines.length === 0) await once(child.stdout ?? child, 'data');
  return lines[0]?.match(/http:\/\/\S+$/)?.[0] ?? '';
}

describe('the demo in a process of its own', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`prints one line with its URL, and on ${signal} closes its channels with 1001 and exits with 0`, async () => {
      const demo = start({ PORT: '0' });
      const url = await urlOf(demo);
      const peer = await openWs(`${url}/echo`);
      peer.ws.send('a');
      await peer.received(1);
      demo.process.kill(signal);
      expect(await peer.closed).toEqual({ code: 1001, reason: '' });
      expect(await demo.exited).toBe(0);
      expect(demo.lines).toEqual([`The sluice demo is at ${url}`]);
    });
  }

  test('exits at once on a second signal', async () => {
    const demo = start({ PORT: '0' });
    const peer = await openWs(`${await urlOf(demo)}/echo`);
    // A peer that does not read does not see the Close, and so does not answer it.
    peer.ws.pause();
    onTestFinished(() => peer.ws.terminate());
    demo.process.kill('SIGTERM');
    await expect.poll(() => statusOrRefused(demo)).toBe('refused');
    demo.process.kill('SIGTERM');
    expect(await demo.exited).toBe(1);
  });

  test('says in one line that its port is taken, and exits with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const demo = start({ PORT: String(port) });
    expect(await demo.exited).toBe(1);
    expect(demo.lines).toEqual([`Port ${port} is taken. Choose another one: PORT=9001 npm start`]);
  });

  test('says in one line that PORT is no port number, and exits with 1', async () => {
    const demo = start({ PORT: '99999' });
    expect(await demo.exited).toBe(1);
    expect(demo.lines).toEqual(["PORT is '99999', which is no port number."]);
  });
});

/** Whether the demo still takes connections. */
async function statusOrRefused(demo: Running): Promise<number | 'refused'> {
  return statusOf(`${await urlOf(demo)}/echo`).catch(() => 'refused' as const);
}
