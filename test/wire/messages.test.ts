import { setTimeout as sleep } from 'node:timers/promises';
import { map } from 'rxjs';
import { type Codec, json, route } from 'sluice';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { closeFrame, frame, op, RawClient } from '../support/raw-client.ts';
import { listening } from '../support/server.ts';
import { openWs } from '../support/ws-client.ts';

test('messages arrive in order and whole, both ways, and the end is clean', async () => {
  const { url, record } = await listening([route('/', ({ in$ }) => in$)]);
  const client = await openWs(url('/'));
  const sent = Array.from({ length: 1_000 }, (_, index) => `${index} ${'x'.repeat(index)}`);
  for (const text of sent) client.ws.send(text);
  expect(await client.received(sent.length)).toEqual(sent);
  client.ws.close(1000);
  expect(await record()).toMatchObject({ code: 1000, clean: true, by: 'peer' });
});

test('a message that the codec refuses can be answered: it is not delivered, and the channel goes on', async () => {
  const codec = json({ in: z.object({ n: z.number() }) });
  const seen: unknown[] = [];
  const { url, events } = await listening([
    route('/', { codec, invalid: ({ payload }) => ({ refused: payload }), highWater: 1, lowWater: 0 }, ({ in$ }) =>
      in$.pipe(
        map((message) => {
          seen.push(message);
          return message;
        }),
      ),
    ),
  ]);
  const client = await openWs(url('/'));
  for (const text of ['{"n":1}', '{', '{"n":"x"}', '{"n":2}']) client.ws.send(text);
  const answers = (await client.received(4)).map((text) => JSON.parse(String(text)));
  expect(answers).toEqual([{ n: 1 }, { refused: '{' }, { refused: '{"n":"x"}' }, { n: 2 }]);
  expect(seen).toEqual([{ n: 1 }, { n: 2 }]);
  expect(events.filter(({ type }) => type === 'invalid')).toHaveLength(2);
});

test('a codec of your own reads one form and writes another', async () => {
  const csv: Codec<string[], number> = {
    kind: 'any',
    decode: (payload) => payload.toString().split(','),
    encode: (sum) => new Uint8Array([sum]),
  };
  const { url } = await listening([
    route('/', { codec: csv }, ({ in$ }) =>
      in$.pipe(map((cells) => cells.reduce((sum, cell) => sum + Number(cell), 0))),
    ),
  ]);
  const client = await openWs(url('/'));
  client.ws.send('1,2,3');
  expect(await client.received(1)).toEqual([Buffer.from([6])]);
});

test('with highWater 1 and a slow codec, fragments with Pings in between make progress', async () => {
  const slow: Codec<string, string> = {
    kind: 'text',
    decode: (payload) => sleep(1, String(payload)),
    encode: (message) => message,
  };
  const { port, record } = await listening([route('/', { codec: slow, highWater: 1, lowWater: 0 }, ({ in$ }) => in$)]);
  const client = await RawClient.open(port, '/');
  const count = 50;
  for (let i = 0; i < count; i++) {
    client.send(op.text, `${i}`, { fin: false });
    client.write(frame(op.ping, 'p'), frame(op.continuation, '!'));
  }
  const texts: string[] = [];
  let pongs = 0;
  while (texts.length < count || pongs < count) {
    const next = await client.frame();
    if (next?.opcode === op.pong) pongs++;
    else texts.push(next?.payload.toString() ?? 'the end');
  }
  expect(texts).toEqual(Array.from({ length: count }, (_, index) => `${index}!`));
  client.write(closeFrame(1000));
  expect(await record()).toMatchObject({ code: 1000, clean: true });
});
