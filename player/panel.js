/**
 * The panel beside the picture: transcript, map or settings, one at a time. It is not modal: the show goes on, and so do
 * its keys.
 */
export class PanelElement extends HTMLElement {
  /** @type {Element | null} */
  #opener = null;

  connectedCallback() {
    this.hidden = true;
    this.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      this.close();
    });
    this.querySelector('[data-ask=close]')?.addEventListener('click', () => this.close());
  }

  /** Which page is open, '' for none. */
  get page() {
    return this.hidden ? '' : this.dataset.page ?? '';
  }

  /**
   * Opens a page of the panel, or closes it when it is the one that is open.
   *
   * @param {string} page
   */
  toggle(page) {
    if (this.page === page) return this.close();
    if (this.hidden) this.#opener = document.activeElement;
    this.hidden = false;
    this.dataset.page = page;
    for (const part of this.querySelectorAll('section')) part.hidden = part.dataset.page !== page;
    const title = this.querySelector('section:not([hidden]) h2');
    if (title) this.setAttribute('aria-labelledby', title.id);
    this.#opened();
  }

  close() {
    if (this.hidden) return;
    const held = this.contains(document.activeElement);
    this.hidden = true;
    if (held && this.#opener instanceof HTMLElement && this.#opener.isConnected) this.#opener.focus({preventScroll: true});
    this.dispatchEvent(new Event('turned'));
  }

  #opened() {
    const title = this.querySelector('section:not([hidden]) h2');
    if (title instanceof HTMLElement) title.focus({preventScroll: true});
    this.dispatchEvent(new Event('turned'));
  }
}

customElements.define('fork-panel', PanelElement);
