/** A socket without a network: what it is fed it hands to its channel, and what is sent through it is gone. */
export class SilentSocket {
  subprotocol = '';
  bufferedBytes = 0;
  #listener;

  open(listener) {
    this.#listener = listener;
  }

  feed(payload) {
    this.#listener.payload(payload);
  }

  send() {}
  close() {}
  terminate() {}
}
