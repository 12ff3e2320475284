import {accepted, figures} from './api.js';
import {refusal} from './notice.js';
import {part} from './page.js';
import {Share} from './share.js';
import {Socket} from './socket.js';
import {word, write} from './words.js';

const EVERY_MS = 5_000;
const MORE_S = 15;
const HOST = 'forkreel:host:';

/** @typedef {import('./types.js').Session} Session */

/**
 * Opens a room for a story and goes there. Who opens it is its host and, with a seat of their own, one of its viewers.
 *
 * @param {{story: string, language?: string | null}} film
 * @param {(key: string, session: Session) => void} keep keeps the viewer's seat for the page that follows
 */
export async function openRoom(film, keep) {
  const headers = {'Content-Type': 'application/json'};
  const response = await fetch('/api/sessions', {method: 'POST', headers, body: JSON.stringify({...film, mode: 'room'})});
  const {host, ...session} = await (await accepted(response)).json();
  keep(`room ${session.room}`, session);
  location.assign(`/room/${session.room}#host=${host}`);
}

/**
 * The host's token for a room, if this browser has it. It is taken out of the address, which a host may well pass on.
 *
 * @param {string} code
 * @returns {string} '' for who is no host
 */
function hostToken(code) {
  const given = /^#host=([\w-]+)$/.exec(location.hash)?.[1] ?? '';
  try {
    if (given) localStorage.setItem(HOST + code, given);
    if (given) history.replaceState(history.state, '', location.pathname);
    return given || (localStorage.getItem(HOST + code) ?? '');
  } catch {
    return given;
  }
}

/** What the page of a room has beside the player: its code, who is here, and for the host what moves the show on. */
export class RoomElement extends HTMLElement {
  #count = document.createElement('span');
  #invitation = new Share(part('#room', HTMLDialogElement));
  #timer = 0;
  /** @type {Socket | null} */
  #host = null;
  #poll = '';

  /**
   * @param {Session} session
   * @param {string} code
   * @param {(text: string) => void} say
   */
  enter(session, code, say) {
    clearInterval(this.#timer);
    this.#host?.close();
    const token = hostToken(code);
    this.#host = token ? new Socket({...session, token}) : null;
    this.#draw(code, session, say);
    const look = async () => {
      const viewers = (await figures(session))?.viewers;
      if (viewers === 1) write(this.#count, '1 is watching');
      else if (viewers) write(this.#count, '{viewers} are watching', {viewers});
    };
    this.#timer = window.setInterval(() => void look(), EVERY_MS);
    void look();
  }

  leave() {
    clearInterval(this.#timer);
    this.#host?.close();
  }

  /** Whether this viewer is the host. */
  get hosts() {
    return this.#host !== null;
  }

  /** @param {import('./types.js').Ask | null | undefined} question */
  set question(question) {
    this.#poll = question?.poll ?? '';
    for (const button of this.querySelectorAll('[data-poll]')) button.toggleAttribute('disabled', !question);
  }

  /**
   * Asks the server as the host.
   *
   * @param {Record<string, unknown> & {type: string}} message
   */
  conduct(message) {
    return this.#host?.ask(message) ?? Promise.resolve(null);
  }

  /**
   * @param {string} code
   * @param {Session} session
   * @param {(text: string) => void} say
   */
  #draw(code, session, say) {
    this.hidden = false;
    const link = session.link ?? location.href;
    const badge = button(word('Room {code}', {code}), () => this.#invitation.show(link));
    badge.className = 'badge';
    badge.append(this.#count);
    this.replaceChildren(badge);
    part('#room [data-code]', HTMLElement).textContent = `${code.slice(0, 3)} ${code.slice(3)}`;
    part('#room img', HTMLImageElement).src = session.qr ?? `/room/${code}/qr.svg`;
    if (!this.#host) return;
    const bar = document.createElement('div');
    bar.setAttribute('role', 'group');
    bar.setAttribute('aria-label', word('Host'));
    const polls = /** @type {const} */ ([
      [word('Decide now'), () => ({type: 'close', poll: this.#poll})],
      [word('{seconds} s more', {seconds: MORE_S}), () => ({type: 'extend', poll: this.#poll, seconds: MORE_S})],
      [word('Close in {seconds} s', {seconds: MORE_S}), () => ({type: 'open', poll: this.#poll, seconds: MORE_S})],
      [word('Skip'), () => ({type: 'skip', poll: this.#poll})],
    ]);
    const told = async (/** @type {Record<string, unknown> & {type: string}} */ message) => {
      const answer = await this.conduct(message);
      if (answer?.type === 'refused') say(refusal(answer));
    };
    for (const [label, message] of polls) {
      const one = button(label, () => void told(message()));
      one.dataset.poll = '';
      bar.append(one);
    }
    bar.append(button(word('End the show'), () => confirmed(bar, () => void told({type: 'end'}))));
    this.append(bar);
    this.question = null;
  }
}

/**
 * Asks once more, in the place of the button.
 *
 * @param {HTMLElement} bar
 * @param {() => void} act
 */
function confirmed(bar, act) {
  const last = bar.lastElementChild;
  const sure = button(word('End it for everybody?'), act);
  sure.className = 'sure';
  last?.replaceWith(sure);
  sure.focus();
  sure.addEventListener('blur', () => last && sure.replaceWith(last), {once: true});
}

/**
 * @param {string} label
 * @param {() => void} act
 */
function button(label, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.append(label);
  made.addEventListener('click', act);
  return made;
}

customElements.define('fork-room', RoomElement);
