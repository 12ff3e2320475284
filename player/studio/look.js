import {Pace} from '../pace.js';
import {paint, picture} from './api.js';
import {make} from './make.js';
import {yaml} from './yaml.js';

const EVERY_MS = 120;

/** A still of any prompt and axes: find the look, and copy the YAML. Of what is asked while one is painted the last counts. */
export class LookElement extends HTMLElement {
  #pace = new Pace(EVERY_MS);
  #drawn = '';
  #painting = false;
  #again = false;
  /** @type {import('./api.js').Axes} */
  #moved = {};

  connectedCallback() {
    this.#prompt.addEventListener('input', () => this.#changed());
    this.querySelector('[data-clear]')?.addEventListener('click', () => this.use('', {}));
    this.querySelector('[data-copy]')?.addEventListener('click', () => void this.#copy());
  }

  /** @param {import('./api.js').State} state */
  show({axes}) {
    const drawn = JSON.stringify(axes);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const content = axes.length > 0 ? axes.map((axis) => this.#dial(axis)) : [make('p', {className: 'hint', textContent: 'The model has no axes, or is still warming up.'})];
    this.querySelector('div.axes')?.replaceChildren(...content);
  }

  /** Takes over a look. @param {string} prompt @param {import('./api.js').Axes} axes */
  use(prompt, axes) {
    this.#prompt.value = prompt;
    this.#moved = {...axes};
    for (const dial of this.querySelectorAll('div.axes label')) {
      const input = dial.querySelector('input, select');
      if (!(input instanceof HTMLInputElement || input instanceof HTMLSelectElement)) continue;
      const value = axes[input.name];
      if (value !== undefined) input.value = String(value);
      figure(dial, value !== undefined);
    }
    this.#changed();
  }

  get #prompt() {
    return /** @type {HTMLInputElement} */ (this.querySelector('[name=prompt]'));
  }

  get #text() {
    return /** @type {HTMLTextAreaElement} */ (this.querySelector('textarea'));
  }

  #changed() {
    this.#text.value = this.#prompt.value || Object.keys(this.#moved).length > 0 ? yaml(this.#prompt.value, this.#moved) : '';
    this.#pace.do(() => void this.#paint());
  }

  async #paint() {
    if (this.#painting) return void (this.#again = true);
    this.#painting = true;
    const said = this.querySelector('.said');
    const still = /** @type {HTMLImageElement} */ (this.querySelector('.still'));
    try {
      do {
        this.#again = false;
        const prompt = this.#prompt.value;
        if (!prompt && Object.keys(this.#moved).length === 0) still.hidden = true;
        else {
          const painted = await paint(prompt, this.#moved);
          still.src = picture(painted.still);
          await still.decode().catch(() => {}); // a later one took its place
          still.hidden = false;
          this.#follow(painted.axes);
        }
        if (said) said.textContent = '';
      } while (this.#again);
    } catch (error) {
      if (said) said.textContent = error instanceof Error ? error.message : String(error);
    }
    this.#painting = false;
  }

  /** Where nobody has moved them, the dials stand as the prompt has it. @param {import('./api.js').Axes} axes */
  #follow(axes) {
    for (const dial of this.querySelectorAll('div.axes label:not([data-moved])')) {
      const input = dial.querySelector('input, select');
      if (!(input instanceof HTMLInputElement || input instanceof HTMLSelectElement) || !(input.name in axes)) continue;
      input.value = String(axes[input.name]);
      figure(dial, false);
    }
  }

  async #copy() {
    const said = this.querySelector('.said');
    try {
      await navigator.clipboard.writeText(this.#text.value);
      if (said) said.textContent = 'Copied: paste it into a scene.';
    } catch {
      this.#text.select(); // the browser does not let pages copy: the keys do
      if (said) said.textContent = 'Press Ctrl+C to copy what is marked.';
    }
  }

  /** @param {import('./api.js').Axis} axis */
  #dial({name, meaning, default: value, low, high, labels}) {
    const input = labels.length > 0
      ? make('select', {name}, ...labels.map((word) => make('option', {value: word, textContent: word})))
      : make('input', {type: 'range', name, min: String(low), max: String(high), step: String(rounded((high - low) / 200))});
    input.value = String(this.#moved[name] ?? value);
    const dial = make('label', {title: meaning}, make('span', {textContent: name}), input, make('output', {}));
    dial.querySelector('output')?.setAttribute('aria-hidden', 'true');
    figure(dial, name in this.#moved);
    input.addEventListener('input', () => {
      this.#moved[name] = input instanceof HTMLInputElement ? Number(input.valueAsNumber.toFixed(3)) : input.value;
      figure(dial, true);
      this.#changed();
    });
    return dial;
  }
}

/** A step that people count in: 1, 2 or 5 of a power of ten, as large as `step` or a little smaller. @param {number} step */
function rounded(step) {
  const ten = 10 ** Math.floor(Math.log10(step) + 1e-9);
  return Number(([5, 2].find((times) => times * ten <= step * 1.001) ?? 1) * ten).toPrecision(1);
}

/** @param {Element} dial @param {boolean} moved */
function figure(dial, moved) {
  const [input, output] = [dial.querySelector('input'), dial.querySelector('output')];
  dial.toggleAttribute('data-moved', moved);
  if (!input || !output) return;
  const [low, high] = [Number(input.min), Number(input.max)];
  input.style.setProperty('--share', String((input.valueAsNumber - low) / (high - low || 1)));
  output.textContent = String(Number(input.valueAsNumber.toFixed(high - low >= 20 ? 1 : 2)));
}

customElements.define('studio-look', LookElement);
