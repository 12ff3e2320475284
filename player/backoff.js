/** How long to wait before the next attempt: doubling from `first_ms` to `most_ms`, spread so that viewers don't return all at once. */
export class Backoff {
  #attempts = 0;

  /** @param {{first_ms?: number, most_ms?: number, random?: () => number}} [options] */
  constructor({first_ms = 400, most_ms = 10_000, random = Math.random} = {}) {
    this.first_ms = first_ms;
    this.most_ms = most_ms;
    this.random = random;
  }

  /** The next wait in milliseconds, between half of the step and the whole of it. */
  next() {
    const step = Math.min(this.most_ms, this.first_ms * 2 ** this.#attempts);
    this.#attempts += 1;
    return step * (0.5 + this.random() / 2);
  }

  /** An attempt succeeded. */
  reset() {
    this.#attempts = 0;
  }
}

/**
 * Resolves after `wait_ms`, at once when the machine comes back online, and rejects when `signal` aborts.
 *
 * @param {number} wait_ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function sleep(wait_ms, signal) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      signal.removeEventListener('abort', done);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(done, wait_ms);
    addEventListener('online', done);
    signal.addEventListener('abort', done);
  });
}
