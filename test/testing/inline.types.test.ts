import { debounceTime, map } from 'rxjs';
import { test } from 'vitest';
import { testHandler } from '../../src/testing.ts';
import { marbleTest } from '../../src/testing-vitest.ts';

test('a handler of text is written where it is tested, without a type', async () => {
  await testHandler(({ in$ }) => in$.pipe(map((text) => text.toUpperCase())), {
    in: '-a-',
    out: '-A-',
    values: { A: 'A' },
  });
});

marbleTest('and registered so', ({ in$ }) => in$.pipe(debounceTime(2)), {
  in: '-ab---c---',
  out: '----b---c-',
});
