import { exec } from 'node:child_process';
import { createHash, generateKeyPair, pbkdf2, pbkdf2Sync, randomBytes } from 'node:crypto';
import { lookup, resolve4 } from 'node:dns';
import { createReadStream, readFile, readFileSync, stat } from 'node:fs';
import { readFile as readFileLater } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { brotliCompress, gzip, gzipSync } from 'node:zlib';
import { debounceTime, delay, interval, map, mergeMap, type Observable, of, Subject, startWith, timer } from 'rxjs';
import { afterAll, describe, expect, test } from 'vitest';
import type { AnyHandler } from '../../src/testing/fixture.ts';
import { close, type HandlerTest, MarbleMismatch, reject, sequence, testHandler } from '../../src/testing.ts';

type Texts = { readonly in$: Observable<string> };

/** The first line of the failure; the empty text if it holds. */
async function failure(subject: Parameters<typeof testHandler>[0], lanes: HandlerTest): Promise<string> {
  try {
    await testHandler(subject, lanes);
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(MarbleMismatch);
    return (error as MarbleMismatch).message.replaceAll('\n', ' ');
  }
}

describe('a tie', () => {
  const debounced: AnyHandler = ({ in$ }: Texts) => in$.pipe(debounceTime(2));

  test('fails where it passes only with inputs first', async () => {
    expect(await failure(debounced, { in: '-a-b----', out: '-----b--' })).toMatch(
      /^tie: passes only when input comes before a timer .* \(write ties: 'inputs first' to allow this\)/,
    );
  });

  test('fails where it passes only with timers first', async () => {
    expect(await failure(debounced, { in: '-a-b----', out: '---a-b--' })).toMatch(
      /^tie: passes only when a timer comes before input .* \(write ties: 'timers first' to allow this\)/,
    );
  });

  test('is named where it passes in neither order', async () => {
    expect(await failure(debounced, { in: '-a-b----', out: '-------b' })).toMatch(/^tie: the result depends on/);
  });

  test('passes where it is declared, in that order only', async () => {
    await testHandler(debounced, { in: '-a-b----', out: '-----b--', ties: 'inputs first' });
    await testHandler(debounced, { in: '-a-b----', out: '---a-b--', ties: 'timers first' });
    expect(await failure(debounced, { in: '-a-b----', out: '-----b--', ties: 'timers first' })).toMatch(
      /^a came at 3 ms, where nothing/,
    );
    expect(await failure(debounced, { in: '-a-b----', out: '---a-b--', ties: 'inputs first' })).toMatch(
      /^a is missing/,
    );
  });

  test('is none where two messages of one instant come out in the same order', async () => {
    await testHandler(({ in$ }: Texts) => in$.pipe(delay(2)), { in: '-ab-----', out: '---ab---' });
  });

  test('is found where a delayed message meets the next one', async () => {
    const both = ({ in$ }: Texts): Observable<string> =>
      in$.pipe(
        mergeMap((x) =>
          timer(2).pipe(
            map(() => `${x}1`),
            startWith(`${x}0`),
          ),
        ),
      );
    const values = { A: 'a0', B: 'a1', C: 'b0', D: 'b1', s: sequence('C', 'B') };
    expect(await failure(both, { in: '-a-b', out: '-A-s-D', values })).toMatch(/^tie: /);
  });

  test('is none where a timer in a wrong result does not depend on it', async () => {
    expect(await failure(debounced, { in: '-a-----', out: '--a----' })).toMatch(/^a came 1 ms late/);
  });
});

describe('a leak', () => {
  const forgetful = ({ in$ }: Texts): unknown => {
    setInterval(() => {}, 1_000);
    return in$;
  };

  test('fails, though the lanes hold', async () => {
    expect(await failure(forgetful, { in: '-a-', out: '-a-' })).toMatch(
      /^leak: setInterval of 1 s, set in \S*test\.ts:\d+ It was left /,
    );
  });

  test('passes where it is allowed', async () => {
    await testHandler(forgetful, { in: '-a-', out: '-a-', leaks: 'ok' });
  });

  test('is found where a promise waits on after everybody has left', async () => {
    const waiting = ({ in$ }: Texts): unknown => in$.pipe(mergeMap(async (x) => sleep(50).then(() => x)));
    expect(await failure(waiting, { in: '-a-', out: '---' })).toMatch(
      /^leak: setTimeout of 50 ms, set in \S*test\.ts:\d+ /,
    );
  });

  test('says where each timer was set, also one that RxJS sets', async () => {
    const leaking = ({ in$ }: Texts): unknown => {
      interval(60_000).subscribe();
      setTimeout(() => {}, 5);
      return in$;
    };
    expect(await failure(leaking, { in: '-a-', out: '-a-' })).toMatch(
      /^leak: setInterval of 1 min, set in \S*test\.ts:\d+ \(and 1 more\) +and setTimeout of 5 ms, set in \S*test\.ts:\d+ /,
    );
  });

  test('is none where the handler clears its timers at the end', async () => {
    await testHandler(() => interval(1_000).pipe(map(String)), { in: '---', out: '---' });
  });
});

describe('a guard that throws', () => {
  const subject = (guard: () => never) => ({ handler: ({ in$ }: Texts) => in$, options: { guard } });
  const cause = new TypeError('no database');
  const breaks = subject(() => {
    throw cause;
  });

  test('is the hint, with its error, and not that the handler never subscribed', async () => {
    const hint = /Hint: The guard failed at 0 ms: TypeError: no database$/;
    for (const lanes of [
      { in: '-a', out: '-a' },
      { in: '-a', wire: '-a' },
    ]) {
      const error = await testHandler(breaks, lanes).catch((reason) => reason);
      expect(error.message).toMatch(hint);
      expect(error.message).not.toContain('never subscribed');
      expect(error.cause).toBe(cause);
    }
  });

  test('is no failure where its answer is expected', async () => {
    await testHandler(breaks, { out: 'R', values: { R: reject(500) } });
  });

  test('is told of each party by itself', async () => {
    let count = 0;
    const both = subject(() => {
      throw new Error(`no ${++count}`);
    });
    const told = await failure(both, {
      'ann.out': 'R--',
      'bob.in': '-^a',
      'bob.out': '--a',
      values: { R: reject(500) },
    });
    expect(told).toMatch(/The guard failed at 1 ms: Error: no [24]$/);
  });
});

describe('a handler that waits for something real', () => {
  const asks =
    (real: (tell: () => void) => unknown): AnyHandler =>
    ({ in$ }: Texts) =>
      in$.pipe(mergeMap((text) => new Promise<string>((resolve) => real(() => resolve(text)))));
  const silent =
    (real: (tell: () => void) => unknown): AnyHandler =>
    ({ in$ }: Texts) => {
      real(() => {});
      return in$;
    };

  const ports: MessagePort[] = [];
  const listening = ({ port1, port2 }: MessageChannel, tell: () => void): MessagePort => {
    ports.push(port1);
    port1.on('message', tell);
    return port2;
  };
  afterAll(() => {
    for (const port of ports) port.close();
  });

  const realThings: ReadonlyArray<[string, string, (tell: () => void) => unknown]> = [
    ['a file', 'by a callback', (tell) => readFile('package.json', tell)],
    ['a file', 'by a promise', (tell) => readFileLater('package.json').then(tell)],
    ['a file', 'by a stream', (tell) => createReadStream('package.json').on('end', tell).resume()],
    ['a file', 'by import', (tell) => import(`data:text/javascript,${Math.random()}`).then(() => stat('.', tell))],
    ['a name server', 'of the system', (tell) => lookup('localhost', tell)],
    ['a name server', 'of its own', (tell) => resolve4('localhost', tell)],
    ['the network', 'by a socket', (tell) => connect(1, '127.0.0.1').on('error', tell)],
    ['the network', 'by fetch', (tell) => fetch('http://127.0.0.1:59999').catch(tell)],
    ['another process', 'by exec', (tell) => exec('true', tell)],
    ['a worker', 'by its thread', (tell) => new Worker('', { eval: true }).on('exit', tell)],
    ['a message port', 'by a channel', (tell) => listening(new MessageChannel(), tell).postMessage('a')],
    ['cryptography', 'by pbkdf2', (tell) => pbkdf2('word', 'salt', 1, 8, 'sha1', tell)],
    ['cryptography', 'by randomBytes', (tell) => randomBytes(8, tell)],
    ['cryptography', 'by generateKeyPair', (tell) => generateKeyPair('ec', { namedCurve: 'P-256' }, tell)],
    ['cryptography', 'by subtle', (tell) => crypto.subtle.digest('SHA-256', new Uint8Array(3)).then(tell)],
    ['compression', 'by gzip', (tell) => gzip('text', tell)],
    ['compression', 'by brotli', (tell) => brotliCompress('text', tell)],
  ];

  test.each(realThings)('is told so: %s, %s', async (what, _how, real) => {
    const lanes = { in: '-a', out: '-a' };
    const told = new RegExp(`^waits for something real: ${what}, in \\S*check\\.test\\.ts:\\d+ `);
    for (let times = 0; times < 3; times++) expect(await failure(asks(real), lanes)).toMatch(told);
  });

  test.each(realThings)('is told so also where its lanes hold: %s, %s', async (what, _how, real) => {
    for (const lanes of [
      { in: '-a', out: '-a' },
      { in: '-a 90s a', out: '-a 90s a' },
    ]) {
      expect(await failure(silent(real), lanes)).toMatch(
        new RegExp(`^waits for something real: ${what}, in \\S*check\\.test\\.ts`),
      );
    }
  });

  test('is not told of the ports that a worker has', async () => {
    const worked = await failure(
      silent(() => new Worker('', { eval: true }).on('message', () => {})),
      { in: '-a', out: '-a' },
    );
    expect(worked).not.toContain('a message port');
  });

  test.each<[string, () => unknown]>([
    ['a file', () => readFileSync('package.json')],
    ['a hash', () => createHash('sha1').update('a').digest()],
    ['pbkdf2Sync', () => pbkdf2Sync('word', 'salt', 1, 8, 'sha1')],
    ['randomBytes', () => randomBytes(8)],
    ['randomUUID', () => crypto.randomUUID()],
    ['gzipSync', () => gzipSync('text')],
    ['structuredClone', () => structuredClone({ a: 1 })],
    ['a line that is printed', () => process.stdout.write('')],
    ['an import of a module of Node', () => import('node:readline/promises')],
  ])('is not told so of what is done at once: %s', async (_name, real) => {
    await testHandler(silent(real), { in: '-a', out: '-a' });
  });

  test('is not told so of what others do at the same time', async () => {
    let isOver = false;
    const others = (async () => {
      while (!isOver) await readFileLater('package.json');
    })();
    for (let times = 0; times < 20; times++) await testHandler(({ in$ }: Texts) => in$, { in: '-a', out: '-a' });
    isOver = true;
    await others;
  });

  test('is told so also where the answer came before the end, at no column in particular', async () => {
    const handler = ({ in$ }: Texts): unknown => {
      // In virtual time each tick takes some microseconds.
      const ticking = interval(1).subscribe();
      return in$.pipe(
        mergeMap((x) =>
          readFileLater('package.json')
            .finally(() => ticking.unsubscribe())
            .then(() => x),
        ),
      );
    };
    const inputs = { in: '-a----- 10s b 90s -', out: '-a 90s --' };
    expect(await failure(handler, { ...inputs, leaks: 'ok' })).toMatch(
      /^waits for something real: a file, in \S*check\.test\.ts/,
    );
  });
});

describe('a handler that never settles', () => {
  test.each<[string, () => unknown]>([
    [
      'sets immediates for ever',
      () => {
        const again = (): unknown => setImmediate(again);
        again();
      },
    ],
    ['sets an interval of 0 ms', () => void setInterval(() => {}, 0)],
    ['repeats a timer of 0 ms', () => interval(0).pipe(map(String))],
  ])('fails and says when: %s', async (_name, forever) => {
    const handler = ({ in$ }: Texts): unknown => in$.pipe(mergeMap(() => (forever() as Observable<string>) ?? of()));
    expect(await failure(handler, { in: '--a--', out: '-----' })).toMatch(/^the handler never settles: at 2 ms/);
    await testHandler(({ in$ }: Texts) => in$, { in: '-a-', out: '-a-' });
  });

  test.each<[string, AnyHandler]>([
    [
      'of a generator',
      function* () {
        for (;;) yield 'x';
      },
    ],
    [
      'of an async generator',
      async function* () {
        for (;;) yield 'x';
      },
    ],
    ['of an interval', () => interval(1).pipe(map(() => 'x'))],
  ])('fails also where it is an endless stream: %s', async (_name, handler) => {
    expect(await failure(handler, { in: '- 1h -', out: '- 1h -' })).toMatch(/^the handler never settles: at /);
  });
});

describe('what a handler throws', () => {
  const fails = (what: unknown): AnyHandler => {
    return () => {
      throw what;
    };
  };

  test('is an error of its opening', async () => {
    await testHandler(fails(new Error('no room')), { in: '-a-', out: '#--' });
  });

  test('is an error of its opening also where it is a promise', async () => {
    await testHandler(async () => fails(new Error('no room'))(undefined as never), { in: '-a-', out: '#--' });
  });

  test.each([['a text'], [undefined], [null], [{ code: 7 }]])(
    'is an error also where it is not an Error: %o',
    async (what) => {
      await testHandler(fails(what), { in: '-a-', out: '#--' });
      expect(await failure(fails(what), { in: '-a-', out: '-a-' })).toMatch(/error/i);
    },
  );

  test('is an error of the message that made it throw', async () => {
    const handler = ({ in$ }: Texts): unknown => in$.pipe(map((x) => String(JSON.parse(x))));
    await testHandler(handler, { in: '-1-a-', out: '-1-#-' });
  });

  test('closes where it says so', async () => {
    const { CloseError } = await import('sluice');
    await testHandler(fails(new CloseError(4003, 'enough')), {
      in: '---',
      out: 'X--',
      values: { X: close(4003, 'enough') },
    });
  });
});

describe('what nobody catches', () => {
  test.each<[string, (error: unknown) => unknown]>([
    ['a promise', (error) => void Promise.reject(error)],
    ['a promise, later', (error) => void sleep(2).then(() => Promise.reject(error))],
    [
      'a timer',
      (error) =>
        setTimeout(() => {
          throw error;
        }, 2),
    ],
    [
      'a microtask',
      (error) =>
        queueMicrotask(() => {
          throw error;
        }),
    ],
    [
      'a subscription',
      (error) =>
        new Subject<unknown>().subscribe() &&
        timer(1).subscribe(() => {
          throw error;
        }),
    ],
  ])('fails by name: %s', async (_name, lose) => {
    const handler =
      (error: unknown): AnyHandler =>
      ({ in$ }: Texts) => {
        lose(error);
        return in$;
      };
    const lanes = { in: '-a---', out: '-a---' };
    const text = await failure(handler(new TypeError('lost')), lanes);
    expect(text).toMatch(/^an error was thrown and nobody caught it: TypeError: lost/);
    expect(await failure(handler('lost'), lanes)).toMatch(/^"lost" was thrown, which is not an Error/);
  });
});

describe('state that is shared between the runs', () => {
  test('fails, and is not taken for a tie', async () => {
    let count = 0;
    const handler = ({ in$ }: Texts): unknown => in$.pipe(map(() => String(count++)));
    expect(await failure(handler, { in: '-a-', out: '-0-' })).toMatch(/^shared state: /);
  });

  test('is none in what is made for each run', async () => {
    const make = (): AnyHandler => {
      let count = 0;
      return ({ in$ }: Texts) => in$.pipe(map(() => String(count++)));
    };
    await testHandler({ make }, { in: '-a-a', out: '-0-1' });
    const feed = () => {
      const prices = new Subject<string>();
      return { handler: () => prices, subjects: { prices } };
    };
    await testHandler({ make: feed }, { out: '-a-|', 'prices.push': '-a-|' });
  });
});
