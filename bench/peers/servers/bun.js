import { streamRows } from '../../speed/servers/stream-rows.js';

const TOPIC = 'room';
/** What `send` answers when the message was kept because the kernel takes no more. */
const KEPT = -1;
const ROWS_AT_ONCE = 64;

/** Bun's own server: its binary, not Node. */
const roles = {
  echo: () => ({ message: (socket, text) => socket.send(text) }),

  room: () => ({
    open: (socket) => socket.subscribe(TOPIC),
    message: (_socket, text, server) => server.publish(TOPIC, text),
  }),

  /** Goes on at `drain`; otherwise it leaves the event loop its turns. */
  stream: (parameters) => {
    const { rows, ...answers } = streamRows(parameters);
    const pump = (socket) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      for (let i = 0; i < ROWS_AT_ONCE; i++) {
        const { value, done } = socket.data.source.next();
        if (done) return socket.close(1000);
        if (socket.send(value) === KEPT) return;
      }
      setImmediate(pump, socket);
    };
    return {
      ...answers,
      open: (socket) => {
        socket.data.source = rows();
        pump(socket);
      },
      drain: pump,
      message: () => {},
    };
  },
};

export const serve = async ({ role, ...parameters }) => {
  const { open, message, drain, ...answers } = roles[role](parameters);
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request, own) => (own.upgrade(request, { data: {} }) ? undefined : new Response(null, { status: 426 })),
    websocket: {
      message: (socket, data) => message(socket, data, server),
      ...(open && { open }),
      ...(drain && { drain }),
    },
  });
  return { place: { port: server.port }, ...answers };
};
