import { ignoreElements, interval, map, NEVER, of, Subject, startWith, take } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { handler } from '../../src/channel/handler.ts';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

describe('a handler', () => {
  test('that returns nothing lives until either side closes', async () => {
    const { channel, socket, records } = serveFake(() => {});
    await pass(1_000_000);
    channel.out.next('imperative');
    expect(socket.log).toEqual(['send imperative']);
    socket.leaves();
    expect(records).toHaveLength(1);
  });

  test('may push into out besides what it returns', async () => {
    const { socket } = serveFake(({ out }) => {
      out.next('pushed');
      return of('returned').pipe(startWith('first'));
    });
    expect(socket.sent).toEqual(['pushed', 'first', 'returned']);
  });

  test('that is async may return nothing', async () => {
    const { socket, records } = serveFake(async () => {});
    await pass(1_000_000);
    expect(socket.log).toEqual([]);
    expect(records).toEqual([]);
  });

  test('that settles after the end is not subscribed any more', async () => {
    let subscribed = false;
    const { socket } = serveFake(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 10_000));
        return new Subject().pipe(startWith(() => (subscribed = true)));
      },
      { linger: 5_000 },
    );
    await pass();
    socket.leaves();
    await pass(10_000);
    expect(subscribed).toBe(false);
  });

  test.each([
    ['a string', 'Hello!', "'Hello!'; to send it, return of(text)"],
    ['a buffer', Buffer.from('abc'), 'a buffer; to send it, return of(buffer)'],
    ['bytes', new Uint8Array(3), 'a buffer'],
    ['null', null, 'null'],
    ['a number', 42, '42'],
    ['true', true, 'true'],
    ['a function', () => {}, 'a function'],
    ['an object', { a: 1 }, '{"a":1}'],
  ])('that returns %s closes with 1011, and the error says what to do', async (_what, result, message) => {
    for (const returning of [() => result, async () => result]) {
      const { socket, errors, events } = serveFake(returning);
      await pass();
      expect(socket.log).toEqual(['close 1011']);
      expect(errors).toEqual([expect.objectContaining({ code: 'SLUICE_BAD_HANDLER_RESULT' })]);
      expect(String(errors[0])).toContain(message);
      expect(events.filter(({ type }) => type === 'failed')).toHaveLength(1);
    }
  });

  test('may return what only speaks of Observables', async () => {
    const interop = { [Symbol.observable ?? '@@observable']: () => of('a', 'b') };
    const { socket } = serveFake(() => interop);
    expect(socket.log).toEqual(['send a', 'send b', 'close 1000']);
  });

  test('does not see a second peer’s messages', async () => {
    const echo = handler(map((text: unknown) => `${text}!`));
    const [a, b] = [serveFake(echo), serveFake(echo)];
    await pass();
    a.socket.delivers('a');
    b.socket.delivers('b');
    expect([a.socket.sent, b.socket.sent]).toEqual([['a!'], ['b!']]);
  });
});

describe('handler()', () => {
  test('is an echo without operators', async () => {
    const { socket } = serveFake(handler());
    await pass();
    socket.delivers('a');
    expect(socket.log).toEqual(['send a']);
  });

  test('chains its operators', async () => {
    const { socket } = serveFake(
      handler(
        map((text: unknown) => `${text}b`),
        map((text) => `${text}c`),
      ),
    );
    await pass();
    socket.delivers('a');
    expect(socket.log).toEqual(['send abc']);
  });

  test('discards the input, says Hello! and closes', async () => {
    const { socket } = serveFake(handler(ignoreElements(), startWith('Hello!'), take(1)));
    expect(socket.log).toEqual(['send Hello!', 'close 1000']);
  });
});

test('a timer in the returned stream ends with the channel', async () => {
  const { socket } = serveFake(() => interval(1_000).pipe(map(String)));
  await pass(2_000);
  socket.leaves();
  await pass(5_000);
  expect(socket.log).toEqual(['send 0', 'send 1']);
  const never = serveFake(() => NEVER);
  never.socket.vanishes();
  expect(never.records).toHaveLength(1);
});
