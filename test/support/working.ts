import { filter, map, type Observable, type OperatorFunction, Subject, take } from 'rxjs';
import type { ServerChannel } from '../../src/channel/channel.ts';
import { LiveChannel } from '../../src/channel/live-channel.ts';
import { type Opened, pass, serveFake } from './serve-fake.ts';

/** How many messages of a channel are in work. */
export function inWork(channel: ServerChannel): number {
  return LiveChannel.coreOf(channel as LiveChannel).inbound.inWork;
}

/** A channel whose handler works on messages until it is told that one is done, and answers each by itself. */
export type Working = Opened & {
  /** The messages on which work has begun, in that order. */
  readonly seen: string[];
  /** Ends the work on a message. */
  readonly finish: (text: string) => void;
};

type Work = (text: unknown) => Observable<string>;

/** Serves `in$` through an operator that works. With `milliseconds` all work ends by itself after that time. */
export async function started(
  operator: (work: Work) => OperatorFunction<unknown, unknown>,
  options: Readonly<Record<string, unknown>> = {},
  milliseconds?: number,
): Promise<Working> {
  const seen: string[] = [];
  const finished = new Subject<string>();
  const work: Work = (text) => {
    seen.push(text as string);
    if (milliseconds !== undefined) setTimeout(() => finished.next(text as string), milliseconds);
    return finished.pipe(
      filter((done) => done === text),
      take(1),
      map(String),
    );
  };
  const opened = serveFake(({ in$ }) => in$.pipe(operator(work)), options);
  await pass();
  return Object.assign(opened, { seen, finish: (text: string) => finished.next(text) });
}
