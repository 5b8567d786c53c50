import { AsyncSubject, map, type Observable, Subject, startWith } from 'rxjs';
import type { CloseRecord } from '../protocol/close.ts';
import type { Pressure } from './channel.ts';
import { Guarded } from './guarded.ts';

/** What the outlets need of their channel. */
export interface OutletsHost {
  readonly inbound: Pick<Pressure, 'inWork' | 'waiting' | 'paused'>;
  readonly outbound: Pick<Pressure, 'unsentBytes' | 'saturated'>;
  readonly dropped: number;
  fail(error: unknown): void;
}

/** What others watch a channel by: `signal`, `closed$` and `pressure$`. Made when the first of them is asked for. */
export class Outlets {
  readonly closed$: Observable<CloseRecord>;
  readonly pressure$: Observable<Pressure>;
  readonly #closed = new AsyncSubject<CloseRecord>();
  readonly #changes = new Subject<void>();
  #controller: AbortController | undefined;
  #wound = false;
  #scheduled = false;

  constructor(host: OutletsHost) {
    this.closed$ = Guarded.of(this.#closed, host);
    const pressure$ = this.#changes.pipe(
      startWith(undefined),
      map(() => pressureOf(host)),
    );
    this.pressure$ = Guarded.of(pressure$, host);
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#wound) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  /** The handler's side has ended. */
  wound(): void {
    this.#wound = true;
    this.#controller?.abort();
  }

  /** The channel has ended. */
  ended(record: CloseRecord): void {
    // A change that is not told yet is the last.
    if (this.#scheduled) this.#changes.next();
    this.#changes.complete();
    this.#closed.next(record);
    this.#closed.complete();
  }

  /** The pressure has changed; what changes in one go is told once. */
  changed(): void {
    if (this.#scheduled || !this.#changes.observed) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#changes.next();
    });
  }
}

function pressureOf({ inbound, outbound, dropped }: OutletsHost): Pressure {
  const { inWork, waiting, paused } = inbound;
  const { unsentBytes, saturated } = outbound;
  return { inWork, waiting, unsentBytes, paused, saturated, dropped };
}
