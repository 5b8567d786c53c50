import { type ParseArgsConfig, parseArgs } from 'node:util';
import { durationMs } from '../marble/duration.ts';
import type { Reference } from '../marble/scenario.ts';
import { UsageError } from './command.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<T extends Options> = ReturnType<typeof parseArgs<{ options: T; allowPositionals: true }>>;

/** Reads options and operands. Throws a `UsageError` for what is unknown. */
export function readArguments<T extends Options>(args: readonly string[], options: T): Parsed<T> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The one operand of a command. */
export function onlyOperand(operands: readonly string[], what: string): string {
  const [first, second] = operands;
  if (first === undefined) throw new UsageError(`${what} is missing.`);
  if (second !== undefined) throw new UsageError(`One ${what} is enough; '${second}' is too much.`);
  return first;
}

/** Reads `30s` as 30_000. */
export function readDurationOption(name: string, text: string): number {
  const ms = /^[\d.]+(ms|s|m|h)$/.test(text) ? durationMs(text) : undefined;
  if (ms === undefined) throw new UsageError(`--${name} is '${text}'. Write a duration such as 10ms, 30s or 5m.`);
  return ms;
}

/** Reads `./chat.ts#chat` or `./room.ts#room()`. */
export function readUseOption(text: string): Reference & { readonly call: boolean } {
  const [found, module = '', name = '', call] = /^(\S+)#([\p{L}_$][\p{L}\p{N}_$]*)(\(\))?$/u.exec(text) ?? [];
  if (found === undefined) throw new UsageError(`--use is '${text}'. Write a module and its export: ./chat.ts#chat.`);
  return { module, name, call: call !== undefined };
}

/** Reads the address of a socket; `http` means `ws`, and no scheme at all too. */
export function readSocketUrl(text: string): URL {
  const url = URL.parse(/^\w+:\/\//.test(text) ? text : `ws://${text}`);
  if (url === null) throw new UsageError(`'${text}' is no URL. Write for example ws://localhost:8080/chat.`);
  if (url.protocol === 'http:') url.protocol = 'ws:';
  if (url.protocol === 'https:') url.protocol = 'wss:';
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:')
    throw new UsageError(`'${text}' is no WebSocket URL. It begins with ws:// or wss://.`);
  url.hash = '';
  return url;
}

/** Reads `name: value` header lines. */
export function readHeaderOptions(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const [found, name = '', value = ''] = /^([^\s:]+):\s*(.*)$/.exec(line) ?? [];
      if (found === undefined) throw new UsageError(`--header is '${line}'. Write it as 'name: value'.`);
      return [name, value];
    }),
  );
}
