import {write} from './words.js';

/** What was said and chosen so far. Not a live region: the caption has been read out already. */
export class TranscriptElement extends HTMLElement {
  #list = document.createElement('ol');
  #empty = document.createElement('p');
  /** @type {readonly import('./show.js').Told[]} */
  #told = [];

  connectedCallback() {
    if (this.#list.isConnected) return;
    write(this.#empty, 'Nothing has been said yet.');
    this.append(this.#empty, this.#list);
  }

  /** @param {readonly import('./show.js').Told[]} told */
  show(told) {
    if (told === this.#told) return;
    const grows = told[0] === this.#told[0] && told.length > this.#told.length;
    const entries = told.slice(grows ? this.#told.length : 0).map(written);
    this.#told = told;
    if (grows) this.#list.append(...entries);
    else this.#list.replaceChildren(...entries);
    this.#empty.hidden = told.length > 0;
    this.#list.lastElementChild?.scrollIntoView({block: 'nearest'});
  }
}

/** @param {import('./show.js').Told} entry */
function written({kind, who, text}) {
  const item = document.createElement('li');
  item.className = kind;
  if (kind === 'back') return write(item, 'Back to the last choice');
  const span = document.createElement('span');
  if (kind === 'line') span.textContent = who;
  else write(span, {choice: 'You chose', voted: 'The room chose', said: 'You said', ending: 'An ending'}[kind]);
  if (span.textContent) item.append(span, ' ');
  item.append(text);
  return item;
}

customElements.define('fork-transcript', TranscriptElement);
