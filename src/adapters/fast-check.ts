import { type Arbitrary, array, constantFrom } from 'fast-check';
import { isSymbol } from '../marble/symbol.ts';

/** A lane is empty for about so many columns of this many. */
const sparse = { empty: 3, of: 4 };

/**
 * Any lane of messages, for `marbleTest.each` and for properties of your own.
 *
 * ```ts
 * anyLane('abc', 40)  // '--a', '', 'b---ca-b' ...
 * ```
 *
 * It shrinks to fewer columns and fewer messages, so that what fails is shown by the smallest diagram.
 *
 * @param symbols What may stand in a column, each a character.
 * @param columns The longest that a lane can be.
 * @throws RangeError for no symbols or for one that no lane can have.
 */
export function anyLane(symbols: string, columns: number): Arbitrary<string> {
  const each = [...symbols];
  const wrong = each.find((symbol) => !isSymbol(symbol));
  if (wrong !== undefined || each.length === 0) {
    throw new RangeError(`anyLane takes symbols such as 'abc', not ${JSON.stringify(wrong ?? symbols)}.`);
  }
  const dashes = Array.from(
    { length: Math.ceil((each.length * sparse.empty) / (sparse.of - sparse.empty)) },
    () => '-',
  );
  // What comes first is what it shrinks to.
  return array(constantFrom(...dashes, ...each), { maxLength: columns }).map((cells) => cells.join(''));
}
