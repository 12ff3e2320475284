import {word} from './words.js';

const RADIUS = 20;
const AROUND = 2 * Math.PI * RADIUS;
const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** A ring that empties while the time to choose runs out, with the seconds left inside it. */
export class CountdownElement extends HTMLElement {
  /** @type {SVGCircleElement | null} */
  #ring = null;
  #seconds = document.createElement('span');

  connectedCallback() {
    if (this.#ring) return;
    this.setAttribute('role', 'timer');
    this.toggleAttribute('data-ours', true);
    this.innerHTML = `<svg viewBox="0 0 48 48" aria-hidden="true"><circle class="track" cx="24" cy="24" r="${RADIUS}"/>
      <circle class="left" cx="24" cy="24" r="${RADIUS}" transform="rotate(-90 24 24)" stroke-dasharray="${AROUND}"/></svg>`;
    this.#ring = this.querySelector('.left');
    this.append(this.#seconds);
  }

  /**
   * @param {number} left_s
   * @param {number} whole_s
   */
  show(left_s, whole_s) {
    const seconds = Math.max(0, Math.ceil(left_s));
    if (this.#seconds.textContent !== String(seconds)) {
      this.#seconds.textContent = String(seconds);
      this.lang = document.documentElement.lang;
      this.setAttribute('aria-label', seconds === 1 ? word('1 second left') : word('{seconds} seconds left', {seconds}));
    }
    const share = Math.min(1, Math.max(0, ((calm.matches || document.documentElement.hasAttribute('data-calm')) ? seconds : left_s) / whole_s));
    this.#ring?.setAttribute('stroke-dashoffset', String(AROUND * (1 - share)));
  }
}

customElements.define('fork-countdown', CountdownElement);
