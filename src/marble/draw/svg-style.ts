/*
 * The look of a picture, in the colours of the demo page. Directions differ in shape and filling too, for those who
 * cannot tell the colours: what comes in is a ring, what goes out is a filled square.
 */

/** All rules begin with the class, because the style of an SVG within a page holds for the whole page. */
export const className = 'marbles';

const light = {
  paper: '#fff',
  edge: '#dfe6e8',
  sunken: '#f2f5f6',
  line: '#84959a',
  ink: '#16242a',
  soft: '#53656c',
  in: '#1a7048',
  out: '#5546b8',
  subject: '#0b6b83',
  close: '#9a4a09',
  error: '#b3261e',
};

const dark: typeof light = {
  paper: '#141c1f',
  edge: '#263237',
  sunken: '#1b2529',
  line: '#61737a',
  ink: '#e3ebed',
  soft: '#9cadb3',
  in: '#72cf9f',
  out: '#b3a8fb',
  subject: '#63c3da',
  close: '#eda86c',
  error: '#ff8b80',
};

const variables = (colours: typeof light, css: string): string =>
  Object.entries(colours)
    .filter(([name]) => css.includes(`var(--${name})`))
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');

const mono = 'ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace';

const rules: ReadonlyArray<readonly [selector: string, declarations: string]> = [
  ['path', 'fill:none;stroke:var(--line);stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round'],
  ['text', 'fill:var(--ink)'],
  ['.paper', 'fill:var(--paper);stroke:var(--edge)'],
  ['.jump', 'fill:var(--sunken)'],
  ['.grid', 'stroke:var(--edge);stroke-width:1'],
  ['.gap', 'stroke-width:2;stroke-dasharray:0 6'],
  ['.soft', 'fill:var(--soft)'],
  ['.tick', 'fill:var(--soft);font-size:10.5px;text-anchor:middle'],
  ['.leap', 'fill:var(--subject);font-weight:600'],
  ['.strong', 'font-weight:700'],
  ['.in', '--hue:var(--in)'],
  ['.out', '--hue:var(--out)'],
  ['.subject', '--hue:var(--subject)'],
  ['.quiet', '--hue:var(--soft)'],
  ['.ring .m', 'fill:var(--paper);stroke:var(--hue);stroke-width:2'],
  ['.full .m', 'fill:var(--hue);stroke:var(--paper);stroke-width:1.5'],
  ['.faded .m', 'stroke-width:1.5;stroke-dasharray:3 2.5'],
  ['.t', 'font-weight:600;text-anchor:middle'],
  ['.ring .t', 'fill:var(--hue)'],
  ['.full .t', 'fill:var(--paper)'],
  ['.bar', 'stroke:var(--ink);stroke-width:3'],
  ['.close', 'stroke:var(--close);stroke-width:4'],
  ['.error', 'stroke:var(--error);stroke-width:3'],
  ['.said', 'stroke:var(--paper);stroke-width:4;stroke-linejoin:round;paint-order:stroke'],
  ['.code', 'fill:var(--close);font-weight:600'],
  ['.wrong', 'fill:var(--error);font-weight:600'],
  ['.blank', 'fill:var(--paper)'],
  ['.step', 'stroke:var(--hue);stroke-width:2'],
  ['.mid', 'text-anchor:middle'],
  ['.small', 'font-size:10.5px'],
  ['.thick', 'stroke:var(--hue);stroke-width:5;stroke-linecap:butt'],
  ['.mark', 'stroke:var(--hue);stroke-width:2.5'],
  ['.hatch', 'stroke:var(--hue);stroke-width:12;stroke-dasharray:1.5 5;stroke-linecap:butt'],
  ['.area', 'stroke:none;fill:var(--hue);fill-opacity:.18'],
];

/** Only the rules whose classes a picture has. */
export function styleFor(body: string): string {
  const used = rules.filter(([selector]) =>
    selector
      .split(' ')
      .every((part) => !part.startsWith('.') || new RegExp(`class="[^"]*\\b${part.slice(1)}\\b`).test(body)),
  );
  const css = used.map(([selector, declarations]) => `.${className} ${selector}{${declarations}}`).join('\n');
  return [
    `.${className}{${variables(light, css)};font:12px ${mono}}`,
    css,
    `@media(prefers-color-scheme:dark){.${className}{${variables(dark, css)}}}`,
  ].join('\n');
}
