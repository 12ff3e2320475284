/** The library page: what this browser has found of each story, and each story in its own colour. */
import {keptFound, tally} from './found.js';
import {offer, tell, titlesOf, toldIn} from './language.js';
import {accent, part} from './page.js';
import {Kept} from './preferences.js';
import './poster.js';

for (const film of document.querySelectorAll('.film')) {
  if (!(film instanceof HTMLElement)) continue;
  accent(film);
  const endings = film.querySelector('.endings');
  const found = keptFound(film.dataset.story ?? '');
  const titles = Object.values(found.endings).map(({title}) => title);
  if (!(endings instanceof HTMLElement) || titles.length === 0) continue;
  endings.textContent = tally(found, Number(endings.dataset.of));
  endings.title = titles.join(', ');
}

const preferences = new Kept();
const tongue = part('.tongue', HTMLElement);
const picker = part('.tongue select', HTMLSelectElement);
const films = [...document.querySelectorAll('.film')].filter((film) => film instanceof HTMLElement);
preferences.addEventListener('change', told);
const languages = [...new Set(films.flatMap((film) => Object.keys(titlesOf(film))))];
offer(picker, languages);
picker.value = languages.includes(preferences.values.language) ? preferences.values.language : (languages[0] ?? '');
picker.addEventListener('change', () => preferences.set({language: picker.value}));
tongue.hidden = languages.length < 2;
told();

/** Every story has its title in the language that was picked, where it is told in that. */
function told() {
  for (const film of films) {
    const titles = titlesOf(film);
    const language = toldIn(preferences.values.language, titles);
    tell(film, language, titles);
    film.querySelector('.bill a')?.setAttribute('aria-label', `Play ${titles[language]}`);
  }
}

const join = document.querySelector('.join');
join?.addEventListener('submit', (event) => {
  event.preventDefault();
  const code = String(new FormData(/** @type {HTMLFormElement} */ (join)).get('code') ?? '').replaceAll(/[^A-Za-z]/g, '');
  if (code) location.assign(`/room/${code.toUpperCase()}`);
});
