import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compactFields, expandFields } from '../../src/protocol/compact-fields.ts';
import { LazyRequest } from '../../src/protocol/request.ts';

const browser = ['Host', 'a.example', 'User-Agent', 'Firefox', 'Origin', 'https://a.example'];

describe('compactFields', () => {
  test('puts into one text what all requests of a browser have, and into another what only this one has', () => {
    const { common, own } = compactFields(['Sec-WebSocket-Key', 'k', ...browser, 'COOKIE', 'a=1', 'cookie', 'b=2']);
    expect(common).toBe('Host\na.example\nUser-Agent\nFirefox\nOrigin\nhttps://a.example');
    expect(own).toBe('Sec-WebSocket-Key\nk\nCOOKIE\na=1\ncookie\nb=2');
  });

  test('tells the next request of the same kind from the one before', () => {
    const compacted = (...fields: string[]) => compactFields([...fields, ...browser]);
    compacted('Cookie', 'a=1');
    expect(compacted('Cookie', 'a=2').own).toBe('Cookie\na=2');
    expect(compacted('X-Cookie', 'a=2').own).toBe('');
    expect(compacted('X-Cookie', 'a=3').common).toMatch(/^X-Cookie\na=3\nHost/);
    expect(compacted('X-Cookie', 'a=3', 'X-More', '1').common).toMatch(/^X-Cookie\na=3\nX-More\n1\nHost/);
    expect(compactFields(['X-Cookie', 'a=3'])).toEqual({ common: 'X-Cookie\na=3', own: '' });
    expect(compactFields([])).toEqual({ common: '', own: '' });
  });

  test('leaves the array that it is given as it is', () => {
    const fields = ['Cookie', 'a=1', ...browser];
    compactFields(fields);
    expect(fields).toEqual(['Cookie', 'a=1', ...browser]);
  });

  test('makes texts that expandFields makes the same fields of, those of one name in order', () => {
    const name = fc.constantFrom('Host', 'host', 'X-One', 'Cookie', 'cookie', 'Sec-WebSocket-Key', 'X-Forwarded-For');
    const value = fc.string().map((text) => text.replaceAll('\n', ''));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (lines) => {
        const facts = { url: '/', host: 'a', remoteAddress: '', secure: false };
        const before = new LazyRequest({ ...facts, rawHeaders: lines.flat() });
        const after = new LazyRequest({ ...facts, rawHeaders: expandFields(compactFields(lines.flat())) });
        for (const [one] of lines) {
          expect(after.values(one.toLowerCase())).toEqual(before.values(one.toLowerCase()));
        }
        const again = new LazyRequest({ ...facts, rawHeaders: expandFields(compactFields(lines.flat())) });
        for (const [one] of lines) {
          expect(again.values(one.toLowerCase())).toEqual(before.values(one.toLowerCase()));
        }
        expect(expandFields(compactFields(lines.flat()))).toHaveLength(lines.length * 2);
      }),
    );
  });

  test('goes on with more kinds of clients than it knows at a time, and with long headers', () => {
    for (let i = 0; i < 1_000; i++) {
      expect(expandFields(compactFields(['User-Agent', `agent ${i}`, 'Cookie', 'a']))).toEqual([
        'User-Agent',
        `agent ${i}`,
        'Cookie',
        'a',
      ]);
    }
    const long = ['User-Agent', 'x'.repeat(10_000)];
    expect(expandFields(compactFields(long))).toEqual(long);
  });
});
