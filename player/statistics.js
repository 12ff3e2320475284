import {word} from './words.js';

const EVERY_MS = 1_000;

/**
 * @typedef {{video: HTMLVideoElement, whep: import('./whep.js').Whep | null, answer_ms: number, picture_ms: number,
 *   frame: number, painted: () => Promise<import('./api.js').Figures | null>}} Source
 */

/** Figures over the picture: its size and rates, and how long the ways to the server and back take. */
export class StatisticsElement extends HTMLElement {
  #timer = 0;
  #presented = NaN;
  #shown = NaN;
  #decoded = NaN;
  #bytes = NaN;
  #rows = document.createElement('dl');

  /** @type {(() => Source) | null} */
  source = null;

  connectedCallback() {
    if (this.#rows.isConnected) return;
    this.hidden = true;
    this.setAttribute('role', 'group');
    this.setAttribute('aria-label', word('Figures'));
    this.append(this.#rows);
  }

  toggle() {
    this.hidden = !this.hidden;
    clearInterval(this.#timer);
    this.#shown = this.#decoded = this.#bytes = NaN;
    if (this.hidden) return;
    this.#count();
    this.#timer = window.setInterval(() => void this.#measure(), EVERY_MS);
    void this.#measure();
  }

  /** Counts what the browser shows; its playback quality counts streams in some browsers only. */
  #count() {
    const {video} = this.source?.() ?? {};
    video?.requestVideoFrameCallback?.((_now_ms, {presentedFrames}) => {
      this.#presented = presentedFrames;
      if (!this.hidden) this.#count();
    });
  }

  async #measure() {
    const source = this.source?.();
    if (!source) return;
    const {video, whep, answer_ms, picture_ms, frame} = source;
    const [received, painted] = await Promise.all([whep?.measure(), source.painted()]);
    const shown = this.#presented;
    const decoded = received?.decoded ?? NaN;
    this.#write({
      [word('Picture')]: word('{width}×{height}, frame {frame}', {width: video.videoWidth, height: video.videoHeight, frame: Math.floor(frame)}),
      [word('Painted')]: word('{rate} a second, each in {ms} ms; {skipped} skipped', {rate: number(painted?.fps), ms: number(painted?.paint_ms), skipped: number(painted?.skipped)}),
      ...(painted?.quality === undefined ? {} : {[word('Quality')]: painted.quality}),
      [word('Shown')]: word('{rate} a second; {decoded} decoded, {dropped} dropped in all', {rate: number(shown - this.#shown), decoded: number(decoded - this.#decoded), dropped: number(received?.dropped)}),
      [word('Round trip')]: word('{media} ms for media, {answer} ms for the last answer', {media: number(received?.round_trip_ms), answer: number(answer_ms)}),
      [word('Choice to picture')]: `${number(picture_ms)} ms`,
      [word('Tier')]: tier(painted?.viewers_on_tier, received?.height, (8 * ((received?.bytes ?? NaN) - this.#bytes)) / EVERY_MS),
    });
    this.#shown = shown;
    this.#decoded = decoded;
    this.#bytes = received?.bytes ?? NaN;
  }

  /** @param {Record<string, string>} figures */
  #write(figures) {
    const rows = Object.entries(figures).map(([name, figure]) => {
      const row = document.createElement('div');
      row.append(Object.assign(document.createElement('dt'), {textContent: name}), Object.assign(document.createElement('dd'), {textContent: figure}));
      return row;
    });
    this.#rows.replaceChildren(...rows);
  }
}

/**
 * What arrives here: which of the server's tiers where it can be told (for one viewer alone), its height and its rate.
 *
 * @param {readonly number[] | undefined} viewers by tier, the best first
 * @param {number | undefined} height
 * @param {number} kbps
 */
function tier(viewers, height, kbps) {
  const alone = viewers?.reduce((all, some) => all + some, 0) === 1;
  const arrives = word('{lines} lines at {rate} kbit/s', {lines: height || '–', rate: number(kbps)});
  return viewers && alone ? word('{at} of {all}, {arrives}', {at: viewers.indexOf(1) + 1, all: viewers.length, arrives}) : arrives;
}

/** @param {number | undefined} value */
function number(value) {
  return value === undefined || Number.isNaN(value) ? '–' : String(Math.round(value));
}

customElements.define('fork-statistics', StatisticsElement);
