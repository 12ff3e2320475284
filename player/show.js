/**
 * What the page knows of the show: a value and how a message changes it. No DOM, no socket, no wall clock.
 *
 * @typedef {import('./types.js').FromServer} FromServer
 * @typedef {import('./types.js').Caption} Caption
 * @typedef {import('./types.js').Moment} Moment
 * @typedef {import('./types.js').Hello} Hello
 * @typedef {{kind: 'line' | 'choice' | 'voted' | 'said' | 'back' | 'ending', who: string, text: string}} Told
 * @typedef {import('./types.js').Tally} Tally
 * @typedef {{hello: Hello | null, moment: Moment | null, tally: Tally | null, captions: readonly Caption[], told: readonly Told[]}} Show
 */

const MOST_CAPTIONS = 64;
const MOST_TOLD = 500;
const LINE_S = 4; // an unhurried line; its caption tells better
const LAST_LOOK_S = 1.5;

/** @type {Show} */
export const dark = Object.freeze({hello: null, moment: null, tally: null, captions: Object.freeze([]), told: Object.freeze([])});

/**
 * @param {Show} show
 * @param {FromServer} message
 * @returns {Show}
 */
export function received(show, message) {
  if (message.type === 'hello') return {...show, hello: message};
  if (message.type === 'caption') return heard(show, message);
  if (message.type === 'tally') return counted(show, message);
  if (message.type !== 'moment') return show;
  const {moment, captions} = show;
  const again = moment?.seq === message.seq; // a reconnect says it once more: the line goes on
  const open = moment?.ask != null && moment.ask.poll === message.ask?.poll; // a control was moved: the line goes on too
  const now = {...show, moment: message, tally: open ? show.tally : null, captions: again || open ? captions : []};
  if (again || !message.ending) return now;
  return told(now, {kind: 'ending', who: '', text: message.ending.title});
}

/**
 * The show with one more entry in its transcript.
 *
 * @param {Show} show
 * @param {Told} entry
 * @returns {Show}
 */
export function told(show, entry) {
  return {...show, told: [...show.told, entry].slice(-MOST_TOLD)};
}

/**
 * @param {Show} show
 * @param {Caption} caption
 * @returns {Show}
 */
function heard(show, caption) {
  const others = show.captions.filter((known) => known.start_frame !== caption.start_frame);
  const now = {...show, captions: [...others, caption].slice(-MOST_CAPTIONS)};
  if (others.length < show.captions.length) return now; // a reconnect says the running line once more
  return told(now, {kind: 'line', who: caption.who ?? '', text: caption.text});
}

/**
 * @param {Show} show
 * @param {Tally} tally
 * @returns {Show}
 */
function counted(show, tally) {
  const question = show.moment?.ask;
  if (question?.poll !== tally.poll) return show; // of a question that has closed
  const taken = question.choices.find(({id}) => id === tally.decided);
  const now = {...show, tally};
  return taken ? told(now, {kind: 'voted', who: '', text: taken.label}) : now;
}

/**
 * The line that is being spoken at `frame`; the latest if two overlap.
 *
 * @param {Show} show
 * @param {number} frame
 * @returns {Caption | null}
 */
export function spoken(show, frame) {
  return show.captions.findLast(({start_frame, end_frame}) => start_frame <= frame && frame < end_frame) ?? null;
}

/** Whether there is a choice to go back to. @param {Show} show */
export function goesBack({moment}) {
  return moment?.back === true;
}

/**
 * How many words of a line are said by `frame`; all of them where their times do not fit what is shown.
 *
 * @param {Caption} caption
 * @param {number} words
 * @param {number} frame
 */
export function wordsSaid({word_frames: frames}, words, frame) {
  return frames?.length === words ? frames.filter((begins) => begins <= frame).length : words;
}

/**
 * The ending, once its last line has been spoken and the picture has had a moment to itself.
 *
 * @param {Show} show
 * @param {number} frame
 */
export function reachedEnding({hello, moment, captions}, frame) {
  if (!moment?.ending) return null;
  const fps = hello?.fps ?? 24;
  const heard = moment.lines.findLastIndex(({text}) => captions.some((caption) => caption.text === text));
  const untold = moment.lines.length - 1 - heard; // captions come one by one, as they begin
  const told_frame = Math.max(moment.frame, ...captions.map(({end_frame}) => end_frame)) + untold * LINE_S * fps;
  return frame >= told_frame + LAST_LOOK_S * fps ? moment.ending : null;
}
