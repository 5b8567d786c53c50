import { config } from 'rxjs';
import type { AppCore } from '../server/app.ts';

const apps = new Set<AppCore>();

/** An unhandled error is being told of, and what its observers throw has not come yet. */
let telling = false;

/**
 * Sends what RxJS would throw on a timer - an error in a `subscribe` callback that is not ours - to the open apps, so
 * that it does not end the process. A handler that somebody has set before stays.
 *
 * @returns Ends it; the last app puts RxJS back as it was.
 */
export function watchUnhandledErrors(app: AppCore): () => void {
  apps.add(app);
  config.onUnhandledError ??= toApps;
  return () => {
    apps.delete(app);
    if (apps.size === 0 && config.onUnhandledError === toApps) config.onUnhandledError = null;
  };
}

function toApps(error: unknown): void {
  if (telling) {
    // Thrown by who was told of the error before: told of this one he would throw again, for ever.
    for (const app of apps) app.printOnly(error);
    return;
  }
  telling = true;
  for (const app of apps) app.report(error, undefined);
  // Behind the timers that RxJS has set meanwhile.
  setTimeout(() => {
    telling = false;
  });
}
