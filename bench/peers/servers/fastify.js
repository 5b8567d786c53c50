import websocket from '@fastify/websocket';
import fastify from 'fastify';

/** Fastify's plugin, which gives its handlers the sockets of `ws`. */
const roles = {
  echo: () => (socket) => socket.on('message', (data) => socket.send(data.toString())),
  room: (app) => (socket) =>
    socket.on('message', (data) => {
      const bytes = Buffer.from(data.toString());
      for (const client of app.websocketServer.clients)
        if (client.readyState === client.OPEN) client.send(bytes, { binary: false });
    }),
};

export const serve = async ({ role }) => {
  const app = fastify();
  await app.register(websocket);
  app.get('/', { websocket: true }, roles[role](app));
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { place: { port: app.server.address().port } };
};
