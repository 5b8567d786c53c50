import { interval, mergeMap } from 'rxjs';
import { coalesceBy, type Handler, json, route } from 'sluice';

type Level = readonly [price: number, amount: number];

/** What is offered and asked for one symbol. */
export interface Book {
  readonly symbol: string;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

const symbols = Array.from('ABCDEFGHIJKLMNOPQRST', (letter) => letter.repeat(4));

/** Sends the book of each symbol a hundred times a second, whether the peer reads or not: prices cannot wait. */
export const prices: Handler<never, Book> = () => interval(10).pipe(mergeMap(() => symbols.map(bookOf)));

const codec = json<never, Book>();

/** Of each symbol only the newest book waits: who reads slowly misses some, and never gets an old one. */
export const pricesRoute = route('/prices', { codec, overflow: coalesceBy(({ symbol }: Book) => symbol) }, prices);

/** The same without a policy of its own: who reads too slowly is closed with 1013. */
export const allPricesRoute = route('/prices/all', { codec }, prices);

/** Stands for a market. */
function bookOf(symbol: string): Book {
  const middle = 100 + Math.random();
  const levels = (step: number): Level[] =>
    Array.from({ length: 40 }, (_, index) => [Number((middle + step * index).toFixed(2)), 100 * index]);
  return { symbol, bids: levels(-0.01), asks: levels(0.01) };
}
