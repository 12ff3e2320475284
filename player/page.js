/**
 * A part that the page must have.
 *
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} kind
 * @returns {T}
 */
export function part(selector, kind) {
  const found = document.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`the page has no ${selector}`);
  return found;
}

/**
 * Gives an element and what is in it the accent colour of its story; without one the house's amber stays.
 *
 * @param {HTMLElement} element with `data-accent`
 */
export function accent(element) {
  const colour = element.dataset.accent;
  if (colour) element.style.setProperty('--accent', colour);
}
