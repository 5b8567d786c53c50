import nodeProcess, { hrtime } from 'node:process';
import { setTimeout as namedSetTimeout } from 'node:timers';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { keepNamedImportsLive } from '../../src/edge/named-imports.ts';
import '../../src/edge/virtual-world.ts';

describe('a function that is kept live', () => {
  const greeter = () => ({ greeting: 'Hello', greet: greet as (name: string) => string });
  function greet(this: { greeting: string }, name: string): string {
    return `${this.greeting} ${name}`;
  }

  test('does what its module does at each call, wherever it was imported before', () => {
    const module = greeter();
    keepNamedImportsLive([[module, ['greet']]]);
    const { greet: imported } = module;
    expect(imported.call(module, 'Ada')).toBe('Hello Ada');

    module.greet = (name) => `Bye ${name}`;
    expect(imported('Ada')).toBe('Bye Ada');

    module.greet = imported;
    expect(imported.call(module, 'Ada')).toBe('Hello Ada');
  });

  test('looks as the real one', () => {
    const module = greeter();
    keepNamedImportsLive([[module, ['greet']]]);
    expect(module.greet.name).toBe('greet');
    expect(module.greet).toHaveLength(1);
  });

  test('gives what it answers, and throws what it throws', () => {
    const module = { fail: () => JSON.parse('') as unknown };
    keepNamedImportsLive([[module, ['fail']]]);
    expect(module.fail).toThrow(SyntaxError);
  });
});

describe('a named import of Node', () => {
  const real = nodeProcess.hrtime;

  afterEach(() => {
    nodeProcess.hrtime = real;
  });

  test('follows its module, also what belongs to the function', () => {
    nodeProcess.hrtime = Object.assign(() => [1, 2] as [number, number], { bigint: () => 42n });
    expect([hrtime(), hrtime.bigint()]).toEqual([[1, 2], 42n]);
  });

  test('is real where nothing took its place', () => {
    const before = hrtime.bigint();
    expect(hrtime()).toHaveLength(2);
    expect(hrtime.bigint()).toBeGreaterThan(before);
  });

  test('can be made to answer a Promise', async () => {
    expect(await promisify(namedSetTimeout)(0, 'later')).toBe('later');
  });
});
