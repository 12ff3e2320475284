/** Tabs as the ARIA Authoring Practices have them: arrows move, what is moved to is shown. */
export class TabsElement extends HTMLElement {
  connectedCallback() {
    this.addEventListener('click', ({target}) => {
      const tab = target instanceof Element ? target.closest('[role=tab]') : null;
      if (tab) this.open(tab.getAttribute('aria-controls') ?? '');
    });
    this.addEventListener('keydown', (event) => {
      const step = {ArrowRight: 1, ArrowLeft: -1, Home: -1e3, End: 1e3}[event.key];
      if (!step) return;
      event.preventDefault();
      const tabs = this.#tabs;
      const at = tabs.findIndex((tab) => tab.ariaSelected === 'true');
      const next = Math.abs(step) > 1 ? (step > 0 ? tabs.length - 1 : 0) : (at + step + tabs.length) % tabs.length;
      this.open(tabs[next].getAttribute('aria-controls') ?? '');
      tabs[next].focus();
    });
    this.open(this.#tabs[0].getAttribute('aria-controls') ?? '');
  }

  /** @param {string} name of the panel */
  open(name) {
    for (const tab of this.#tabs) {
      const chosen = tab.getAttribute('aria-controls') === name;
      tab.setAttribute('aria-selected', String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute('aria-controls') ?? '');
      if (panel) panel.hidden = !chosen;
    }
    this.dispatchEvent(new CustomEvent('turned', {detail: name}));
  }

  get #tabs() {
    return [...this.querySelectorAll('button')];
  }
}

customElements.define('studio-tabs', TabsElement);
