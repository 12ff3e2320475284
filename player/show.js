/**
 * What the page knows of the show: a value and how a message changes it. No DOM, no socket, no wall clock.
 *
 * @typedef {import('./types.js').FromServer} FromServer
 * @typedef {import('./types.js').Caption} Caption
 * @typedef {import('./types.js').Moment} Moment
 * @typedef {import('./types.js').Hello} Hello
 * @typedef {{hello: Hello | null, moment: Moment | null, captions: readonly Caption[]}} Show
 */

const MOST_CAPTIONS = 64;
const LINE_S = 4; // an unhurried line; its caption tells better
const LAST_LOOK_S = 1.5;

/** @type {Show} */
export const dark = Object.freeze({hello: null, moment: null, captions: Object.freeze([])});

/**
 * @param {Show} show
 * @param {FromServer} message
 * @returns {Show}
 */
export function received(show, message) {
  if (message.type === 'hello') return {...show, hello: message};
  if (message.type === 'caption') {
    const others = show.captions.filter((known) => known.start_frame !== message.start_frame);
    return {...show, captions: [...others, message].slice(-MOST_CAPTIONS)};
  }
  if (message.type !== 'moment') return show;
  const again = show.moment?.seq === message.seq; // a reconnect says it once more: the line goes on
  return {...show, moment: message, captions: again ? show.captions : []};
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
