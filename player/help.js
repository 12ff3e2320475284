/** The page of keys: a modal dialog, so that the keyboard stays in it until it is closed. */
export class Help {
  #dialog;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {() => void} closed
   */
  constructor(dialog, closed) {
    this.#dialog = dialog;
    dialog.addEventListener('click', ({target}) => {
      if (target === dialog || target instanceof HTMLButtonElement) dialog.close(); // a press beside it counts
    });
    dialog.addEventListener('keydown', (event) => {
      if (event.key !== '?') return;
      event.preventDefault(); // else it opens the page again
      dialog.close();
    });
    dialog.addEventListener('close', closed);
  }

  show() {
    if (!this.#dialog.open) this.#dialog.showModal();
  }
}
