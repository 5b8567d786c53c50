import { map, timer } from 'rxjs';
import { type Handler, route } from 'sluice';

/** Sends the time, at once and then every second. */
export const clock: Handler = () => timer(0, 1_000).pipe(map(() => new Date().toISOString()));

export const clockRoute = route('/clock', clock);
