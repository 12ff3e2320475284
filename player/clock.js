/** The show's frame, extrapolated from the last message that named one. Knows no wall clock but the `now_ms` it is given. */
export class Clock {
  #frame = 0;
  #since_ms = 0;
  #runs = false;
  fps = 24;

  /**
   * A message says that the show is at `frame` now.
   *
   * @param {number} frame
   * @param {number} now_ms
   */
  sync(frame, now_ms) {
    this.#frame = frame;
    this.#since_ms = now_ms;
  }

  /** @param {number} now_ms */
  hold(now_ms) {
    this.sync(this.at(now_ms), now_ms);
    this.#runs = false;
  }

  /** @param {number} now_ms */
  run(now_ms) {
    if (!this.#runs) this.#since_ms = now_ms;
    this.#runs = true;
  }

  get runs() {
    return this.#runs;
  }

  /**
   * The frame that is shown at `now_ms`; a fraction between two frames.
   *
   * @param {number} now_ms
   */
  at(now_ms) {
    const passed_s = this.#runs ? Math.max(0, now_ms - this.#since_ms) / 1000 : 0;
    return this.#frame + passed_s * this.fps;
  }
}
