import { WebSocketServer } from 'ws';

const handlers = {
  echo: (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
  idle: (socket) => socket.on('message', () => {}),
};

/** Plain `ws` with its defaults: the yardstick. */
export const listen = (handler) =>
  new Promise((resolve) => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 }, () => resolve(server.address().port));
    server.on('connection', handlers[handler]);
  });
