import {keysOff, switchKeys} from './keys.js';

/** The page of keys: a modal dialog, so that the keyboard stays in it until it is closed. */
export class Help {
  #dialog;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {() => void} closed
   */
  constructor(dialog, closed) {
    this.#dialog = dialog;
    const box = dialog.querySelector('input');
    if (box) {
      box.checked = !keysOff();
      box.addEventListener('change', () => switchKeys(!box.checked));
    }
    dialog.addEventListener('click', ({target}) => {
      if (target === dialog || target instanceof HTMLButtonElement) dialog.close(); // a press beside it counts
    });
    dialog.addEventListener('keydown', (event) => {
      if (event.key === '?') dialog.close();
    });
    dialog.addEventListener('close', closed);
  }

  get open() {
    return this.#dialog.open;
  }

  show() {
    if (!this.#dialog.open) this.#dialog.showModal();
  }
}
