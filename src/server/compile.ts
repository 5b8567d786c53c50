import type { ChannelSettings } from '../channel/settings.ts';
import type { ChannelRoute } from '../channel/surroundings.ts';
import { text } from '../codec/text.ts';
import { closeSlow } from '../flow/overflow.ts';
import { SluiceError, show } from '../protocol/errors.ts';
import { type OriginCheck, originCheck } from '../protocol/origin.ts';
import { compilePath, type PathPattern } from '../protocol/path.ts';
import { checkOptions, checkOrder } from './checks.ts';
import type { AppOptions, CommonOptions } from './options.ts';
import type { AnyRouteOptions, Route } from './route.ts';

/** A route made ready: path compiled, options checked and completed. */
export interface CompiledRoute extends ChannelRoute {
  readonly path: PathPattern;
  readonly handler: (channel: never) => unknown;
  readonly settings: ChannelSettings & TransportSettings;
  readonly allowsOrigin: OriginCheck;
  /** What the route itself says; limits given for the app are the app's. */
  readonly options: AnyRouteOptions;
}

/** The settings that the handshake and the socket need. */
export interface TransportSettings {
  readonly maxPayload: number;
  readonly maxFragments: number;
  readonly maxBufferedChunks: number;
  readonly handshakeTimeout: number;
  readonly perMessageDeflate: NonNullable<CommonOptions['perMessageDeflate']>;
  readonly trustProxy: NonNullable<CommonOptions['trustProxy']>;
  readonly subprotocols: readonly string[] | undefined;
}

const defaults = {
  maxPayload: 1_048_576,
  maxFragments: 1_024,
  maxBufferedChunks: 4_096,
  highWater: 64,
  highWaterBytes: 1_048_576,
  outHighWater: 65_536,
  outCeiling: 1_048_576,
  overflow: closeSlow(),
  stallTimeout: 30_000,
  heartbeat: { every: 30_000, timeout: 10_000 },
  handshakeTimeout: 10_000,
  closeTimeout: 3_000,
  linger: 5_000,
  invalid: 'close',
  perMessageDeflate: false,
  trustProxy: false,
  subprotocols: undefined,
} as const;

/** Checks and completes routes and options. Throws a `SluiceError` that names what is wrong. */
export function compileRoutes(routes: readonly Route[], appOptions: AppOptions): readonly CompiledRoute[] {
  checkOptions(appOptions, 'the app', 'app');
  settingsOf(appOptions, 'the app');
  originCheck(appOptions.origins);
  if (!Array.isArray(routes)) {
    throw new SluiceError('SLUICE_BAD_OPTION', `An app takes a list of routes, not ${show(routes)}.`);
  }
  const paths = new Map<string, string>();
  return routes.map((route) => {
    const compiled = compileRoute(route, appOptions);
    const other = paths.get(compiled.path.shape);
    if (other !== undefined) {
      throw new SluiceError(
        'SLUICE_DUPLICATE_PATH',
        `The paths ${show(other)} and ${show(route.path)} match the same requests.`,
      );
    }
    paths.set(compiled.path.shape, route.path);
    return compiled;
  });
}

function compileRoute(route: Route, appOptions: AppOptions): CompiledRoute {
  const path = compilePath(route?.path);
  const where = `the route ${route.path}`;
  if (typeof route.handler !== 'function') {
    throw new SluiceError('SLUICE_BAD_OPTION', `The handler of ${where} is ${show(route.handler)}, not a function.`);
  }
  checkOptions(route.options, where, 'route');
  const options = { ...given(appOptions), ...given(route.options) };
  return {
    path,
    pattern: route.path,
    codec: (options.codec ?? text()) as CompiledRoute['codec'],
    handler: route.handler,
    settings: settingsOf(options, where),
    allowsOrigin: originCheck(options.origins),
    options: route.options,
  };
}

/** Completes the options with their defaults and checks how they stand to each other. */
function settingsOf(options: AppOptions | AnyRouteOptions, where: string): ChannelSettings & TransportSettings {
  const complete = { ...defaults, ...given(options) };
  const settings = {
    ...complete,
    lowWater: complete.lowWater ?? Math.floor(complete.highWater / 4),
    outLowWater: complete.outLowWater ?? Math.floor(complete.outHighWater / 4),
    heartbeat: complete.heartbeat === false ? false : { ...defaults.heartbeat, ...given(complete.heartbeat) },
    outCeiling: options.outCeiling ?? Math.max(complete.outCeiling, 2 * complete.outHighWater),
  };
  checkOrder(settings, 'lowWater', 'highWater', where);
  checkOrder(settings, 'outLowWater', 'outHighWater', where);
  checkOrder(settings, 'outHighWater', 'outCeiling', where);
  return settings as ChannelSettings & TransportSettings;
}

/** An option that is `undefined` counts as not given. */
function given<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
