import { styleText } from 'node:util';

type Stream = NodeJS.WriteStream;
type Style = Parameters<typeof styleText>[0];

/** Writes a line for whoever reads the result, a person or a pipe. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Writes a line about the work itself; it does not go into pipes. */
export function tell(line: string): void {
  clearProgress();
  process.stderr.write(`${line}\n`);
}

/** Colours a text, where that is wanted: not in pipes, and not with NO_COLOR (no-color.org). */
export function paint(style: Style, text: string, stream: Stream = process.stdout): string {
  const wanted = stream.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  return wanted ? styleText(style, text, { validateStream: false }) : text;
}

/** Control characters, line ends, and what turns the direction of writing. */
const steering = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** What a peer sends must not move the cursor of a terminal, clear it, or look like lines of ours. */
export function harmless(text: string): string {
  return text.replace(steering, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

let shown = false;

/** Shows on one line what is waited for, and replaces it. Only in a terminal. */
export function progress(text: string): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r\u001b[K${text}`);
  shown = true;
}

export function clearProgress(): void {
  if (!shown) return;
  process.stderr.write('\r\u001b[K');
  shown = false;
}
