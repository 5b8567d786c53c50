import { finalize, NEVER, Observable } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { CloseError } from '../../src/protocol/close.ts';
import { inVirtualTime, pass, serveFake } from '../support/serve-fake.ts';

inVirtualTime();

describe('the end of a channel', () => {
  test('goes in order: in$, the stream, the signal, out, closed$, app.channels, the event', async () => {
    const order: string[] = [];
    const { app, socket, channel } = serveFake((channel: ServerChannel) => {
      channel.in$.subscribe({ complete: () => order.push('in$ completes') });
      channel.out.subscribe({ complete: () => order.push('out completes') });
      channel.signal.addEventListener('abort', () => order.push('signal aborts'));
      channel.closed$.subscribe({
        next: ({ code }) => order.push(`closed$ ${code}`),
        complete: () => order.push('closed$ completes'),
      });
      return NEVER.pipe(finalize(() => order.push('stream unsubscribed')));
    });
    await pass();
    app.core.channels$.subscribe(({ size }) => order.push(`channels ${size}`));
    app.core.events$.subscribe(({ type }) => order.push(type));
    socket.leaves();
    expect(order).toEqual([
      'channels 1',
      'in$ completes',
      'stream unsubscribed',
      'signal aborts',
      'out completes',
      'closed$ 1000',
      'closed$ completes',
      'channels 0',
      'closed',
    ]);
    expect(app.core.channels.has(channel)).toBe(false);
  });

  test('is there for late subscribers', async () => {
    const { socket, channel } = serveFake(() => {});
    await pass();
    socket.leaves({ code: 4000 });
    const seen: unknown[] = [];
    channel.in$.subscribe({ next: () => seen.push('message'), complete: () => seen.push('in$ completes') });
    channel.out.subscribe({ complete: () => seen.push('out completes') });
    channel.closed$.subscribe({ next: ({ code }) => seen.push(code), complete: () => seen.push('closed$ completes') });
    channel.pressure$.subscribe({ complete: () => seen.push('pressure$ completes') });
    expect(seen).toEqual(['in$ completes', 'out completes', 4000, 'closed$ completes', 'pressure$ completes']);
    expect(channel.signal.aborted).toBe(true);
  });

  test('cuts a long reason to 123 bytes at the border of a character', async () => {
    const { socket, channel } = serveFake(() => {});
    await pass();
    channel.close(4000, `a${'é'.repeat(100)}`);
    expect(socket.log).toEqual([`close 4000 a${'é'.repeat(61)}`]);
    const other = serveFake(() => {});
    other.channel.out.error(new CloseError(4000, '😀'.repeat(40)));
    expect(other.log).toEqual([`close 4000 ${'😀'.repeat(30)}`]);
  });

  test('cannot be asked for with a code that is never sent', () => {
    const { channel, socket } = serveFake(() => {});
    for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, Number.NaN, 1000.5]) {
      expect(() => channel.close(code)).toThrow('SLUICE_BAD_CLOSE_CODE');
    }
    expect(socket.log).toEqual([]);
  });

  test('counts what is pushed into out afterwards, in one event for what comes in one go', async () => {
    const { channel, socket, events } = serveFake(() => {});
    await pass();
    socket.leaves();
    const before = events.length;
    for (let i = 0; i < 5; i++) channel.out.next('late');
    expect(events.length).toBe(before);
    await pass();
    expect(events.slice(before)).toMatchObject([{ type: 'dropped', direction: 'out', reason: 'late', messages: 5 }]);
    channel.out.next('later');
    await pass();
    expect(events.slice(before + 1)).toMatchObject([{ type: 'dropped', reason: 'late', messages: 1 }]);
    channel.out.complete();
    channel.out.unsubscribe();
    expect(() => channel.out.next('never throws')).not.toThrow();
  });

  test('sums what is pushed between the cause and the end with the end', async () => {
    const opened = serveFake(() => {});
    await pass();
    opened.channel.out.complete();
    opened.channel.out.next('a');
    opened.channel.out.next('b');
    expect(opened.dropped).toEqual([]);
    opened.socket.leaves();
    expect(opened.dropped).toEqual(['out late 2']);
  });

  test('discards what the peer sends after our Close, and counts it', async () => {
    const seen: string[] = [];
    const opened = serveFake(({ in$ }) => void in$.subscribe((text) => seen.push(text as string)));
    await pass();
    opened.socket.delivers('a');
    opened.channel.close();
    opened.socket.delivers('b', 'c');
    opened.socket.leaves();
    expect(seen).toEqual(['a']);
    expect(opened.dropped).toEqual(['in ended 2']);
  });
});

describe('a peer that does not answer our Close', () => {
  test('is cut off after closeTimeout; its traffic does not extend it', async () => {
    const { channel, socket, records } = serveFake(() => {}, { closeTimeout: 3_000 });
    await pass();
    channel.close(4000);
    for (let i = 0; i < 29; i++) {
      await pass(100);
      socket.delivers('more');
      socket.showsLife();
    }
    expect(socket.log).toEqual(['close 4000']);
    await pass(100);
    expect(socket.log).toEqual(['close 4000', 'terminate']);
    expect(records).toEqual([{ code: 4000, reason: '', clean: false, by: 'handler' }]);
  });

  test('has its time from the moment that our Close has left', async () => {
    const { channel, socket } = serveFake(() => {}, { closeTimeout: 3_000 });
    await pass();
    socket.reads = false;
    channel.out.next('unsent');
    channel.out.complete();
    await pass(10_000);
    expect(socket.log).toEqual(['send unsent']);
    socket.takes();
    await pass(2_999);
    expect(socket.log).toEqual(['send unsent', 'close 1000']);
    await pass(1);
    expect(socket.log).toEqual(['send unsent', 'close 1000', 'terminate']);
  });

  test('is cut off after stallTimeout when it takes nothing of what is to be sent before our Close', async () => {
    const { channel, socket, records } = serveFake(() => {}, { stallTimeout: 30_000 });
    await pass();
    socket.reads = false;
    channel.out.next('unsent');
    channel.out.complete();
    await pass(29_999);
    expect(socket.log).toEqual(['send unsent']);
    await pass(1);
    expect(socket.log).toEqual(['send unsent', 'terminate']);
    expect(records).toEqual([{ code: 1000, reason: '', clean: false, by: 'handler' }]);
  });

  test('is cut off when a Ping is not answered while output is still to be sent', async () => {
    const { channel, socket, records } = serveFake(() => {}, { heartbeat: { every: 1_000, timeout: 500 } });
    await pass();
    socket.reads = false;
    channel.out.next('unsent');
    channel.out.complete();
    await pass(1_000);
    socket.takes(6);
    await pass();
    expect(socket.log).toEqual(['send unsent', 'ping']);
    socket.reads = true;
    socket.takes();
    expect(records).toEqual([]);
    await pass(3_000);
    expect(records).toEqual([{ code: 1000, reason: '', clean: false, by: 'handler' }]);
  });

  test('of a peer that closed first and does not end the connection is cut off as well', async () => {
    const { socket, records } = serveFake(() => {}, { closeTimeout: 3_000 });
    await pass();
    socket.closes({ code: 4000 });
    await pass(3_000);
    expect(socket.log).toEqual(['terminate']);
    expect(records).toEqual([{ code: 4000, reason: '', clean: true, by: 'peer' }]);
  });
});

test('an Observable that emits for ever inside subscribe is stopped by the end', async () => {
  let emitted = 0;
  const endless = new Observable<string>((subscriber) => {
    while (!subscriber.closed && emitted < 100) {
      emitted++;
      subscriber.next('x');
    }
  });
  const opened = serveFake((channel) => {
    channel.out.subscribe(() => {
      if (emitted === 10) channel.close(4000);
    });
    return endless;
  });
  await pass();
  expect(opened.log.at(-1)).toBe('close 4000');
  expect(emitted).toBe(10);
});
