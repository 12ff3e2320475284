/** The library page: what this browser has found of each story, and each story in its own colour. */
import {keptFound} from './found.js';
import {accent} from './page.js';
import './poster.js';

for (const film of document.querySelectorAll('.film')) {
  if (!(film instanceof HTMLElement)) continue;
  accent(film);
  const endings = film.querySelector('.endings');
  const found = Object.values(keptFound(film.dataset.story ?? '').endings);
  if (!(endings instanceof HTMLElement) || found.length === 0) continue;
  const all = Number(endings.dataset.of);
  endings.textContent = `${Math.min(found.length, all)} of ${all === 1 ? '1 ending' : `${all} endings`} found`;
  endings.title = found.map(({title}) => title).join(', ');
}
