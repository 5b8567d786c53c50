import { Subject } from 'rxjs';
import type { Channel, Pressure } from '../../src/channel/channel.ts';

/** Work that a test ends by hand: one stream for each message. */
export class Works {
  /** The messages whose work has begun, in order. */
  readonly begun: string[] = [];
  readonly #streams = new Map<string, Subject<string>>();

  readonly begin = (message: unknown): Subject<string> => {
    const name = String(message);
    const stream = new Subject<string>();
    this.begun.push(name);
    this.#streams.set(name, stream);
    return stream;
  };

  emit(name: string, answer: string = name.toUpperCase()): void {
    this.#stream(name).next(answer);
  }

  /** Answers in capitals, and ends. */
  end(name: string): void {
    this.emit(name);
    this.#stream(name).complete();
  }

  fail(name: string, error: unknown = new Error(`${name} failed`)): void {
    this.#stream(name).error(error);
  }

  /** Whether the work of a message is still subscribed. */
  runs(name: string): boolean {
    return this.#stream(name).observed;
  }

  #stream(name: string): Subject<string> {
    const stream = this.#streams.get(name);
    if (stream === undefined) throw new Error(`The work of ${name} has not begun.`);
    return stream;
  }
}

/** What a channel says of its pressure now. */
export function pressureOf(channel: Channel): Pressure {
  const seen: Pressure[] = [];
  channel.pressure$.subscribe((pressure) => seen.push(pressure)).unsubscribe();
  const [pressure] = seen;
  if (pressure === undefined) throw new Error('pressure$ emits nothing when it is subscribed.');
  return pressure;
}

/** How many messages are in work, and how many wait. */
export function loadOf(channel: Channel): [inWork: number, waiting: number] {
  const { inWork, waiting } = pressureOf(channel);
  return [inWork, waiting];
}
