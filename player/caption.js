/** The line being spoken: who and what. A live region, so that a screen reader reads it too. */
export class CaptionElement extends HTMLElement {
  #who = document.createElement('span');
  #text = document.createElement('span');
  #plate = document.createElement('span');
  #line = document.createElement('p');
  #shown = '';

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

  /** @param {import('./types.js').Caption | null} line */
  set line(line) {
    const key = line ? `${line.start_frame} ${line.text}` : '';
    if (key === this.#shown) return; // a live region is touched only when there is something new to say
    this.#shown = key;
    this.#line.hidden = !line;
    this.#who.textContent = line?.who ? `${line.who} ` : '';
    this.#text.textContent = line?.text ?? '';
  }
}

customElements.define('fork-caption', CaptionElement);
