import {Denied} from '../api.js';
import {sleep} from '../backoff.js';
import {picture, playFrom} from './api.js';
import {make} from './make.js';

/** One scene: how it looks, and the form that plays from it with any variables. */
export class SceneElement extends HTMLElement {
  /** @type {import('./api.js').State | null} */
  #state = null;
  #scene = '';
  #drawn = '';
  #asked = new AbortController(); // what is waited for ends when something else is asked

  connectedCallback() {
    this.querySelector('form')?.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#play();
    });
    this.querySelector('[data-use]')?.addEventListener('click', () => {
      const {prompt = '', axes = {}} = this.#state?.scenes[this.#scene] ?? {};
      this.dispatchEvent(new CustomEvent('look', {detail: {prompt: prompt ?? '', axes}, bubbles: true}));
    });
  }

  /** @param {import('./api.js').State} state @param {string} scene */
  show(state, scene) {
    this.#state = state;
    this.#scene = scene;
    const known = state.scenes[scene];
    const [title, form, still, prompt] = [this.#part('h2'), this.#part('form'), this.#part('.still'), this.#part('.prompt')];
    title.textContent = scene || 'No scene yet';
    form.hidden = !known;
    prompt.textContent = known?.failed ?? known?.prompt ?? (known ? 'It keeps the picture that it is come to with.' : 'Mend the file first: what plays here is what you saved last without an error.');
    still.hidden = !known?.still;
    if (still instanceof HTMLImageElement && known?.still && !still.src.endsWith(picture(known.still))) {
      Object.assign(still, {src: picture(known.still), alt: `The scene ${scene}`});
    }
    this.#drawVariables(state.variables);
  }

  /** @param {string} text */
  say(text) {
    this.#part('.said').textContent = text;
  }

  /** @param {import('./api.js').Variable[]} variables */
  #drawVariables(variables) {
    const drawn = JSON.stringify(variables);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#part('details').hidden = variables.length === 0;
    this.#part('.variables').replaceChildren(...variables.map((variable) => make('label', {}, make('span', {textContent: variable.name}), field(variable))));
  }

  async #play() {
    const state = this.#state;
    if (!state) return;
    const variables = Object.fromEntries(state.variables.map((variable) => [variable.name, valued(this, variable)]));
    this.say('');
    try {
      const session = await this.#seat(() => playFrom(state.story, this.#scene, variables));
      this.dispatchEvent(new CustomEvent('play', {detail: session, bubbles: true}));
      this.say('');
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'AbortError')) this.say(error instanceof Error ? error.message : String(error));
    }
  }

  /**
   * A seat, as soon as the model is warm.
   *
   * @template T
   * @param {() => Promise<T>} take
   * @returns {Promise<T>}
   */
  async #seat(take) {
    this.#asked.abort();
    const {signal} = (this.#asked = new AbortController());
    for (;;) {
      try {
        return await take();
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Denied && error.code === 'warming')) throw error;
        this.say('The model is warming up. It plays as soon as it can.');
        await sleep(error.retry_after_s * 1000, signal);
      }
    }
  }

  /** @param {string} selector */
  #part(selector) {
    return /** @type {HTMLElement} */ (this.querySelector(selector));
  }
}

/** @param {import('./api.js').Variable} variable */
function field({name, kind, default: value, of, low, high}) {
  if (kind === 'bool') return make('input', {type: 'checkbox', name, checked: value === true});
  if (kind === 'enum' || kind === 'set') {
    const chosen = Array.isArray(value) ? value : [value];
    const options = of.map((word) => make('option', {value: word, textContent: word, selected: chosen.includes(word)}));
    return make('select', {name, multiple: kind === 'set'}, ...options);
  }
  if (kind === 'text') return make('input', {type: 'text', name, value: String(value)});
  const input = make('input', {type: 'number', name, value: String(value), step: kind === 'int' ? '1' : 'any', required: true});
  if (low !== undefined) input.min = String(low);
  if (high !== undefined) input.max = String(high);
  return input;
}

/** @param {HTMLElement} within @param {import('./api.js').Variable} variable */
function valued(within, {name, kind}) {
  const input = within.querySelector(`[name="${CSS.escape(name)}"]`);
  if (input instanceof HTMLSelectElement) return input.multiple ? [...input.selectedOptions].map(({value}) => value) : input.value;
  if (!(input instanceof HTMLInputElement)) return null;
  return kind === 'bool' ? input.checked : kind === 'text' ? input.value : input.valueAsNumber;
}

customElements.define('studio-scene', SceneElement);
