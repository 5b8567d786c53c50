/** A lane as it is drawn: its line is at y = 0. All lengths are px. */
export interface DrawnLane {
  readonly body: string;
  /** The stretches that its line covers; a jump within becomes dotted. */
  readonly line: ReadonlyArray<readonly [from: number, to: number]>;
  /** How far it reaches. */
  readonly above: number;
  readonly below: number;
  readonly right: number;
}
