import {Denied, isReady} from './api.js';
import {Backoff, sleep} from './backoff.js';

/**
 * Waits at the door until there is a seat: while the model warms, while every seat is taken, while the server is away.
 *
 * @param {(signal: AbortSignal) => Promise<import('./types.js').Session>} take takes a seat, or is denied it
 * @param {(state: 'connecting' | 'warming' | 'full' | 'unreachable') => void} say told what is being waited for
 * @param {AbortSignal} signal
 * @returns {Promise<import('./types.js').Session>}
 * @throws {Denied} when waiting would not help, as for a story that is not there
 */
export async function seatAtTheDoor(take, say, signal) {
  const backoff = new Backoff({first_ms: 1_000});
  for (;;) {
    try {
      return await take(signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Denied)) {
        say('unreachable');
        await sleep(backoff.next(), signal);
      } else if (error.status === 503 && error.code === 'warming') {
        say('warming');
        await warm(error.retry_after_s, signal);
        say('connecting');
      } else if (error.status === 503 || error.status === 429) {
        say('full');
        await sleep(error.retry_after_s * 1000, signal);
      } else {
        throw error;
      }
    }
  }
}

/**
 * Resolves when the model is warm.
 *
 * @param {number} every_s
 * @param {AbortSignal} signal
 */
async function warm(every_s, signal) {
  do await sleep(every_s * 1000, signal);
  while (!(await isReady(signal).catch(() => false)));
  signal.throwIfAborted();
}
