import { setImmediate as turn } from 'node:timers/promises';
import { concatMap, ignoreElements, of, Subject, tap } from 'rxjs';
import { route } from 'sluice';
import { pacedConcatMap } from 'sluice/operators';
// No door leads to a channel without a network.
import { systemClock } from '../../../dist/edge/clock.js';
import { LazyRequest } from '../../../dist/protocol/request.js';
import { accept } from '../../../dist/protocol/verdict.js';
import { AppCore } from '../../../dist/server/app.js';
import { compileRoutes } from '../../../dist/server/compile.js';
import { serve as serveSocket } from '../../../dist/server/serve.js';
import { SilentSocket } from '../../support/silent-socket.js';

const MESSAGES = 20_000;
const MESSAGE = 'a message';

const operators = { concatMap, pacedConcatMap };

/** A Subject with nothing around it. */
const bare = (operator, count) => {
  const subject = new Subject();
  subject.pipe(operator((message) => of(message))).subscribe(count);
  return (message) => subject.next(message);
};

/** A channel that delivers what its socket is fed. */
const channel = (operator, count) => {
  const handler = ({ in$ }) =>
    in$.pipe(
      operator((message) => of(message)),
      tap(count),
      ignoreElements(),
    );
  const routes = compileRoutes([route('/', { heartbeat: false }, handler)], {});
  const app = new AppCore(routes, {}, { clock: systemClock, idPrefix: '', print: console.error });
  const facts = { url: '/', rawHeaders: [], host: 'localhost', remoteAddress: '127.0.0.1', secure: false };
  const place = { release() {} };
  const socket = new SilentSocket();
  serveSocket(app, socket, { route: routes[0], request: new LazyRequest(facts), verdict: accept(), place });
  return (message) => socket.feed(message);
};

const sources = { bare, channel };

/** How long each operator takes for each source, in many short turns that alternate. In nanoseconds a message. */
const measure = async ({ source, seconds }) => {
  const counts = { concatMap: 0, pacedConcatMap: 0 };
  const push = {};
  for (const [name, operator] of Object.entries(operators))
    push[name] = sources[source](operator, () => counts[name]++);
  await turn();
  const times = { concatMap: [], pacedConcatMap: [] };
  const names = Object.keys(operators);
  const end = performance.now() + seconds * 1000;
  let turns = 0;
  for (; performance.now() < end; turns++) {
    for (const name of turns % 2 ? names : names.toReversed()) {
      const began = performance.now();
      for (let i = 0; i < MESSAGES; i++) push[name](MESSAGE);
      times[name].push(((performance.now() - began) * 1e6) / MESSAGES);
    }
    await turn();
  }
  return { times, counts, due: turns * MESSAGES };
};

export const serve = async () => ({ measure });
