/**
 * By how much the sound is to be ahead of the picture. What a <video> plays is then heard some 5 ms before it is seen, and
 * what goes through WebAudio, which has a buffer of its own, some 11 ms after.
 */
export const AHEAD_MS = 12;
export const CLOSE_MS = 3;
const ABSURD_MS = 1_000; // the clocks of sound and picture are not both known yet
const MOST_MS = 300;
const REST = 2; // rounds until a change has shown: browsers lengthen a delay by 100 ms a second

/**
 * Says how long sound and picture should be held back to be in sync. Chromium sees to that by itself, but half of the way
 * every few seconds, and never closer than 30 ms. Browsers that do not tell when they play what are left alone.
 */
export class LipSync {
  #holds = {audio: 0, video: 0};
  #rest = 0;
  /** @type {Record<'audio' | 'video', Received | undefined>} */
  #before = {audio: undefined, video: undefined};

  /**
   * What both receivers should hold back at least, in milliseconds; null while nothing is to change. Asked once a second.
   *
   * @param {Received | undefined} audio
   * @param {Received | undefined} video
   */
  align(audio, video) {
    if (!audio || !video) return null;
    const audio_ms = delay(this.#before.audio, audio);
    const video_ms = delay(this.#before.video, video);
    this.#before = {audio, video};
    const late_ms = video.playout_ms - audio.playout_ms + AHEAD_MS; // the sound
    const off = Math.abs(late_ms) > CLOSE_MS && Math.abs(late_ms) < ABSURD_MS;
    if (this.#rest-- > 0 || !off || !Number.isFinite(audio_ms + video_ms)) return null;
    const holds = this.#holds;
    // What is held back is let go before the other is held, so that the two do not wait for each other.
    if (late_ms > 0) {
      const spared_ms = Math.min(holds.audio, late_ms);
      holds.audio -= spared_ms;
      if (late_ms > spared_ms) holds.video = Math.min(MOST_MS, Math.max(holds.video, video_ms) + late_ms - spared_ms);
    } else if (holds.video && holds.video > video_ms - CLOSE_MS) {
      holds.video = Math.max(0, holds.video + late_ms);
    } else {
      holds.audio = Math.min(MOST_MS, Math.max(holds.audio, audio_ms) - late_ms);
    }
    this.#rest = REST;
    return {...holds};
  }
}

/**
 * How long a receiver has held its media back of late, in milliseconds; NaN before that is known.
 *
 * @param {Received | undefined} before
 * @param {Received} now
 */
function delay(before, now) {
  return before ? (1000 * (now.held_s - before.held_s)) / (now.count - before.count) : NaN;
}

/**
 * What a receiver's statistics say: when what is played now was sent, by the sender's clock, and how long so many samples
 * or pictures were held back in all.
 *
 * @typedef {{playout_ms: number, held_s: number, count: number}} Received
 */
