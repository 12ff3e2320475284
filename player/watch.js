/**
 * The composition root of the watch page. Elements ask (`ask` events), the server confirms (messages), and only what is
 * confirmed is drawn; the picture comes by itself over WHEP.
 */
import {CaptionElement} from './caption.js';
import {ChoicesElement} from './choices.js';
import {ControlsElement} from './controls.js';
import {EndingElement} from './ending.js';
import {Help} from './help.js';
import {listen} from './keys.js';
import {NoticeElement} from './notice.js';
import {keptSeat, leaveSeat, reloaded} from './seat.js';
import {StatisticsElement} from './statistics.js';
import {Stay} from './stay.js';

const REMARK_MS = 5_000;

const stage = part('.stage', HTMLElement);
const caption = part('fork-caption', CaptionElement);
const choices = part('fork-choices', ChoicesElement);
const ending = part('fork-ending', EndingElement);
const notice = part('fork-notice.state', NoticeElement);
const remark = part('fork-notice.remark', NoticeElement);
const statistics = part('fork-statistics', StatisticsElement);
const video = part('video', HTMLVideoElement);
const help = new Help(part('dialog', HTMLDialogElement), () => choices.hidden || choices.focusFirst());
const story = stage.dataset.story ?? '';

/** @type {import('./stay.js').Page} */
const page = {
  stage, video, caption, choices, ending, notice, say, mayFocus, restart,
  still: part('canvas', HTMLCanvasElement),
  controls: part('fork-controls', ControlsElement),
};

let stay = new Stay(page);
let hushed = 0;

/** What each question of an element, or each key, does. */
const answers = {
  choose: (/** @type {import('./types.js').Choose} */ asked) => void stay.ask(asked),
  back: () => void stay.ask({type: 'back'}),
  pause: () => void stay.ask({type: 'pause'}),
  resume: () => void stay.ask({type: 'resume'}),
  toggle: () => stay.toggle(),
  play: () => void stay.play(),
  again: restart,
  mute: () => void (video.muted = !video.muted),
  fullscreen: () => void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.()),
  captions: () => void caption.toggleAttribute('data-off'),
  help: () => help.show(),
  statistics: () => statistics.toggle(),
  remark: (/** @type {{type: 'remark', text: string}} */ {text}) => say(text),
};

addEventListener('ask', (event) => {
  const asked = /** @type {CustomEvent} */ (event).detail;
  if (Object.hasOwn(answers, asked.type)) answers[/** @type {keyof typeof answers} */ (asked.type)](asked);
});
listen((shortcut) => answers[shortcut](), (index) => ending.hidden && choices.pick(index), () => help.open);
addEventListener('pagehide', () => stay.end());
addEventListener('pageshow', ({persisted}) => persisted && enter(true));
document.addEventListener('fullscreenchange', () => stay.draw());
statistics.source = () => stay.figures();

const kept = keptSeat(story);
enter(kept !== null && (reloaded() || !kept.ended));
requestAnimationFrame(function draw(now_ms) {
  stay.tick(now_ms);
  requestAnimationFrame(draw);
});

/** @param {boolean} resume */
function enter(resume) {
  stay.end();
  stay = new Stay(page);
  void stay.begin(resume);
}

/** A new show from its first scene. */
function restart() {
  leaveSeat(story);
  enter(false);
}

/** Whether focus may move to what has just opened: not away from somebody who is elsewhere with the keyboard. */
function mayFocus() {
  const focused = document.activeElement;
  if (help.open) return false;
  return !focused?.matches(':focus-visible') || [choices, ending, notice].some((element) => element.contains(focused));
}

/**
 * A passing remark.
 *
 * @param {string} text
 */
function say(text) {
  clearTimeout(hushed);
  remark.show({title: text, strip: true});
  hushed = window.setTimeout(() => remark.show(null), REMARK_MS);
}

/**
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} kind
 * @returns {T}
 */
function part(selector, kind) {
  const found = document.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`the page has no ${selector}`);
  return found;
}
