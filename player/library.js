/** The library page: what this browser has found of each story, and each story in its own colour. */
import {keptFound, tally} from './found.js';
import {firstOf, liked, offer, tell, titlesOf, toldIn} from './language.js';
import {accent, part} from './page.js';
import {Kept} from './preferences.js';
import {speak, word} from './words.js';
import './poster.js';

const preferences = new Kept();
const tongue = part('.tongue', HTMLElement);
const picker = part('.tongue select', HTMLSelectElement);
const films = [...document.querySelectorAll('.film')].filter((film) => film instanceof HTMLElement);
films.forEach(accent);
preferences.addEventListener('change', () => void told());
const languages = [...new Set(films.flatMap((film) => Object.keys(titlesOf(film))))];
offer(picker, languages);
picker.value = firstOf(liked(preferences.values.language), languages) ?? languages[0] ?? '';
picker.addEventListener('change', () => preferences.set({language: picker.value}));
tongue.hidden = languages.length < 2;
void told();

/** The page speaks the language that was picked, and every story has its title in it, where it is told in that. */
async function told() {
  await speak(liked(preferences.values.language));
  for (const film of films) {
    const titles = titlesOf(film);
    const language = toldIn(liked(preferences.values.language), titles);
    tell(film, language, titles);
    film.querySelector('.bill a')?.setAttribute('aria-label', word('Play {title}', {title: titles[language]}));
    for (const element of film.querySelectorAll('[data-minutes], [data-endings]')) if (element instanceof HTMLElement) counted(element, film);
  }
}

/**
 * How long a story is, or how many endings it has and how many of them this browser has found.
 *
 * @param {HTMLElement} element with `data-minutes` or `data-endings`
 * @param {HTMLElement} film
 */
function counted(element, film) {
  const [minutes, endings] = [Number(element.dataset.minutes), Number(element.dataset.endings)];
  const found = keptFound(film.dataset.story ?? '');
  const titles = Object.values(found.endings).map(({title}) => title);
  if (minutes) element.textContent = minutes === 1 ? word('About 1 minute') : word('About {minutes} minutes', {minutes});
  else if (titles.length > 0) Object.assign(element, {textContent: tally(found, endings), title: titles.join(', ')});
  else element.textContent = endings === 1 ? word('1 ending') : word('{endings} endings', {endings});
}

const join = document.querySelector('.join');
join?.addEventListener('submit', (event) => {
  event.preventDefault();
  const code = String(new FormData(/** @type {HTMLFormElement} */ (join)).get('code') ?? '').replaceAll(/[^A-Za-z]/g, '');
  if (code) location.assign(`/room/${code.toUpperCase()}`);
});
