/** What a library makes of a text that its user sends or receives; the frames around it are WebSocket's. */
export interface Dialect {
  readonly path: string;
  /** How a text is sent, by the client and by the server. */
  readonly message: (text: string) => string;
  /** What the client answers to what the server says at first; nothing is said before messages where it is missing. */
  readonly greeting?: (text: string) => { readonly answer?: string; readonly done: boolean };
}

export const plain: Dialect = { path: '/', message: (text) => text };

/** Engine.IO opens with `0{...}`, Socket.IO connects to its namespace with `40`, and an event is `42[name, value]`. */
export const socketIo: Dialect = {
  path: '/socket.io/?EIO=4&transport=websocket',
  message: (text) => `42${JSON.stringify(['message', text])}`,
  greeting: (text) => (text.startsWith('0') ? { answer: '40', done: false } : { done: text.startsWith('40') }),
};

/** Nest routes messages by an event's name in JSON. */
export const nest: Dialect = { path: '/', message: (data) => JSON.stringify({ event: 'message', data }) };
