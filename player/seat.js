/** The seat that this tab holds in a show, kept over a reload. */

const PREFIX = 'forkreel:';

/** @typedef {{session: import('./types.js').Session, ended: boolean}} Kept */

/**
 * @param {string} story
 * @returns {Kept | null}
 */
export function keptSeat(story) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PREFIX + story) ?? 'null');
    return typeof kept?.session?.token === 'string' ? kept : null;
  } catch {
    return null; // no storage, or another program's text: a new seat is taken
  }
}

/**
 * @param {string} story
 * @param {import('./types.js').Session} session
 * @param {boolean} ended whether the show has reached an ending
 */
export function keepSeat(story, session, ended) {
  try {
    sessionStorage.setItem(PREFIX + story, JSON.stringify({session, ended}));
  } catch {
    // Without storage a reload starts over; the show itself goes on.
  }
}

/** @param {string} story */
export function leaveSeat(story) {
  try {
    sessionStorage.removeItem(PREFIX + story);
  } catch {
    // Nothing was kept.
  }
}

/** Whether this page was reloaded, rather than opened by a link. */
export function reloaded() {
  const [entry] = performance.getEntriesByType('navigation');
  return entry instanceof PerformanceNavigationTiming && entry.type !== 'navigate';
}

/**
 * The seed that a shared link asks for.
 *
 * @param {string} search the address's query
 * @returns {number | null}
 */
export function sharedSeed(search) {
  const seed = new URLSearchParams(search).get('seed') ?? '';
  return /^\d{1,16}$/.test(seed) && Number.isSafeInteger(Number(seed)) ? Number(seed) : null;
}
