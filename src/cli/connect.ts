import type { WebSocket } from 'ws';
import { closeName, cutReason, isSendableCode } from '../protocol/close.ts';
import { onlyOperand, readArguments, readDurationOption, readSocketUrl } from './arguments.ts';
import type { Command } from './command.ts';
import { Conversation } from './conversation.ts';
import { dial, dialHelp, dialOptions } from './dial.ts';
import { shownMessage } from './shown-message.ts';
import { harmless, paint, say } from './terminal.ts';

const keys = `  /ping                 sends a Ping and tells how long its Pong took
  /close [CODE] [WORDS] closes, with 1000 if nothing is said
  //...                 sends a text that begins with /
  /help                 this list
  Ctrl-C, Ctrl-D        closes with 1000`;

export const connect: Command = {
  summary: 'talks to a WebSocket server',
  help: `Usage: sluice connect URL [OPTIONS]

Each line that is typed is sent as a text message; what comes is shown, and how the connection ends.

${keys}

${dialHelp}
      --ping DURATION       sends a Ping that often, and tells how long its Pong took

At the end of a pipe the connection is closed once the peer has been silent for a second.
Fails if the handshake is refused, or the end is another than 1000, 1001 or 1005.`,
  run: async (args) => {
    const { positionals, values } = readArguments(args, { ...dialOptions, ping: { type: 'string' } });
    const url = readSocketUrl(onlyOperand(positionals, 'URL'));
    const every = values.ping === undefined ? undefined : readDurationOption('ping', values.ping);
    return talk(url, values, every);
  },
};

async function talk(url: URL, values: Parameters<typeof dial>[1], every: number | undefined): Promise<number> {
  const began = performance.now();
  let early: string[] | undefined = [];
  let print = (line: string): void => void early?.push(line);
  let heard = (): void => {};
  let ended = (): void => {};
  let exitCode = 1;
  const ws = await dial(url, values, (ws) => {
    ws.on('message', (data: Buffer, isBinary) => {
      print(shownMessage(data, isBinary));
      heard();
    });
    ws.on('ping', () => print(paint('dim', '< ping')));
    ws.on('pong', (data) => print(paint('dim', `< pong${roundTrip(data)}`)));
    ws.on('close', (code, reason) => {
      exitCode = [1000, 1001, 1005].includes(code) ? 0 : 1;
      ended();
      print(paint(exitCode === 0 ? 'green' : 'red', closeLine(code, reason.toString())));
    });
  });
  const protocol = ws.protocol === '' ? '' : `, subprotocol ${ws.protocol}`;
  say(paint('green', `Connected to ${url} in ${milliseconds(performance.now() - began)}${protocol}.`));
  const conversation = new Conversation(ws, { hear: (line) => obey(line, ws, conversation) });
  print = (line) => conversation.print(line);
  heard = () => conversation.heard();
  ended = () => conversation.end();
  for (const line of early) print(line);
  early = undefined;
  const pings = every === undefined ? undefined : setInterval(() => ping(ws), every);
  await conversation.over;
  clearInterval(pings);
  conversation.end();
  return exitCode;
}

function obey(line: string, ws: WebSocket, conversation: Conversation): void {
  if (!line.startsWith('/') || line.startsWith('//')) {
    ws.send(line.startsWith('//') ? line.slice(1) : line);
    return;
  }
  const [word = '', code = '1000', ...reason] = line.slice(1).trim().split(/\s+/);
  if (word === 'ping') ping(ws);
  else if (word === 'help') conversation.print(keys);
  else if (word !== 'close') conversation.print(`There is no /${harmless(word)}. /help lists what there is.`);
  else if (!isSendableCode(Number(code))) conversation.print('Close codes are 1000-1003, 1007-1014 and 3000-4999.');
  else conversation.close(Number(code), cutReason(reason.join(' ')));
}

/** The time of sending travels in the Ping and comes back in its Pong. */
function ping(ws: WebSocket): void {
  if (ws.readyState === ws.OPEN) ws.ping(String(performance.now()));
}

function roundTrip(data: Buffer): string {
  const took = performance.now() - Number(data.toString() || Number.NaN);
  return Number.isFinite(took) ? ` after ${milliseconds(took)}` : '';
}

const milliseconds = (ms: number): string => `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;

function closeLine(code: number, reason: string): string {
  const name = closeName(code);
  return `Closed: ${code}${name === '' ? '' : ` ${name}`}${reason === '' ? '' : `, "${harmless(reason)}"`}`;
}
