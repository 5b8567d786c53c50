/**
 * What becomes of one more message of a saturated channel:
 *
 * - `'admit'`: it is sent, or waits behind what is unsent.
 * - `'refuse'`: it is dropped.
 * - `'evict'`: the oldest waiting messages are dropped until the channel is not full, then it is admitted. It is itself
 *   dropped where none is left to make room.
 * - `'close'`: it is dropped, and the channel closes with 1013.
 * - `{ replaces: key }`: it takes the place of the waiting message with the same key, which is dropped; where none waits
 *   it is admitted under that key. One that adds to what waits, as a new key or by being larger, acts as `'close'` where
 *   the channel is full without the message that it replaces and others wait. Keys are compared as those of a `Map`.
 *
 * Only what waits in the channel's own queue can be dropped or replaced: not what the socket has already, nor what an
 * asynchronous schema is still encoding, which counts 1,024 bytes each.
 */
export type OverflowAnswer = 'admit' | 'refuse' | 'evict' | 'close' | { readonly replaces: unknown };

/** How far behind a saturated channel is. */
export interface OverflowState {
  /** Unsent bytes have reached `outCeiling`. */
  readonly full: boolean;
  /** Bytes sent by the handler that the operating system has not taken. */
  readonly unsentBytes: number;
  /** Messages in the channel's own queue, which can still be dropped or replaced. */
  readonly waiting: number;
}

/**
 * Decides on each message that is sent while the channel is saturated, before it is encoded. It is a pure function, one
 * for all channels of a route. One that throws, or that answers anything else, closes its channel with 1011.
 *
 * ```ts
 * const alarmsArrive: Overflow<Reading> = ({ alarm, sensor }, { full }) => {
 *   if (alarm) return full ? 'close' : 'admit';
 *   return full ? 'refuse' : { replaces: sensor };
 * };
 * ```
 */
export type Overflow<Out = unknown> = (message: Out, state: OverflowState) => OverflowAnswer;

/** Closes with 1013 when `outCeiling` is reached. The default. */
export function closeSlow(): Overflow {
  return closesWhenFull;
}

/** Drops messages that come while `outCeiling` is reached. What was admitted before is sent. */
export function dropNewest(): Overflow {
  return (_message, { full }) => (full ? 'refuse' : 'admit');
}

/** Drops the oldest waiting messages when `outCeiling` is reached. */
export function dropOldest(): Overflow {
  return (_message, { full }) => (full ? 'evict' : 'admit');
}

/** Lets one message wait while the channel is saturated, always the newest: for states of which only the last counts. */
export function latest(): Overflow {
  const answer: OverflowAnswer = { replaces: 'latest' };
  return () => answer;
}

/**
 * Lets one message per key wait while the channel is saturated, always the newest, in the order in which the keys came
 * first.
 *
 * ```
 *   sent      a1 b1 a2 b2 a3
 *   arrives   a3 b2
 * ```
 *
 * A message without a key (`undefined`) must arrive: at `outCeiling` it closes with 1013, as does one more key. A `key`
 * that throws closes with 1011.
 *
 * ```ts
 * route('/prices', { codec: json<Ask, Price>(), overflow: coalesceBy(({ symbol }) => symbol) }, prices)
 * ```
 */
export function coalesceBy<Out>(key: (message: Out) => unknown): Overflow<Out> {
  return (message, state) => {
    const replaces = key(message);
    return replaces === undefined ? closesWhenFull(message, state) : { replaces };
  };
}

/** Never drops and never closes: the queue grows until `stallTimeout` or the memory ends it. */
export function unbounded(): Overflow {
  return () => 'admit';
}

const closesWhenFull: Overflow = (_message, { full }) => (full ? 'close' : 'admit');
