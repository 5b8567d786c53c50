const units = [
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** Writes a time for people: `0`, `250 ms`, `1.5 s`, `2 min 30 s`. */
export function timeLabel(ms: number): string {
  if (ms === 0) return '0';
  if (ms < 1_000) return `${ms} ms`;
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, length] of units) {
    if (rest < length) continue;
    parts.push(`${Math.floor(rest / length)} ${unit}`);
    rest %= length;
  }
  if (rest > 0) parts.push(`${rest / 1_000} s`);
  return parts.join(' ');
}
