import { NEVER, of, startWith, tap, throwError } from 'rxjs';
import { route } from 'sluice';
import { expect, test } from 'vitest';
import { closeFrame, frame, op, RawClient } from '../support/raw-client.ts';
import { listening } from '../support/server.ts';
import { openWs } from '../support/ws-client.ts';

const echo = route('/echo', ({ in$ }) => in$);
const silent = route('/silent', () => NEVER);

test('an empty Close is answered with an empty Close, and 1005 is told but never sent', async () => {
  const { port, record } = await listening([echo]);
  const client = await RawClient.open(port, '/echo');
  client.write(closeFrame());
  expect(await client.frames()).toEqual([{ opcode: op.close, fin: true, rsv: 0, payload: Buffer.alloc(0) }]);
  expect(await record()).toEqual({ code: 1005, reason: '', clean: true, by: 'peer' });
});

test('messages before a Close in the same chunk are delivered, frames behind it are not read', async () => {
  const seen: string[] = [];
  const { port, record } = await listening([
    route('/', ({ in$ }) => {
      in$.subscribe((text) => seen.push(text));
    }),
  ]);
  const client = await RawClient.open(port, '/');
  client.write(frame(op.text, 'a'), frame(op.text, 'b'), closeFrame(1000), frame(op.text, 'late'), frame(op.ping));
  expect(await client.frames()).toMatchObject([{ opcode: op.close }]);
  await record();
  expect(seen).toEqual(['a', 'b']);
});

test('a handler that completes closes although its peer floods', async () => {
  const { port, record } = await listening([route('/', () => of('enough'))]);
  const client = await RawClient.open(port, '/');
  const flood = setInterval(() => client.send(op.text, 'x'.repeat(1_000)), 1);
  expect((await client.frame())?.payload.toString()).toBe('enough');
  expect(await client.close()).toEqual({ code: 1000, reason: '' });
  clearInterval(flood);
  client.write(closeFrame(1000));
  expect(await record()).toMatchObject({ code: 1000, clean: true, by: 'handler' });
});

test('a large queue reaches a slow reader whole, though that takes longer than closeTimeout', async () => {
  const messages = Array.from({ length: 96 }, (_, index) => String(index).padEnd(100_000, '.'));
  const { port, record } = await listening(
    [
      route('/', ({ out }) => {
        for (const message of messages) out.next(message);
        out.complete();
      }),
    ],
    { outCeiling: 100_000_000, closeTimeout: 400 },
  );
  const client = await RawClient.open(port, '/');
  client.deaf();
  // Longer than closeTimeout, before the peer takes anything.
  await new Promise((resolve) => setTimeout(resolve, 600));
  client.socket.resume();
  const texts: string[] = [];
  for (let next = await client.frame(); next?.opcode === op.text; next = await client.frame()) {
    texts.push(next.payload.toString());
  }
  client.write(closeFrame(1000));
  expect(texts).toEqual(messages);
  expect(await record()).toEqual({ code: 1000, reason: '', clean: true, by: 'handler' });
});

test('an error closes with 1011 and shows the peer nothing of its text', async () => {
  const secret = new Error('password=hunter2');
  const { port, record, errors } = await listening([route('/', () => throwError(() => secret))]);
  const client = await RawClient.open(port, '/');
  expect(await client.close()).toEqual({ code: 1011, reason: '' });
  client.write(closeFrame(1011));
  expect(await record()).toEqual({ code: 1011, reason: '', clean: true, by: 'handler', cause: secret });
  expect(errors).toMatchObject([{ error: secret, route: '/' }]);
});

test('channel.close sends its code and a reason cut to 123 bytes at a character', async () => {
  const { port, record } = await listening([route('/long', (channel) => channel.close(4002, '€'.repeat(50)))]);
  const client = await RawClient.open(port, '/long');
  expect(await client.close()).toEqual({ code: 4002, reason: '€'.repeat(41) });
  client.write(closeFrame(4002));
  expect(await record()).toMatchObject({ code: 4002, by: 'handler', clean: true });
});

test('closing twice sends one Close', async () => {
  const { port, record } = await listening([
    route('/', (channel) => {
      channel.close(4003, 'first');
      channel.close(4004, 'second');
      channel.out.complete();
    }),
  ]);
  const client = await RawClient.open(port, '/');
  expect(await client.close()).toEqual({ code: 4003, reason: 'first' });
  client.write(closeFrame(4003));
  expect(await client.frames()).toEqual([]);
  expect(await record()).toMatchObject({ code: 4003, reason: 'first', clean: true });
});

test('a stream may close its channel while it emits', async () => {
  const { port, record } = await listening([
    route('/', (channel) => of('a', 'b').pipe(tap((text) => text === 'b' && channel.close(4005)))),
  ]);
  const client = await RawClient.open(port, '/');
  expect((await client.frame())?.payload.toString()).toBe('a');
  expect(await client.close()).toEqual({ code: 4005, reason: '' });
  client.write(closeFrame(4005));
  expect(await record()).toMatchObject({ code: 4005, by: 'handler', clean: true });
});

test('what is pushed into out after the end is told as dropped, and is no error', async () => {
  let push = (): void => {};
  const { url, record, events, errors } = await listening([
    route('/', ({ out }) => {
      push = () => out.next('too late');
    }),
  ]);
  (await openWs(url('/'))).ws.close();
  await record();
  push();
  await Promise.resolve();
  expect(events.at(-1)).toMatchObject({ type: 'dropped', direction: 'out', reason: 'late', messages: 1 });
  expect(errors).toEqual([]);
});

test('a peer that does not answer our Close is cut off after closeTimeout, and the code is kept', async () => {
  const { port, record } = await listening([route('/', () => of('x'))], { closeTimeout: 50 });
  const client = await RawClient.open(port, '/');
  expect(await client.close()).toEqual({ code: 1000, reason: '' });
  const start = performance.now();
  await client.ended;
  expect(performance.now() - start).toBeGreaterThan(30);
  expect(await record()).toEqual({ code: 1000, reason: '', clean: false, by: 'handler' });
});

test('Pings and messages of the peer do not extend closeTimeout', async () => {
  const { port, record } = await listening([route('/', () => of('x'))], { closeTimeout: 60 });
  const client = await RawClient.open(port, '/');
  await client.close();
  const start = performance.now();
  const traffic = setInterval(() => client.write(frame(op.ping, 'still here'), frame(op.text, 'x')), 5);
  await client.ended;
  clearInterval(traffic);
  expect(performance.now() - start).toBeLessThan(1_000);
  expect(await record()).toEqual({ code: 1000, reason: '', clean: false, by: 'handler' });
});

test('no Ping goes out after our Close', async () => {
  const { port, record } = await listening([route('/', () => of('x'))], {
    closeTimeout: 80,
    heartbeat: { every: 10, timeout: 40 },
  });
  const client = await RawClient.open(port, '/');
  await client.close();
  expect(await client.frames()).toEqual([]);
  expect(await record()).toMatchObject({ code: 1000, clean: false, by: 'handler' });
});

test('an answer to our Close that breaks the protocol gets no second Close', async () => {
  const { port, record } = await listening([route('/', () => of('x'))]);
  const client = await RawClient.open(port, '/');
  await client.close();
  client.write(closeFrame(1005));
  expect(await client.frames()).toEqual([]);
  expect(await record()).toMatchObject({ code: 1000, by: 'handler' });
});

test('a reset is 1006 by the transport, and in$ completes', async () => {
  let completed = 0;
  const { port, record } = await listening([
    route('/', ({ in$ }) => {
      in$.subscribe({ complete: () => completed++ });
    }),
  ]);
  (await RawClient.open(port, '/')).reset();
  expect(await record()).toEqual({ code: 1006, reason: '', clean: false, by: 'transport' });
  expect(completed).toBe(1);
});

test('the end of the connection without a Close is 1006 by the transport, after what was received', async () => {
  const seen: string[] = [];
  const { port, record } = await listening([
    route('/', ({ in$ }) => {
      in$.subscribe((text) => seen.push(text));
    }),
  ]);
  const client = await RawClient.open(port, '/');
  client.write(frame(op.text, 'last words'));
  client.socket.end();
  expect(await record()).toEqual({ code: 1006, reason: '', clean: false, by: 'transport' });
  expect(seen).toEqual(['last words']);
});

test('the end of a connection is seen while a handler sends to it', async () => {
  const { port, record } = await listening([route('/', ({ in$ }) => in$.pipe(startWith('x'.repeat(500_000))))]);
  const client = await RawClient.open(port, '/');
  client.reset();
  expect(await record()).toEqual({ code: 1006, reason: '', clean: false, by: 'transport' });
});

test('a peer that answers Pings stays', async () => {
  const { url, records, app } = await listening([silent], { heartbeat: { every: 10, timeout: 30 } });
  const { ws } = await openWs(url('/silent'));
  let pings = 0;
  await new Promise<void>((resolve) => ws.on('ping', () => ++pings === 5 && resolve()));
  expect(records).toEqual([]);
  expect(app.channels.size).toBe(1);
});
