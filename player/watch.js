/**
 * The composition root of the watch page. Elements ask (`ask` events), the server confirms (messages), and only what is
 * confirmed is drawn; the picture comes by itself over WHEP.
 */
import {CaptionElement} from './caption.js';
import {ChoicesElement} from './choices.js';
import {ControlsElement} from './controls.js';
import {EndingElement} from './ending.js';
import {keepFound, keptFound, tally, visited} from './found.js';
import {listen} from './keys.js';
import {called, firstOf, liked, tell, titlesOf, toldIn} from './language.js';
import {Mix} from './mix.js';
import {NoticeElement} from './notice.js';
import {accent, part} from './page.js';
import {Kept, dress} from './preferences.js';
import {keepSeat, keptSeat, leaveSeat, reloaded, sharedSeed} from './seat.js';
import {dark} from './show.js';
import {Stay} from './stay.js';
import {speak, word} from './words.js';

const REMARK_MS = 5_000;

const stage = part('.stage', HTMLElement);
const caption = part('fork-caption', CaptionElement);
const choices = part('fork-choices', ChoicesElement);
const ending = part('fork-ending', EndingElement);
const notice = part('fork-notice.state', NoticeElement);
const remark = part('fork-notice.remark', NoticeElement);
const volume = part('fork-controls input', HTMLInputElement);
const video = part('video', HTMLVideoElement);
const story = stage.dataset.story ?? '';
const titles = titlesOf(stage);
const room = stage.dataset.room ?? '';
const place = room ? `room ${room}` : story;
const preferences = new Kept();

/** @type {import('./stay.js').Page} */
const page = {
  stage, video, caption, choices, ending, notice, say, mayFocus, restart, wishes, changed, room, entered, conduct,
  captioned: () => preferences.values.captions,
  tally: () => tally(found, Number(stage.dataset.endings)),
  still: part('canvas', HTMLCanvasElement),
  controls: part('fork-controls', ControlsElement),
};

let stay = new Stay(page);
/** @type {Mix | null} */
let mix = null; // once there is a seat
let show = dark;
let hushed = 0;
let found = keptFound(story);
let wished = ''; // what the present show was asked for
/** @type {import('./beside.js').Beside | null} */
let beside = null;
/** @type {import('./room.js').RoomElement | null} */
let company = null;

/** What each question of an element, or each key, does. */
const answers = {
  choose: (/** @type {import('./types.js').Choose} */ asked) => void stay.ask(asked),
  steer: (/** @type {import('./types.js').Steer} */ asked) => void stay.ask(asked),
  say: (/** @type {import('./types.js').Say} */ asked) => void stay.ask(asked),
  back: () => void stay.ask({type: 'back'}),
  pause: () => void stay.ask({type: 'pause'}),
  resume: () => void stay.ask({type: 'resume'}),
  toggle: () => stay.toggle(),
  play: () => void stay.play(),
  again: restart,
  mute: () => void (video.muted = !video.muted),
  fullscreen: () => void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.()),
  window: () => void inWindow().catch(() => say(word('This browser keeps the picture in the page.'))),
  captions: () => preferences.set({captions: !preferences.values.captions}),
  help: async () => (await besides()).help(),
  statistics: async () => (await besides()).statistics(),
  transcript: async () => (await besides()).turn('transcript'),
  map: async () => (await besides()).turn('map'),
  settings: async () => (await besides()).turn('settings'),
  together: async () => (await import('./room.js')).openRoom({story, language: wishes().language}, (key, seat) => keepSeat(key, seat, false)).catch(({message}) => say(message)),
  share: async () => (await besides()).share(stay.link),
  save: async () => (await (await besides()).save(video, `${story}-${stage.dataset.scene}.png`)) || say(word('There is no picture yet.')),
  remark: (/** @type {{type: 'remark', text: string}} */ {text}) => say(text),
};

accent(document.documentElement);
preferences.addEventListener('change', dressed);
preferences.addEventListener('change', () => void spoken());
await spoken();
dressed();

addEventListener('ask', (event) => {
  const asked = /** @type {CustomEvent} */ (event).detail;
  if (Object.hasOwn(answers, asked.type)) void answers[/** @type {keyof typeof answers} */ (asked.type)](asked);
});
listen((shortcut) => void answers[shortcut](), (index) => ending.hidden && choices.pick(index),
  () => inDialog() || !preferences.values.keys);
volume.addEventListener('input', () => {
  preferences.set({volume: volume.valueAsNumber});
  if (volume.valueAsNumber > 0) video.muted = false;
});
video.addEventListener('loadeddata', () => void besides(), {once: true});
addEventListener('pagehide', () => (stay.end(), company?.leave()));
addEventListener('pageshow', ({persisted}) => persisted && enter(true));
document.addEventListener('fullscreenchange', () => stay.draw());

const kept = keptSeat(place);
enter(kept !== null && (room !== '' || reloaded() || (!kept.ended && sharedSeed(location.search) === null)));
requestAnimationFrame(function draw(now_ms) {
  stay.tick(now_ms);
  requestAnimationFrame(draw);
});

/** @param {boolean} resume */
function enter(resume) {
  stay.end();
  stay = new Stay(page);
  mix = null;
  wished = JSON.stringify(wishes());
  changed(dark);
  tell(document, toldIn(liked(preferences.values.language), titles), titles);
  void stay.begin(resume);
}

/** A new show from its first scene. */
function restart() {
  leaveSeat(place);
  enter(false);
}

/** What a new show is asked for. @returns {import('./api.js').Wishes} */
function wishes() {
  const {timers, calm, language} = preferences.values;
  return {seed: sharedSeed(location.search), timers, cuts: calm, language: firstOf(liked(language), Object.keys(titles))};
}

/** The page speaks as the story is wished for. */
async function spoken() {
  await speak(liked(preferences.values.language));
  stay.draw();
}

/** What is seen and heard as the viewer has set it. */
function dressed() {
  const {values} = preferences;
  dress(document.documentElement, values);
  video.volume = values.volume;
  volume.value = String(values.volume);
  mixed();
  volume.style.setProperty('--share', String(values.volume));
  stay.draw();
  drawBeside();
}

/**
 * The show has moved on: the transcript and the map follow.
 *
 * @param {import('./show.js').Show} now
 */
function changed(now) {
  const [before, after] = [show.moment, now.moment];
  if (now.hello && now.hello !== show.hello) greeted(now.hello);
  show = now;
  if (after && after !== before) {
    if (company) company.question = after.ask;
    const onward = before !== null && after.seq > before.seq && now.told.at(-1)?.kind !== 'back';
    const more = visited(found, onward ? before.scene : null, after);
    if (more !== found) keepFound(story, (found = more));
  }
  drawBeside();
}

/** The show says what it is told in: another language than is set now, where it was begun before that, or by a host. @param {import('./types.js').Hello} hello */
function greeted({language}) {
  const [told, wanted] = [toldIn(language ? [language] : [], titles), toldIn(liked(preferences.values.language), titles)];
  tell(document, told, titles);
  document.title = `${titles[told]} · forkreel`;
  video.setAttribute('aria-label', titles[told]);
  if (told !== wanted && !room) say(word('This show goes on in {told}. Start again, and it is told in {wanted}.', {told: called(told, document.documentElement.lang), wanted: called(wanted, document.documentElement.lang)}));
}

/** The parts beside the picture, which are fetched when they are first needed. */
async function besides() {
  const {Beside} = await import('./beside.js');
  beside ??= new Beside(preferences, () => stay.figures(), () => choices.hidden || choices.focusFirst(), titles);
  drawBeside();
  return beside;
}

function drawBeside() {
  beside?.show(show, found, !room && wished !== JSON.stringify(wishes()));
}

/** The volumes by kind are the show's; a room hears them as they are. */
function mixed() {
  mix?.show(preferences.values, (asked) => void stay.ask({...asked, settled: () => {}}));
}

/** There is a seat; in a room its code, its viewers and the host's part come with it. @param {import('./types.js').Session} session */
async function entered(session) {
  if (!room) {
    mix = new Mix();
    return mixed();
  }
  const {RoomElement} = await import('./room.js');
  company = part('fork-room', RoomElement);
  company.enter(session, room, say);
  company.question = show.moment?.ask;
  document.documentElement.toggleAttribute('data-guest', !company.hosts);
}

/** What in a room the host alone may ask; null where there is no room. @param {{type: string}} asked */
async function conduct(asked) {
  return company?.hosts ? company.conduct(asked) : null;
}

async function inWindow() {
  if (document.pictureInPictureElement) await document.exitPictureInPicture();
  else await video.requestPictureInPicture();
}

function inDialog() {
  return document.querySelector('dialog[open]') !== null;
}

/** Whether focus may move to what has just opened: not away from somebody who is elsewhere with the keyboard. */
function mayFocus() {
  const focused = document.activeElement;
  if (inDialog() || focused?.closest('fork-panel')) return false;
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
