import {picture, walk} from './api.js';
import {counted, make, pairs} from './make.js';

/** @typedef {{seen: number, of: number}} Share */
/** @typedef {{message: string, picks: string[], inputs: Record<string, unknown>, seed: number, walks: number}} Stray */
/** @typedef {{scene: string, looks: number, distance: number, stills: string[], picks: string[][], differs: string[]}} Contrast */

/** Random walks: what they saw and never saw, and whether a scene looks the same whichever way leads to it. */
export class WaysElement extends HTMLElement {
  story = '';

  connectedCallback() {
    this.querySelector('form')?.addEventListener('submit', (event) => {
      event.preventDefault();
      const button = event.submitter;
      const runs = this.querySelector('input')?.valueAsNumber ?? 200;
      void this.#ask(button instanceof HTMLButtonElement && button.value === 'continuity' ? 'continuity' : 'walks', runs);
    });
  }

  /** @param {'walks' | 'continuity'} what @param {number} runs */
  async #ask(what, runs) {
    const [said, found] = [this.querySelector('.said'), this.querySelector('.found')];
    if (!said || !found) return;
    const buttons = [...this.querySelectorAll('button')];
    for (const button of buttons) button.disabled = true;
    said.textContent = what === 'walks' ? 'Walking…' : 'Walking, and painting what was seen…';
    try {
      const answer = await walk(this.story, what, runs);
      said.textContent = what === 'walks' ? `${counted(answer.runs, 'walk')}, ${answer.steps} moments.` : compared(answer.scenes);
      found.replaceChildren(...(what === 'walks' ? seen(answer) : answer.scenes.map(contrast)));
    } catch (error) {
      said.textContent = error instanceof Error ? error.message : String(error);
      found.replaceChildren();
    }
    for (const button of buttons) button.disabled = false;
  }
}

/** @param {{runs: number, coverage: Record<string, Share>, never: Record<string, string[]>, endings: Record<string, {walks: number, shortest: string[]}>, strays: Stray[]}} walks */
function seen({runs, coverage, never, endings, strays}) {
  const shares = make('dl', {}, ...pairs(Object.entries(coverage).map(([kind, {seen, of}]) => [kind, `${seen} of ${of} seen`])));
  const ends = Object.entries(endings).map(([name, {walks, shortest}]) =>
    make('li', {}, make('b', {textContent: name}), ` ${Math.round((100 * walks) / runs)} %`, make('small', {textContent: `shortest: ${shortest.join(', ') || 'no choice'}`})));
  const missing = Object.entries(never).filter(([, names]) => names.length > 0).map(([kind, names]) => /** @type {[string, string]} */ ([kind, names.join(', ')]));
  return [
    make('h2', {textContent: 'Coverage'}), shares,
    make('h2', {textContent: 'Endings'}), make('ul', {}, ...ends),
    ...(missing.length > 0 ? [make('h2', {textContent: 'Never seen'}), make('dl', {}, ...pairs(missing))] : []),
    ...(strays.length > 0 ? [make('h2', {textContent: 'Got stuck'}), make('ul', {}, ...strays.map(stuck))] : []),
  ];
}

/** @param {Stray} stray */
function stuck({message, picks, inputs, seed, walks}) {
  const given = Object.entries(inputs).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const way = [`seed ${seed}`, ...given, picks.join(', ') || 'no choice'].join('; ');
  return make('li', {}, `${counted(walks, 'walk')}: ${message}`, make('small', {textContent: way}));
}

/** @param {Contrast[]} scenes */
function compared(scenes) {
  const strange = scenes.filter(({differs}) => differs.length > 0).length;
  if (scenes.length === 0) return 'Every scene looked the same, whichever way led to it.';
  const same = strange === 0 ? 'All kept their place and company.' : `${counted(strange, 'scene')} changed place or company.`;
  return `${counted(scenes.length, 'scene')} looked different after different ways. ${same}`;
}

/** @param {Contrast} contrast */
function contrast({scene, looks, distance, stills, picks, differs}) {
  const shots = stills.map((key, at) => make('figure', {},
    make('img', {src: picture(key), alt: `${scene}, after ${picks[at].join(', ') || 'no choice'}`, width: 512, height: 288}),
    make('figcaption', {textContent: picks[at].join(', ') || 'straight there'})));
  return make('article', {},
    make('h2', {textContent: scene}),
    make('p', {textContent: `${counted(looks, 'look')}; the furthest two are ${(100 * distance).toFixed(1)} % apart.${differs.length > 0 ? ` Not the same: ${differs.join('; ')}.` : ''}`}),
    make('div', {className: 'pair'}, ...shots));
}

customElements.define('studio-ways', WaysElement);
