import { WebSocket, WebSocketServer } from 'ws';
import { streamRows } from './stream-rows.js';
import { numberedWork } from './work.js';

const HIGH_WATER_BYTES = 65_536;
const ROWS_AT_ONCE = 64;
const WORK = { high: 64, low: 16 };

/** Plain `ws` with its defaults, as one writes it who knows it well: the yardstick. */
const roles = {
  /** The message as a string, and back. */
  echo: () => ({
    connected: (socket) => socket.on('message', (data) => socket.send(data.toString())),
  }),

  /** The loop of the `ws` manual over a text that is encoded once: 1.1 of what `ws` does with a string for each. */
  room: () => ({
    connected: (socket, server) =>
      socket.on('message', (data) => {
        const bytes = Buffer.from(data.toString());
        for (const client of server.clients)
          if (client.readyState === WebSocket.OPEN) client.send(bytes, { binary: false });
      }),
  }),

  /** A loop that leaves the event loop its turns, and waits for the kernel when 64 KiB are unsent. */
  stream: (parameters) => {
    const { rows, ...answers } = streamRows(parameters);
    return {
      ...answers,
      connected: (socket) => {
        const source = rows();
        const pump = () => {
          if (socket.readyState !== WebSocket.OPEN) return;
          for (let i = 0; i < ROWS_AT_ONCE; i++) {
            const { value, done } = source.next();
            if (done) return socket.close(1000);
            if (socket.bufferedAmount >= HIGH_WATER_BYTES) return socket.send(value, pump);
            socket.send(value);
          }
          setImmediate(pump);
        };
        pump();
      },
    };
  },

  idle: () => ({
    connected: (socket) => socket.on('message', () => {}),
  }),

  /** A queue by hand, worked on one by one; the socket is paused while it is long. */
  work: () => {
    const { begin, received, work, tally } = numberedWork();
    return {
      tally,
      connected: (socket) => {
        const queue = [];
        let working = false;
        begin();
        const run = async () => {
          working = true;
          while (queue.length > 0) {
            socket.send(await work(queue.shift()));
            if (queue.length <= WORK.low && socket.isPaused) socket.resume();
          }
          working = false;
        };
        socket.on('message', (data) => {
          const text = data.toString();
          received(text);
          queue.push(text);
          if (queue.length >= WORK.high) socket.pause();
          if (!working) run();
        });
      },
    };
  },
};

export const serve = ({ role, ...parameters }) =>
  new Promise((resolve) => {
    const { connected, ...answers } = roles[role](parameters);
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 }, () => {
      resolve({ place: { port: server.address().port }, ...answers });
    });
    server.on('connection', (socket) => connected(socket, server));
  });
