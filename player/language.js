/**
 * What stories are told in. The page's own words are English; what a story says carries the story's `lang`, so that it is
 * hyphenated, quoted and read aloud as that language.
 *
 * @typedef {Readonly<Record<string, string>>} Titles a story's titles by language, first the one that it is written in
 */

const TOLD = '[data-title], fork-choices, fork-caption, fork-transcript, #ending-title';

/** @param {HTMLElement} element with `data-titles` @returns {Titles} */
export function titlesOf(element) {
  return JSON.parse(element.dataset.titles ?? '{}');
}

/**
 * The language in which a story is told to who wants `wanted`: its own where there is no such translation.
 *
 * @param {string} wanted
 * @param {Titles} titles
 */
export function toldIn(wanted, titles) {
  return Object.hasOwn(titles, wanted) ? wanted : (Object.keys(titles)[0] ?? 'en');
}

/** A language as those who speak it call it. @param {string} language */
export function called(language) {
  const name = new Intl.DisplayNames([language], {type: 'language'}).of(language) ?? language;
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
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
