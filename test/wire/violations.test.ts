import { ignoreElements } from 'rxjs';
import { binary, json, route } from 'sluice';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { closeFrame, frame, op, RawClient } from '../support/raw-client.ts';
import { listening } from '../support/server.ts';

const routes = [
  route('/text', ({ in$ }) => in$),
  route('/binary', { codec: binary() }, ({ in$ }) => in$),
  route('/json', { codec: json({ in: z.object({ n: z.number() }) }) }, ({ in$ }) => in$.pipe(ignoreElements())),
];

const invalid = Buffer.from([0x68, 0xff, 0x69]);

/** What is sent to which path, with which code it closes, and whether that is a violation of RFC 6455 itself. */
const cases: ReadonlyArray<readonly [name: string, path: string, bytes: Uint8Array, code: number]> = [
  ['bytes on a text route close with 1003', '/text', frame(op.binary, 'x'), 1003],
  ['text on a binary route closes with 1003', '/binary', frame(op.text, 'x'), 1003],
  ['what is no JSON closes with 1007', '/json', frame(op.text, '{'), 1007],
  ['JSON that the schema refuses closes with 1008', '/json', frame(op.text, '{"n":"x"}'), 1008],
  ['a message over maxPayload closes with 1009', '/text', frame(op.text, 'x'.repeat(201)), 1009],
  ['a frame that announces more than maxPayload closes with 1009', '/text', frame(op.text, 'x'.repeat(70_000)), 1009],
  ['too many fragments close with 1008', '/text', fragments(9), 1008],
  ['invalid UTF-8 closes with 1007', '/text', frame(op.text, invalid), 1007],
  ['an unmasked frame closes with 1002', '/text', frame(op.text, 'x', { masked: false }), 1002],
  ['an unknown opcode closes with 1002', '/text', frame(3, 'x'), 1002],
  ['an unknown control opcode closes with 1002', '/text', frame(11, 'x'), 1002],
  ['a Close with one byte closes with 1002', '/text', frame(op.close, 'x'), 1002],
  ['a Close whose reason is no UTF-8 closes with 1007', '/text', closeFrame(1000, invalid), 1007],
  ['a Close with code 999 closes with 1002', '/text', closeFrame(999), 1002],
  ['a Close with code 1004 closes with 1002', '/text', closeFrame(1004), 1002],
  ['a Close with code 1005 closes with 1002', '/text', closeFrame(1005), 1002],
  ['a Close with code 1006 closes with 1002', '/text', closeFrame(1006), 1002],
  ['a Close with code 1015 closes with 1002', '/text', closeFrame(1015), 1002],
  ['a Close with code 1016 closes with 1002', '/text', closeFrame(1016), 1002],
  ['a Close with code 2999 closes with 1002', '/text', closeFrame(2999), 1002],
  ['a Close with code 5000 closes with 1002', '/text', closeFrame(5000), 1002],
];

function fragments(count: number): Uint8Array {
  const parts = Array.from({ length: count }, (_, index) =>
    frame(index === 0 ? op.text : op.continuation, 'x', { fin: index === count - 1 }),
  );
  return Buffer.concat(parts);
}

for (const [name, path, bytes, code] of cases) {
  test(`${name}, on the wire and in closed$`, async () => {
    const { port, record } = await listening(routes, { maxPayload: 200, maxFragments: 8 });
    const client = await RawClient.open(port, path);
    client.write(bytes);
    expect((await client.close())?.code).toBe(code);
    client.write(closeFrame(code));
    client.socket.end();
    expect(await record()).toMatchObject({ code, by: 'protocol' });
  });
}

for (const code of [1000, 1003, 1007, 1014, 3000, 4999]) {
  test(`a Close with code ${code} is answered with it`, async () => {
    const { port, record } = await listening(routes);
    const client = await RawClient.open(port, '/text');
    client.write(closeFrame(code));
    expect((await client.close())?.code).toBe(code);
    expect(await record()).toMatchObject({ code, clean: true, by: 'peer' });
  });
}

test('messages before a protocol violation in the same chunk are delivered', async () => {
  const seen: string[] = [];
  const { port, record } = await listening([
    route('/', ({ in$ }) => {
      in$.subscribe((text) => seen.push(text));
    }),
  ]);
  const client = await RawClient.open(port, '/');
  client.write(frame(op.text, 'a'), frame(op.text, 'b'), frame(3), frame(op.text, 'c'));
  expect((await client.close())?.code).toBe(1002);
  client.write(closeFrame(1002));
  client.socket.end();
  expect(await record()).toMatchObject({ code: 1002, by: 'protocol' });
  expect(seen).toEqual(['a', 'b']);
});

test('a violation is never 1006, also when the peer is gone before our Close', async () => {
  const { port, record } = await listening(routes);
  const client = await RawClient.open(port, '/text');
  client.write(frame(3));
  client.socket.destroy();
  expect(await record()).toMatchObject({ code: 1002, by: 'protocol', clean: false });
});

test('a violation carries its cause, and the peer does not see it', async () => {
  const { port, record } = await listening(routes);
  const client = await RawClient.open(port, '/text');
  client.write(frame(3));
  expect(await client.close()).toEqual({ code: 1002, reason: '' });
  client.socket.end();
  expect(await record()).toMatchObject({ cause: { code: 'WS_ERR_INVALID_OPCODE' } });
});

test('after a violation the connection is cut within closeTimeout, whatever the peer does', async () => {
  const { port, record } = await listening(routes, { closeTimeout: 50 });
  const client = await RawClient.open(port, '/text', {}, { allowHalfOpen: true });
  client.write(frame(3));
  expect((await client.close())?.code).toBe(1002);
  const traffic = setInterval(() => client.send(op.ping), 5);
  expect(await record()).toMatchObject({ code: 1002, clean: false, by: 'protocol' });
  clearInterval(traffic);
});
