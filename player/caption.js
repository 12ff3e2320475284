import {wordsSaid} from './show.js';

/**
 * The line being spoken: who and what, each word brighter from when it is said. A live region, so that a screen reader
 * reads the whole line too, once.
 */
export class CaptionElement extends HTMLElement {
  #who = document.createElement('span');
  #text = document.createElement('span');
  #plate = document.createElement('span');
  #line = document.createElement('p');
  #shown = '';
  #said = 0;

  connectedCallback() {
    if (this.#line.isConnected) return;
    this.setAttribute('aria-live', 'polite');
    this.setAttribute('aria-atomic', 'true');
    this.#who.className = 'who';
    this.#plate.className = 'plate';
    this.#plate.append(this.#who, this.#text);
    this.#line.append(this.#plate);
    this.#line.hidden = true;
    this.append(this.#line);
  }

  /**
   * @param {import('./types.js').Caption | null} line
   * @param {number} frame
   */
  show(line, frame) {
    const key = line ? `${line.start_frame} ${line.text}` : '';
    if (key !== this.#shown) { // a live region is touched only when there is something new to say
      this.#shown = key;
      this.#line.hidden = !line;
      this.#who.textContent = line?.who ? `${line.who} ` : '';
      this.#text.replaceChildren(...words(line?.text ?? ''));
      this.#said = 0;
    }
    if (!line) return;
    const spans = this.#text.children;
    const said = Math.min(spans.length, wordsSaid(line, spans.length, frame));
    for (; this.#said < said; this.#said++) spans[this.#said].className = 'said';
  }
}

/**
 * Each word in a span, with blanks between.
 *
 * @param {string} text
 */
function words(text) {
  return text.trim().split(/\s+/).flatMap((word, index) => {
    const span = document.createElement('span');
    span.textContent = word;
    return index ? [' ', span] : [span];
  });
}

customElements.define('fork-caption', CaptionElement);
