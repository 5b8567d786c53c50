import { expect, test } from 'vitest';
import { nearestOf } from '../../src/marble/nearest.ts';

test.each([
  ['ouT', 'out'],
  ['OUT', 'out'],
  ['otu', 'out'],
  ['output', 'out'],
  ['Inp', 'in'],
  ['W', 'wire'],
  ['echo', undefined],
  ['', undefined],
])('of in, out and wire, %j is nearest to %j', (name, nearest) => {
  expect(nearestOf(name, ['in', 'out', 'wire'])).toBe(nearest);
});
