import { ignoreElements, NEVER, tap } from 'rxjs';
import { route } from 'sluice';
import { mapAsync, pacedConcatMap, toAsyncIterable } from 'sluice/operators';
import { expect, test } from 'vitest';
import { closeFrame, frame, op, RawClient } from '../support/raw-client.ts';
import { listening } from '../support/server.ts';
import { openWs } from '../support/ws-client.ts';

const texts = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Work that begins at once and ends when it is allowed to. */
function gate(): { passed: Promise<void>; open: () => void } {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

/** Reads the next text, and skips control frames. */
async function nextText(client: RawClient): Promise<string | undefined> {
  for (;;) {
    const next = await client.frame();
    if (next === undefined || next.opcode === op.close) return undefined;
    if (next.opcode === op.text) return next.payload.toString();
  }
}

test('nothing is lost or reordered over many pauses, with fragments and Pings in between', async () => {
  const work = async (text: unknown): Promise<unknown> => {
    await turn();
    return text;
  };
  const { port, events, record } = await listening([route('/', ({ in$ }) => in$.pipe(mapAsync(work)) as typeof in$)], {
    highWater: 3,
    lowWater: 1,
  });
  const client = await RawClient.open(port, '/');
  const sent = texts(600);
  for (const text of sent) {
    client.write(
      frame(op.text, text, { fin: false }),
      frame(op.ping, text),
      frame(op.continuation, '', { fin: false }),
      frame(op.continuation, '!'),
    );
    if (Number(text) % 50 === 0) await turn();
  }
  const got: string[] = [];
  let pongs = 0;
  while (got.length < sent.length) {
    const next = await client.frame();
    if (next?.opcode === op.pong) pongs++;
    else got.push(next?.payload.toString() ?? 'the end');
  }
  expect(got).toEqual(sent.map((text) => `${text}!`));
  expect(pongs).toBe(sent.length);
  const pauses = events.filter(({ type }) => type === 'paused').length;
  expect(pauses).toBeGreaterThan(1);
  expect(events.filter(({ type }) => type === 'resumed')).toHaveLength(pauses);
  expect(events.filter(({ type }) => type === 'dropped')).toEqual([]);
  client.write(closeFrame(1000));
  expect(await record()).toEqual({ code: 1000, reason: '', clean: true, by: 'peer' });
});

test('memory stands still while a peer floods: highWater in work, and what one or two reads brought waiting', async () => {
  const most = { inWork: 0, waiting: 0 };
  const { url, record } = await listening([
    route('/', ({ in$, pressure$ }) => {
      pressure$.subscribe(({ inWork, waiting }) => {
        most.inWork = Math.max(most.inWork, inWork);
        most.waiting = Math.max(most.waiting, waiting);
      });
      return in$.pipe(
        pacedConcatMap(async (text) => {
          await turn();
          return text.slice(0, 4);
        }),
      );
    }),
  ]);
  const { ws, messages, received } = await openWs(url('/'));
  const kibibyte = 'x'.repeat(1_019);
  for (let i = 10_000; i < 15_000; i++) ws.send(`${i}${kibibyte}`);
  await received(5_000);
  expect(messages).toEqual(Array.from({ length: 5_000 }, (_, i) => String(10_000 + i).slice(0, 4)));
  expect(most.inWork).toBe(64);
  expect(most.waiting).toBeGreaterThan(0);
  expect(most.waiting).toBeLessThan(150);
  ws.close();
  expect(await record()).toMatchObject({ by: 'peer', clean: true });
});

test('a busy handler for which nothing waits still sees Ping and Close at once', async () => {
  const { port, record, events } = await listening([route('/', ({ in$ }) => in$.pipe(pacedConcatMap(() => NEVER)))], {
    highWater: 1,
    lowWater: 0,
  });
  const client = await RawClient.open(port, '/');
  client.send(op.text, 'never done');
  client.send(op.ping, 'there?');
  expect(await client.frame()).toMatchObject({ opcode: op.pong, payload: Buffer.from('there?') });
  client.write(closeFrame(4000, 'bye'));
  expect(await client.close()).toEqual({ code: 4000, reason: 'bye' });
  expect(await record()).toEqual({ code: 4000, reason: 'bye', clean: true, by: 'peer' });
  expect(events.filter(({ type }) => type === 'paused')).toEqual([]);
});

test('a peer that closes while it is not read is heard to the end', async () => {
  const { passed, open } = gate();
  const done: string[] = [];
  const { port, record, event, events } = await listening(
    [
      route('/', ({ in$ }) =>
        in$.pipe(
          pacedConcatMap((text) => passed.then(() => text)),
          tap((text) => done.push(text)),
        ),
      ),
    ],
    { highWater: 2, lowWater: 1, linger: 5_000 },
  );
  const client = await RawClient.open(port, '/');
  const sent = texts(200).map((text) => text.padStart(1_000));
  for (const text of sent) client.send(op.text, text);
  client.write(closeFrame(4001, 'done'));
  await event('paused');
  expect(done).toEqual([]);
  open();
  expect(await client.close()).toEqual({ code: 4001, reason: 'done' });
  expect(await record()).toEqual({ code: 4001, reason: 'done', clean: true, by: 'peer' });
  expect(done).toEqual(sent);
  expect(events.filter((one) => one.type === 'dropped' && one.direction === 'in')).toEqual([]);
});

test('a peer that vanishes while it is not read is heard to the end, and then gone', async () => {
  const { passed, open } = gate();
  const done: string[] = [];
  const { port, record, event } = await listening(
    [
      route('/', async ({ in$ }) => {
        for await (const text of toAsyncIterable(in$)) {
          await passed;
          done.push(text);
        }
      }),
    ],
    { highWater: 2, lowWater: 1, linger: 5_000 },
  );
  const client = await RawClient.open(port, '/');
  const sent = texts(200).map((text) => text.padStart(1_000));
  for (const text of sent) client.send(op.text, text);
  await event('paused');
  await new Promise<void>((resolve) => client.socket.end(resolve));
  client.socket.destroy();
  open();
  expect(await record()).toMatchObject({ code: 1006, clean: false, by: 'transport' });
  expect(done).toEqual(sent);
});

test('the heartbeat never cuts off a peer because we do not read it', async () => {
  const { passed, open } = gate();
  const { port, url, event, records } = await listening(
    [
      route('/', ({ in$ }) => in$.pipe(pacedConcatMap((text) => passed.then(() => text)))),
      route('/idle', ({ in$ }) => in$.pipe(ignoreElements())),
    ],
    { highWater: 2, lowWater: 1, heartbeat: { every: 20, timeout: 200 } },
  );
  const { ws, received } = await openWs(url('/'));
  const idle = await RawClient.open(port, '/idle');
  // Once it has been asked, and then while it cannot be heard.
  await new Promise((resolve) => ws.once('ping', resolve));
  for (const text of texts(10)) ws.send(text);
  await event('paused');
  // Long enough for several deadlines: an idle peer is asked anew after each.
  for (let beats = 0; beats < 4; beats++) {
    expect((await idle.frame())?.opcode).toBe(op.ping);
    idle.send(op.pong);
  }
  expect(records).toEqual([]);
  open();
  expect(await received(10)).toEqual(texts(10));
  expect(records).toEqual([]);
});

test('an app that closes waits for what is in work, and sends it', async () => {
  const { passed, open } = gate();
  const { app, port, event, record } = await listening(
    [route('/', ({ in$ }) => in$.pipe(pacedConcatMap((text) => passed.then(() => text))))],
    { highWater: 2, lowWater: 1, linger: 5_000 },
  );
  const client = await RawClient.open(port, '/');
  client.write(...texts(4).map((text) => frame(op.text, text)));
  await event('paused');
  const closed = app.close({ grace: 5_000 });
  open();
  for (const text of texts(4)) expect(await nextText(client)).toBe(text);
  expect(await client.close()).toMatchObject({ code: 1001 });
  client.write(closeFrame(1001));
  await closed;
  expect(await record()).toMatchObject({ code: 1001, clean: true, by: 'server' });
});
