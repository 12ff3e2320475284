/** At most one message in `every_ms`, the newest; the first goes at once and the last is always sent. */
export class Pace {
  #every_ms;
  #now;
  #later;
  #free_ms = -Infinity;
  /** @type {(() => void) | null} */
  #waiting = null;

  /**
   * @param {number} every_ms
   * @param {{now?: () => number, later?: (act: () => void, wait_ms: number) => void}} [clock]
   */
  constructor(every_ms, {now = () => performance.now(), later = (act, wait_ms) => void setTimeout(act, wait_ms)} = {}) {
    this.#every_ms = every_ms;
    this.#now = now;
    this.#later = later;
  }

  /** @param {() => void} act */
  do(act) {
    const now_ms = this.#now();
    if (this.#waiting) return void (this.#waiting = act);
    if (now_ms >= this.#free_ms) {
      this.#free_ms = now_ms + this.#every_ms;
      return act();
    }
    this.#waiting = act;
    this.#later(() => {
      const waiting = this.#waiting;
      this.#waiting = null;
      this.#free_ms = this.#now() + this.#every_ms;
      waiting?.();
    }, this.#free_ms - now_ms);
  }
}
