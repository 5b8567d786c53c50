import { expect, test } from 'vitest';
import { targetOf } from '../../src/edge/target.ts';

test('a path with a query is taken as it is', () => {
  expect(targetOf({ url: '/a/b?c=http://d' })).toEqual({ url: '/a/b?c=http://d', host: undefined });
  expect(targetOf({ url: '//a/b' })).toEqual({ url: '//a/b', host: undefined });
  expect(targetOf({})).toEqual({ url: '', host: undefined });
});

test('a whole URL is taken apart', () => {
  expect(targetOf({ url: 'http://a.example:81/b?c' })).toEqual({ url: '/b?c', host: 'a.example:81' });
  expect(targetOf({ url: 'WS://a.example' })).toEqual({ url: '/', host: 'a.example' });
  expect(targetOf({ url: 'https://a.example?b' })).toEqual({ url: '/?b', host: 'a.example' });
});
