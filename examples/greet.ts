import { ignoreElements, startWith, tap } from 'rxjs';
import { type Handler, route } from 'sluice';

/** Prints each message, sends one `Hello!` and stays open. */
export const greet: Handler = ({ in$ }) => in$.pipe(tap(console.log), ignoreElements(), startWith('Hello!'));

export const greetRoute = route('/greet', greet);
