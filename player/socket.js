import {ticket} from './api.js';
import {Backoff, sleep} from './backoff.js';

/** @typedef {import('./types.js').FromServer} FromServer */
/** @typedef {import('./types.js').Ack | import('./types.js').Refused} Answer */

const MOST_PENDING = 32;

/**
 * The websocket of one session, reopened until it is closed. What was asked and not yet answered is sent again with the
 * same id, so that nothing a viewer pressed is lost and nothing counts twice.
 *
 * Dispatches `message` (detail: the parsed message), `open` and `drop`.
 */
export class Socket extends EventTarget {
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {Map<string, {text: string, slot: string, sent_ms: number, answer: (answer: Answer) => void}>} */
  #pending = new Map();
  #closed = new AbortController();
  #session;
  #serial = 0;
  #origin = crypto.getRandomValues(new Uint32Array(1))[0].toString(36);

  /** Milliseconds from the last question to its answer. */
  round_trip_ms = NaN;

  /** @param {import('./types.js').Session} session */
  constructor(session) {
    super();
    this.#session = session;
    this.#stayOpen().catch(() => {}); // ends with close()
  }

  /**
   * Sends a message with a fresh id.
   *
   * @param {Record<string, unknown> & {type: string}} message
   * @param {string} [slot] of the messages of one slot only the newest waits for a connection, the others are dropped
   * @returns {Promise<Answer>} the server's answer; never settles when the socket is closed before it
   */
  ask(message, slot = '') {
    this.#serial += 1;
    const id = `${this.#origin}-${this.#serial}`;
    const open = this.#socket?.readyState === WebSocket.OPEN;
    if (slot && !open) this.#drop(slot);
    if (this.#pending.size >= MOST_PENDING) {
      return Promise.resolve({type: 'refused', id, code: 'busy', message: 'The server has not answered for a while.'});
    }
    const text = JSON.stringify({...message, id});
    return new Promise((answer) => {
      this.#pending.set(id, {text, answer, slot, sent_ms: performance.now()});
      if (open) this.#socket?.send(text);
    });
  }

  /** Closes for good. */
  close() {
    this.#closed.abort();
    this.#pending.clear();
    this.#socket?.close();
  }

  async #stayOpen() {
    const backoff = new Backoff({most_ms: 2_000});
    while (!this.#closed.signal.aborted) {
      await this.#once(() => backoff.reset());
      if (this.#closed.signal.aborted) return;
      this.dispatchEvent(new Event('drop'));
      await sleep(backoff.next(), this.#closed.signal);
    }
  }

  /**
   * One connection, from opening to its end.
   *
   * @param {() => void} greeted
   * @returns {Promise<void>}
   */
  async #once(greeted) {
    const pass = await ticket(this.#session, this.#closed.signal);
    if (pass === null || this.#closed.signal.aborted) return;
    const url = new URL(this.#session.socket, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    url.searchParams.set('ticket', pass);
    return new Promise((resolve) => {
      const socket = (this.#socket = new WebSocket(url));
      socket.onclose = () => resolve();
      socket.onmessage = (event) => {
        const message = parsed(event.data);
        if (!message) return;
        if (message.type === 'hello') {
          greeted();
          this.dispatchEvent(new Event('open'));
        }
        this.#settle(message);
        this.dispatchEvent(new CustomEvent('message', {detail: message}));
        if (message.type === 'hello') for (const {text} of this.#pending.values()) socket.send(text);
      };
    });
  }

  /** @param {string} slot */
  #drop(slot) {
    for (const [id, pending] of this.#pending) {
      if (pending.slot !== slot) continue;
      this.#pending.delete(id);
      pending.answer({type: 'refused', id, code: 'superseded', message: 'a later message took its place'});
    }
  }

  /** @param {FromServer} message */
  #settle(message) {
    if (message.type !== 'ack' && message.type !== 'refused') return;
    const pending = this.#pending.get(message.id ?? '');
    if (!pending) return;
    this.#pending.delete(message.id ?? '');
    this.round_trip_ms = performance.now() - pending.sent_ms;
    pending.answer(message);
  }
}

/**
 * @param {unknown} data
 * @returns {FromServer | null} null for what is not one of our messages: a newer server may say more than this page knows
 */
function parsed(data) {
  try {
    const message = JSON.parse(String(data));
    return typeof message?.type === 'string' ? message : null;
  } catch {
    return null;
  }
}
