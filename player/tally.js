import {write} from './words.js';

/** The votes of a room as one bar that is tugged to and fro: a stretch for each choice, as long as its share. */
export class TallyElement extends HTMLElement {
  #bar = document.createElement('div');
  #said = document.createElement('p');

  connectedCallback() {
    if (this.#bar.isConnected) return;
    this.#bar.className = 'tug';
    this.#bar.setAttribute('aria-hidden', 'true');
    this.#said.setAttribute('role', 'status');
    this.append(this.#bar, this.#said);
    this.hidden = true;
  }

  /**
   * @param {import('./types.js').Tally | null} tally
   * @param {readonly import('./types.js').Choice[]} choices
   */
  show(tally, choices) {
    this.hidden = !tally;
    if (!tally) return void this.#bar.replaceChildren();
    const offered = choices.filter(({id}) => Object.hasOwn(tally.votes, id));
    while (this.#bar.childElementCount > offered.length) this.#bar.lastElementChild?.remove();
    while (this.#bar.childElementCount < offered.length) this.#bar.append(document.createElement('i'));
    offered.forEach(({id}, at) => {
      const stretch = /** @type {HTMLElement} */ (this.#bar.children[at]);
      stretch.style.flexGrow = String(tally.votes[id] + 0.02); // who has no vote yet is still on the rope
      stretch.toggleAttribute('data-decided', tally.decided === id);
    });
    this.#bar.hidden = offered.length === 0;
    if (tally.voters === 0) write(this.#said, 'Nobody has voted yet');
    else if (tally.voters === 1) write(this.#said, '1 vote');
    else write(this.#said, '{votes} votes', {votes: tally.voters});
  }
}

customElements.define('fork-tally', TallyElement);
