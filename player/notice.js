import {ask} from './ask.js';
import {word, write} from './words.js';

/**
 * What a notice says; `busy` shows that the page is at work by itself, `strip` leaves the picture free.
 *
 * @typedef {{title: string, text?: string, busy?: boolean, strip?: boolean, action?: {label: string, type: 'again' | 'play'}}} Sentence
 */

/**
 * A calm sentence for each state in which the show cannot simply be watched.
 *
 * @satisfies {Readonly<Record<string, Sentence>>}
 */
export const sentences = {
  connecting: {title: 'The lights go down …', busy: true},
  warming: {title: 'The lantern is being lit', text: 'The painter is warming up. The first start takes a little while.', busy: true},
  full: {title: 'Every seat is taken just now', text: 'You are next to the door: this page tries again by itself.', busy: true},
  unreachable: {title: 'The server does not answer', text: 'This page keeps trying by itself.', busy: true},
  dropped: {title: 'The connection dropped. Reconnecting …', busy: true, strip: true},
  ended: {
    title: 'This show is over',
    text: 'It was closed on the server, perhaps after a long absence.',
    action: {label: 'Start again', type: 'again'},
  },
  refused: {title: 'The server will not start this show', action: {label: 'Try again', type: 'again'}},
  blocked: {title: 'Ready when you are', action: {label: 'Play', type: 'play'}},
  no_webrtc: {
    title: 'This browser cannot receive the picture',
    text: 'The picture comes over WebRTC, which is missing or switched off here. A current Firefox, Chrome, Edge or Safari has it.',
    action: {label: 'Try again', type: 'again'},
  },
};

/** Why the server has refused what a viewer can ask, in the viewer's words; other refusals speak for themselves. */
const refusals = {
  nothing_to_undo: 'There is no choice to go back to.',
  late: 'That question is over.',
  no_poll: 'That question is over.',
  early: 'Not yet: answer when it is asked.',
  vanished: 'That choice was there for a while only, and is gone.',
  busy: 'Much is going on just now. Try again in a moment.',
  too_fast: 'That was very fast. Try again in a moment.',
  not_host: 'In a room the host alone does that.',
  vote_decides: 'In a room that is for the votes to decide.',
};

/** @param {import('./types.js').Refused} refused */
export function refusal({code, message}) {
  return Object.hasOwn(refusals, code) ? word(refusals[/** @type {keyof typeof refusals} */ (code)]) : message;
}

/** A sentence over the stage: a curtain over the poster, or a strip that leaves the picture free. */
export class NoticeElement extends HTMLElement {
  #shown = '';

  connectedCallback() {
    if (this.childElementCount) return;
    this.setAttribute('role', 'status');
    this.hidden = true;
    this.addEventListener('click', ({target}) => {
      const type = target instanceof Element ? target.closest('button')?.dataset.ask : undefined;
      if (type === 'again' || type === 'play') ask(this, {type});
    });
  }

  /** @param {Sentence | null} sentence */
  show(sentence) {
    const key = JSON.stringify(sentence);
    if (key === this.#shown) return;
    this.#shown = key;
    this.hidden = !sentence;
    if (!sentence) return this.replaceChildren();
    this.toggleAttribute('data-strip', sentence.strip === true);
    const title = document.createElement('p');
    title.className = 'title';
    write(title, sentence.title);
    this.replaceChildren(title);
    if (sentence.text) {
      const text = document.createElement('p');
      write(text, sentence.text);
      this.append(text);
    }
    if (sentence.busy) {
      const glow = document.createElement('span');
      glow.className = 'glow';
      glow.setAttribute('aria-hidden', 'true');
      this.append(glow);
    }
    if (sentence.action) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = sentence.action.type === 'play' ? 'lit big' : 'lit';
      button.dataset.ask = sentence.action.type;
      write(button, sentence.action.label);
      this.append(button);
      if (document.activeElement === document.body) button.focus({preventScroll: true});
    }
  }
}

customElements.define('fork-notice', NoticeElement);
