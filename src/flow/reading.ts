/** What decides whether a channel's socket is read. */
export interface ReadingState {
  readonly paused: boolean;
  /** Messages that wait to be delivered. */
  readonly waiting: number;
  readonly waitingBytes: number;
  /** Delivery is held back: by messages in work, or by the channel's own output. */
  readonly heldBack: boolean;
}

interface Marks {
  readonly highWater: number;
  readonly lowWater: number;
  readonly highWaterBytes: number;
}

/** Whether the socket is to be paused. Only for messages that wait: a paused socket sees neither Pong nor Close. */
export function isToPause({ paused, waiting, waitingBytes, heldBack }: ReadingState, marks: Marks): boolean {
  if (heldBack && waiting > 0) return true;
  if (waiting >= marks.highWater || waitingBytes >= marks.highWaterBytes) return true;
  return waiting > marks.lowWater && paused;
}
