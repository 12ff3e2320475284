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
    this.setAttribute('aria-label', 'Figures');
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
      Picture: `${video.videoWidth}×${video.videoHeight}, frame ${Math.floor(frame)}`,
      Painted: `${number(painted?.fps)} a second, each in ${number(painted?.paint_ms)} ms; ${number(painted?.skipped)} skipped`,
      ...(painted?.quality === undefined ? {} : {Quality: painted.quality}),
      Shown: `${number(shown - this.#shown)} a second; ${number(decoded - this.#decoded)} decoded, ${number(received?.dropped)} dropped in all`,
      'Round trip': `${number(received?.round_trip_ms)} ms for media, ${number(answer_ms)} ms for the last answer`,
      'Choice to picture': `${number(picture_ms)} ms`,
      Tier: tier(painted?.viewers_on_tier, received?.height, (8 * ((received?.bytes ?? NaN) - this.#bytes)) / EVERY_MS),
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
  const name = viewers && alone ? `${viewers.indexOf(1) + 1} of ${viewers.length}, ` : '';
  return `${name}${height || '–'} lines at ${number(kbps)} kbit/s`;
}

/** @param {number | undefined} value */
function number(value) {
  return value === undefined || Number.isNaN(value) ? '–' : String(Math.round(value));
}

customElements.define('fork-statistics', StatisticsElement);
