import {
  type App,
  type AppOptions,
  type ChannelEvent,
  type CloseRecord,
  type ErrorReport,
  type Route,
  sluice,
} from 'sluice';
import { onTestFinished } from 'vitest';

/** An app and what happened to it so far. */
export interface Watched {
  readonly app: App;
  readonly events: ChannelEvent[];
  readonly errors: ErrorReport[];
  /** How channels ended, in that order. */
  readonly records: CloseRecord[];
  /** Waits for the record of the channel that is the `count`th to end. */
  record(count?: number): Promise<CloseRecord>;
  /** Waits for an event. */
  event<Type extends ChannelEvent['type']>(type: Type): Promise<Extract<ChannelEvent, { type: Type }>>;
}

/** An app that listens on a port of 127.0.0.1. */
export interface Served extends Watched {
  readonly port: number;
  readonly url: (path: string) => string;
}

/** Watches an app, and closes it after the test. */
export function watch(app: App): Watched {
  const events: ChannelEvent[] = [];
  const errors: ErrorReport[] = [];
  const records: CloseRecord[] = [];
  const waiting = new Set<() => void>();
  app.errors$.subscribe((report) => errors.push(report));
  app.events$.subscribe((event) => {
    events.push(event);
    if (event.type === 'closed') records.push(event.close);
    for (const wake of waiting) wake();
  });
  onTestFinished(() => app.close({ grace: 100 }));
  const until = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const wake = (): void => {
        const found = look();
        if (found === undefined) return;
        waiting.delete(wake);
        resolve(found);
      };
      waiting.add(wake);
      wake();
    });
  return {
    app,
    events,
    errors,
    records,
    record: (count = 1) => until(() => records[count - 1]),
    event: <Type extends ChannelEvent['type']>(type: Type) =>
      until(() => events.find((event): event is Extract<ChannelEvent, { type: Type }> => event.type === type)),
  };
}

/** Listens with routes, short times and no heartbeat. */
export async function listening(routes: readonly Route[], options: AppOptions = {}): Promise<Served> {
  const app = sluice(routes, { closeTimeout: 400, linger: 60, heartbeat: false, ...options });
  const watched = watch(app);
  const { port } = await app.listen(0, '127.0.0.1');
  return { ...watched, port, url: (path) => `ws://127.0.0.1:${port}${path}` };
}
