import { SluiceError, show } from '../protocol/errors.ts';
import { isToken } from '../protocol/header.ts';

type Check = (value: unknown) => boolean;
type Rule = readonly [check: Check, expected: string];

// Node's timers take a signed 32-bit number of milliseconds; what is longer would fire at once.
const longestTimeout = 2 ** 31 - 1;

const count: Rule = [(value) => Number.isSafeInteger(value) && (value as number) > 0, 'a whole number above 0'];
/** The longest string that Node 20 can make, and so the longest text. */
const longestText = 2 ** 29 - 24;
const payloadBytes: Rule = [
  (value) => count[0](value) && (value as number) <= longestText,
  'a whole number from 1 to 536870888, which is the longest string that Node can make',
];
const mark: Rule = [(value) => Number.isSafeInteger(value) && (value as number) >= 0, 'a whole number of 0 or more'];
const isTimeout: Check = (value) => typeof value === 'number' && value > 0 && value <= longestTimeout;
const timeout: Rule = [isTimeout, 'milliseconds above 0 and below 2^31'];
const isFunction: Check = (value) => typeof value === 'function';

/** What each option must be. `origins` is checked where it is compiled, trusted addresses at the edge. */
const rules: Readonly<Record<string, Rule>> = {
  codec: [isCodec, "{ kind: 'text' | 'binary' | 'any', encode, decode }"],
  guard: [isFunction, 'a function'],
  session: [isFunction, 'a function'],
  origins: [() => true, ''],
  trustProxy: [isTrust, 'a boolean, a number of hops, addresses or a function'],
  subprotocols: [isSubprotocols, 'a list of different subprotocols'],
  maxPayload: payloadBytes,
  maxFragments: count,
  maxBufferedChunks: count,
  highWater: count,
  lowWater: mark,
  highWaterBytes: count,
  outHighWater: count,
  outLowWater: mark,
  outCeiling: count,
  overflow: [isFunction, 'a policy such as closeSlow(), which is a function'],
  stallTimeout: timeout,
  heartbeat: [isHeartbeat, 'false or { every, timeout } in milliseconds from 1 to 2^31 - 1'],
  handshakeTimeout: timeout,
  closeTimeout: timeout,
  linger: [(value) => value === 0 || isTimeout(value), 'milliseconds of 0 or more and below 2^31'],
  invalid: [(value) => value === 'close' || value === 'skip' || isFunction(value), "'close', 'skip' or a function"],
  perMessageDeflate: [(value) => typeof value === 'boolean' || isObject(value), 'a boolean or an object'],
  maxChannels: count,
  maxChannelsPerAddress: count,
};

/** What changes types belongs to a route: given for an app it could not reach the handlers' types. */
const routeOnly = new Set(['codec', 'guard', 'session']);

/**
 * Checks each option by itself. Throws `SLUICE_UNKNOWN_OPTION` and `SLUICE_BAD_OPTION`, naming option and value.
 *
 * @param where What the message calls the place, e.g. `'the route /echo'`.
 */
export function checkOptions(options: unknown, where: string, of: 'app' | 'route'): void {
  if (!isObject(options)) {
    throw new SluiceError('SLUICE_BAD_OPTION', `The options of ${where} are to be an object, not ${show(options)}.`);
  }
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) {
      throw new SluiceError('SLUICE_UNKNOWN_OPTION', `There is no option ${show(name)} (in ${where}).`);
    }
    if (of === 'app' && routeOnly.has(name)) {
      throw new SluiceError('SLUICE_UNKNOWN_OPTION', `The option ${name} is given per route, not for ${where}.`);
    }
    if (of === 'app' && name === 'invalid' && isFunction(value)) {
      throw new SluiceError(
        'SLUICE_BAD_OPTION',
        `The option invalid of ${where} takes 'close' or 'skip'; functions are given per route.`,
      );
    }
    const [check, expected] = rule;
    if (value !== undefined && !check(value)) {
      throw new SluiceError(
        'SLUICE_BAD_OPTION',
        `The option ${name} of ${where} takes ${expected}, not ${show(value)}.`,
      );
    }
  }
}

/** Throws `SLUICE_BAD_OPTION` unless one option's value is below another's. */
export function checkOrder(
  options: Readonly<Record<string, unknown>>,
  lower: string,
  upper: string,
  where: string,
): void {
  const [low, high] = [options[lower] as number, options[upper] as number];
  if (low < high) return;
  throw new SluiceError(
    'SLUICE_BAD_OPTION',
    `The option ${lower} of ${where} is ${low}; it must be below ${upper}, which is ${high}.`,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCodec(value: unknown): boolean {
  if (!isObject(value) || !isFunction(value.encode) || !isFunction(value.decode)) return false;
  return value.kind === 'text' || value.kind === 'binary' || value.kind === 'any';
}

function isHeartbeat(value: unknown): boolean {
  return value === false || (isObject(value) && Object.entries(value).every(isHeartbeatTime));
}

function isHeartbeatTime([name, value]: [string, unknown]): boolean {
  return (
    (name === 'every' || name === 'timeout') && (value === undefined || (isTimeout(value) && (value as number) >= 1))
  );
}

function isTrust(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((address) => typeof address === 'string');
  return ['boolean', 'string', 'function'].includes(typeof value) || mark[0](value);
}

function isSubprotocols(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0 || new Set(value).size !== value.length) return false;
  return value.every((name) => typeof name === 'string' && isToken(name));
}
