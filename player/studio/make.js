/**
 * An element with its properties and what is in it.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Partial<HTMLElementTagNameMap[T]>} [properties]
 * @param {...(Node | string)} content
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, properties = {}, ...content) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...content);
  return element;
}

/**
 * The pairs of a description list.
 *
 * @param {Iterable<[string, string]>} pairs
 */
export function pairs(pairs) {
  return [...pairs].map(([name, value]) => make('div', {}, make('dt', {textContent: name}), make('dd', {textContent: value})));
}

/** @param {number} count @param {string} word */
export function counted(count, word) {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
