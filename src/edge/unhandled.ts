import { config } from 'rxjs';
import type { AppCore } from '../server/app.ts';

const apps = new Set<AppCore>();

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
  for (const app of apps) app.report(error, undefined);
}
