import {Denied} from './api.js';
import {Backoff, sleep} from './backoff.js';
import {Whep} from './whep.js';

const STILL_MS = 500;
const BLANK_PX = 2; // Chromium shows a black frame of 2x2 until the first one is decoded

/**
 * The picture and sound of one session in a <video>, connected again until it is stopped. While it is not connected the
 * last frame stays on the canvas behind the video.
 *
 * Dispatches `shown` (the first frame of a connection), `drop`, `denied` (detail: the `Denied`), `blocked` (the browser
 * wants a press before it plays) and `sound` (muted or not has changed).
 */
export class Picture extends EventTarget {
  #stopped = new AbortController();
  #video;
  #still;
  /** @type {Whep | null} */
  whep = null;

  /**
   * @param {HTMLVideoElement} video
   * @param {HTMLCanvasElement} still
   */
  constructor(video, still) {
    super();
    this.#video = video;
    this.#still = still;
    const {signal} = this.#stopped;
    video.addEventListener('loadeddata', () => this.#shown(), {signal});
    video.addEventListener('volumechange', () => this.dispatchEvent(new Event('sound')), {signal});
  }

  /** @param {import('./types.js').Session} session */
  start(session) {
    this.#stayConnected(session).catch((error) => {
      if (!this.#stopped.signal.aborted) throw error;
    });
  }

  /** Plays, without sound if the browser insists; `blocked` if it does not even allow that. */
  async play() {
    try {
      await this.#video.play();
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return; // a newer stream took over
      if (this.#video.muted) return void this.dispatchEvent(new Event('blocked'));
      this.#video.muted = true;
      await this.play();
    }
  }

  /**
   * Says when the first picture is seen that arrives from now on; never, where the browser does not tell.
   *
   * @param {(shown_ms: number) => void} seen
   */
  next(seen, from_ms = performance.now()) {
    this.#video.requestVideoFrameCallback?.((_now_ms, {receiveTime = Infinity, expectedDisplayTime}) => {
      if (receiveTime >= from_ms) seen(expectedDisplayTime);
      else this.next(seen, from_ms);
    });
  }

  /** Leaves the last frame standing and frees what the server holds for this viewer. */
  stop() {
    this.#stopped.abort();
    this.#hide();
    this.whep?.close();
    this.#video.srcObject = null;
  }

  /** @param {import('./types.js').Session} session */
  async #stayConnected(session) {
    const {signal} = this.#stopped;
    const backoff = new Backoff({most_ms: 2_000});
    for (;;) {
      const whep = (this.whep = new Whep(session.token));
      const sketching = setInterval(() => this.#sketch(), STILL_MS);
      try {
        await whep.open(session, signal);
        backoff.reset();
        this.#video.srcObject = whep.stream;
        void this.play();
        await whep.lost(signal);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof Denied) {
          this.dispatchEvent(new CustomEvent('denied', {detail: error}));
          if (error.gone) return;
          await sleep(error.retry_after_s * 1000, signal);
        }
      } finally {
        clearInterval(sketching);
        if (!signal.aborted) this.#hide();
        whep.close();
      }
      this.dispatchEvent(new Event('drop'));
      await sleep(backoff.next(), signal);
    }
  }

  #shown() {
    const {signal} = this.#stopped;
    // Where the machine is busy the sound comes first: until there is a picture nothing has been shown.
    if (this.#video.videoWidth <= BLANK_PX) return this.#video.addEventListener('resize', () => this.#shown(), {once: true, signal});
    this.#video.removeAttribute('data-lost');
    this.#sketch();
    this.dispatchEvent(new Event('shown'));
  }

  /** Takes the video away, so that the still behind it is seen. */
  #hide() {
    this.#sketch();
    this.#video.setAttribute('data-lost', '');
  }

  /** Keeps what is seen now on the canvas. */
  #sketch() {
    const {videoWidth: width, videoHeight: height, readyState} = this.#video;
    if (!this.whep?.live || readyState < HTMLMediaElement.HAVE_CURRENT_DATA || !width || !height) return;
    if (this.#still.width !== width || this.#still.height !== height) Object.assign(this.#still, {width, height});
    this.#still.getContext('2d')?.drawImage(this.#video, 0, 0, width, height);
  }
}
