import {ask} from './ask.js';

const IDLE_MS = 2_500;

/** @typedef {{paused: boolean, muted: boolean, playing: boolean, fullscreen: boolean}} Drawn */

/** The small buttons at the top: back to the last choice, pause, sound, full screen, help. They fade when nobody moves. */
export class ControlsElement extends HTMLElement {
  #idle = 0;

  connectedCallback() {
    this.addEventListener('click', ({target}) => {
      const button = target instanceof Element ? target.closest('button') : null;
      const type = /** @type {'back' | 'pause' | 'resume' | 'mute' | 'fullscreen' | 'help' | undefined} */ (button?.dataset.ask);
      if (type) ask(this, {type});
    });
    const full = this.querySelector('[data-ask=fullscreen]');
    if (full instanceof HTMLElement) full.hidden = !document.fullscreenEnabled;
    for (const sign of ['pointermove', 'pointerdown', 'keydown']) addEventListener(sign, () => this.#wake(), {passive: true});
    this.#wake();
  }

  /** @param {Drawn} drawn */
  show({paused, muted, playing, fullscreen}) {
    this.#draw('pause', paused ? 'resume' : 'pause', paused ? 'play' : 'pause', paused ? 'Go on' : 'Pause');
    this.#draw('sound', 'mute', muted ? 'muted' : 'sound', muted ? 'Sound on' : 'Sound off');
    this.#draw('fullscreen', 'fullscreen', fullscreen ? 'window' : 'full', fullscreen ? 'Leave full screen' : 'Full screen');
    this.toggleAttribute('data-silent', muted && playing); // then the way to sound stays in sight
    this.toggleAttribute('data-paused', paused);
    for (const button of this.querySelectorAll('button[data-needs-show]')) button.toggleAttribute('disabled', !playing);
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

  #wake() {
    clearTimeout(this.#idle);
    document.documentElement.removeAttribute('data-idle');
    this.#idle = window.setTimeout(() => document.documentElement.setAttribute('data-idle', ''), IDLE_MS);
  }
}

customElements.define('fork-controls', ControlsElement);
