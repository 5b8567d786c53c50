import { syncBuiltinESMExports } from 'node:module';

type Exports = Record<PropertyKey, unknown>;
type AnyFunction = (...args: unknown[]) => unknown;

/**
 * Lets named imports of Node, as `import { setTimeout } from 'node:timers'`, do what their module does at each call. Fake
 * timers change the module, and such an import would keep the real ones.
 *
 * Done once and for good: to tell Node of each change, with `syncBuiltinESMExports()`, took a seventh of the time of a
 * scenario.
 */
export function keepNamedImportsLive(
  modules: ReadonlyArray<readonly [module: object, names: readonly string[]]>,
): void {
  for (const [module, names] of modules) {
    for (const name of names) keepLive(module as Exports, name);
  }
  syncBuiltinESMExports();
}

function keepLive(module: Exports, name: string): void {
  const real = module[name] as AnyFunction & Exports;
  const present = (): AnyFunction & Exports => {
    const now = module[name] as AnyFunction & Exports;
    return now === live ? real : now;
  };
  const live = function (this: unknown, ...args: unknown[]): unknown {
    return Reflect.apply(present(), this, args);
  } as AnyFunction & Exports;
  const members = Object.getOwnPropertyDescriptors(real);
  // Such as hrtime.bigint.
  for (const [key, member] of Object.entries(members)) {
    if (typeof member.value !== 'function') continue;
    member.value = (...args: unknown[]): unknown => Reflect.apply(present()[key] as AnyFunction, real, args);
  }
  Object.defineProperties(live, members);
  module[name] = live;
}
