import { map, of } from 'rxjs';
import type { Codec } from '../src/codec/codec.ts';
import type { UpgradeRequest } from '../src/protocol/request.ts';
import { accept, reject } from '../src/protocol/verdict.ts';
import { allOf } from '../src/server/guard.ts';
import { route, routeWith } from '../src/server/route.ts';

declare const json: <I, O>() => Codec<I, O>;
type Say = { say: string };
type Said = { said: string };
const signedIn = (request: UpgradeRequest) => (request.cookies.user ? { user: request.cookies.user } : reject(401));
const signedInAsync = async (request: UpgradeRequest) =>
  request.cookies.user ? { user: request.cookies.user } : reject(401);
route('/echo', ({ in$ }) => in$);
route('/hello', () => of('Hello!'));
route('/chat/:room', { codec: json<Say, Said>(), guard: signedIn }, ({ in$, params, context }) =>
  in$.pipe(map((m) => ({ said: m.say + params.room + context.user }))),
);
route('/chat/:room', { codec: json<Say, Said>(), guard: signedInAsync }, ({ in$, params, context }) =>
  in$.pipe(map((m) => ({ said: m.say + params.room + context.user }))),
);
route(
  '/a',
  { guard: (request) => (request.query.has('k') ? accept({ context: { k: 1 } }) : reject(401)) },
  ({ context }) => of(String(context.k.toFixed())),
);
route('/a', { session: async () => ({ id: 7 }), guard: ({ session }) => ({ x: session.id }) }, ({ context, request }) =>
  of(String(context.x + request.session.id)),
);
route(
  '/a',
  { session: async (r, i) => ({ id: 7 + (i.url?.length ?? 0) }), guard: ({ session }) => ({ x: session.id }) },
  ({ context, request }) => of(String(context.x + request.session.id)),
);
route(
  '/a/:b',
  {
    guard: allOf(
      signedIn,
      (request, { user }) => ({ member: user.length, q: request.query }),
      (_r, sofar) => ({ z: sofar.member + 1 }),
    ),
  },
  ({ context }) => of(context.user + context.member.toFixed() + context.z),
);
const member = routeWith({ codec: json<Say, Said>(), guard: signedIn });
member('/x/:y', ({ in$, context, params }) => in$.pipe(map((m) => ({ said: m.say + context.user + params.y }))));
member('/x/:y', { maxPayload: 10 }, ({ in$, context, params }) =>
  in$.pipe(map((m) => ({ said: m.say + context.user + params.y }))),
);
route('/imperative', ({ in$, out }) => {
  in$.subscribe((t) => out.next(t));
});
route('/gen', function* () {
  yield 'a';
});
route('/agen', async function* () {
  yield 'a';
});
route('/arr', () => ['a', 'b']);
route('/async', async ({ in$ }) => in$);
// @ts-expect-error a string is no stream
route('/x', () => 'hello');
// @ts-expect-error
route('/x', async () => 'hello');
// @ts-expect-error
route('/x', () => Buffer.from('x'));
// @ts-expect-error
route('/x', ({ out }) => {
  out.next(1);
});
// @ts-expect-error
route('/x/:y', ({ params }) => of(params.z));
// @ts-expect-error
route('/x', { guard: () => true }, () => of('x'));
// @ts-expect-error
route('/x', { guard: () => undefined }, () => of('x'));
// @ts-expect-error
route('/x', { guard: () => null }, () => of('x'));
// @ts-expect-error
route('/x', () => of(1));
