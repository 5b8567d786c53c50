import type { Timer } from '../channel/clock.ts';
import { SluiceError, show } from '../protocol/errors.ts';
import type { AppCore } from './app.ts';

/** How an app closes. Durations are milliseconds. */
export interface ShutdownOptions {
  /** No channel outlives it. Work in flight may go on until `closeTimeout` before it. @default 5_000 */
  readonly grace?: number;
  /** The closes are spread over this time, so that the peers do not come back all at once. @default 0 */
  readonly spread?: number;
  /** 1001 (Going Away) or 1012 (Service Restart). @default 1001 */
  readonly code?: 1001 | 1012;
}

/** How long the end of a connection that was cut may take, in milliseconds. */
const goneTime = 100;

/**
 * Ends all channels of an app: each completes its input, may finish its work and send its output, and closes. Resolves
 * when the last one has gone, after `grace` at the latest.
 */
export function shutdown(app: AppCore, options: ShutdownOptions): Promise<void> {
  const { grace, spread, code } = checkShutdown(options);
  const { clock } = app;
  app.draining();
  const cores = [...app.cores];
  const timers = new Set<Timer>();
  const after = (delay: number, task: () => void): void => {
    timers.add(clock.after(delay, task));
  };
  cores.forEach((core, index) => {
    const end = (): void => {
      core.life.end('shutdown', { code, reason: '' });
    };
    const delay = Math.min(spread, grace) * (index / cores.length);
    if (delay === 0) end();
    else after(delay, end);
    after(Math.max(delay, grace - core.settings.closeTimeout), () => core.life.hurry());
    after(grace, () => core.life.cut());
  });
  return new Promise((resolve) => {
    // A cut connection is gone at once; where it is not, nobody waits for it.
    after(grace + goneTime, finish);
    // The last one may have gone already.
    const subscription = app.channels$.subscribe((channels) => {
      if (channels.size === 0) finish();
    });
    function finish(): void {
      for (const timer of timers) timer.cancel();
      queueMicrotask(() => subscription.unsubscribe());
      resolve();
    }
  });
}

/** Checks and completes how an app closes. Throws `SLUICE_BAD_OPTION`. */
export function checkShutdown({ grace = 5_000, spread = 0, code = 1001 }: ShutdownOptions): Required<ShutdownOptions> {
  for (const [name, value] of Object.entries({ grace, spread })) {
    if (typeof value !== 'number' || !(value >= 0 && value < 2 ** 31)) {
      throw new SluiceError('SLUICE_BAD_OPTION', `The option ${name} of close takes milliseconds, not ${show(value)}.`);
    }
  }
  if (code !== 1001 && code !== 1012) {
    throw new SluiceError('SLUICE_BAD_OPTION', `The option code of close takes 1001 or 1012, not ${show(code)}.`);
  }
  return { grace, spread, code };
}
