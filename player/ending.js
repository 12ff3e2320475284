import {ask} from './ask.js';

/** The title card of an ending that was reached. */
export class EndingElement extends HTMLElement {
  /** @type {string | null} */
  #shown = null;

  connectedCallback() {
    if (this.childElementCount) return;
    this.innerHTML = `<section aria-labelledby="ending-title"><p class="kicker">An ending</p><h2 id="ending-title"></h2>
      <p class="tally"></p>
      <nav><button type="button" class="lit" data-ask="again">Again</button>
      <button type="button" class="plain" data-ask="back">Back to the last choice</button>
      <a class="plain" href="/">All stories</a></nav></section>`;
    this.hidden = true;
    this.addEventListener('click', ({target}) => {
      const asked = target instanceof Element ? target.closest('button')?.dataset.ask : undefined;
      if (asked === 'again' || asked === 'back') ask(this, {type: asked});
    });
  }

  /**
   * @param {import('./types.js').Ending | null} ending
   * @param {boolean} mayFocus
   * @param {string} [tally] how many endings were found
   * @param {boolean} [back] whether there is a choice to go back to
   */
  show(ending, mayFocus, tally = '', back = true) {
    if (this.#shown === (ending?.id ?? null)) return;
    this.#shown = ending?.id ?? null;
    this.hidden = !ending;
    const counted = this.querySelector('.tally');
    if (counted) counted.textContent = tally;
    this.querySelector('[data-ask=back]')?.toggleAttribute('hidden', !back);
    const [title, again] = [this.querySelector('h2'), this.querySelector('button')];
    if (title) title.textContent = ending?.title ?? '';
    if (ending && mayFocus) again?.focus({preventScroll: true});
  }
}

customElements.define('fork-ending', EndingElement);
