import { access, readFile, writeFile } from 'node:fs/promises';
import { type RecordedEvent, readRecording, writeRecorded } from '../marble/recording.ts';
import { recordingToMarble } from '../marble/recording-scenario.ts';
import { onlyOperand, readArguments, readDurationOption, readSocketUrl, readUseOption } from './arguments.ts';
import { type Command, Failure, UsageError } from './command.ts';
import { dialHelp, dialOptions } from './dial.ts';
import { asFailure } from './marbles-replay.ts';
import { recordClient } from './record-client.ts';
import { say, tell } from './terminal.ts';

export const record: Command = {
  summary: 'records a conversation with a server as a scenario',
  help: `Usage: sluice marbles record URL [OPTIONS]
       sluice marbles record --from FILE.jsonl [--again FILE.jsonl] [OPTIONS]

Connects, sends each line that is typed or piped in as a text message, and writes down what goes over the connection: what is
sent as lane in, what comes as lane wire. When the connection is over the scenario is printed.

      --out FILE            writes it there; to FILE.jsonl goes the recording itself, one event a line
      --force               also where there is such a file already
      --use MODULE#EXPORT   the handler that the scenario is to test, relative to the file
      --title WORDS         the title of the scenario
      --tick DURATION       times are rounded to it (default 10ms)
      --for DURATION        closes after that time
      --from FILE.jsonl     makes the scenario of a recording that is there
      --again FILE.jsonl    the same recorded again: what varies in JSON becomes <now> or <id:1>
${dialHelp}

At the end of a pipe the connection is closed once the peer has been silent for a second.`,
  run: async (args) => {
    const { positionals, values } = readArguments(args, {
      ...dialOptions,
      out: { type: 'string' },
      force: { type: 'boolean', default: false },
      use: { type: 'string' },
      title: { type: 'string' },
      tick: { type: 'string', default: '10ms' },
      for: { type: 'string' },
      from: { type: 'string' },
      again: { type: 'string' },
    });
    const { out, from, again } = values;
    if (from !== undefined && positionals.length > 0) throw new UsageError('With --from there is no URL.');
    if (out !== undefined && !/\.(marble|jsonl)$/.test(out)) {
      throw new UsageError(`--out is '${out}'. It ends with .marble or .jsonl.`);
    }
    // Before anything is recorded that could not be written then.
    if (out !== undefined && !values.force && (await isThere(out))) {
      throw new Failure(`${out} is there already. Choose another --out, or write over it with --force.`);
    }
    const options = {
      tick: readDurationOption('tick', values.tick),
      ...(values.use === undefined ? {} : { use: readUseOption(values.use) }),
      ...(values.title === undefined ? {} : { title: values.title }),
      ...(again === undefined ? {} : { again: await readEvents(again) }),
    };
    const ms = values.for === undefined ? undefined : readDurationOption('for', values.for);
    const events =
      from === undefined
        ? await recordClient(readSocketUrl(onlyOperand(positionals, 'URL')), values, ms)
        : await readEvents(from);
    const result = out?.endsWith('.jsonl')
      ? events.map((event) => `${writeRecorded(event)}\n`).join('')
      : asFailure(() => recordingToMarble(events, options));
    if (out === undefined) {
      say(result.trimEnd());
    } else {
      await write(out, result, values.force);
      tell(`${events.length} events in ${out}`);
    }
    return 0;
  },
};

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

async function write(file: string, text: string, force: boolean): Promise<void> {
  await writeFile(file, text, { flag: force ? 'w' : 'wx' }).catch((error: Error) => {
    // What was recorded cannot be had again.
    say(text.trimEnd());
    throw new Failure(error.message);
  });
}

async function readEvents(file: string): Promise<RecordedEvent[]> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Failure(error.message);
  });
  return asFailure(() => readRecording(text));
}
