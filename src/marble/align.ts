/** A place of an alignment: an expected event with what was seen for it, or only one of the two. */
export type Aligned<Want, Got> =
  | { readonly want: Want; readonly got: Got }
  | { readonly want: Want; readonly got?: undefined }
  | { readonly want?: undefined; readonly got: Got };

/** An event without a partner costs 1, so a pair that costs more than 2 is never made. */
const alone = 1;
/** Beyond so many pairs to weigh, what is left after the equal ends is paired in order: bounded, and still right. */
const mostPairs = 250_000;

/**
 * Finds which seen event answers which expected one, at the least cost and without crossings, so that one missing
 * event does not make all later ones wrong.
 *
 * ```
 *   want  a b c d        a b c d
 *   got   a c d e   ->   a - c d e
 * ```
 */
export function align<Want, Got>(
  wants: readonly Want[],
  gots: readonly Got[],
  cost: (want: Want, got: Got) => number,
): Array<Aligned<Want, Got>> {
  const shorter = Math.min(wants.length, gots.length);
  const isEqual = (want: number, got: number): boolean => cost(wants[want] as Want, gots[got] as Got) === 0;
  let head = 0;
  while (head < shorter && isEqual(head, head)) head += 1;
  let tail = 0;
  while (tail < shorter - head && isEqual(wants.length - 1 - tail, gots.length - 1 - tail)) tail += 1;
  const pairs = (from: number, shift: number, count: number): Array<Aligned<Want, Got>> =>
    Array.from({ length: count }, (_, index) => ({
      want: wants[from + index] as Want,
      got: gots[from + index + shift] as Got,
    }));
  return [
    ...pairs(0, 0, head),
    ...alignMiddle(wants.slice(head, wants.length - tail), gots.slice(head, gots.length - tail), cost),
    ...pairs(wants.length - tail, gots.length - wants.length, tail),
  ];
}

function alignMiddle<Want, Got>(
  wants: readonly Want[],
  gots: readonly Got[],
  cost: (want: Want, got: Got) => number,
): Array<Aligned<Want, Got>> {
  if (wants.length * gots.length > mostPairs) return inOrder(wants, gots);
  // least[i][j]: the least cost of aligning what comes from want i and got j on.
  const width = gots.length + 1;
  const least = new Float64Array((wants.length + 1) * width);
  const pair = new Float64Array((wants.length + 1) * width);
  for (let i = wants.length; i >= 0; i--) {
    for (let j = gots.length; j >= 0; j--) {
      const at = i * width + j;
      const options = [i === wants.length && j === gots.length ? 0 : Number.POSITIVE_INFINITY];
      if (i < wants.length) options.push(alone + (least[at + width] as number));
      if (j < gots.length) options.push(alone + (least[at + 1] as number));
      if (i < wants.length && j < gots.length) {
        pair[at] = cost(wants[i] as Want, gots[j] as Got) + (least[at + width + 1] as number);
        options.push(pair[at]);
      }
      least[at] = Math.min(...options);
    }
  }
  const aligned: Array<Aligned<Want, Got>> = [];
  let i = 0;
  let j = 0;
  while (i < wants.length || j < gots.length) {
    const at = i * width + j;
    if (i < wants.length && j < gots.length && pair[at] === least[at]) {
      aligned.push({ want: wants[i++] as Want, got: gots[j++] as Got });
    } else if (i < wants.length && alone + (least[at + width] as number) === least[at]) {
      aligned.push({ want: wants[i++] as Want });
    } else aligned.push({ got: gots[j++] as Got });
  }
  return aligned;
}

function inOrder<Want, Got>(wants: readonly Want[], gots: readonly Got[]): Array<Aligned<Want, Got>> {
  return Array.from({ length: Math.max(wants.length, gots.length) }, (_, index) => {
    if (index >= gots.length) return { want: wants[index] as Want };
    if (index >= wants.length) return { got: gots[index] as Got };
    return { want: wants[index] as Want, got: gots[index] as Got };
  });
}
