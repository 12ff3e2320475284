/**
 * What a viewer has set for themselves, kept by this browser alone.
 *
 * @typedef {{
 *   captions: boolean, size: 's' | 'm' | 'l' | 'xl', ground: 'none' | 'soft' | 'solid',
 *   volume: number, voice: number, effects: number, music: number,
 *   language: string, timers: 0 | 1 | 2 | 4, calm: boolean, contrast: boolean, keys: boolean}} Preferences
 */

const KEPT = 'forkreel:preferences';

/** @type {Readonly<Preferences>} */
export const usual = Object.freeze({
  captions: true, size: 'm', ground: 'soft', volume: 1, voice: 1, effects: 1, music: 1, language: '', timers: 1, calm: false,
  contrast: false, keys: true,
});

/** What else than the usual value a preference may be. @type {Readonly<Record<string, readonly unknown[]>>} */
const words = {size: ['s', 'm', 'l', 'xl'], ground: ['none', 'soft', 'solid'], timers: [0, 1, 2, 4]};

/**
 * The preferences in a text that `written` made; what is missing or makes no sense is as usual.
 *
 * @param {string | null} text
 * @param {Partial<Preferences>} [machine] what the system asks for, such as reduced motion
 * @returns {Preferences}
 */
export function read(text, machine = {}) {
  const base = {...usual, ...machine};
  /** @type {Record<string, unknown>} */
  let kept = {};
  try {
    kept = JSON.parse(text ?? '{}') ?? {};
  } catch {
    // Another program's text.
  }
  const sound = Object.entries(base).map(([name, usually]) => [name, fits(name, kept[name]) ? kept[name] : usually]);
  return Object.fromEntries(sound);
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function fits(name, value) {
  if (words[name]) return words[name].includes(value);
  const usually = usual[/** @type {keyof Preferences} */ (name)];
  if (typeof usually === 'number') return typeof value === 'number' && value >= 0 && value <= 1;
  return typeof value === typeof usually;
}

/** The preferences of this browser, and who wants to know when one changes (`change`, with its name as detail). */
export class Kept extends EventTarget {
  #values = read(stored(), {
    calm: matchMedia('(prefers-reduced-motion: reduce)').matches,
    contrast: matchMedia('(prefers-contrast: more)').matches,
  });

  /** @returns {Readonly<Preferences>} */
  get values() {
    return this.#values;
  }

  /** @param {Partial<Preferences>} changed */
  set(changed) {
    this.#values = {...this.#values, ...changed};
    try {
      localStorage.setItem(KEPT, JSON.stringify(this.#values));
    } catch {
      // Without storage they last as long as the page.
    }
    this.dispatchEvent(new Event('change'));
  }
}

function stored() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/**
 * Makes the page look as the viewer wants it.
 *
 * @param {HTMLElement} root
 * @param {Preferences} values
 */
export function dress(root, {captions, size, ground, contrast, calm}) {
  root.dataset.captions = captions ? size : 'off';
  root.dataset.ground = ground;
  root.toggleAttribute('data-contrast', contrast);
  root.toggleAttribute('data-calm', calm);
}
