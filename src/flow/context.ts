/**
 * The flow of one channel's messages: it delivers no more of them while too many are in work.
 *
 * It is also the context of whatever its channel's handler subscribes: operators find their owner there.
 */
export interface Flow extends Context {
  /** One more message is in work. */
  began(bytes: number): void;
  /** One message less is in work. */
  ended(bytes: number): void;
}

/** On whose behalf code runs. */
export interface Context {
  readonly flow: Flow;
  /** The work that the message being delivered causes; `undefined` while none is. */
  readonly work: Work | undefined;
  /** Whether a message is being delivered. Asking for `work` would make one. */
  readonly delivers: boolean;
}

/**
 * RxJS delivers synchronously: whatever runs before `next` returns, runs because of the value. So one variable says
 * for which channel and which message the present code runs, through any number of operators that know nothing of it.
 */
let current: Context | undefined;

/** The context of the code that runs now. */
export function currentContext(): Context | undefined {
  return current;
}

/** Whether a message of this flow causes what goes on now. */
export function isCausedBy(flow: Flow | undefined): boolean {
  return current?.delivers === true && current.flow === flow;
}

/** Changes the context, and answers the former one, which has to be put back by the same means. */
export function enter(context: Context | undefined): Context | undefined {
  const former = current;
  current = context;
  return former;
}

/**
 * What one message of a flow causes. The message is in work as long as somebody holds on to a part of it, however many
 * operators it sits in and however often it branches.
 */
export class Work implements Context {
  readonly flow: Flow;
  readonly #bytes: number;
  #holds = 0;

  constructor(flow: Flow, bytes: number) {
    this.flow = flow;
    this.#bytes = bytes;
  }

  get work(): Work {
    return this;
  }

  get delivers(): boolean {
    return true;
  }

  /** Somebody holds on to a part of the message. Each `begin` is followed by one `end`. */
  begin(): void {
    if (this.#holds++ === 0) this.flow.began(this.#bytes);
  }

  end(): void {
    if (--this.#holds === 0) this.flow.ended(this.#bytes);
  }
}

/**
 * Whom an operator works for: the channel in whose handler it was subscribed, if any. Made when it is subscribed.
 *
 * It counts values of this channel, or of any channel where it belongs to none, and never those of another: a slow
 * subscriber of a Subject that many share does not hold back whoever pushed into it.
 */
export class Owner {
  readonly #flow: Flow | undefined = current?.flow;

  /** The work that a value arriving now belongs to, where the owner counts it. */
  get work(): Work | undefined {
    return current !== undefined && this.#counts(current) ? current.work : undefined;
  }

  /** Where work on a value that arrives now has to run, and what it emits. */
  get context(): Context | undefined {
    return current !== undefined && this.#counts(current) ? current : this.#flow;
  }

  /** Where what was held runs: in the context of its work or, where that is not counted, just in that of the owner. */
  contextOf(work: Work | undefined): Context | undefined {
    return work ?? this.#flow;
  }

  #counts(context: Context): boolean {
    return this.#flow === undefined || context.flow === this.#flow;
  }
}
