import { raw, route } from 'sluice';
import { expect, test } from 'vitest';
import { frame, op, RawClient } from '../support/raw-client.ts';
import { listening, type Served } from '../support/server.ts';

const part = { fin: false };

/** An echo of text and bytes, and a connection to it. */
async function echo(): Promise<{ client: RawClient; served: Served }> {
  const served = await listening([route('/', { codec: raw() }, ({ in$ }) => in$)], { maxPayload: 100 });
  return { client: await RawClient.open(served.port, '/'), served };
}

async function nextMessage(client: RawClient): Promise<{ opcode?: number; text?: string }> {
  const next = await client.frame();
  return next ? { opcode: next.opcode, text: next.payload.toString() } : {};
}

test('fragments of a text are joined', async () => {
  const { client } = await echo();
  client.write(frame(op.text, 'Hel', part), frame(op.continuation, 'lo', part), frame(op.continuation, '!'));
  expect(await nextMessage(client)).toEqual({ opcode: op.text, text: 'Hello!' });
});

test('fragments of bytes are joined', async () => {
  const { client } = await echo();
  client.write(frame(op.binary, [1, 2] as never, part), frame(op.continuation, new Uint8Array([3])));
  expect((await client.frame())?.payload).toEqual(Buffer.from([1, 2, 3]));
});

test('fragments that come in single bytes are joined', async () => {
  const { client } = await echo();
  const bytes = Buffer.concat([frame(op.text, 'Hel', part), frame(op.continuation, 'lo')]);
  for (const byte of bytes) {
    client.write(new Uint8Array([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await nextMessage(client)).toEqual({ opcode: op.text, text: 'Hello' });
});

test('fragments that are over maxPayload together close with 1009', async () => {
  const { client, served } = await echo();
  client.write(frame(op.text, 'x'.repeat(60), part), frame(op.continuation, 'x'.repeat(60)));
  expect((await client.close())?.code).toBe(1009);
  client.socket.end();
  expect(await served.record()).toMatchObject({ code: 1009, by: 'protocol' });
});

test('a message of exactly maxPayload passes', async () => {
  const { client } = await echo();
  client.write(frame(op.text, 'x'.repeat(60), part), frame(op.continuation, 'x'.repeat(40)));
  expect((await nextMessage(client)).text).toHaveLength(100);
});

test('control frames between fragments are answered and do not disturb the message', async () => {
  const { client } = await echo();
  client.write(frame(op.text, 'a', part), frame(op.ping, 'p'), frame(op.pong, 'q'), frame(op.continuation, 'b'));
  expect(await nextMessage(client)).toEqual({ opcode: op.pong, text: 'p' });
  expect(await nextMessage(client)).toEqual({ opcode: op.text, text: 'ab' });
});

for (const [name, opcode] of [
  ['Ping', op.ping],
  ['Pong', op.pong],
  ['Close', op.close],
] as const) {
  test(`a fragmented ${name} closes with 1002`, async () => {
    const { client } = await echo();
    client.send(opcode, '', part);
    expect((await client.close())?.code).toBe(1002);
  });

  test(`a ${name} of more than 125 bytes closes with 1002`, async () => {
    const { client } = await echo();
    client.send(opcode, 'x'.repeat(126));
    expect((await client.close())?.code).toBe(1002);
  });
}

test('a continuation of nothing closes with 1002', async () => {
  const { client } = await echo();
  client.send(op.continuation, 'x');
  expect((await client.close())?.code).toBe(1002);
});

test('a message inside a fragmented one closes with 1002', async () => {
  const { client } = await echo();
  client.write(frame(op.text, 'a', part), frame(op.text, 'b'));
  expect((await client.close())?.code).toBe(1002);
});

test('UTF-8 may be split anywhere', async () => {
  const { client } = await echo();
  const bytes = Buffer.from('κόσμε €😀');
  for (let cut = 1; cut < bytes.length; cut++) {
    client.write(frame(op.text, bytes.subarray(0, cut), part), frame(op.continuation, bytes.subarray(cut)));
    expect(await nextMessage(client)).toEqual({ opcode: op.text, text: 'κόσμε €😀' });
  }
});

test('invalid UTF-8, whole or split, closes with 1007 and nothing is delivered', async () => {
  const invalid = [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]];
  for (const bytes of invalid.map((list) => Buffer.from(list))) {
    const whole = frame(op.text, bytes);
    const split = Buffer.concat([
      frame(op.text, bytes.subarray(0, 1), part),
      frame(op.continuation, bytes.subarray(1)),
    ]);
    for (const sent of [whole, split]) {
      const { client, served } = await echo();
      client.write(sent);
      expect(await client.close()).toEqual({ code: 1007, reason: '' });
      client.socket.end();
      expect(await served.record()).toMatchObject({ code: 1007, by: 'protocol' });
      expect(served.events.filter(({ type }) => type === 'dropped')).toEqual([]);
    }
  }
});

for (const [name, opcode] of Object.entries(op)) {
  test(`reserved bits in a ${name} frame close with 1002`, async () => {
    for (const rsv of [1, 2, 4]) {
      const { client } = await echo();
      if (opcode === op.continuation) client.send(op.text, 'x', part);
      client.send(opcode, '', { rsv });
      expect((await client.close())?.code).toBe(1002);
    }
  });
}

test('every kind of frame must be masked', async () => {
  for (const opcode of [op.text, op.binary, op.close, op.ping, op.pong]) {
    const { client } = await echo();
    client.send(opcode, '', { masked: false });
    expect((await client.close())?.code).toBe(1002);
  }
});

test('a length of 64 bits with the top bit set is refused', async () => {
  const { client, served } = await echo();
  client.write(new Uint8Array([0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]));
  expect((await client.close())?.code).toBe(1009);
  client.socket.end();
  expect(await served.record()).toMatchObject({ code: 1009, by: 'protocol' });
});

test('empty messages and empty fragments work', async () => {
  const { client } = await echo();
  client.send(op.text);
  expect(await nextMessage(client)).toEqual({ opcode: op.text, text: '' });
  client.send(op.binary);
  expect(await nextMessage(client)).toEqual({ opcode: op.binary, text: '' });
  client.write(frame(op.text, '', part), frame(op.continuation, 'a', part), frame(op.continuation, ''));
  expect(await nextMessage(client)).toEqual({ opcode: op.text, text: 'a' });
});
