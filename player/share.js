import {write} from './words.js';

/** The dialog with the link to this story and seed. Whoever opens it walks through the same world. */
export class Share {
  #dialog;
  #input;
  #copy;

  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    this.#dialog = dialog;
    this.#input = /** @type {HTMLInputElement} */ (dialog.querySelector('input'));
    this.#copy = /** @type {HTMLButtonElement} */ (dialog.querySelector('[data-copy]'));
    this.#copy.addEventListener('click', () => void this.#copied());
    dialog.addEventListener('click', ({target}) => {
      if (target === dialog || (target instanceof HTMLElement && target.hasAttribute('data-close'))) dialog.close();
    });
  }

  /** @param {string} link */
  show(link) {
    this.#input.value = link;
    write(this.#copy, 'Copy');
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#input.select();
  }

  async #copied() {
    this.#input.select();
    try {
      await navigator.clipboard.writeText(this.#input.value);
    } catch {
      document.execCommand('copy'); // beyond localhost browsers offer the clipboard to HTTPS pages alone
    }
    write(this.#copy, 'Copied');
  }
}
