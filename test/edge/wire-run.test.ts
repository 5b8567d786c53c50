import { debounceTime, map, type Observable, Subject, tap } from 'rxjs';
import { CloseError } from 'sluice';
import { describe, expect, test } from 'vitest';
import { checkOnWire } from '../../src/edge/wire-run.ts';
import { MarbleMismatch } from '../../src/marble/mismatch.ts';
import { parseMarbles } from '../../src/marble/parse.ts';
import type { Scenario } from '../../src/marble/scenario.ts';
import { toFixture } from '../../src/testing/fixture.ts';
import { NotOnWire, whyNotOnWire } from '../../src/testing/on-wire.ts';

type Input = { in$: Observable<string> };

const echo = ({ in$ }: Input) => in$;
const scenarioOf = (lanes: string): Scenario => {
  const { scenarios, problems } = parseMarbles(`== on the wire ==\n${lanes}`);
  const [scenario] = scenarios;
  if (scenario === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return scenario;
};
const onWire = (lanes: string, handler: (channel: never) => unknown = echo): Promise<void> =>
  checkOnWire({ scenario: scenarioOf(lanes), make: () => toFixture(handler) });

describe('a scenario over a real socket', () => {
  test('holds where the sockets in memory say so', async () => {
    await onWire('  in    -a--b--|\n  out   -a--b--|\n  wire  -a--b--|\n  sub   ^------!');
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

  test('has peers of its own for each party', async () => {
    const said = new Subject<string>();
    const room = ({ in$ }: Input) => {
      in$.subscribe((text) => said.next(text));
      return said;
    };
    await onWire('  ann.in   ^-a---\n  ann.out  --a-b-\n  bob.in   -^--b-\n  bob.out  --a-b-', room);
  });

  test('fails where the wire shows something else than memory', async () => {
    let runs = 0;
    // The run in memory tells whether time matters: it makes two, and the wire is the third.
    const lying = ({ in$ }: Input) => {
      runs += 1;
      return runs < 3 ? in$ : in$.pipe(map((text) => text.toUpperCase()));
    };
    await expect(onWire('  in   -a\n  out  -a', lying)).rejects.toThrow(MarbleMismatch);
    expect(runs).toBe(3);
  });

  test('is skipped where what happens is a matter of time', async () => {
    const late = ({ in$ }: Input) => in$.pipe(debounceTime(2));
    await expect(onWire('  in   -ab|\n  out  ---g\n  g = (b |)', late)).rejects.toThrow(NotOnWire);
  });

  test.each([
    ['the lane peer is no matter of the wire', '  peer  x\n  out   -'],
    ['nothing of it shows on the wire', '  log  -a'],
    ['time jumps', '  time  -[9s]-\n  in    ------\n  out   ------'],
    ['it is about timers', 'ties: inputs first\n  in   -a\n  out  -a'],
    ['params are given without a path', 'params: {"a": "b"}\n  in   -a\n  out  -a'],
    ['it looks at the virtual clock', '  in   -a\n  out  -A\n  A = json <now>'],
    ['the client writes such headers itself', 'headers: {"Upgrade": "h2c"}\n  in   -a\n  out  -a'],
    ['two peers act at the same instant', '  a.in   -a\n  a.out  -a\n  b.in   -b\n  b.out  -b'],
    ['at 2 ms something happens by itself', '  in   -a-\n  out  --a'],
  ])('cannot run: %s', (why, lanes) => {
    expect(whyNotOnWire(scenarioOf(lanes))).toBe(why);
  });
});
