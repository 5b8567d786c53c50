// The two experiments: a handler that is slow, and a peer that reads slowly.

import { find, on } from './dom.js';
import { openWatched, show } from './gauges.js';

// ---- the slow handler

const handlerPanel = find('slow-handler', HTMLFormElement);
const floodButton = find('flood', HTMLButtonElement);
const floodState = find('flood-state', HTMLOutputElement);
const count = 1000;
const message = 'x'.repeat(16_384);

/** @type {WebSocket | undefined} */
let slow;
let flooding = false;
let answered = 0;

/** @param {boolean} busy @param {string} state */
function setFlooding(busy, state) {
  flooding = busy;
  floodState.value = state;
  floodButton.ariaDisabled = String(busy);
}

async function flood() {
  if (flooding) return;
  setFlooding(true, 'Sending …');
  answered = 0;
  try {
    slow ??= await openSlow();
  } catch {
    return setFlooding(false, 'The server does not answer.');
  }
  for (let sent = 0; sent < count; sent += 1) slow.send(message);
  requestAnimationFrame(showFlood);
}

async function openSlow() {
  const socket = await openWatched(handlerPanel, (name) => `/slow?watch=${name}`);
  socket.addEventListener('message', () => {
    answered += 1;
    if (answered === count) setFlooding(false, 'All are answered.');
  });
  socket.addEventListener('close', () => {
    slow = undefined;
    if (flooding) setFlooding(false, 'The connection is lost.');
  });
  return socket;
}

/** What the page itself knows, once a frame. */
function showFlood() {
  show(handlerPanel, { answered, bufferedBytes: slow?.bufferedAmount ?? 0 });
  if (flooding) requestAnimationFrame(showFlood);
}

// ---- the slow reader

const readerPanel = find('slow-reader', HTMLFormElement);
const readButton = find('read', HTMLButtonElement);
const rate = find('rate', HTMLInputElement);
const readState = find('read-state', HTMLOutputElement);

/** It is there from the press of the button on, and answers nothing where the server does not.
 * @type {Promise<WebSocket | void> | undefined} */
let reading;

const sendRate = (/** @type {WebSocket | void} */ socket) => socket?.send(String(rate.valueAsNumber * 1_048_576));

async function openReader() {
  const source = new FormData(readerPanel).get('source');
  const socket = await openWatched(readerPanel, (name) => `/reader?of=${source}&as=${name}`);
  socket.addEventListener('message', ({ data }) => show(readerPanel, { readBytes: Number(data) }));
  socket.addEventListener('close', () => readingEnded(''));
  sendRate(socket);
  return socket;
}

/** @param {string} why */
function readingEnded(why) {
  reading = undefined;
  readButton.textContent = 'Start';
  readState.value = why;
}

function startOrStop() {
  if (reading !== undefined) return void reading.then((socket) => socket?.close());
  show(readerPanel, { readBytes: 0 });
  readButton.textContent = 'Stop';
  readState.value = '';
  reading = openReader().catch(() => readingEnded('The server does not answer.'));
}

function rateChanged() {
  const { valueAsNumber } = rate;
  const text = valueAsNumber === 0 ? 'nothing' : `${valueAsNumber} MiB a second`;
  find('rate-text', HTMLElement).textContent = text;
  rate.ariaValueText = text;
  void reading?.then(sendRate);
}

on('slow-handler', 'submit', flood);
on('slow-reader', 'submit', startOrStop);
on('rate', 'input', rateChanged);
