import {ask} from './ask.js';
import {CountdownElement} from './countdown.js';
import {DialsElement} from './dials.js';
import {FieldElement} from './field.js';
import {TallyElement} from './tally.js';
import {word, write} from './words.js';

const SETTLE_MS = 500;
const touch = matchMedia('(pointer: coarse)');

/** A question put to the viewer: its prompt and a ring when there is a timer, what can be moved, said and chosen. */
export class ChoicesElement extends HTMLElement {
  /** @type {import('./types.js').Ask | null} */
  #ask = null;
  #opened_frame = 0;
  #opened_ms = 0;
  #wantsFocus = false;
  #voted = '';
  #typing = false; // the viewer's last deed was to type, and they may have more to ask
  #listed = '';
  /** What choices of the open question lead to. @type {Map<string, HTMLCanvasElement>} */
  #pictures = new Map();
  #prompt = document.createElement('h2');
  #ring = new CountdownElement();
  #dials = new DialsElement();
  #tally = new TallyElement();
  #list = document.createElement('ol');
  #field = new FieldElement();

  connectedCallback() {
    if (this.#list.isConnected) return;
    this.#prompt.id = 'prompt';
    this.#prompt.tabIndex = -1;
    this.setAttribute('role', 'group');
    this.setAttribute('aria-labelledby', this.#prompt.id);
    const heading = document.createElement('header');
    heading.append(this.#ring, this.#prompt);
    this.append(heading, this.#dials, this.#tally, this.#list, this.#field);
    this.hidden = true;
    this.#list.addEventListener('click', (event) => this.#press(event.target));
    this.#list.addEventListener('keydown', (event) => this.#key(event));
  }

  /**
   * Draws the question that is open, or none.
   *
   * @param {import('./types.js').Ask | null | undefined} question
   * @param {number} frame when it was opened
   * @param {boolean} mayFocus whether the question may take the focus
   */
  show(question, frame, mayFocus) {
    const fresh = question?.poll !== this.#ask?.poll;
    if (fresh) {
      this.#pictures.clear();
      this.#voted = '';
    }
    if (document.activeElement !== document.body) this.#typing = this.#field.contains(document.activeElement);
    this.#ask = question ?? null;
    this.hidden = !question || frame < (question.shown_frame ?? 0);
    this.dataset.asked = '';
    this.#dials.show((question?.controls ?? []).filter((control) => control.kind !== 'text'));
    this.#field.show(question?.controls?.find((control) => control.kind === 'text'), question?.poll ?? '');
    this.#write(question?.choices ?? []);
    this.#drawVote();
    this.#comeAndGo(frame);
    if (!question) return;
    if (question.prompt) Object.assign(this.#prompt, {textContent: question.prompt, lang: this.lang});
    else write(this.#prompt, 'What now?');
    this.#prompt.toggleAttribute('data-ours', !question.prompt);
    this.#prompt.classList.toggle('unspoken', !question.prompt);
    this.#ring.hidden = question.deadline_frame == null;
    if (!fresh) return;
    this.#opened_frame = frame;
    this.#opened_ms = performance.now();
    this.#wantsFocus = mayFocus && this.hidden;
    if (mayFocus && !this.hidden && !this.#dials.contains(document.activeElement)) this.#takeFocus();
  }

  /**
   * Puts the focus on the first choice that can be taken, or on the field when there is nothing but words. Where there are
   * fingers it is on the question: no choice looks taken already, and no keyboard comes over the picture.
   */
  focusFirst() {
    const open = this.#seen().find((button) => !button.hasAttribute('aria-disabled')) ?? this.#seen()[0];
    if (touch.matches || (!open && this.#field.hidden)) this.#prompt.focus({preventScroll: true});
    else if (open) open.focus({preventScroll: true});
    else this.#field.focus();
  }

  #takeFocus() {
    if (this.#typing && !this.#field.hidden && !touch.matches) this.#field.focus();
    else this.focusFirst();
  }

  /**
   * @param {number} frame the show's frame now
   * @param {number} fps
   */
  tick(frame, fps) {
    if (this.hidden && this.#ask && frame >= (this.#ask.shown_frame ?? 0)) {
      this.hidden = false;
      this.#opened_ms = performance.now();
      if (this.#wantsFocus) this.#takeFocus();
    }
    this.#comeAndGo(frame);
    const deadline = this.#ask?.deadline_frame;
    if (deadline == null) return;
    this.#ring.show((deadline - frame) / fps, Math.max(1, (deadline - this.#opened_frame) / fps));
  }

  /**
   * Asks for the choice at `index`, as a press on its button does.
   *
   * @param {number} index
   */
  pick(index) {
    const choice = this.#ask?.choices[index];
    if (!this.#ask || !choice || this.hidden || this.#list.children[index]?.hasAttribute('hidden')) return;
    if (!choice.available) return ask(this, {type: 'remark', text: word('“{choice}” is not open to you just now.', {choice: choice.label})});
    ask(this, {type: 'choose', poll: this.#ask.poll, choice: choice.id, label: choice.label});
  }

  /** Marks the choice that the server is being asked for; '' for none. @param {string} choice */
  set asked(choice) {
    for (const button of this.#buttons()) button.toggleAttribute('data-asked', button.dataset.choice === choice);
    this.dataset.asked = choice;
  }

  /** Marks the choice that this viewer has a vote on; '' for none. @param {string} choice */
  set voted(choice) {
    this.asked = '';
    this.#voted = choice;
    this.#drawVote();
  }

  /** @param {import('./types.js').Tally | null} tally */
  set tally(tally) {
    this.#tally.show(tally, this.#ask?.choices ?? []);
    for (const button of this.#buttons()) {
      const votes = tally?.votes[button.dataset.choice ?? ''];
      let count = button.querySelector('data');
      if (votes === undefined) count?.remove();
      else if (!count) button.append((count = document.createElement('data')));
      if (count && votes !== undefined) votes === 1 ? write(count, '1 vote') : write(count, '{votes} votes', {votes});
    }
  }

  /**
   * Draws a small picture of what a choice leads to, in the place of an earlier one.
   *
   * @param {string} poll
   * @param {string} choice
   * @param {HTMLCanvasElement} picture
   */
  picture(poll, choice, picture) {
    if (poll !== this.#ask?.poll) return;
    const shown = this.#pictures.get(choice);
    this.#pictures.set(choice, picture);
    if (shown?.isConnected) return shown.replaceWith(picture);
    picture.classList.add('fresh');
    for (const button of this.#buttons()) if (button.dataset.choice === choice) button.prepend(picture);
  }

  #drawVote() {
    for (const button of this.#buttons()) {
      if (this.#voted) button.setAttribute('aria-pressed', String(button.dataset.choice === this.#voted));
      else button.removeAttribute('aria-pressed');
    }
  }

  #buttons() {
    return this.#list.querySelectorAll('button');
  }

  #seen() {
    return [...this.#buttons()].filter((button) => !button.parentElement?.hidden);
  }

  /** Shows the choices that have come by now, and hides those that are gone. @param {number} frame */
  #comeAndGo(frame) {
    for (const [index, item] of [...this.#list.children].entries()) {
      const choice = this.#ask?.choices[index];
      const gone = frame < (choice?.shown_frame ?? 0) || frame >= (choice?.hidden_frame ?? Infinity);
      if (gone === item.hasAttribute('hidden')) continue;
      const focused = item.contains(document.activeElement);
      item.toggleAttribute('hidden', gone);
      if (focused) this.focusFirst();
    }
  }

  /** @param {readonly import('./types.js').Choice[]} choices */
  #write(choices) {
    const listed = JSON.stringify([choices, this.#ask?.default, this.#ask?.deadline_frame != null]);
    this.asked = '';
    if (listed === this.#listed) return; // a control was moved: nobody's focus is taken
    this.#listed = listed;
    const focused = [...this.#buttons()].findIndex((button) => button === document.activeElement);
    this.#list.replaceChildren(...choices.map((choice, index) => this.#tag(choice, index)));
    if (focused >= 0) this.#buttons()[focused]?.focus();
  }

  /**
   * @param {import('./types.js').Choice} choice
   * @param {number} index
   */
  #tag(choice, index) {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.choice = choice.id;
    const key = document.createElement('kbd');
    key.textContent = index < 9 ? String(index + 1) : '';
    key.setAttribute('aria-hidden', 'true');
    const label = document.createElement('span');
    label.textContent = choice.label;
    button.append(key, label);
    const picture = this.#pictures.get(choice.id);
    if (picture) button.prepend(picture);
    if (!choice.available) button.setAttribute('aria-disabled', 'true');
    if (choice.id === this.#ask?.default && this.#ask.deadline_frame != null) {
      button.classList.add('default');
      button.append(write(document.createElement('small'), 'if time runs out'));
    }
    item.append(button);
    return item;
  }

  /** @param {EventTarget | null} target */
  #press(target) {
    const button = target instanceof Element ? target.closest('button') : null;
    if (button) this.pick([...this.#buttons()].indexOf(button));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const fresh = performance.now() - this.#opened_ms < SETTLE_MS;
    if (fresh && (event.key === ' ' || event.key === 'Enter')) {
      event.preventDefault(); // meant for what was there before the question opened under the finger
      return;
    }
    const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
    if (!step) return;
    const buttons = this.#seen();
    const at = buttons.findIndex((button) => button === document.activeElement);
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
    event.preventDefault();
  }
}

customElements.define('fork-choices', ChoicesElement);
