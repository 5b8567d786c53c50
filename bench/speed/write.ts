import { readFileSync, writeFileSync } from 'node:fs';
import { drawBars, ratio } from './bars.ts';
import { best, middle, type Result, subjectOf, worst, wsOf } from './result.ts';
import { sluice } from './subjects.ts';
import { cpu } from './workloads.ts';

const TABLE = new URL('../results.md', import.meta.url);
const CHART = new URL('../speed.svg', import.meta.url);

interface How {
  readonly rounds: number;
  readonly seconds: number;
}

/** Writes the table and the chart that the README shows. */
export function writeResults(results: readonly Result[], how: How): void {
  const own = results.filter(({ subject }) => subject === sluice);
  const others = results.filter((result) => result.subject !== sluice && result.line.figure === cpu);
  writeFileSync(TABLE, [...preface(how), ...ownTable(own), ...otherTable(own, others)].join('\n'));
  const bars = own.filter(({ line }) => line.figure === cpu);
  if (bars.length > 0) writeFileSync(CHART, chart(bars, how));
}

function versionOf(name: string): string {
  const text = readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function preface({ rounds, seconds }: How): string[] {
  const platform = `Node ${process.versions.node}, ws ${versionOf('ws')}, rxjs ${versionOf('rxjs')}, ${process.platform}`;
  return [
    '# Speed beside plain ws',
    '',
    `Written by \`npm run bench -- --write\`: ${platform}, loopback, at most ${rounds} rounds of ${seconds} s.`,
    'A ratio of CPU time is that of `ws` for a message, divided by that of sluice: 2 is twice the messages for the same',
    'time. A ratio of memory is that of sluice divided by that of `ws`: below 1 is less. Each is the median of the',
    'ratios within a round, with the worst and the best round behind it.',
    '',
  ];
}

function ownTable(results: readonly Result[]): string[] {
  const row = (result: Result): string => {
    const { id, what, figure } = result.line;
    const range = `${figure.shown(worst(result))} to ${figure.shown(best(result))}`;
    const readings = [figure.reading(wsOf(result)), figure.reading(subjectOf(result))];
    return cells([id, what, figure.name, ...readings, `**${figure.shown(middle(result))}**`, range]);
  };
  return [
    cells(['', 'Workload', 'Figure', 'ws', 'sluice', 'Median', 'Worst to best']),
    cells(['---', '---', '---', '--:', '--:', '--:', '---']),
    ...results.map(row),
    '',
  ];
}

/** A column for each workload, and a row for each library that ran in the same rounds. */
function otherTable(own: readonly Result[], others: readonly Result[]): string[] {
  const lines = [...new Set(others.map(({ line }) => line))];
  if (lines.length === 0) return [];
  const names = [...new Set([...own, ...others].map(({ subject }) => subject.name))];
  const cell = (name: string, line: Result['line']): string => {
    const result = [...own, ...others].find((one) => one.subject.name === name && one.line === line);
    return result === undefined ? '' : line.figure.shown(middle(result));
  };
  return [
    'Others in the same rounds, CPU time of `ws` / its own:',
    '',
    cells(['', ...lines.map(({ id }) => id)]),
    cells(['---', ...lines.map(() => '--:')]),
    ...names.map((name) => cells([name, ...lines.map((line) => cell(name, line))])),
    '',
  ];
}

const cells = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;

function chart(results: readonly Result[], { rounds }: How): string {
  const bars = results.map((result) => {
    const [label = '', ...notes] = result.line.what.split(', ');
    const ends = [worst(result), best(result)] as const;
    return { label: capital(label), note: notes.join(', '), value: middle(result), range: ends };
  });
  return drawBars({
    title: 'Messages for the same CPU time, beside plain ws',
    caption: `Bar: median of ${rounds} rounds. Line: the worst and the best. Logarithmic.`,
    description: `As many times the messages of ws: ${bars
      .map(({ label, note, value }) => `${[label, note].filter(Boolean).join(', ')} ${ratio(value)}`)
      .join('; ')}.`,
    bars,
  });
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
