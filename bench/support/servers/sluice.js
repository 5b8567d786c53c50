import { NEVER } from 'rxjs';
import { route, sluice } from 'sluice';

const handlers = {
  echo: ({ in$ }) => in$,
  idle: () => NEVER,
};

/** sluice with its defaults, as users run it: 'sluice' is this package's own build in dist/. */
export const listen = async (handler) => {
  const { port } = await sluice([route('/', handlers[handler])]).listen(0, '127.0.0.1');
  return port;
};
