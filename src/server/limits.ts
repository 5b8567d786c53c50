import type { CompiledRoute } from './compile.ts';
import type { CommonOptions } from './options.ts';

/** A place that a handshake holds, and then its channel. */
export interface Place {
  /** Gives the place back; harmless when that has happened. */
  release(): void;
}

/** Counts channels and pending handshakes, all and by remote address, and says when there are too many. */
class Limit {
  readonly #options: CommonOptions;
  #all = 0;
  readonly #byAddress = new Map<string, number>();

  constructor(options: CommonOptions) {
    this.#options = options;
  }

  /** Whether there is anything to count for. */
  get limits(): boolean {
    return (this.#options.maxChannels ?? this.#options.maxChannelsPerAddress) !== undefined;
  }

  /** The status that refuses one more from an address, if there is no place. */
  refusal(address: string): 503 | 429 | undefined {
    const { maxChannels, maxChannelsPerAddress } = this.#options;
    if (maxChannels !== undefined && this.#all >= maxChannels) return 503;
    if (maxChannelsPerAddress !== undefined && (this.#byAddress.get(address) ?? 0) >= maxChannelsPerAddress) return 429;
    return undefined;
  }

  take(address: string): void {
    this.#all++;
    if (this.#options.maxChannelsPerAddress === undefined) return;
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
  }

  give(address: string): void {
    this.#all--;
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }
}

/** A place that is counted. */
class CountedPlace implements Place {
  readonly #app: Limit;
  readonly #route: Limit | undefined;
  readonly #address: string;
  #held = true;

  constructor(app: Limit, route: Limit | undefined, address: string) {
    this.#app = app;
    this.#route = route;
    this.#address = address;
    app.take(address);
    route?.take(address);
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#app.give(this.#address);
    this.#route?.give(this.#address);
  }
}

/** Where nothing is limited all share one place, which saves each channel an object. */
const anyPlace: Place = { release() {} };

/** The limits of an app and of each of its routes that has its own. */
export class Limits {
  readonly #app: Limit;
  readonly #routes = new Map<CompiledRoute, Limit>();

  constructor(options: CommonOptions, routes: readonly CompiledRoute[]) {
    this.#app = new Limit(options);
    for (const route of routes) {
      const { maxChannels, maxChannelsPerAddress } = route.options;
      if (maxChannels ?? maxChannelsPerAddress) this.#routes.set(route, new Limit(route.options));
    }
  }

  /** Takes a place for a handshake, or answers the status that refuses it. */
  take(route: CompiledRoute, address: string): Place | 503 | 429 {
    const own = this.#routes.get(route);
    if (own === undefined && !this.#app.limits) return anyPlace;
    const refusal = this.#app.refusal(address) ?? own?.refusal(address);
    if (refusal !== undefined) return refusal;
    return new CountedPlace(this.#app, own, address);
  }
}
