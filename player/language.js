/**
 * What stories are told in. What a story says carries the story's `lang`, so that it is hyphenated, quoted and read aloud as
 * that language; the page's own words are `words.js`'s.
 *
 * @typedef {Readonly<Record<string, string>>} Titles a story's titles by language, first the one that it is written in
 */

const TOLD = '[data-title], fork-choices, fork-caption, fork-transcript, #ending-title';

/** @param {HTMLElement} element with `data-titles` @returns {Titles} */
export function titlesOf(element) {
  return JSON.parse(element.dataset.titles ?? '{}');
}

/**
 * What a viewer would like to read and hear, the best first: what they have chosen, then what their browser asks for.
 *
 * @param {string} chosen '' for nothing
 */
export function liked(chosen) {
  return [...(chosen ? [chosen] : []), ...navigator.languages];
}

/**
 * The first language of `wanted` that is on offer, as `de` is for `de-AT`; null for none.
 *
 * @param {readonly string[]} wanted
 * @param {readonly string[]} offered
 */
export function firstOf(wanted, offered) {
  for (const one of wanted) {
    const found = [one, one.split('-')[0]].find((language) => offered.includes(language));
    if (found) return found;
  }
  return null;
}

/**
 * The language in which a story is told to who wants `wanted`, the best first: its own where there is no such translation.
 *
 * @param {readonly string[]} wanted
 * @param {Titles} titles
 */
export function toldIn(wanted, titles) {
  return firstOf(wanted, Object.keys(titles)) ?? Object.keys(titles)[0] ?? 'en';
}

/**
 * What a language is called, by those who speak it or in another language.
 *
 * @param {string} language
 */
export function called(language, by = language) {
  const name = new Intl.DisplayNames([by], {type: 'language'}).of(language) ?? language;
  return name.charAt(0).toLocaleUpperCase(by) + name.slice(1);
}

/**
 * Makes one element for each language that can be picked.
 *
 * @param {HTMLSelectElement} select
 * @param {Iterable<string>} languages
 */
export function offer(select, languages) {
  select.replaceChildren(...[...languages].map((language) => Object.assign(new Option(called(language), language), {lang: language})));
}

/**
 * The story's title and whatever it says, in `root`, is in this language.
 *
 * @param {ParentNode} root
 * @param {string} language
 * @param {Titles} titles
 */
export function tell(root, language, titles) {
  for (const element of root.querySelectorAll(TOLD)) {
    if (!(element instanceof HTMLElement)) continue;
    element.lang = language;
    if (element.dataset.title !== undefined) element.textContent = titles[language] ?? element.textContent;
  }
}
