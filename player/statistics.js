const EVERY_MS = 1_000;

/** A line of figures: the picture's size and rate, what was dropped, and how long the way to the server and back takes. */
export class StatisticsElement extends HTMLElement {
  #timer = 0;
  #shown = NaN;
  #decoded = NaN;

  /** @type {(() => {video: HTMLVideoElement, whep: import('./whep.js').Whep | null, answer_ms: number, frame: number}) | null} */
  source = null;

  connectedCallback() {
    this.hidden = true;
    this.setAttribute('aria-hidden', 'true');
  }

  toggle() {
    this.hidden = !this.hidden;
    clearInterval(this.#timer);
    this.#shown = this.#decoded = NaN;
    if (this.hidden) return;
    this.#timer = window.setInterval(() => void this.#measure(), EVERY_MS);
    void this.#measure();
  }

  async #measure() {
    const source = this.source?.();
    if (!source) return;
    const {video, whep, answer_ms, frame} = source;
    const received = await whep?.measure();
    const quality = video.getVideoPlaybackQuality();
    const shown = quality.totalVideoFrames - quality.droppedVideoFrames;
    const decoded = received?.decoded ?? NaN;
    this.textContent = [
      `${video.videoWidth}×${video.videoHeight}`,
      `${number(shown - this.#shown)} frames/s shown`,
      `${number(decoded - this.#decoded)} decoded`,
      `${number(received?.dropped)} dropped`,
      `${number(received?.round_trip_ms)} ms round trip`,
      `${number(answer_ms)} ms to the last answer`,
      `frame ${Math.floor(frame)}`,
    ].join(' · ');
    this.#shown = shown;
    this.#decoded = decoded;
  }
}

/** @param {number | undefined} value */
function number(value) {
  return value === undefined || Number.isNaN(value) ? '–' : String(Math.round(value));
}

customElements.define('fork-statistics', StatisticsElement);
