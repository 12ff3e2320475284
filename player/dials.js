import {ask} from './ask.js';
import {Pace} from './pace.js';

const EVERY_MS = 1000 / 30;

/** @typedef {import('./types.js').Slider} Slider */
/** @typedef {import('./types.js').Swatches} Swatches */

/**
 * Sliders and swatches that move the picture. What is drawn is what the server confirmed, but for the control that is
 * under the viewer's finger or whose last move is not answered yet: it follows the finger.
 */
export class DialsElement extends HTMLElement {
  /** @type {Map<string, Dial>} */
  #dials = new Map();
  #drawn = '';

  /** @param {readonly (Slider | Swatches)[]} controls */
  show(controls) {
    const drawn = JSON.stringify(controls.map((control) => ({...control, value: null})));
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.#dials = new Map(controls.map((control) => [control.id, new Dial(control, (value) => this.#move(control.id, value))]));
      this.replaceChildren(...[...this.#dials.values()].map((dial) => dial.element));
    }
    this.hidden = controls.length === 0;
    for (const control of controls) this.#dials.get(control.id)?.confirm(control.value);
  }

  /**
   * @param {string} control
   * @param {number | string | boolean} value
   */
  #move(control, value) {
    ask(this, {type: 'steer', control, value, settled: () => this.#dials.get(control)?.settled()});
  }
}

/** One control: its element, the value that the server confirmed, and how many moves it has not answered yet. */
class Dial {
  #control;
  #move;
  #pace = new Pace(EVERY_MS);
  /** @type {number | string | boolean | null} */
  #confirmed = null;
  #open = 0;
  #held = false;
  element;

  /**
   * @param {Slider | Swatches} control
   * @param {(value: number | string | boolean) => void} move
   */
  constructor(control, move) {
    this.#control = control;
    this.#move = move;
    this.element = control.kind === 'slider' ? this.#slider(control) : this.#swatches(control);
  }

  /** @param {number | string | boolean | null} value */
  confirm(value) {
    this.#confirmed = value;
    this.#draw();
  }

  /** The server has answered a move. */
  settled() {
    this.#open = Math.max(0, this.#open - 1);
    this.#draw();
  }

  #draw() {
    if (this.#held || this.#open > 0) return;
    const control = this.#control;
    if (control.kind === 'slider') {
      const input = this.element.querySelector('input');
      if (input) input.value = String(this.#confirmed ?? control.low);
      this.#figure();
    } else {
      this.element.querySelectorAll('input').forEach((input, at) => (input.checked = control.options[at].value === this.#confirmed));
    }
  }

  /** @param {number | string | boolean} value */
  #ask(value) {
    this.#open += 1;
    this.#move(value);
  }

  /** @param {Slider} control */
  #slider(control) {
    const label = document.createElement('label');
    label.className = 'dial';
    const input = document.createElement('input');
    Object.assign(input, {type: 'range', min: String(control.low), max: String(control.high), step: control.step ? String(control.step) : 'any'});
    const figure = document.createElement('output');
    figure.setAttribute('aria-hidden', 'true'); // the slider says its value itself
    label.append(named(control.label), input, figure);
    input.addEventListener('input', () => {
      this.#figure();
      this.#pace.do(() => this.#ask(input.valueAsNumber));
    });
    input.addEventListener('pointerdown', () => (this.#held = true));
    for (const let_go of ['pointerup', 'pointercancel', 'blur']) {
      input.addEventListener(let_go, () => {
        this.#held = false;
        this.#draw();
      });
    }
    return label;
  }

  #figure() {
    const [input, figure] = [this.element.querySelector('input'), this.element.querySelector('output')];
    if (!input || !figure || this.#control.kind !== 'slider') return;
    const {low, high, step} = this.#control;
    input.style.setProperty('--share', String((input.valueAsNumber - low) / (high - low || 1)));
    const fine = step && step % 1 === 0 ? 0 : high - low >= 20 ? 0 : high - low >= 2 ? 1 : 2;
    figure.textContent = input.valueAsNumber.toFixed(fine);
  }

  /** @param {Swatches} control */
  #swatches(control) {
    const group = document.createElement('fieldset');
    group.className = 'dial';
    const legend = document.createElement('legend');
    legend.textContent = control.label;
    group.append(legend);
    for (const {value, label, colour} of control.options) {
      const swatch = document.createElement('label');
      swatch.className = 'swatch';
      const input = document.createElement('input');
      Object.assign(input, {type: 'radio', name: `swatch-${control.id}`});
      input.addEventListener('change', () => this.#pace.do(() => this.#ask(value)));
      const chip = document.createElement('i');
      if (colour) chip.style.background = colour;
      chip.hidden = !colour;
      swatch.append(input, chip, named(label));
      group.append(swatch);
    }
    return group;
  }
}

/** @param {string} text */
function named(text) {
  const span = document.createElement('span');
  span.textContent = text;
  return span;
}

customElements.define('fork-dials', DialsElement);
