import { of } from 'rxjs';
import { type Handler, route } from 'sluice';

/** Discards what comes in, sends `Hello!` and closes. */
export const hello: Handler = () => of('Hello!');

export const helloRoute = route('/hello', hello);
