/**
 * How an element asks: it never changes what is drawn, it says what the viewer wants and waits for the confirmed state.
 *
 * @param {EventTarget} element
 * @param {import('./types.js').Asked} detail
 */
export function ask(element, detail) {
  element.dispatchEvent(new CustomEvent('ask', {detail, bubbles: true}));
}
