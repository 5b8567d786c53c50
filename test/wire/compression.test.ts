import zlib from 'node:zlib';
import { of } from 'rxjs';
import { route, sluice } from 'sluice';
import { afterEach, expect, test, vi } from 'vitest';
import { frame, op, RawClient, upgradeRequest } from '../support/raw-client.ts';
import { listening } from '../support/server.ts';
import { openWs } from '../support/ws-client.ts';

const offer = { 'Sec-WebSocket-Extensions': 'permessage-deflate' };
const echo = route('/', ({ in$ }) => in$);
const text = 'hello '.repeat(50);
const rsv = 4;

/** A message as permessage-deflate has it: without the empty block at its end (RFC 7692 section 7.2.1). */
const deflated = (message: string): Buffer =>
  zlib.deflateRawSync(message, { finishFlush: zlib.constants.Z_SYNC_FLUSH }).subarray(0, -4);
const inflated = (payload: Buffer): string =>
  zlib
    .inflateRawSync(Buffer.concat([payload, Buffer.from([0, 0, 0xff, 0xff])]), {
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
    })
    .toString();

afterEach(() => vi.restoreAllMocks());

/** What a server with this option answers to an offer, or to none. */
async function agreed(perMessageDeflate: boolean, headers: Record<string, string>): Promise<string | null> {
  const { port } = await listening([echo], { perMessageDeflate });
  const client = await RawClient.connect(port);
  client.write(upgradeRequest('/', headers));
  const answer = await client.answer();
  client.socket.destroy();
  return answer.headers.get('sec-websocket-extensions');
}

test('compression is agreed on only where it was offered and is switched on', async () => {
  expect(await agreed(true, offer)).toBe('permessage-deflate');
  expect(await agreed(true, {})).toBe(null);
  expect(await agreed(false, offer)).toBe(null);
  expect(await agreed(true, { 'Sec-WebSocket-Extensions': 'x-unknown' })).toBe(null);
});

test('a compressed message without an agreement closes with 1002', async () => {
  const { port } = await listening([echo]);
  const client = await RawClient.open(port, '/', offer);
  client.send(op.text, deflated(text), { rsv });
  expect((await client.close())?.code).toBe(1002);
});

test('compressed messages come and go, fragments among them', async () => {
  const { port } = await listening([echo], { perMessageDeflate: { serverNoContextTakeover: true, threshold: 0 } });
  const client = await RawClient.open(port, '/', offer);
  const bytes = deflated(text);
  client.send(op.text, bytes, { rsv });
  const whole = await client.frame();
  expect([whole?.rsv, inflated(whole?.payload ?? Buffer.alloc(0))]).toEqual([rsv, text]);
  client.write(
    frame(op.text, bytes.subarray(0, 5), { rsv, fin: false }),
    frame(op.ping, 'p'),
    frame(op.continuation, bytes.subarray(5)),
  );
  expect(await client.frame()).toMatchObject({ opcode: op.pong, rsv: 0 });
  expect(inflated((await client.frame())?.payload ?? Buffer.alloc(0))).toBe(text);
});

test('without context takeover, messages below the threshold in UTF-8 bytes go out as they are', async () => {
  const { port } = await listening([route('/', () => of('€€€', '€€€€'))], {
    perMessageDeflate: { serverNoContextTakeover: true, threshold: 10 },
  });
  const client = await RawClient.open(port, '/', offer);
  expect(await client.frame()).toMatchObject({ rsv: 0, payload: Buffer.from('€€€') });
  expect(await client.frame()).toMatchObject({ rsv });
});

test('a route may leave compression off', async () => {
  const routes = [echo, route('/plain', { perMessageDeflate: false }, ({ in$ }) => in$)];
  const { url } = await listening(routes, { perMessageDeflate: true });
  const on = await openWs(url('/'));
  const off = await openWs(url('/plain'));
  expect([on.ws.extensions, off.ws.extensions]).toEqual(['permessage-deflate', '']);
});

test('a message that inflates to more than maxPayload closes with 1009', async () => {
  const { port, record } = await listening([echo], { perMessageDeflate: true, maxPayload: 1_000 });
  const client = await RawClient.open(port, '/', offer);
  const bomb = deflated('x'.repeat(500_000));
  expect(bomb.length).toBeLessThan(1_000);
  client.send(op.text, bomb, { rsv });
  expect((await client.close())?.code).toBe(1009);
  client.socket.end();
  expect(await record()).toMatchObject({ code: 1009, by: 'protocol' });
});

test('what cannot be inflated closes the channel, not the process', async () => {
  const { port, record } = await listening([echo], { perMessageDeflate: true });
  const client = await RawClient.open(port, '/', offer);
  client.send(op.text, Buffer.from([0xff, 0xff, 0xff]), { rsv });
  expect((await client.close())?.code).toBe(1007);
  client.socket.end();
  expect(await record()).toMatchObject({ code: 1007, by: 'protocol' });
});

test('control frames are never compressed', async () => {
  const { port } = await listening([route('/', ({ in$ }) => in$)], {
    perMessageDeflate: { threshold: 0 },
    heartbeat: { every: 10, timeout: 1_000 },
  });
  const client = await RawClient.open(port, '/', offer);
  expect(await client.frame()).toMatchObject({ opcode: op.ping, rsv: 0 });
  client.send(op.ping, 'x'.repeat(100));
  expect(await client.frame()).toMatchObject({ opcode: op.pong, rsv: 0, payload: Buffer.from('x'.repeat(100)) });
  client.send(op.close);
  expect(await client.frame()).toMatchObject({ opcode: op.close, rsv: 0 });
});

const bad: ReadonlyArray<object> = [
  { serverMaxWindowBits: 99 },
  { clientMaxWindowBits: 7 },
  { zlibDeflateOptions: { level: 99 } },
  { zlibDeflateOptions: { memLevel: 0 } },
  { zlibInflateOptions: { chunkSize: 1 } },
  { threshold: -1 },
  { concurrencyLimit: 0 },
  { serverNoContextTakeover: 'yes' },
  { treshold: 10 },
];
for (const perMessageDeflate of bad) {
  test(`the compression settings ${JSON.stringify(perMessageDeflate)} are refused when the app is made`, () => {
    const make = () => sluice([echo], { perMessageDeflate });
    expect(make).toThrow(expect.objectContaining({ code: 'SLUICE_BAD_OPTION' }));
  });
}

test('zlib is freed whichever way a channel ends', async () => {
  const made: zlib.Zlib[] = [];
  for (const name of ['createInflateRaw', 'createDeflateRaw'] as const) {
    const original = zlib[name];
    vi.spyOn(zlib, name).mockImplementation((options) => {
      const stream = original(options);
      made.push(stream as unknown as zlib.Zlib);
      return stream as never;
    });
  }
  const { port, record } = await listening([echo], { perMessageDeflate: { threshold: 0 } });
  const ends: ReadonlyArray<(client: RawClient) => void> = [
    (client) => client.send(op.close),
    (client) => client.reset(),
    (client) => client.send(3),
  ];
  for (const [index, end] of ends.entries()) {
    const client = await RawClient.open(port, '/', {
      'Sec-WebSocket-Extensions': 'permessage-deflate; server_max_window_bits=10',
    });
    client.send(op.text, deflated(text), { rsv });
    await client.frame();
    end(client);
    await record(index + 1);
  }
  expect(made.length).toBeGreaterThanOrEqual(6);
  for (const stream of made) expect((stream as unknown as { _closed: boolean })._closed).toBe(true);
});
