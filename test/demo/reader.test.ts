import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../examples/demo/app.ts';
import { openWs, statusOf } from '../support/ws-client.ts';

describe('the slow reader of the demo', () => {
  let demo: Demo;

  beforeAll(async () => {
    demo = await startDemo(0);
  });
  afterAll(() => demo.close());

  test('tells how many bytes it has read, and the rate can be changed', async () => {
    const reader = await openWs(`${demo.url}/reader?of=/rows&as=x`);
    reader.ws.send('1000000');
    await reader.received(2);
    reader.ws.send('0');
    reader.ws.send('100000000');
    const bytes = (await reader.received(6)).map(Number);
    expect(bytes).toEqual([...bytes].sort((one, other) => one - other));
    expect(bytes.at(-1)).toBeGreaterThan(1_000);
    reader.ws.close();
    expect(await reader.closed).toMatchObject({ code: 1005 });
  });

  test('leaves what it reads when it is left', async () => {
    const watcher = await openWs(`${demo.url}/pressure/left`);
    const reader = await openWs(`${demo.url}/reader?of=/prices&as=left`);
    await watcher.received(1);
    reader.ws.terminate();
    expect(await watcher.closed).toMatchObject({ code: 1000 });
  });

  test('ends when what it reads ends', async () => {
    const other = await startDemo(0);
    const reader = await openWs(`${other.url}/reader?of=/prices&as=x`);
    reader.ws.send('10000000');
    await reader.received(2);
    await other.close();
    expect(await reader.closed).toMatchObject({ code: 1001 });
  });

  test('reads from the handlers of this part only, never from itself', async () => {
    for (const source of ['/reader', '/echo', '//elsewhere.example', '', '/rows/../secret']) {
      expect([source, await statusOf(`${demo.url}/reader?of=${encodeURIComponent(source)}`)]).toEqual([source, 404]);
    }
  });

  test('takes a rate only', async () => {
    const reader = await openWs(`${demo.url}/reader?of=/rows`);
    reader.ws.send('-1');
    expect(await reader.closed).toMatchObject({ code: 1008 });
  });
});
