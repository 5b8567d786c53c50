import { fromEvent, map, Subject, share, takeUntil } from 'rxjs';
import { WebSocketServer } from 'ws';

/** RxJS as one puts it on `ws` without further thought: a stream of its events, and a Subject that is sent. */
const roles = {
  echo: () => (in$) => in$,
  room: () => {
    const lobby = new Subject();
    return (in$) => {
      in$.subscribe((text) => lobby.next(text));
      return lobby;
    };
  },
};

export const serve = ({ role }) =>
  new Promise((resolve) => {
    const handler = roles[role]();
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 }, () => {
      resolve({ place: { port: server.address().port } });
    });
    server.on('connection', (socket) => {
      const closed$ = fromEvent(socket, 'close');
      const in$ = fromEvent(socket, 'message').pipe(
        map(({ data }) => String(data)),
        takeUntil(closed$),
        share(),
      );
      const out = new Subject();
      out.subscribe((text) => socket.send(text));
      handler(in$).pipe(takeUntil(closed$)).subscribe(out);
    });
  });
