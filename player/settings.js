import {ask} from './ask.js';
import {liked, offer, toldIn} from './language.js';

/** @typedef {import('./preferences.js').Preferences} Preferences */

/** The form of what a viewer sets for themselves; each of its inputs is named as the preference that it sets. */
export class SettingsElement extends HTMLElement {
  /** @type {import('./preferences.js').Kept | null} */
  #kept = null;
  /** @type {import('./language.js').Titles} */
  #titles = {};

  /** @param {import('./preferences.js').Kept} kept */
  set preferences(kept) {
    this.#kept = kept;
    kept.addEventListener('change', () => this.#draw());
    this.addEventListener('input', ({target}) => (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) && this.#set(target));
    this.addEventListener('click', ({target}) => {
      if (target instanceof HTMLButtonElement && target.dataset.ask === 'again') ask(this, {type: 'again'});
    });
    this.#draw();
  }

  /**
   * Says what of this holds only from the next show on.
   *
   * @param {boolean} waits
   */
  set waits(waits) {
    const note = this.querySelector('.waits');
    if (note instanceof HTMLElement) note.hidden = !waits;
  }

  /**
   * What the story is told in can be picked where there is more than one.
   *
   * @param {import('./language.js').Titles} titles
   */
  set titles(titles) {
    this.#titles = titles;
    const select = this.querySelector('select');
    if (select) offer(select, Object.keys(titles));
    const tongue = this.querySelector('.tongue');
    if (tongue instanceof HTMLElement) tongue.hidden = Object.keys(titles).length < 2;
    this.#draw();
  }

  /** @param {HTMLInputElement | HTMLSelectElement} input */
  #set(input) {
    const name = /** @type {keyof Preferences} */ (input.name);
    const usually = this.#kept?.values[name];
    const value = input instanceof HTMLInputElement && input.type === 'checkbox' ? input.checked : typeof usually === 'number' ? Number(input.value) : input.value;
    this.#kept?.set({[name]: value});
  }

  #draw() {
    const values = this.#kept?.values;
    if (!values) return;
    const select = this.querySelector('select');
    if (select) select.value = toldIn(liked(values.language), this.#titles);
    for (const input of this.querySelectorAll('input')) {
      const value = values[/** @type {keyof Preferences} */ (input.name)];
      if (input.type === 'checkbox') input.checked = value === true;
      else if (input.type === 'radio') input.checked = input.value === String(value);
      else input.value = String(value);
      if (input.type === 'range') input.style.setProperty('--share', String(value));
    }
  }
}

customElements.define('fork-settings', SettingsElement);
