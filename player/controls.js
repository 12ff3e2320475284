import {ask} from './ask.js';
import {word} from './words.js';

const IDLE_MS = 2_500;
const BARS = 'fork-controls, fork-room'; // what fades

/** @typedef {{paused: boolean, muted: boolean, playing: boolean, fullscreen: boolean, captions: boolean,
 *   back: boolean}} Drawn */

/** The bar at the top and the menu that it opens. They fade when nobody moves. */
export class ControlsElement extends HTMLElement {
  #idle = 0;
  #blind = false; // the finger that is down came down on what was not in sight

  connectedCallback() {
    this.addEventListener('click', ({target}) => {
      const button = target instanceof Element ? target.closest('button') : null;
      const type = /** @type {'back' | undefined} */ (button?.dataset.ask);
      if (!button || !type) return;
      const menu = button.closest('[popover]');
      if (menu instanceof HTMLElement) menu.hidePopover(); // first: the focus goes back to where it was
      ask(this, {type});
    });
    this.#offer('fullscreen', document.fullscreenEnabled);
    this.#offer('window', document.pictureInPictureEnabled ?? false);
    addEventListener('pointerdown', (event) => (this.#blind = event.pointerType === 'touch' && unseen(event.target)), {capture: true});
    addEventListener('click', (event) => this.#blind && event.target instanceof Element && event.target.closest(BARS) && refuse(event), {capture: true});
    for (const sign of ['pointermove', 'pointerdown', 'keydown']) addEventListener(sign, () => this.#wake(), {passive: true});
    this.#wake();
  }

  /** @param {Drawn} drawn */
  show({paused, muted, playing, fullscreen, captions, back}) {
    this.#draw('pause', paused ? 'resume' : 'pause', paused ? 'play' : 'pause', paused ? word('Go on') : word('Pause'));
    this.#draw('sound', 'mute', muted ? 'muted' : 'sound', muted ? word('Sound on') : word('Sound off'));
    this.#draw('fullscreen', 'fullscreen', fullscreen ? 'window' : 'full', fullscreen ? word('Leave full screen') : word('Full screen'));
    this.querySelector('[data-control=captions]')?.setAttribute('aria-pressed', String(captions));
    this.toggleAttribute('data-silent', muted && playing); // then the way to sound stays in sight
    this.toggleAttribute('data-paused', paused);
    for (const button of this.querySelectorAll('button[data-needs-show]')) button.toggleAttribute('disabled', !playing);
    this.querySelector('[data-ask=back]')?.setAttribute('aria-disabled', String(!back)); // it keeps a focus that it has, and says why
  }

  /**
   * @param {string} id
   * @param {string} type what a press asks for
   * @param {string} icon
   * @param {string} name
   */
  #draw(id, type, icon, name) {
    const button = this.querySelector(`[data-control=${id}]`);
    if (!(button instanceof HTMLElement) || button.getAttribute('aria-label') === name) return;
    button.dataset.ask = type;
    button.setAttribute('aria-label', name);
    button.title = `${name} (${button.dataset.key})`;
    button.querySelector('use')?.setAttribute('href', `/static/icons/controls.svg#${icon}`);
  }

  /**
   * @param {string} type
   * @param {boolean} possible
   */
  #offer(type, possible) {
    for (const button of this.querySelectorAll(`[data-ask=${type}]`)) button.toggleAttribute('hidden', !possible);
  }

  #wake() {
    clearTimeout(this.#idle);
    document.documentElement.removeAttribute('data-idle');
    this.#idle = window.setTimeout(() => document.documentElement.setAttribute('data-idle', ''), IDLE_MS);
  }
}

/** @param {EventTarget | null} pressed */
function unseen(pressed) {
  const part = pressed instanceof Element ? pressed.closest(`:is(${BARS}) > *`) : null;
  return part !== null && [part, part.parentElement].some((element) => element && getComputedStyle(element).opacity === '0');
}

/** A tap on what was not in sight brings it into sight, and does no more. @param {Event} event */
function refuse(event) {
  event.preventDefault();
  event.stopPropagation();
}

customElements.define('fork-controls', ControlsElement);
