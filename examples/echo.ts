import { type Handler, raw, route } from 'sluice';

type Payload = string | Uint8Array;

/** Sends every message back: text as text, bytes as bytes. */
export const echo: Handler<Payload, Payload> = ({ in$ }) => in$;

export const echoRoute = route('/echo', { codec: raw() }, echo);
