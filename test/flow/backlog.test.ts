import { expect, test } from 'vitest';
import { Backlog } from '../../src/flow/backlog.ts';

test('gives payloads in the order in which they came, and knows how many bytes they have', () => {
  const backlog = new Backlog();
  backlog.push('abc');
  backlog.push(new Uint8Array(5));
  expect([backlog.size, backlog.bytes]).toEqual([2, 8]);
  expect(backlog.shiftDecoded()).toBeUndefined();
  expect(backlog.shift()).toBe('abc');
  expect([backlog.size, backlog.bytes]).toEqual([1, 5]);
  expect(backlog.shift()).toEqual(new Uint8Array(5));
  expect([backlog.size, backlog.bytes]).toEqual([0, 0]);
  expect(() => backlog.shift()).toThrow(RangeError);
});

test('keeps a message that was put back before all others, with its bytes', () => {
  const backlog = new Backlog<{ text: string }>();
  backlog.push('later');
  backlog.putBack({ text: 'a' }, 4);
  expect([backlog.size, backlog.bytes]).toEqual([2, 9]);
  expect(backlog.shiftDecoded()).toEqual({ message: { text: 'a' }, bytes: 4 });
  expect(backlog.shiftDecoded()).toBeUndefined();
  expect([backlog.size, backlog.bytes]).toEqual([1, 5]);
});

test('takes a message that decodes to undefined for a message', () => {
  const backlog = new Backlog<undefined>();
  backlog.putBack(undefined, 3);
  expect(backlog.size).toBe(1);
  expect(backlog.shiftDecoded()).toEqual({ message: undefined, bytes: 3 });
});

test('drops the first, decoded or not', () => {
  const backlog = new Backlog();
  backlog.push('b');
  backlog.push('c');
  backlog.putBack('A', 1);
  backlog.dropFirst();
  expect([backlog.size, backlog.bytes]).toEqual([2, 2]);
  backlog.dropFirst();
  expect(backlog.shift()).toBe('c');
});
