/**
 * Lines that must not compile, and why: each says which complaint of the compiler it stands for. `npm run check` sees
 * that none of them compiles, `refused.test.ts` that the complaint is the one that is meant.
 */
import { map, of, Subject } from 'rxjs';
import {
  accept,
  coalesceBy,
  dropOldest,
  type Guard,
  type Handler,
  handler,
  json,
  raw,
  route,
  routeWith,
  sluice,
} from 'sluice';
import { split } from 'sluice/operators';
import { z } from 'zod';

type Say = { readonly type: 'say'; readonly text: string };
type Join = { readonly type: 'join' };
type Said = { readonly said: string };
const codec = json<Say, Said>();

// --- what a handler returns

// @ts-expect-error TS2322: 'string' is not assignable to type 'HandlerResult<string>'
route('/x', () => 'hello');
// @ts-expect-error TS2322: 'string' is not assignable to type 'void | Stream<string>'
route('/x', async () => 'hello');
// @ts-expect-error TS2322: 'string' is not assignable to type 'HandlerResult<unknown>'
route('/x', { codec: json() }, () => 'hello');
// @ts-expect-error TS2322: 'Buffer<ArrayBuffer>' is not assignable to type 'HandlerResult<string>'
route('/x', () => Buffer.from('hello'));
// @ts-expect-error TS2322: 'Uint8Array<ArrayBuffer>' is not assignable to type 'HandlerResult<string | Uint8Array<ArrayBufferLike>>'
route('/x', { codec: raw() }, () => new Uint8Array(1));
// @ts-expect-error TS2322: Types of property 'BYTES_PER_ELEMENT' are incompatible
route('/x', { codec: json<unknown, number>() }, () => new Uint8Array(1));
// @ts-expect-error TS2322: 'number' is not assignable to type 'string'
route('/x', () => of(1));
// @ts-expect-error TS2322: 'number' is not assignable to type 'string'
route('/x', () => [1]);
// @ts-expect-error TS2322: 'number' is not assignable to type 'HandlerResult<string>'
route('/x', () => 1);
// @ts-expect-error TS2322: Property 'said' is missing in type 'Say' but required in type 'Said'
route('/x', { codec }, ({ in$ }) => in$);
// @ts-expect-error TS2322: '{ n: string; }' is not assignable to type '{ n: number; }'
route('/x', { codec: json({ out: z.object({ n: z.number() }) }) }, () => of({ n: '1' }));
// @ts-expect-error TS2322: '{ said: number; }' is not assignable to type 'Said'
export const says: Handler<Say, Said> = () => of({ said: 1 });

// --- what a handler sends and reads

// @ts-expect-error TS2345: 'number' is not assignable to parameter of type 'string'
route('/x', ({ out }) => out.next(1));
// @ts-expect-error TS2353: 'text' does not exist in type 'Said'
route('/x', { codec }, ({ out }) => out.next({ text: 'a' }));
// @ts-expect-error TS2339: Property 'z' does not exist on type '{ readonly y: string; }'
route('/x/:y', ({ params }) => of(params.z));
// @ts-expect-error TS2322: 'string | undefined' is not assignable to type 'string'
route('/x{/:y}', ({ params }) => of(params.y));
// @ts-expect-error TS18048: 'context' is possibly 'undefined'
route('/x', ({ context }) => of(context.user));
// @ts-expect-error TS2339: Property 'name' does not exist on type '{ user: string; }'
route('/x', { guard: () => ({ user: 'ada' }) }, ({ context }) => of(context.name));
// @ts-expect-error TS2345: 'string' is not assignable to type 'number'
route('/x', handler(map((message: number) => message.toFixed())));
declare const chat: Handler<Say, Said, '/chat/:room'>;
// @ts-expect-error TS2345: Property 'room' is missing in type '{}' but required in type '{ readonly room: string; }'
route('/lobby', { codec }, chat);
// @ts-expect-error TS2345: 'string' is not assignable to type 'Say'
route('/chat/:room', chat);

// --- what a guard answers

// @ts-expect-error TS2322: 'boolean' is not assignable to type 'Verdict<
route('/x', { guard: () => true }, () => of('x'));
// @ts-expect-error TS2322: 'undefined' is not assignable to type 'Verdict<
route('/x', { guard: () => undefined }, () => of('x'));
// @ts-expect-error TS2322: 'null' is not assignable to type 'Verdict<
route('/x', { guard: () => null }, () => of('x'));
// @ts-expect-error TS2322: 'string' is not assignable to type 'Verdict<
route('/x', { guard: () => 'ada' }, () => of('x'));
// @ts-expect-error TS2322: 'boolean' is not assignable to type 'Verdict<
route('/x', { guard: async () => false }, () => of('x'));
// @ts-expect-error TS2322: 'boolean' is not assignable to type 'Verdict<
export const guard: Guard = (request) => request.query.has('key');
// @ts-expect-error TS2322: 'string' is not assignable to type 'object'
accept({ context: 'ada' });

// --- options

const routes = [route('/x', () => of('x'))];
// @ts-expect-error TS2353: 'codec' does not exist in type 'AppOptions'
sluice(routes, { codec });
// @ts-expect-error TS2353: 'guard' does not exist in type 'AppOptions'
sluice(routes, { guard: () => ({}) });
// @ts-expect-error TS2353: 'session' does not exist in type 'AppOptions'
sluice(routes, { session: () => ({}) });
// @ts-expect-error TS2322: '() => undefined' is not assignable to type '"close" | "skip" | undefined'
sluice(routes, { invalid: () => undefined });
// @ts-expect-error TS2561: 'maxPayLoad' does not exist in type 'AppOptions'
sluice(routes, { maxPayLoad: 1 });
// @ts-expect-error TS2561: 'maxPayLoad' does not exist in type 'RouteOptions<
route('/x', { maxPayLoad: 1 }, () => of('x'));
// @ts-expect-error TS2561: 'maxPayLoad' does not exist in type 'RouteOptions<
routeWith({ maxPayLoad: 1 });
// @ts-expect-error TS2322: 'string' is not assignable to type 'Origins'
route('/x', { origins: '*' }, () => of('x'));
// @ts-expect-error TS2345: Types of property ''~standard'' are incompatible
route('/x', { codec: json(z.string()) }, () => of('x'));
// @ts-expect-error TS2322: '{ said: number; }' and '{ said: string; } | undefined' are incompatible
route('/x', { codec, invalid: () => ({ said: 1 }) }, () => of({ said: 'x' }));
// @ts-expect-error TS2322: '() => Overflow<unknown>' is not assignable to type 'Overflow<Said>'
route('/x', { codec, overflow: dropOldest }, () => of({ said: 'x' }));
// @ts-expect-error TS2322: '"drop"' is not assignable to type 'OverflowAnswer'
route('/x', { codec, overflow: () => 'drop' }, () => of({ said: 'x' }));
// @ts-expect-error TS2339: Property 'text' does not exist on type 'Said'
route('/x', { codec, overflow: coalesceBy(({ text }) => text) }, () => of({ said: 'x' }));
// @ts-expect-error TS2322: 'Overflow<Said>' is not assignable to type 'Overflow'
sluice(routes, { overflow: coalesceBy(({ said }: Said) => said) });

// --- operators

const message$ = new Subject<Say | Join>();
// @ts-expect-error TS2345: Property 'join' is missing in type
message$.pipe(split('type', { say: (say$) => say$ }));
// @ts-expect-error TS2322: 'OperatorFunction<Say, Say>' is not assignable to type 'never'
message$.pipe(split('type', { say: (say$) => say$, join: (join$) => join$, leave: map((say: Say) => say) }));
