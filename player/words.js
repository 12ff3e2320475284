/**
 * The page's own words in the viewer's language. They are written in English where they stand, in pages and modules, and
 * the English is the key to the tables of other languages, as with gettext.
 */
import {firstOf} from './language.js';

/** @typedef {Readonly<Record<string, string>>} Table the words of a language by the English ones */
/** @typedef {Readonly<Record<string, string | number>>} Values */

/** The languages that the page speaks besides English. @type {Readonly<Record<string, () => Promise<{default: Table}>>>} */
const tables = {de: () => import('./words.de.js')};
const ATTRIBUTES = ['aria-label', 'title', 'placeholder', 'alt'];
const OURS = 'data-ours'; // the page's words within what a story says

/** @type {Table} */
let table = {};
let spoken = 'en';
let wanted = 'en';

/**
 * What the page says for an English text; the text itself where there is nothing for it.
 *
 * @param {string} english
 * @param {Values} [values] what stands for `{name}` in it
 */
export function word(english, values = {}) {
  const said = Object.hasOwn(table, english) ? table[english] : english;
  return said.replaceAll(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * Writes the page's own words into an element, and what language they are in: a server's sentences may be English alone.
 *
 * @template {HTMLElement} T
 * @param {T} element
 * @param {string} english
 * @param {Values} [values]
 */
export function write(element, english, values) {
  const said = word(english, values);
  const language = Object.hasOwn(table, english) ? spoken : 'en';
  if (element.lang !== language) element.lang = language;
  if (element.textContent !== said) element.textContent = said;
  element.toggleAttribute(OURS, true);
  return element;
}

/**
 * Speaks as the viewer would like best from now on, and says over again what stands on the page. What has values in it is
 * left to whoever wrote it.
 *
 * @param {readonly string[]} languages what they want, the best first
 */
export async function speak(languages) {
  const language = (wanted = firstOf(languages, ['en', ...Object.keys(tables)]) ?? 'en');
  const next = language === 'en' ? {} : await tables[language]().then((module) => module.default, () => null);
  if (next === null || wanted !== language || spoken === language) return; // not to be had, or another one has been wanted since
  const english = new Map(Object.entries(table).map(([key, said]) => [said, key]));
  [table, spoken] = [next, language];
  document.documentElement.lang = language;
  reword(document.documentElement, (said) => english.get(said) ?? said);
  for (const ours of document.querySelectorAll(`[${OURS}]`)) reword(ours, (said) => english.get(said) ?? said);
}

/**
 * @param {Element} element
 * @param {(said: string) => string} english
 */
function reword(element, english) {
  for (const name of ATTRIBUTES) {
    const said = element.getAttribute(name);
    const [, text, key] = said?.match(/^(.*?)( \(\S+\))?$/s) ?? []; // "Captions (c)"
    if (text) element.setAttribute(name, word(english(text)) + (key ?? ''));
  }
  for (const child of element.childNodes) {
    if (child instanceof Element && !child.hasAttribute('lang')) reword(child, english);
    const text = child instanceof Text ? child.data.trim() : '';
    const said = text && english(text);
    if (said && Object.hasOwn(table, said)) child.textContent = (child.textContent ?? '').replace(text, () => table[said]);
    else if (said && said !== text) child.textContent = (child.textContent ?? '').replace(text, () => said);
  }
  if (element instanceof HTMLElement && element.hasAttribute(OURS)) element.lang = spoken;
}
