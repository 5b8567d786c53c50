import { describe, expect, test } from 'vitest';
import { toSvg } from '../../src/marble/draw-svg.ts';
import { noChromium, openChromium } from '../support/chromium.ts';
import { everything, examples, longValues, room, scenarioOf, silentPeer, withoutEach } from './draw-examples.ts';

const all = Object.entries(examples);
/** What can be seen, without the description. */
const drawnPart = (svg: string): string => svg.replace(/<desc>.*<\/desc>/s, '');
const sizeOf = (svg: string): { width: number; height: number } => {
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  return { width: Number(width), height: Number(height) };
};
const textsOf = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, text = '']) =>
    text.replace(/<[^>]*>/g, '').replaceAll('&quot;', '"'),
  );

describe('the SVG of a scenario', () => {
  test.each(all)('is well-formed XML of a sensible size: %s', (_name, scenario) => {
    const svg = toSvg(scenario);
    expect(unbalanced(svg)).toEqual([]);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg.length).toBeLessThan(12_000);
  });

  test('is the same bytes each time', () => {
    for (const [, scenario] of all) expect(toSvg(structuredClone(scenario))).toBe(toSvg(scenario));
  });

  test('is small: an echo in under 3 kB', () => {
    expect(toSvg(scenarioOf('  in   --a--b--|\n  out  --a--b--|')).length).toBeLessThan(3_000);
  });

  test('has a role, the title, and a description of the prose and of each lane', () => {
    const svg = toSvg({ ...room, title: 'a <room> & "more"' });
    expect(svg).toContain('role="img"');
    expect(svg).toContain('<title>a &lt;room&gt; &amp; &quot;more&quot;</title>');
    expect(/<desc>(.*)<\/desc>/.exec(svg)?.[1]).toBe(
      'Late comers see only what is said after they joined. ' +
        'ann.in: connects at 0, hi at 3 ms, closes at 9 ms. '.replaceAll(', ', '; ') +
        'ann.out: &quot;1:hi&quot; at 3 ms; &quot;2:yo&quot; at 6 ms; completes at 9 ms. ' +
        'bob.in: connects at 1 ms; yo at 6 ms. bob.out: &quot;1:hi&quot; at 3 ms; &quot;2:yo&quot; at 6 ms.',
    );
  });

  test('escapes what would end its markup, and replaces what XML cannot hold', () => {
    const svg = toSvg(scenarioOf('  out  -X-Y\n  X = "]]><script>&"\n  Y = close 4001 "a\\u0000\\ud800\\u202e<b>"'));
    expect(unbalanced(svg)).toEqual([]);
    expect(svg).not.toContain('<script>');
    expect(svg).toContain(']]&gt;&lt;script&gt;&amp;');
    expect(svg).not.toMatch(/[\0\ud800\u202e]/);
  });

  test.each(all)('shows every event: without any of them it is another picture: %s', (_name, scenario) => {
    const whole = drawnPart(toSvg(scenario));
    for (const { event, rest } of withoutEach(scenario)) {
      expect(drawnPart(toSvg(rest)), `${event.symbol} at ${event.time}`).not.toBe(whole);
    }
  });

  test('has a shape for each event', () => {
    const svg = toSvg(everything);
    const count = (name: string): number => svg.split(`class="${name}"`).length - 1;
    // 3 + 6 + 5 in the lanes of the connection, 1 taken, 3 dropped, 2 actions, 1 line, 4 at the subject, 1 of bob.
    expect(count('m')).toBe(26);
    expect(count('bar')).toBe(1);
    // The closes of in and wire, the terminate, the refusal.
    expect(count('close')).toBe(4);
    // The errors of out and of the subject, the lost connection.
    expect(count('error')).toBe(3);
    // A connect, two subscriptions with their ends.
    expect(count('mark')).toBe(5);
  });

  test('shows directions by shape: rings come in, squares go out, diamonds are control frames', () => {
    const lane = (text: string): string => /<g class.*<\/g>/.exec(toSvg(scenarioOf(text)))?.[0] ?? '';
    expect(lane('  in   -a')).toMatch(/class="ring in".*<circle/);
    expect(lane('  out  -a')).toMatch(/class="full out".*<rect/);
    expect(lane('  wire  -P\n  P = ping')).toMatch(/class="full out".*<path class="m"/);
  });

  test('writes short values into marbles and explains the others below', () => {
    const texts = textsOf(toSvg(room));
    expect(texts).toContain('hi');
    expect(texts).toContain('H"1:hi"');
    expect(texts).not.toContain('h"hi"');
  });

  test('does not write a value that is the symbol of another', () => {
    const texts = textsOf(toSvg(scenarioOf('  in   -Ab\n  A = "b"\n  b = "long value"')));
    expect(texts).toEqual(expect.arrayContaining(['A', 'A"b"', 'b', 'b"long value"']));
  });

  test('says the codes of closes and refusals beside them', () => {
    const texts = textsOf(toSvg(everything));
    expect(texts).toEqual(expect.arrayContaining(['4003enough of this', '4001kicked', '401token missing']));
    expect(texts).toEqual(expect.arrayContaining(['TypeErrorno such room', 'lost', 'terminated']));
  });

  test('writes the length of jumps and the times at their ends', () => {
    const texts = textsOf(toSvg(silentPeer));
    expect(texts).toEqual(expect.arrayContaining(['0', '+29 s', '30 s', '+9 s', '40 s']));
    expect(toSvg(silentPeer)).toContain('class="gap"');
  });

  test('cuts long values with an ellipsis', () => {
    const cut = textsOf(toSvg(longValues)).filter((text) => text.endsWith('…'));
    expect(cut).toHaveLength(3);
    expect(sizeOf(toSvg(longValues)).width).toBeLessThan(760);
  });

  test('has colours for light and for dark', () => {
    const svg = toSvg(room);
    const [light = '', dark = ''] = svg.split('@media(prefers-color-scheme:dark)');
    const names = (css: string): string[] => [...css.matchAll(/(--\w+):#/g)].map(([, name = '']) => name);
    expect(names(light)).toEqual(names(dark));
    for (const [, name] of svg.matchAll(/var\((--\w+)\)/g)) expect(svg).toContain(`${name}:`);
  });

  test('keeps its text within the picture and apart, as Chromium draws it', async ({ skip }) => {
    const browser = await openChromium();
    if (browser === undefined) return skip(noChromium);
    try {
      const page = await browser.newPage();
      for (const [name, scenario] of all) {
        await page.setContent(toSvg(scenario));
        expect(await page.evaluate(misplacedTexts), name).toBe('');
      }
    } finally {
      await browser.close();
    }
  });
});

/** The tags that are not closed in order; an empty list for well-formed markup. */
function unbalanced(svg: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [tag, end, name = '', attributes = '', empty] of svg.matchAll(
    /<(\/?)(\w*)((?:\s+\w+="[^"<]*")*)(\/?)>|[<]/g,
  )) {
    if (name === '' || (/^xmlns|\s$/.test(attributes) && end)) wrong.push(tag);
    else if (end === '/') {
      if (open.pop() !== name) wrong.push(tag);
    } else if (empty === '') open.push(name);
  }
  if (/&(?!(?:amp|lt|gt|quot);)/.test(svg)) wrong.push('&');
  return [...wrong, ...open];
}

/** Runs in the page: texts that leave the picture or lie over another text. */
const misplacedTexts = `(() => {
  const paper = document.querySelector('.paper').getBoundingClientRect();
  const texts = [...document.querySelectorAll('text')].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
  const outside = texts.filter(({ box }) =>
    box.left < paper.left || box.right > paper.right || box.top < paper.top || box.bottom > paper.bottom);
  const over = texts.flatMap((a, index) => texts.slice(index + 1)
    .filter((b) => a.box.left < b.box.right - 1 && b.box.left < a.box.right - 1
      && a.box.top < b.box.bottom - 4 && b.box.top < a.box.bottom - 4)
    .map((b) => a.text + ' over ' + b.text));
  return [...outside.map(({ text }) => text + ' outside'), ...over].join(', ');
})()`;
