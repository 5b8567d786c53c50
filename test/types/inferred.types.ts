/** What reaches a handler without a single annotation by the user. Compiled by `npm run check`, never run. */
import { type } from 'arktype';
import { filter, map, of, Subject, tap } from 'rxjs';
import {
  accept,
  allOf,
  around,
  binary,
  type CloseRecord,
  coalesceBy,
  type Handler,
  handler,
  json,
  latest,
  type Overflow,
  type Payload,
  raw,
  reject,
  route,
  routeWith,
  type ServerChannel,
  sluice,
  type UpgradeRequest,
} from 'sluice';
import { split, through } from 'sluice/operators';
import * as v from 'valibot';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';

type Say = { readonly type: 'say'; readonly text: string };
type Said = { readonly type: 'said'; readonly text: string };
const say = json<Say, Said>();
const answer = map(({ text }: Say): Said => ({ type: 'said', text }));

// --- the path

route('/echo', (channel) => {
  expectTypeOf(channel.params).toEqualTypeOf<Readonly<Record<never, never>>>();
  expectTypeOf(channel.context).toEqualTypeOf<undefined>();
  expectTypeOf(channel.request.session).toEqualTypeOf<undefined>();
  expectTypeOf(channel.closed$).toEqualTypeOf<typeof closed$>();
  return channel.in$.pipe(tap((message) => expectTypeOf(message).toEqualTypeOf<string>()));
});
declare const closed$: ServerChannel['closed$'];
closed$.subscribe((close) => expectTypeOf(close).toEqualTypeOf<CloseRecord>());

route('/chat/:room', ({ params, request }) => {
  expectTypeOf(params).toEqualTypeOf<{ readonly room: string }>();
  expectTypeOf(request.params).toEqualTypeOf<{ readonly room: string }>();
  return of(params.room);
});

route('/files{/:version}/*rest', ({ params }) => {
  expectTypeOf(params).toEqualTypeOf<{ readonly version?: string; readonly rest: string[] }>();
  return of(...params.rest, params.version ?? 'newest');
});

// --- the codec

route('/bytes', { codec: binary() }, ({ in$ }) =>
  in$.pipe(tap((message) => expectTypeOf(message).toEqualTypeOf<Uint8Array>())),
);

route('/raw', { codec: raw() }, ({ in$ }) =>
  in$.pipe(tap((message) => expectTypeOf(message).toEqualTypeOf<Payload>())),
);

route('/json', { codec: json() }, ({ in$ }) => in$.pipe(tap((message) => expectTypeOf(message).toBeUnknown())));

route('/json/typed', { codec: json<Say, Said>() }, ({ in$, out }) => {
  expectTypeOf(out).toEqualTypeOf<Subject<Said>>();
  return in$.pipe(answer);
});

// `in` gives its output, `out` takes its input.
route(
  '/zod',
  {
    codec: json({
      in: z.object({ at: z.string().transform((text) => new Date(text)) }),
      out: z.object({ at: z.date().transform((date) => date.toISOString()) }),
    }),
  },
  ({ in$ }) => in$.pipe(tap((message) => expectTypeOf(message).toEqualTypeOf<{ at: Date }>())),
);

route(
  '/valibot',
  {
    codec: json({
      in: v.object({ count: v.pipe(v.string(), v.transform(Number)) }),
      out: v.object({ total: v.number() }),
    }),
  },
  ({ in$ }) =>
    in$.pipe(
      tap((message) => expectTypeOf(message).toEqualTypeOf<{ count: number }>()),
      map(({ count }) => ({ total: count })),
    ),
);

route('/arktype', { codec: json({ in: type({ word: 'string' }), out: type({ length: 'number' }) }) }, ({ in$ }) =>
  in$.pipe(
    tap((message) => expectTypeOf(message).toEqualTypeOf<{ word: string }>()),
    map(({ word }) => ({ length: word.length })),
  ),
);

route('/in-only', { codec: json({ in: z.object({ id: z.number() }) }) }, ({ in$ }) =>
  in$.pipe(map(({ id }) => ({ whatever: id.toFixed() }))),
);

// --- the overflow policy

route('/coalesced', { codec: say, overflow: coalesceBy(({ text }) => text) }, ({ in$, out }) => {
  expectTypeOf(out).toEqualTypeOf<Subject<Said>>();
  return in$.pipe(answer);
});

route(
  '/policy',
  { codec: say, overflow: (message, { full }) => (full ? 'refuse' : { replaces: message.text }) },
  ({ in$, out }) => {
    expectTypeOf(out).toEqualTypeOf<Subject<Said>>();
    return in$.pipe(answer);
  },
);

coalesceBy((message: Said) => message.text) satisfies Overflow<Said>;
sluice([], { overflow: latest() });

// --- the guard

const signedIn = (request: UpgradeRequest) => {
  const { user } = request.cookies;
  return user === undefined ? reject(401) : { user };
};

route('/guarded', { guard: signedIn }, ({ context }) => {
  expectTypeOf(context).toEqualTypeOf<{ user: string }>();
  return of(context.user);
});

route('/guarded/later', { guard: async (request) => signedIn(request) }, ({ context }) => {
  expectTypeOf(context).toEqualTypeOf<{ user: string }>();
  return of(context.user);
});

route('/guarded/:id', { guard: ({ params }) => ({ number: Number(params.id) }) }, ({ context }) => {
  expectTypeOf(context).toEqualTypeOf<{ number: number }>();
  return of(context.number.toFixed());
});

route(
  '/accepted',
  { guard: ({ query }) => (query.has('key') ? accept({ context: { key: query.get('key') } }) : reject(401)) },
  ({ context }) => {
    expectTypeOf(context).toEqualTypeOf<{ key: string | null }>();
    return of(context.key ?? '');
  },
);

route('/accepted/without', { guard: ({ query }) => (query.has('key') ? accept() : reject(401)) }, ({ context }) => {
  expectTypeOf(context).toEqualTypeOf<undefined>();
  return of('welcome');
});

route('/refused', { guard: () => reject(503) }, () => of('never'));

route(
  '/all/:room',
  {
    guard: allOf(
      signedIn,
      async (_request, { user }) => (user === 'ada' ? { member: true } : reject(403)),
      (_request, sofar) => {
        expectTypeOf(sofar).toEqualTypeOf<{ user: string } & { member: boolean }>();
        return { title: sofar.member ? `member ${sofar.user}` : sofar.user };
      },
    ),
  },
  ({ context, params }) => of(context.title + context.user + context.member + params.room),
);

route('/any/object', { guard: (): object => ({}) }, ({ context }) => {
  expectTypeOf(context).toEqualTypeOf<object>();
  return of('');
});

// --- the session

route(
  '/session',
  { session: () => ({ id: 7 }), guard: ({ session }) => ({ twice: session.id * 2 }) },
  ({ context, request }) => {
    expectTypeOf(request.session).toEqualTypeOf<{ id: number }>();
    expectTypeOf(context).toEqualTypeOf<{ twice: number }>();
    return of('');
  },
);

route(
  '/session/later',
  {
    session: async (request, incoming) => ({ id: request.path.length + (incoming.socket.remotePort ?? 0) }),
    guard: ({ session }) => (session.id > 0 ? { id: session.id } : reject(401)),
  },
  ({ context, request }) => of(context.id.toFixed() + request.session.id.toFixed()),
);

// --- groups, wrappers, handlers of their own

const member = routeWith({ codec: say, guard: signedIn });

member('/group/:room', ({ in$, context, params }) =>
  in$.pipe(map(({ text }) => ({ type: 'said', text: `${params.room} ${context.user} ${text}` }) as const)),
);
member('/group/:room/small', { maxPayload: 100 }, ({ in$, context, params }) => {
  expectTypeOf(context).toEqualTypeOf<{ user: string }>();
  expectTypeOf(params).toEqualTypeOf<{ readonly room: string }>();
  return in$.pipe(answer);
});
member('/group/open', { guard: () => ({ guest: true }) }, ({ in$, context }) => {
  expectTypeOf(context).toEqualTypeOf<{ guest: boolean }>();
  return in$.pipe(answer);
});

const chat: Handler<Say, Said, '/chat/:room'> = ({ in$, params }) => {
  expectTypeOf(params).toEqualTypeOf<{ readonly room: string }>();
  return in$.pipe(answer);
};
route('/chat/:room', { codec: say }, chat);
// Written before there was a guard, it fits behind one.
route('/chat/:room', { codec: say, guard: signedIn, session: async () => ({ id: 1 }) }, chat);
const plain: Handler = ({ in$ }) => in$;
route('/plain', { guard: signedIn }, plain);
route('/alone', { guard: allOf(signedIn) }, ({ context }) => of(context.user));

const audited = around({ in: tap<Say>(), out: tap<Said>() });
route('/audited/:room', { codec: say }, audited(chat));

const heard = around({ in: tap<Say>() });
route('/heard/:room', { codec: say }, heard(chat));
const told = around({ out: tap<Said>() });
route('/told/:room', { codec: say }, told(chat));
const filled = around({ in: filter((text: string) => text !== '') });
route(
  '/filled/:room',
  { guard: signedIn },
  filled(({ in$, context, params }) => in$.pipe(map((text) => context.user + params.room + text))),
);

const numbers = around({ in: map((text: string) => Number(text)), out: map((number: number) => number.toFixed()) });
route(
  '/numbers',
  numbers(({ in$ }) => in$.pipe(map((number) => number + 1))),
);

route('/shout', handler(map((text: string) => text.toUpperCase())));
route('/shout/:room', { guard: signedIn }, handler(map((text: string) => text.toUpperCase())));
route('/mirror', { codec: binary() }, handler<Uint8Array>());

// --- operators

route('/split', { codec: json<Say | { readonly type: 'leave' }, Said>() }, ({ in$ }) =>
  in$.pipe(
    split('type', {
      say: (say$) => say$.pipe(answer),
      leave: (leave$) => leave$.pipe(map(() => ({ type: 'said', text: 'bye' }) as const)),
    }),
  ),
);

const room = new Subject<Said>();
route('/through', { codec: say }, ({ in$ }) => in$.pipe(answer, through(room)));

// --- what a handler may return

route('/nothing', ({ in$, out }) => {
  in$.subscribe((text) => out.next(text));
});
route('/nothing/later', async ({ out }) => {
  out.next('a');
});
route('/later', async ({ in$ }) => in$);
route('/list', () => ['a', 'b']);
route('/generator', function* () {
  yield 'a';
});
route('/generator/later', async function* () {
  yield 'a';
});
route('/stream', () => new ReadableStream<string>());

// --- answers to messages that the codec refuses

route(
  '/invalid',
  { codec: say, invalid: ({ issues = [] }) => ({ type: 'said', text: `${issues.length}` }) },
  ({ in$ }) => in$.pipe(answer),
);
sluice([route('/defaults', ({ in$ }) => in$)], { invalid: 'skip', origins: ['https://example.com'], heartbeat: false });
