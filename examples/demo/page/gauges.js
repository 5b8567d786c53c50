// Shows what a channel holds and what happens to it, as another channel tells.

import { make } from './dom.js';
import { size, thousands } from './format.js';

/** @typedef {{ type: string, unsentBytes?: number, messages?: number, close?: { code: number, reason: string, by: string } }} Happening */

const shownEvents = 6;
const nothing = { inWork: 0, waiting: 0, unsentBytes: 0, paused: false, saturated: false };

/** Shows each fact wherever its name stands in the panel. @param {HTMLElement} panel @param {Record<string, unknown>} facts */
export function show(panel, facts) {
  for (const [name, value] of Object.entries(facts)) {
    for (const place of panel.querySelectorAll(`[data-fact=${name}]`)) {
      if (place instanceof HTMLMeterElement) place.value = Number(value);
      else place.textContent = textOf(name, value, place);
    }
    for (const gauge of panel.querySelectorAll(`[data-alarm=${name}]`)) gauge.classList.toggle('alarm', value === true);
  }
}

/** @param {string} name @param {unknown} value @param {Element} place */
function textOf(name, value, place) {
  if (typeof value === 'boolean') return place.getAttribute(value ? 'data-yes' : 'data-no');
  return name.endsWith('Bytes') ? size(Number(value)) : thousands(Number(value));
}

/**
 * Opens a WebSocket, and before it the channel over which it is watched; where it leads is made of the name by which
 * its channel is found. Rejects where the server does not answer.
 *
 * @param {HTMLElement} panel @param {(name: string) => string} path
 */
export async function openWatched(panel, path) {
  const name = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16)).join('');
  const monitor = await open(`/pressure/${name}`);
  const tell = logIn(/** @type {Element} */ (panel.querySelector('.events')));
  show(panel, { ...nothing, dropped: 0, sent: 0 });
  monitor.addEventListener('message', ({ data }) => {
    const seen = JSON.parse(data);
    if (seen.type === 'pressure') show(panel, seen);
    else tell(seen);
  });
  const socket = await open(path(name));
  // The monitor ends with what it watches, and that holds nothing any more.
  monitor.addEventListener('close', () => {
    show(panel, nothing);
    socket.close();
  });
  return socket;
}

/** @param {string} path @returns {Promise<WebSocket>} */
function open(path) {
  const url = new URL(path, location.origin);
  url.protocol = url.protocol.replace('http', 'ws');
  const socket = new WebSocket(url);
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(socket));
    socket.addEventListener('close', () => reject(new Error(`${path} is closed.`)));
  });
}

/** Empties a list of events, and answers what adds one to it: losses that follow each other are one row. */
function logIn(/** @type {Element} */ list) {
  const start = performance.now();
  let lost = 0;
  list.replaceChildren();
  return (/** @type {Happening} */ event) => {
    if (lost > 0 && event.type === 'dropped') list.lastElementChild?.remove();
    lost = event.type === 'dropped' ? lost + (event.messages ?? 0) : 0;
    const seconds = `${((performance.now() - start) / 1000).toFixed(2)} s`;
    const kind = make('span', 'kind', event.type);
    list.append(make('li', 'note', make('time', '', seconds), kind, make('div', 'payload', factsOf(event, lost))));
    if (list.childElementCount > shownEvents) list.firstElementChild?.remove();
  };
}

/** @param {Happening} event @param {number} lost */
function factsOf({ type, unsentBytes, close }, lost) {
  if (type === 'saturated') return `${size(unsentBytes ?? 0)} unsent`;
  if (type === 'dropped') return lost === 1 ? '1 message' : `${thousands(lost)} messages`;
  return close === undefined ? '' : `${`${close.code} ${close.reason}`.trim()}, by ${close.by}`;
}
