/**
 * What marbles cost: 1,000 scenarios of about 20 columns, each in both orders of ties, and the picture of each.
 *
 *     npm run bench:marbles
 *
 * The scenarios are made at random, from a fixed seed, over eight handlers; what is seen in a first run is what each is
 * then held against. The time is that of the engine and the comparison, without a test runner. Exit code 1: the
 * scenarios take 3 s or longer, or a picture 1 ms or longer.
 */
import { bufferCount, debounceTime, delay, map, type Observable, scan, throttleTime } from 'rxjs';
import { enterVirtualWorld } from '../src/edge/virtual-world.ts';
import { toSvg } from '../src/marble/draw-svg.ts';
import { toText } from '../src/marble/draw-text.ts';
import { scenarioOf } from '../src/marble/in-code.ts';
import type { Scenario } from '../src/marble/scenario.ts';
import { toScenario } from '../src/marble/to-marble.ts';
import { check } from '../src/testing/check.ts';
import { type AnyHandler, toFixture } from '../src/testing/fixture.ts';
import { run } from '../src/testing/run.ts';

const BAR = { scenariosMs: 3_000, pictureMs: 1 };
const SCENARIOS = 1_000;
const COLUMNS = 20;

type Texts = { readonly in$: Observable<string> };

const handlers: readonly AnyHandler[] = [
  ({ in$ }: Texts) => in$,
  ({ in$ }: Texts) => in$.pipe(map((text) => text.toUpperCase())),
  ({ in$ }: Texts) => in$.pipe(scan((all, text) => all + text, '')),
  ({ in$ }: Texts) => in$.pipe(bufferCount(2), map(String)),
  ({ in$ }: Texts) => in$.pipe(delay(3)),
  ({ in$ }: Texts) => in$.pipe(debounceTime(2)),
  ({ in$ }: Texts) => in$.pipe(throttleTime(4)),
  async function* ({ in$ }: Texts) {
    let count = 0;
    in$.subscribe(() => count++);
    await new Promise((resolve) => setTimeout(resolve, 10));
    yield String(count);
  },
];

interface Prepared {
  readonly scenario: Scenario;
  readonly handler: AnyHandler;
}

/** Numbers in [0, 1), always the same ones: mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const checked = ({ scenario, handler }: Prepared): Promise<unknown> =>
  check({ scenario, make: () => toFixture(handler), enter: enterVirtualWorld });

/** Scenarios that hold in both orders: a tie would be run once more, and drawn. */
async function prepared(): Promise<Prepared[]> {
  const random = seeded(4);
  const made: Prepared[] = [];
  for (let index = 0; made.length < SCENARIOS; index++) {
    const handler = handlers[index % handlers.length] as AnyHandler;
    const cells = Array.from({ length: COLUMNS }, () => (random() < 0.25 ? 'abc'[Math.floor(random() * 3)] : '-'));
    const draft = scenarioOf({ title: `scenario ${index}`, lanes: { in: cells.join('') }, draft: true });
    const { trace } = await run(draft, toFixture(handler), 'inputs first', enterVirtualWorld);
    const one = { handler, scenario: toScenario(trace, draft) };
    const holds = await checked(one).then(
      () => true,
      () => false,
    );
    if (holds) made.push(one);
  }
  return made;
}

async function timeOf(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const scenarios = await prepared();
const scenariosMs = await timeOf(async () => {
  for (const one of scenarios) await checked(one);
});
const svgMs = (await timeOf(() => scenarios.map(({ scenario }) => toSvg(scenario)))) / SCENARIOS;
const textMs = (await timeOf(() => scenarios.map(({ scenario }) => toText(scenario)))) / SCENARIOS;

const failed = [scenariosMs >= BAR.scenariosMs, svgMs >= BAR.pictureMs, textMs >= BAR.pictureMs];
console.log(
  `${SCENARIOS} scenarios of ${COLUMNS} columns, both orders: ${Math.round(scenariosMs)} ms (bar ${BAR.scenariosMs})`,
);
console.log(`a picture: ${svgMs.toFixed(3)} ms as SVG, ${textMs.toFixed(3)} ms as text (bar ${BAR.pictureMs})`);
process.exitCode = failed.includes(true) ? 1 : 0;
