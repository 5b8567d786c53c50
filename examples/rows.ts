import { type Handler, route } from 'sluice';

/** Sends rows without end, but no more than the peer reads: a generator is asked for a row when there is room for it. */
export const rows: Handler = function* () {
  for (let id = 1; ; id++) yield `row ${id}`.padEnd(1_024, '.');
};

export const rowsRoute = route('/rows', rows);
