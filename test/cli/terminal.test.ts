import { afterEach, describe, expect, test, vi } from 'vitest';
import { harmless, paint } from '../../src/cli/terminal.ts';

const stream = (isTTY: boolean) => ({ isTTY }) as NodeJS.WriteStream;

describe('the terminal', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('has colours, unless it is none, is dumb, or NO_COLOR is set', () => {
    vi.stubEnv('NO_COLOR', '');
    vi.stubEnv('TERM', 'xterm');
    expect(paint('red', 'no', stream(true))).toBe('\u001b[31mno\u001b[39m');
    expect(paint('red', 'no', stream(false))).toBe('no');
    vi.stubEnv('TERM', 'dumb');
    expect(paint('red', 'no', stream(true))).toBe('no');
    vi.stubEnv('TERM', 'xterm');
    vi.stubEnv('NO_COLOR', '1');
    expect(paint('red', 'no', stream(true))).toBe('no');
  });

  test('shows what would steer it as text', () => {
    expect(harmless('a\u001b[2J\r\nb\u202ec 👩‍👧')).toBe('a\\u001b[2J\\u000d\\u000ab\\u202ec 👩‍👧');
  });
});
