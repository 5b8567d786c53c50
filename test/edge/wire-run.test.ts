import { readdirSync, readFileSync } from 'node:fs';
import { concat, debounceTime, interval, map, merge, type Observable, of, Subject, tap, timer } from 'rxjs';
import { CloseError, dropOldest } from 'sluice';
import { describe, expect, test } from 'vitest';
import { checkOnWire } from '../../src/edge/wire-run.ts';
import { MarbleMismatch } from '../../src/marble/mismatch.ts';
import { parseMarbles } from '../../src/marble/parse.ts';
import type { Scenario } from '../../src/marble/scenario.ts';
import { toFixture } from '../../src/testing/fixture.ts';
import { marbleTests } from '../../src/testing/marble-tests.ts';
import { whyNotOnWire } from '../../src/testing/on-wire.ts';

type Input = { in$: Observable<string> };

const echo = ({ in$ }: Input) => in$;
const scenarioOf = (lanes: string): Scenario => {
  const { scenarios, problems } = parseMarbles(`== on the wire ==\n${lanes}`);
  const [scenario] = scenarios;
  if (scenario === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return scenario;
};
const onWire = (lanes: string, subject: unknown = echo): Promise<void> =>
  checkOnWire({ scenario: scenarioOf(lanes), make: () => toFixture(subject) });

describe('a scenario over a real socket', () => {
  test('holds where the sockets in memory say so', async () => {
    await onWire('  in    -a--b--|\n  out   -a--b--|\n  wire  -a--b--|\n  sub   ^------!');
  });

  test('fails where something else comes', async () => {
    const shouting = ({ in$ }: Input) => in$.pipe(map((text) => text.toUpperCase()));
    await expect(onWire('  in   -a\n  out  -a', shouting)).rejects.toThrow(MarbleMismatch);
  });

  test('fails where something comes that is not expected', async () => {
    const twice = ({ in$ }: Input) => merge(in$, in$);
    await expect(onWire('  in   -a-\n  out  -a-', twice)).rejects.toThrow(/a .*where/);
  });

  test('shows the code and reason of a Close, after all that was sent before', async () => {
    const bye = ({ in$ }: Input) =>
      in$.pipe(
        tap((text) => {
          if (text === 'b') throw new CloseError(4000, 'bye');
        }),
      );
    await onWire('  in    -a--b--\n  out   -a--X--\n  wire  -a--X--\n  X = close 4000 "bye"', bye);
  });

  test('has peers of its own for each party, who speak in the order of the lanes', async () => {
    const said = new Subject<string>();
    const room = ({ in$ }: Input) => {
      in$.subscribe((text) => said.next(text));
      return said;
    };
    await onWire('  ann.in   ^-a---\n  ann.out  --g-b-\n  bob.in   -^a-b-\n  bob.out  --g-b-\n  g = (a a)', room);
  });

  test('lets time pass only when the wire is quiet, so that timers are as exact as in memory', async () => {
    const late = ({ in$ }: Input) => in$.pipe(debounceTime(2));
    await onWire('  in   -ab----c---\n  out  ----b----c-', late);
    await expect(onWire('  in   -ab----c---\n  out  -----b---c-', late)).rejects.toThrow(/1 ms early/);
  });

  test.each([
    ['inputs first', '-----b-'],
    ['timers first', '---a-b-'],
  ])('knows which goes first at one instant: %s', async (ties, out) => {
    await onWire(`ties: ${ties}\n  in   -a-b---\n  out  ${out}`, ({ in$ }: Input) => in$.pipe(debounceTime(2)));
  });

  test('takes no longer for a day', async () => {
    const handler = () => timer(86_401_000).pipe(map(String));
    await onWire('tick: 1s\n  time  -[24h]----\n  out   ------(0|)', { handler, options: { heartbeat: false } });
  });

  test('says what its clock says', async () => {
    const stamp = ({ in$ }: Input) => in$.pipe(map(() => `${Date.now()}`));
    await onWire('epoch: 1000\n  in   -a-\n  out  -A-\n  A = "1001"', stamp);
  });

  test('has a peer that stops reading, and sees what waits and what is dropped', async () => {
    const handler = () => interval(1).pipe(map(String));
    const options = { overflow: dropOldest(), outHighWater: 1, outLowWater: 0, outCeiling: 4 };
    const lanes = ['peer  -x----r-', 'out   ------g6', 'buf   --1---0-', 'drop  ---123--'];
    await onWire(`${lanes.map((lane) => `  ${lane}\n`).join('')}  g = (0 4 5)`, { handler, options });
  });

  test('has subjects, actions and what is printed beside it', async () => {
    const feed = new Subject<string>();
    const fixture = {
      handler: ({ in$ }: Input) => {
        in$.subscribe((text) => console.log('got', text));
        return feed;
      },
      subjects: { feed },
      actions: { 1: () => feed.next('acted') },
    };
    const lanes = [
      'feed.push  -a----',
      'feed.seen  -aA---',
      'do         --1---',
      'in         ---b--',
      'out        -aA---',
    ];
    await onWire(`${lanes.map((lane) => `  ${lane}\n`).join('')}  log  ---B--\n  A = "acted"\n  B = "got b"`, fixture);
  });

  test('fails when an error is caught by nobody', async () => {
    const careless = () => {
      Promise.reject(new Error('forgotten'));
      return of('a');
    };
    await expect(onWire('  out  (a|)', careless)).rejects.toThrow(/forgotten/);
  });

  test('does not wait for an instant that has no end', async () => {
    const endless = () => {
      const again = (): unknown => setTimeout(again, 0);
      again();
      return concat();
    };
    await expect(onWire('  out  |--', endless)).rejects.toThrow('At 0 ms something goes on without end.');
  });
});

describe('which scenarios run over a real socket', () => {
  test('not those whose header fields a client writes itself', () => {
    const scenario = scenarioOf('headers: {"Upgrade": "h2c"}\n  in   -a\n  out  -a');
    expect(whyNotOnWire(scenario)).toBe('a WebSocket client writes such headers itself');
  });

  test('all of ours', () => {
    const files = [...readdirSync('marbles').map((file) => `marbles/${file}`), 'README.md'];
    const tests = files
      .filter((file) => /\.(marble|md)$/.test(file))
      .flatMap((file) => {
        const source = { file, text: readFileSync(file, 'utf8') };
        return marbleTests(source, () => ({}), { whyNot: whyNotOnWire, check: async () => {} });
      });
    expect(tests.length).toBeGreaterThan(160);
    expect(tests.filter(({ skip }) => skip !== false).map(({ name, skip }) => `${name}: ${skip}`)).toEqual([]);
  });
});
