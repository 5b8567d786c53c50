import type { Result } from './result.ts';
export function writeResults(_results: readonly Result[], _how: { rounds: number; seconds: number }): void {}
