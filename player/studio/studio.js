/** The composition root of the studio: the server says what it knows of the story, and every part draws what is its own. */
import {part} from '../page.js';
import {follow} from './api.js';
import {CheckElement, StatusElement} from './check.js';
import {GraphElement} from './graph.js';
import {LookElement} from './look.js';
import {PreviewElement} from './preview.js';
import {SceneElement} from './scene.js';
import {TabsElement} from './tabs.js';
import {WaysElement} from './ways.js';

const story = document.body.dataset.story ?? '';
const graph = part('studio-graph', GraphElement);
const tabs = part('studio-tabs', TabsElement);
const status = part('studio-status', StatusElement);
const check = part('studio-check', CheckElement);
const scene = part('studio-scene', SceneElement);
const preview = part('studio-preview', PreviewElement);
const look = part('studio-look', LookElement);
part('studio-ways', WaysElement).story = story;

/** @type {import('./api.js').State | null} */
let state = null;
let chosen = '';
let told = '';

follow(story, (now) => {
  const before = state;
  state = now;
  if (!chosen || !(chosen in now.scenes)) chosen = now.start ?? '';
  const diagnostics = JSON.stringify(now.diagnostics);
  if (diagnostics !== told) check.show(now);
  if (before && before.edition !== now.edition) preview.edited(true);
  told = diagnostics;
  document.title = `${now.title} · the studio`;
  part('h1', HTMLHeadingElement).textContent = now.title;
  part('.count', HTMLElement).textContent = now.diagnostics.length > 0 ? String(now.diagnostics.length) : '';
  if (!before && now.plays && now.diagnostics.length === 0) tabs.open('scene');
  graph.show(now);
  look.show(now);
  draw();
}, (linked) => state && status.show(state, linked));

status.addEventListener('click', () => state?.diagnostics.length && tabs.open('check')); // what it tells of stands there
document.addEventListener('scene', (event) => {
  choose(/** @type {CustomEvent<string>} */ (event).detail);
  tabs.open('scene');
});
document.addEventListener('play', (event) => preview.play(story, /** @type {CustomEvent} */ (event).detail));
document.addEventListener('look', (event) => {
  const {prompt, axes} = /** @type {CustomEvent} */ (event).detail;
  look.use(prompt, axes);
  tabs.open('look');
});
document.addEventListener('at', (event) => graph.at(/** @type {CustomEvent<string>} */ (event).detail));

/** @param {string} name */
function choose(name) {
  chosen = name;
  scene.say('');
  draw();
}

function draw() {
  if (!state) return;
  status.show(state, true);
  scene.show(state, chosen);
  graph.select(chosen);
}
