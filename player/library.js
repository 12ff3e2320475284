/** The library page: what this browser has found of each story, and each story in its own colour. */
import {keptFound, tally} from './found.js';
import {accent} from './page.js';
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

const join = document.querySelector('.join');
join?.addEventListener('submit', (event) => {
  event.preventDefault();
  const code = String(new FormData(/** @type {HTMLFormElement} */ (join)).get('code') ?? '').replaceAll(/[^A-Za-z]/g, '');
  if (code) location.assign(`/room/${code.toUpperCase()}`);
});
