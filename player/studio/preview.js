import {keepSeat} from '../seat.js';
import {inside} from './api.js';
import {pairs} from './make.js';

const EVERY_MS = 500;

/** The player itself in a frame, in a show that the studio began, and what that show is like from inside. */
export class PreviewElement extends HTMLElement {
  /** @type {import('../types.js').Session | null} */
  #session = null;
  #timer = 0;
  #frame = /** @type {HTMLIFrameElement} */ (this.querySelector('iframe'));

  /** @param {string} story @param {import('../types.js').Session} session */
  play(story, session) {
    this.#session = session;
    this.hidden = false;
    this.edited(false);
    keepSeat(story, session, false); // the player takes up the seat that this tab holds
    this.#frame.src = 'about:blank';
    this.#frame.addEventListener('load', () => (this.#frame.src = `/watch/${encodeURIComponent(story)}`), {once: true});
    clearInterval(this.#timer);
    this.scrollIntoView({block: 'start'});
    this.#timer = window.setInterval(() => void this.#look(), EVERY_MS);
  }

  /** @param {boolean} changed whether the story was edited while this show runs */
  edited(changed) {
    const remark = this.querySelector('.edited');
    if (remark instanceof HTMLElement) remark.hidden = !changed;
  }

  async #look() {
    const [session, state, axes] = [this.#session, this.querySelector('.state'), this.querySelector('dl.axes')];
    if (!session || document.hidden || !state || !axes) return;
    const found = await inside(session).catch(() => null);
    if (!found || session !== this.#session) return;
    const visits = Object.entries(found.visits).map(([scene, times]) => (times > 1 ? `${scene} ×${times}` : scene));
    const variables = Object.entries(found.variables).map(([name, value]) => /** @type {[string, string]} */ ([name, Array.isArray(value) ? value.join(', ') || 'none' : String(value)]));
    fill(state, [['scene', found.scene], ...variables, ['visited', visits.join(', ')]]);
    const numbers = Object.entries(found.axes).filter(([name, value]) => !name.includes('=') || value > 0.005);
    fill(axes, numbers.map(([name, value]) => [name, value.toFixed(2)]));
    this.dispatchEvent(new CustomEvent('at', {detail: found.scene, bubbles: true}));
  }
}

/** Draws only what changed, so that nobody's selection is lost. @param {Element} list @param {[string, string][]} content */
function fill(list, content) {
  const drawn = JSON.stringify(content);
  if (list.getAttribute('data-drawn') === drawn) return;
  list.setAttribute('data-drawn', drawn);
  list.replaceChildren(...pairs(content));
}

customElements.define('studio-preview', PreviewElement);
