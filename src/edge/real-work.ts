import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import type { Begun } from '../marble/failure-reason.ts';
import { here, placeIn } from './place.ts';

/** What Node tells of something that goes on outside of JavaScript. */
interface Kind {
  readonly what: string;
  /** Node tells also of what is done at once, such as `pbkdf2Sync`: whether this one has to be waited for. */
  readonly isAwaited?: (resource: object) => boolean;
}

/** A job of node:crypto that a thread does has somebody to tell; so does a compression. */
const tells =
  (member: string) =>
  (resource: object): boolean =>
    typeof (resource as Record<string, unknown>)[member] === 'function';
const holdsTheProcess = (port: object): boolean => (port as { hasRef?(): boolean }).hasRef?.() === true;

const kind = (what: string, names: string, isAwaited?: Kind['isAwaited']): Array<readonly [string, Kind]> =>
  names.split(' ').map((name) => [name, isAwaited === undefined ? { what } : { what, isAwaited }]);

/**
 * What virtual time does not move, by the names that node:async_hooks has for it. Not here: what is written to a socket,
 * since a handler may print, and signals, which nobody waits for.
 */
const kinds = new Map<string, Kind>([
  ...kind('a file', 'FSREQCALLBACK FSREQPROMISE FSEVENTWRAP STATWATCHER'),
  ...kind('a name server', 'GETADDRINFOREQWRAP GETNAMEINFOREQWRAP QUERYWRAP'),
  ...kind('the network', 'TCPWRAP TCPCONNECTWRAP TCPSERVERWRAP TLSWRAP PIPECONNECTWRAP PIPESERVERWRAP UDPWRAP'),
  ...kind('another process', 'PROCESSWRAP'),
  ...kind('a worker', 'WORKER'),
  ...kind('a message port', 'MESSAGEPORT', holdsTheProcess),
  ...kind('compression', 'ZLIB', tells('cb')),
  ...kind(
    'cryptography',
    [
      ...['CHECKPRIME', 'CIPHER', 'DERIVEBITS', 'HASH', 'KEYEXPORT', 'KEYGEN', 'KEYPAIRGEN', 'PBKDF2', 'RANDOMBYTES'],
      ...['RANDOMPRIME', 'SCRYPT', 'SIGN', 'VERIFY'],
    ]
      .map((name) => `${name}REQUEST`)
      .join(' '),
    tells('ondone'),
  ),
]);

/** Who runs: others may work at the same time, such as the test runner, or another test. */
const running = new AsyncLocalStorage<RealWork>();

const hook = createHook({
  init(id, type, trigger, resource) {
    const kind = kinds.get(type);
    if (kind !== undefined) running.getStore()?.begins(kind, resource, trigger);
    else if (type === 'TickObject') running.getStore()?.putsOff(id);
  },
});

/**
 * Finds out what a scenario begins that virtual time does not move: the file system, sockets, and what threads do. When its
 * result comes is up to chance, so it is told from what was begun and not from what is still waited for.
 *
 * What comes over a socket that was open before cannot be seen.
 */
export class RealWork {
  readonly #begun: Array<{ readonly kind: Kind; readonly resource: object; readonly at: readonly Error[] }> = [];
  /** Where `process.nextTick` was called, by the id that Node has for what it puts off. */
  readonly #ticks = new Map<number, Error>();

  /** Runs something that belongs to the scenario. */
  watch<Result>(task: () => Result): Result {
    hook.enable();
    return running.run(this, task);
  }

  /** @param trigger What was running. A stream opens its file a tick after it is made, in nobody's code. */
  begins(kind: Kind, resource: object, trigger: number): void {
    const before = this.#ticks.get(trigger);
    this.#begun.push({ kind, resource, at: before === undefined ? [here()] : [here(), before] });
  }

  putsOff(id: number): void {
    this.#ticks.set(id, here());
  }

  /** What was begun, each thing once; where nobody knows the place of one, only if there is no other of its kind. */
  get found(): readonly Begun[] {
    const awaited = this.#begun.filter(({ kind, resource }) => kind.isAwaited?.(resource) ?? true);
    const found = new Map(awaited.map(({ kind: { what } }) => [what, new Map<string | undefined, Begun>()]));
    for (const { kind, at } of awaited) {
      const place = at.map(placeIn).find((place) => place !== undefined);
      found.get(kind.what)?.set(place, { what: kind.what, place });
    }
    // A worker has ports of its own.
    for (const place of found.get('a worker')?.keys() ?? []) found.get('a message port')?.delete(place);
    return [...found.values()].flatMap((places) => {
      if (places.size > 1) places.delete(undefined);
      return [...places.values()];
    });
  }

  /** Nothing is watched any longer. */
  end(): void {
    hook.disable();
    running.disable();
  }
}
