import { debounceTime, ignoreElements, map, Subject, take, throwError, timer } from 'rxjs';
import { anyOrigin, CloseError, type Handler, handler, json, route } from 'sluice';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemo } from '../../examples/demo/app.ts';
import { echo } from '../../examples/echo.ts';
import { record } from '../../src/edge/record.ts';
import { enterVirtualWorld } from '../../src/edge/virtual-world.ts';
import { parseMarbles } from '../../src/marble/parse.ts';
import { readRecording } from '../../src/marble/recording.ts';
import { recordingToMarble } from '../../src/marble/recording-scenario.ts';
import { check } from '../../src/testing/check.ts';
import { type AnyHandler, type Fixture, toFixture } from '../../src/testing/fixture.ts';
import { demoTab } from '../demo/demo-page.ts';
import { listening, type Served } from '../support/server.ts';
import { openWs, type WsClient } from '../support/ws-client.ts';

type Options = NonNullable<Parameters<typeof route>[1] & object>;

/** Serves a handler that is recorded. */
async function recording(handler: AnyHandler, options: object = {}): Promise<Served & { scenario(): string }> {
  const lines: string[] = [];
  const recorded = record({ write: (line) => lines.push(line) })(handler);
  const served = await listening([route('/', options as Options, recorded as never)]);
  return { ...served, scenario: () => recordingToMarble(readRecording(lines.join(''))) };
}

/** Runs the only scenario of a text. */
async function replay(text: string, under: AnyHandler | Fixture): Promise<void> {
  const { scenarios, problems } = parseMarbles(text);
  expect(problems).toEqual([]);
  const [scenario] = scenarios;
  if (scenario === undefined) throw new Error('There is no scenario.');
  await check({ scenario, make: () => toFixture(under), enter: enterVirtualWorld });
}

/** Handlers, what a client does to them, and what must be in the recording. */
const sessions: Record<
  string,
  { handler: AnyHandler; options?: object; act(client: WsClient): unknown; shows: RegExp }
> = {
  'an echo that the client closes': {
    handler: echo,
    act: async ({ ws, received }) => {
      ws.send('hello');
      ws.send('hello');
      ws.send('b');
      await received(3);
      ws.close(4001, 'bye');
    },
    shows: / {2}in {3}-*H.*X.*\n {2}out .*\|.*\n(.*\n)*.*X = close 4001 "bye"/,
  },
  'an echo that is lost': {
    handler: echo,
    act: async ({ ws, received }) => {
      ws.send('x');
      await received(1);
      ws.terminate();
    },
    shows: /in .*#/,
  },
  'a handler that takes its time and completes': {
    handler: handler(
      debounceTime<string>(60),
      map((word) => `found ${word}`),
      take(1),
    ),
    act: ({ ws }) => {
      ws.send('a');
      ws.send('ab');
    },
    shows: /"found ab"/,
  },
  'a handler with JSON': {
    handler: handler(
      map((said: { word: string }) => ({ said: said.word, by: 7 })),
      take(1),
    ),
    options: { codec: json() },
    act: ({ ws }) => ws.send('{"word":"yo"}'),
    shows: /json \{"said": "yo", "by": 7\}/,
  },
  'a handler that fails': {
    handler: () => throwError(() => new TypeError('broken')),
    act: () => {},
    shows: /error TypeError "broken"/,
  },
  'a handler that closes later': {
    handler: ({ close }: { close(code: number, reason: string): void }) => {
      timer(30).subscribe(() => close(4100, 'over'));
    },
    act: () => {},
    shows: /close 4100 "over"/,
  },
  'a handler that throws a Close': {
    handler: () => {
      throw new CloseError(4003);
    },
    act: () => {},
    shows: /close 4003/,
  },
  'a handler that pushes and never listens': {
    handler: ({ out }: { out: { next(text: string): void; complete(): void } }) => {
      out.next('one');
      out.next('two');
      out.complete();
    },
    act: ({ ws }) => ws.send('ignored'),
    shows: /A = \(O T \|\)/,
  },
};

describe('a recorded session', () => {
  for (const [name, { handler, options, act, shows }] of Object.entries(sessions)) {
    test(`holds when it is replayed: ${name}`, async () => {
      const { url, record, scenario } = await recording(handler, options);
      await act(await openWs(url('/')));
      await record();
      const text = scenario();
      expect(text).toMatch(shows);
      await replay(text, { handler, ...(options === undefined ? {} : { options: options as never }) });
    });
  }

  test('fails when it is replayed against another handler', async () => {
    const { url, record, scenario } = await recording(echo);
    const { ws, received } = await openWs(url('/'));
    ws.send('hello');
    await received(1);
    ws.close();
    await record();
    await expect(replay(scenario(), handler(map((text: string) => `${text}!`)))).rejects.toThrow('hello!');
    await expect(replay(scenario(), handler(ignoreElements()))).rejects.toThrow(/missing/);
  });

  test('of several peers keeps who said what', async () => {
    const room = (): Handler => {
      const said = new Subject<string>();
      return ({ in$ }) => {
        in$.subscribe((text) => said.next(text));
        return said;
      };
    };
    const { url, record, scenario } = await recording(room());
    const ann = await openWs(url('/'));
    ann.ws.send('alone');
    await ann.received(1);
    const bob = await openWs(url('/'));
    bob.ws.send('both');
    await Promise.all([ann.received(2), bob.received(1)]);
    ann.ws.close();
    bob.ws.close();
    await record(2);
    const text = scenario();
    expect(text).toMatch(/p2\.out .*B/);
    const { scenarios } = parseMarbles(text);
    await check({
      scenario: scenarios[0] as never,
      make: () => toFixture(room()),
      enter: enterVirtualWorld,
    });
  });
});

describe('a browser on the demo page', () => {
  let demo: { url: string; close(): Promise<void> };
  beforeAll(async () => {
    demo = await startDemo(0);
  });
  afterAll(() => demo.close());
  const tab = demoTab(() => demo.url);

  test('is recorded, and what was recorded holds', async () => {
    const { url, record, scenario } = await recording(echo, { origins: anyOrigin() });
    const { page } = tab;
    await page.getByLabel('Address').fill(url('/'));
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.locator('body[data-phase=open]').waitFor();
    for (const text of ['Grüße', '{"n": 1}', 'x']) {
      await page.getByRole('textbox', { name: 'Message' }).fill(text);
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await page.locator('#rows > .in', { hasText: text }).first().waitFor();
    }
    await page.getByLabel('Close code').fill('1000');
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await record();
    const text = scenario();
    expect(text).toContain('"Grüße"');
    await replay(text, echo);
  });
});
