import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fifo } from '../../src/flow/fifo.ts';

test('gives items in the order in which they came, and shows the first without taking it', () => {
  const fifo = new Fifo<string>();
  expect([fifo.size, fifo.first]).toEqual([0, undefined]);
  fifo.push('a');
  fifo.push('b');
  expect([fifo.size, fifo.first]).toEqual([2, 'a']);
  expect([fifo.shift(), fifo.first, fifo.shift(), fifo.first]).toEqual(['a', 'b', 'b', undefined]);
});

test('takes undefined as an item', () => {
  const fifo = new Fifo<undefined>();
  fifo.push(undefined);
  expect(fifo.size).toBe(1);
  expect(fifo.shift()).toBeUndefined();
  expect(fifo.size).toBe(0);
});

test('throws when there is nothing to take', () => {
  const fifo = new Fifo<string>();
  expect(() => fifo.shift()).toThrow(RangeError);
  fifo.push('a');
  fifo.clear();
  expect([fifo.size, fifo.first]).toEqual([0, undefined]);
  expect(() => fifo.shift()).toThrow(RangeError);
});

test('behaves as an array does, whatever is pushed and taken', () => {
  const moves = fc.array(fc.integer({ min: -80, max: 80 }), { maxLength: 40 });
  fc.assert(
    fc.property(moves, (counts) => {
      const fifo = new Fifo<number>();
      const array: number[] = [];
      let next = 0;
      for (const count of counts) {
        for (let i = 0; i < count; i++) {
          fifo.push(next);
          array.push(next++);
        }
        for (let i = 0; i > count && array.length > 0; i--) expect(fifo.shift()).toBe(array.shift());
        expect([fifo.size, fifo.first]).toEqual([array.length, array[0]]);
      }
    }),
  );
});
