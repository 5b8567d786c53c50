import { describe, expect, test } from 'vitest';
import { filesThatAreThere, generatedFiles } from '../marbles/gallery.ts';
import { readme } from './support/readme.ts';

describe('marbles/img and the gallery', () => {
  const there = filesThatAreThere();
  const wanted = generatedFiles();
  const mend = 'Run `npm run marbles:draw` and commit what it writes';

  test('have a picture for each scenario', () => {
    expect(
      [...wanted.keys()].filter((path) => !there.has(path)),
      mend,
    ).toEqual([]);
  });

  test('are drawn from the scenarios as they are now', () => {
    const stale = [...wanted].filter(([path, content]) => there.has(path) && there.get(path) !== content);
    expect(
      stale.map(([path]) => path),
      mend,
    ).toEqual([]);
  });

  test('have no picture of a scenario that is gone', () => {
    expect(
      [...there.keys()].filter((path) => !wanted.has(path)),
      mend,
    ).toEqual([]);
  });

  test('are shown, each of them, by a README', () => {
    const sources = (page: string): string[] => [...page.matchAll(/<img src="([^"]+)"/g)].map(([, src = '']) => src);
    const shown = [
      ...sources(there.get('README.md') ?? ''),
      ...sources(readme).flatMap((src) => (src.startsWith('marbles/') ? [src.slice('marbles/'.length)] : [])),
    ];
    const pictures = [...wanted.keys()].filter((path) => path !== 'README.md');
    expect(shown.sort()).toEqual(pictures.sort());
  });

  test('are the same bytes each time', () => {
    expect(generatedFiles()).toEqual(wanted);
  });
});
