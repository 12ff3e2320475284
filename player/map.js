import {named, tree} from './found.js';
import {write} from './words.js';

/** The scenes that were visited, each below the one it was first reached from, and the endings that were found. */
export class MapElement extends HTMLElement {
  #drawn = '';

  /**
   * @param {import('./found.js').Found} found
   * @param {string} here the present scene
   */
  show(found, here) {
    const drawn = JSON.stringify([found, here]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const trunk = document.createElement('ul');
    trunk.append(...tree(found).map((branch) => grown(branch, here)));
    this.replaceChildren(trunk);
    this.querySelector('[aria-current]')?.scrollIntoView({block: 'nearest'});
  }
}

/**
 * @param {import('./found.js').Branch} branch
 * @param {string} here
 * @returns {HTMLLIElement}
 */
function grown({scene, ending, below, also}, here) {
  const item = document.createElement('li');
  const name = document.createElement('span');
  name.textContent = named(scene);
  if (scene === here) name.setAttribute('aria-current', 'step');
  item.append(name);
  if (ending) {
    item.append(write(document.createElement('b'), 'Ending: {ending}', {ending}));
  }
  if (also.length > 0) {
    item.append(write(document.createElement('small'), 'also to {scenes}', {scenes: also.map(named).join(', ')}));
  }
  if (below.length === 0) return item;
  // A way without a fork goes straight on: only a fork indents, or a long story would walk out of the panel.
  const list = document.createElement('ul');
  list.className = below.length === 1 ? 'on' : 'fork';
  list.append(...below.map((branch) => grown(branch, here)));
  item.append(list);
  return item;
}

customElements.define('fork-map', MapElement);
