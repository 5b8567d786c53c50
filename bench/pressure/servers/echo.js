import { route, sluice } from 'sluice';

/** The first handler of the README, with all defaults. */
export const serve = async () => {
  const { port } = await sluice([route('/{:path}', ({ in$ }) => in$)]).listen(0, '127.0.0.1');
  return { place: { port } };
};
