import {ask} from './ask.js';
import {word, write} from './words.js';

/** A field for the viewer's own words, and what the story understood them to mean. */
export class FieldElement extends HTMLElement {
  /** @type {import('./types.js').TextField | null} */
  #control = null;
  #poll = '';
  #form = document.createElement('form');
  #label = document.createElement('label');
  #input = document.createElement('input');
  #button = document.createElement('button');
  #heard = document.createElement('p');

  connectedCallback() {
    if (this.#form.isConnected) return;
    this.#input.id = 'field';
    this.#label.htmlFor = this.#input.id;
    Object.assign(this.#input, {type: 'text', autocomplete: 'off', enterKeyHint: 'send'});
    Object.assign(this.#button, {type: 'submit', className: 'lit'});
    write(this.#button, 'Say it');
    this.#heard.setAttribute('role', 'status');
    this.#form.append(this.#label, this.#input, this.#button);
    this.append(this.#form, this.#heard);
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.#input.value.trim();
      if (text && this.#control) ask(this, {type: 'say', poll: this.#poll, text, answered: (taken) => this.#answered(text, taken)});
    });
  }

  /**
   * @param {import('./types.js').TextField | undefined} control
   * @param {string} poll
   */
  show(control, poll) {
    this.hidden = !control;
    this.#poll = poll;
    if (control?.id !== this.#control?.id) this.#input.value = '';
    this.#control = control ?? null;
    if (!control) return void (this.#heard.textContent = '');
    this.#label.textContent = control.label;
    this.#input.maxLength = control.max_length;
    this.#input.placeholder = control.placeholder;
    const heard = understood(control);
    if (this.#heard.textContent === heard) return;
    this.#heard.textContent = heard;
    this.#heard.scrollIntoView({block: 'nearest'}); // in a small window it is below the edge
  }

  focus() {
    this.#input.focus({preventScroll: true});
  }

  /**
   * @param {string} text
   * @param {boolean} taken
   */
  #answered(text, taken) {
    if (taken && this.#input.value.trim() === text) this.#input.value = ''; // a refused one stays, to be mended
  }
}

/** What was said and understood, in the page's words. @param {import('./types.js').TextField} control */
function understood({value, understood}) {
  if (!value) return '';
  return understood && plain(understood) !== plain(value) ? word('“{said}”, understood as “{understood}”', {said: value, understood}) : `“${value}”`;
}

/** A text without what makes no difference to its meaning. @param {string} text */
function plain(text) {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

customElements.define('fork-field', FieldElement);
