/** The name that was probably meant: one of the same letters, small or large, or one that goes on or ends earlier. */
export function nearestOf(name: string, names: readonly string[]): string | undefined {
  if (name === '') return undefined;
  const small = name.toLowerCase();
  const letters = (word: string): string => [...word.toLowerCase()].sort().join('');
  const begins = (other: string): boolean => other.startsWith(small) || small.startsWith(other);
  return names.find((other) => letters(other) === letters(name)) ?? names.find((other) => begins(other.toLowerCase()));
}
