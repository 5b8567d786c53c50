import { createServer } from 'node:http';
import { Server } from 'socket.io';

const HOUR_MS = 3_600_000;

/** Socket.IO over WebSockets alone: a client that begins with polling would be measured while it upgrades. */
const roles = {
  echo: () => (socket) => socket.on('message', (text) => socket.emit('message', text)),
  room: (io) => (socket) => socket.on('message', (text) => io.emit('message', text)),
};

export const serve = ({ role }) =>
  new Promise((resolve) => {
    const server = createServer();
    const io = new Server(server, { transports: ['websocket'], pingInterval: HOUR_MS });
    io.on('connection', roles[role](io));
    server.listen(0, '127.0.0.1', () => resolve({ place: { port: server.address().port } }));
  });
