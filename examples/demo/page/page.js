// The demo page: no framework, no build. What comes from the wire is only ever set as text.

import { find, make, on } from './dom.js';
import { clock, size, thousands } from './format.js';

/** @typedef {string | Uint8Array} Payload */
/** @typedef {{ socket: WebSocket, url: URL, openedAt?: number, byYou: boolean }} Link */

const rowLimit = 1000;
/** How much of one message a row shows. */
const previewLimits = { characters: 4096, bytes: 256 };

const address = find('address', HTMLInputElement);
const subprotocols = find('subprotocols', HTMLInputElement);
const message = find('message', HTMLTextAreaElement);
const reason = find('reason', HTMLInputElement);
const connectButton = find('connect', HTMLButtonElement);
const log = find('log', HTMLDivElement);
const rows = find('rows', HTMLOListElement);
const notice = find('notice', HTMLOutputElement);
/** @type {NodeListOf<HTMLInputElement>} */
const endpoints = document.querySelectorAll('[name=endpoint]');

const pathOf = (/** @type {string} */ path) => path.replace(/[?#].*/, '');
const bytesIn = (/** @type {Payload} */ payload) =>
  typeof payload === 'string' ? new TextEncoder().encode(payload).length : payload.length;

/** @param {Payload} payload */
function preview(payload) {
  const unit = typeof payload === 'string' ? 'characters' : 'bytes';
  const limit = previewLimits[unit];
  const start = payload.slice(0, limit);
  const text =
    typeof start === 'string' ? start : Array.from(start, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return payload.length > limit ? `${text} … and ${thousands(payload.length - limit)} more ${unit}` : text;
}

/** @param {string} text */
function bytesOfHex(text) {
  const digits = text.replace(/0x|[\s,:]/gi, '');
  if (/[^\da-f]/i.test(digits) || digits.length % 2 === 1) return undefined;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** The page lists the registered names; the rest of 3000 to 3999 is for libraries. @param {number} code */
function closeName(code) {
  const name = document.querySelector(`[data-code="${code}"]`)?.textContent;
  return name ?? (code >= 4000 ? '(private use)' : '(not registered)');
}

/** Makes a socket URL of a URL, a host with a dot or a port, or a path of this server. @param {string} typed */
function toSocketUrl(typed) {
  const isHost = !typed.includes('://') && /^(localhost|[^/?#]*[.:][^/?#]*)([/?#]|$)/i.test(typed);
  const url = new URL(isHost ? `//${typed}` : typed, location.origin);
  url.protocol = url.protocol.replace(/^http/, 'ws');
  url.hash = '';
  if (!/^wss?:$/.test(url.protocol)) throw new TypeError(`${url.protocol} is no scheme of a WebSocket.`);
  return url;
}

// ---- the log

/** @typedef {{ kind: 'in' | 'out' | 'note' | 'close', payload: Payload, facts: [label: string, value: string][] }} Row */
let waiting = /** @type {(Row & { time: Date })[]} */ ([]);
let added = 0;

/** Rows are drawn once a frame, so that a flood cannot freeze the page.
 * @param {Row['kind']} kind @param {Payload} payload @param {Row['facts']} facts */
function add(kind, payload, facts = []) {
  if (waiting.length === 0) requestAnimationFrame(showWaiting);
  waiting.push({ kind, payload, facts, time: new Date() });
  added += 1;
  if (waiting.length > rowLimit) waiting.shift();
}

/** @param {Row & { time: Date }} row */
function draw({ kind, payload, facts, time }) {
  const body = make('div', 'payload', preview(payload));
  if (typeof payload === 'object') body.prepend(make('span', 'tag', 'hex'), ' ');
  const terms = facts.map(([label, value]) => make('div', '', make('dt', '', `${label}: `), make('dd', '', value)));
  if (facts.length > 0) body.append(make('dl', '', ...terms));
  const bytes = kind === 'in' || kind === 'out' ? size(bytesIn(payload)) : '';
  return make('li', kind, make('time', '', clock(time)), make('span', 'kind', kind), body, make('span', 'size', bytes));
}

function showWaiting() {
  const following = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  rows.append(...waiting.map(draw));
  waiting = [];
  while (rows.childElementCount > rowLimit) rows.firstElementChild?.remove();
  if (following) log.scrollTop = log.scrollHeight;
  showCount();
}

function showCount() {
  const shown = rows.childElementCount;
  const total = shown === 1 ? '1 row' : `${shown === 0 ? 'No' : thousands(shown)} rows`;
  const text = added > shown ? `Last ${total}, ${thousands(added - shown)} older fell out` : total;
  find('count', HTMLElement).textContent = text;
  notice.value = '';
}

function clearLog() {
  waiting = [];
  added = 0;
  rows.replaceChildren();
  showCount();
}

async function copyLog() {
  // biome-ignore lint/performance/useDomNodeTextContent: the facts of a close are lines of their own only when laid out
  const textOf = (/** @type {Element} */ cell) => /** @type {HTMLElement} */ (cell).innerText;
  const lines = Array.from(rows.children, (row) => Array.from(row.children, textOf).join('\t'));
  try {
    await navigator.clipboard.writeText(lines.join('\n'));
    notice.value = 'Copied';
  } catch {
    // Without https a page may not write to the clipboard: select the rows instead.
    getSelection()?.selectAllChildren(rows);
    notice.value = 'Selected: press Ctrl+C';
  }
}

// ---- the connection

/** @type {Link | undefined} */
let current;

/** @param {'connecting' | 'open' | 'closing' | 'closed'} phase @param {string} title @param {string} detail */
function show(phase, title, detail) {
  document.body.dataset.phase = phase;
  find('phase', HTMLElement).textContent = title;
  find('detail', HTMLElement).textContent = detail;
  // Not `disabled`: a button that is disabled while it has the focus loses it to nowhere.
  connectButton.ariaDisabled = String(phase !== 'closed');
  find('disconnect', HTMLButtonElement).ariaDisabled = String(phase !== 'open' && phase !== 'connecting');
  find('send', HTMLButtonElement).ariaDisabled = String(phase !== 'open');
}

/** Says what is wrong with a field until it is changed. @param {HTMLInputElement | HTMLTextAreaElement} field @param {string} problem */
function complain(field, problem) {
  field.setCustomValidity(problem);
  field.reportValidity();
  field.addEventListener('input', () => field.setCustomValidity(''), { once: true });
}

function connect() {
  if (current !== undefined && current.socket.readyState !== WebSocket.CLOSED) return;
  const offered = subprotocols.value.split(/[\s,]+/).filter((name) => name !== '');
  try {
    const url = toSocketUrl(address.value.trim());
    const socket = new WebSocket(url, offered);
    follow({ socket, url, byYou: false });
    add('note', `Connecting to ${url}${offered.length > 0 ? `, offering ${offered.join(', ')}` : ''}`);
  } catch (error) {
    complain(/protocol/i.test(String(error)) ? subprotocols : address, `This does not work. ${error}`);
  }
}

/** @param {Link} link */
function follow(link) {
  const { socket, url } = link;
  current = link;
  show('connecting', 'Connecting', url.host + url.pathname);
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => opened(link));
  socket.addEventListener('message', ({ data }) => add('in', typeof data === 'string' ? data : new Uint8Array(data)));
  socket.addEventListener('close', (event) => closed(link, event));
}

/** @param {Link} link */
function opened(link) {
  link.openedAt = performance.now();
  const agreed = link.socket.protocol === '' ? 'no subprotocol' : `subprotocol ${link.socket.protocol}`;
  show('open', 'Open', `${link.url.pathname}, ${agreed}`);
  add('note', `Open, ${agreed}`);
  // The next thing to do is to write; on a touch screen the focus would raise the keyboard over the log.
  const stillThere = connectButton.form?.contains(document.activeElement);
  if (stillThere && matchMedia('(hover: hover)').matches) message.focus({ preventScroll: true });
  find('channel', HTMLElement).scrollIntoView({ block: 'nearest' });
}

/** @param {Link} link @param {CloseEvent} event */
function closed({ url, openedAt, byYou }, { code, reason: why, wasClean }) {
  const refused = openedAt === undefined && !byYou;
  const otherwise = code === 1006 ? 'lost connection' : 'the server';
  const by = byYou ? 'you' : refused ? 'refused handshake' : otherwise;
  const facts = Object.entries({ 'Closed by': by, Clean: wasClean ? 'yes' : 'no', Reason: why === '' ? 'none' : why });
  if (openedAt !== undefined) facts.push(['Open for', `${((performance.now() - openedAt) / 1000).toFixed(1)} s`]);
  const text = `${code} ${closeName(code)}`;
  add('close', text, facts);
  show('closed', refused ? 'Refused' : 'Closed', refused ? url.pathname : `${text}, by ${by}`);
  if (reason.form?.contains(document.activeElement)) connectButton.focus({ preventScroll: true });
  if (refused) void explain(url);
}

/** A browser hides why a handshake was refused; what plain HTTP gets at the same place tells most of it. @param {URL} url */
async function explain(url) {
  const page = new URL(url);
  page.protocol = url.protocol.replace('ws', 'http');
  if (page.origin !== location.origin)
    return add('note', `The browser hides whether it was refused or not even reached. Ask without it: curl -i ${page}`);
  const answer = await fetch(page, { cache: 'no-store', redirect: 'manual' }).catch(() => undefined);
  add('note', answer === undefined ? 'Over HTTP nothing answers either: the server is gone.' : meaning(answer));
}

/** @param {Response} answer */
function meaning({ status, statusText }) {
  const said = `Plain HTTP gets ${`${status} ${statusText}`.trim()} here`;
  if (status === 404) return `${said}: there is nothing at this path.`;
  if (status !== 426) return status < 400 ? `${said}: a page, not a socket.` : `${said}.`;
  const usual = '401 (sign in first), 403 (origin not allowed) or 400 (no subprotocol in common)';
  return `${said}: this is a socket path, and the handshake itself was refused. The browser hides the status, often ${usual}.`;
}

function send() {
  if (current?.socket.readyState !== WebSocket.OPEN) return complain(message, 'Connect first.');
  const payload = find('as-hex', HTMLInputElement).checked ? bytesOfHex(message.value) : message.value;
  if (payload === undefined) return complain(message, 'Type pairs of hex digits, such as 48 65 6c 6c 6f.');
  current.socket.send(payload);
  add('out', payload);
  // The text stays, selected: typing replaces it, Enter sends it again.
  message.select();
}

function disconnect() {
  if (current === undefined || current.socket.readyState > WebSocket.OPEN) return;
  if (bytesIn(reason.value) > 123) return complain(reason, 'A reason is 123 bytes of UTF-8 at most.');
  const code = find('code', HTMLInputElement).value;
  if (code === '' && reason.value !== '') return complain(reason, 'A reason travels with a close code only.');
  current.byYou = true;
  show('closing', 'Closing', current.url.pathname);
  current.socket.close(code === '' ? undefined : Number(code), reason.value || undefined);
}

// ---- the forms

function addressChanged() {
  address.setCustomValidity('');
  for (const endpoint of endpoints) endpoint.checked = pathOf(endpoint.value) === pathOf(address.value);
  find('session', HTMLElement).hidden = pathOf(address.value) !== '/secret';
}

/** @param {string} path @param {string} done */
async function changeSession(path, done) {
  const answer = await fetch(path, { method: 'POST' }).catch(() => undefined);
  const problem = answer === undefined ? 'The server does not answer.' : `${path} answered ${answer.status}.`;
  find('session-state', HTMLOutputElement).value = answer?.ok ? done : problem;
}

on('connect-form', 'submit', connect);
on('send-form', 'submit', send);
on('close-form', 'submit', disconnect);
on('sign-in', 'click', () => changeSession('/sign-in', 'Signed in: connect now.'));
on('sign-out', 'click', () => changeSession('/sign-out', 'Signed out.'));
on('copy', 'click', copyLog);
on('clear', 'click', clearLog);
for (const endpoint of endpoints) {
  endpoint.addEventListener('change', () => {
    address.value = endpoint.value;
    message.value = endpoint.dataset.sample ?? '';
    addressChanged();
  });
}
address.addEventListener('input', addressChanged);
message.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  message.form?.requestSubmit();
});
addressChanged();
