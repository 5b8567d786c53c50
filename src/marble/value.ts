/** What an event is. Which kinds may stand in which lane is in lane-kinds.ts. */
export type Value = Message | End | Control | Act;

/** A message, or what is known of it. */
export type Message =
  /** `"text"`, or a lower-case letter or digit without a legend: exactly this text. */
  | { readonly kind: 'text'; readonly text: string }
  /** `json {...}`: text, compared by structure. */
  | { readonly kind: 'json'; readonly json: JsonPattern }
  /** `hex 01 ff` or `base64 Af8=`: exactly these bytes, as binary. */
  | { readonly kind: 'binary'; readonly bytes: Uint8Array }
  /** `bytes 65536`: binary of so many bytes, zeros where it is sent, any where it is asserted. */
  | { readonly kind: 'size'; readonly size: number }
  /** `text /re/`: any text that matches. Only asserted. */
  | { readonly kind: 'pattern'; readonly pattern: Pattern }
  /** `any`: any message, text or binary. Only asserted. */
  | { readonly kind: 'any' };

/** How a stream or connection ends. */
export type End =
  /** `|`: the peer closes with 1000 (`in`), the handler or subject has completed (elsewhere). */
  | { readonly kind: 'end' }
  /** `close 4001 "kicked"`. Without a reason none is sent, and any is accepted. */
  | { readonly kind: 'close'; readonly code: number; readonly reason?: string }
  /** `#` in `in`: the connection is lost without a Close (1006). */
  | { readonly kind: 'lost' }
  /** `#` or `error` (any error), `error TypeError /no .* x/`: what is not written is not asserted. */
  | { readonly kind: 'error'; readonly name?: string; readonly message?: string | Pattern }
  /** `reject 401 "token missing"`: the handshake is refused. Without a body any is accepted. */
  | { readonly kind: 'reject'; readonly status: number; readonly body?: string };

/** What is on the wire beside messages and Close. */
export type Control = { readonly kind: 'ping' } | { readonly kind: 'pong' } | { readonly kind: 'terminate' };

/** What only certain lanes have. */
export type Act =
  /** `^` in `in`: connects here. At most one per lane and its first event; without it the party connects at 0. */
  | { readonly kind: 'connect' }
  /** `^` and `!` in `sub`. They take turns. */
  | { readonly kind: 'subscribe' }
  | { readonly kind: 'unsubscribe' }
  /** `x` and `r` in `peer`: stops reading, reads again. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'resume' }
  /** A digit in `peer`: takes so many messages, then stops reading. */
  | { readonly kind: 'take'; readonly count: number }
  /** A digit in `buf`: so many messages wait. */
  | { readonly kind: 'waiting'; readonly count: number }
  /** A digit in `do`: calls `actions[action]`. */
  | { readonly kind: 'do'; readonly action: number };

/** A regular expression: `new RegExp(source, flags)` is known to work. */
export interface Pattern {
  readonly source: string;
  readonly flags: string;
}

/** JSON with placeholders. */
export type JsonPattern =
  | { readonly kind: 'literal'; readonly value: null | boolean | number | string }
  | { readonly kind: 'array'; readonly items: readonly JsonPattern[] }
  /** Keys in the order of the text, each once. */
  | { readonly kind: 'object'; readonly members: ReadonlyArray<readonly [key: string, value: JsonPattern]> }
  | Placeholder;

/**
 * `<any>`, `<string>`, `<number>` fit any value of their kind; `<now>` is what the virtual clock says, in ms;
 * `<id:1>` takes any value at first sight and is equal to it afterwards. Only `<now>` and `<id:1>` can be sent.
 */
export type Placeholder =
  | { readonly kind: 'placeholder'; readonly fits: 'any' | 'string' | 'number' | 'now' }
  | { readonly kind: 'id'; readonly id: string };
