/** The server's HTTP routes: taking a seat, and the answers that say no. */

/** The server said no: `status` is HTTP's, `code` one stable word, the message a sentence for people. */
export class Denied extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   * @param {number} retry_after_s
   */
  constructor(status, code, message, retry_after_s) {
    super(message);
    this.status = status;
    this.code = code;
    this.retry_after_s = retry_after_s;
  }

  /** Whether the session is over for good: nothing that is sent to it again will help. */
  get gone() {
    return [401, 403, 404, 410].includes(this.status);
  }
}

/**
 * The response itself, or a `Denied` with what its JSON body says.
 *
 * @param {Response} response
 */
export async function accepted(response) {
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  const said = typeof body.error === 'object' && body.error ? body.error : body;
  const message = said.message ?? (typeof body.error === 'string' ? body.error : response.statusText);
  throw new Denied(response.status, String(said.code ?? ''), String(message), Number(response.headers.get('Retry-After')) || 2);
}

/**
 * What a viewer asks of a new show: the seed of a link that was shared, how long timed questions wait, cuts or moves,
 * and the language, null for the story's own.
 *
 * @typedef {{seed?: number | null, timers?: number, cuts?: boolean, language?: string | null}} Wishes
 *
 * @typedef {{painted: number, repeated: number, skipped: number, paint_ms: number, fps: number, viewers: number,
 *   quality?: string, viewers_on_tier?: readonly number[]}} Figures
 */

/**
 * Takes a seat in a new show.
 *
 * @param {string} story
 * @param {Wishes} wishes
 * @param {AbortSignal} signal
 * @returns {Promise<import('./types.js').Session>}
 */
export async function takeSeat(story, wishes, signal) {
  const response = await fetch('/api/sessions', {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({story, mode: 'solo', ...wishes}),
    signal,
  });
  return (await accepted(response)).json();
}

/**
 * Takes a seat in a room.
 *
 * @param {string} code
 * @param {AbortSignal} signal
 * @returns {Promise<import('./types.js').Session>}
 */
export async function joinRoom(code, signal) {
  return (await accepted(await fetch(`/api/rooms/${encodeURIComponent(code)}/join`, {method: 'POST', signal}))).json();
}

/**
 * How well the show keeps up, null when the server does not say.
 *
 * @param {import('./types.js').Session} session
 * @returns {Promise<Figures | null>}
 */
export async function figures({session, token}) {
  const headers = {Authorization: `Bearer ${token}`};
  const response = await fetch(`/api/sessions/${session}`, {headers, cache: 'no-store'}).catch(() => null);
  return response?.ok ? response.json() : null;
}

/**
 * What opens the websocket once, so that the token stands in no address; null when the server gives none just now.
 *
 * @param {import('./types.js').Session} session
 * @param {AbortSignal} signal
 * @returns {Promise<string | null>}
 */
export async function ticket({session, token}, signal) {
  const headers = {Authorization: `Bearer ${token}`};
  const response = await fetch(`/api/sessions/${session}/ticket`, {method: 'POST', headers, signal}).catch(() => null);
  return response?.ok ? (await response.json()).ticket : null;
}

/**
 * The servers that relay sound and picture where nothing else gets through.
 *
 * @param {import('./types.js').Session} session
 * @param {AbortSignal} signal
 * @returns {Promise<RTCIceServer[]>}
 */
export async function relays({ice, token}, signal) {
  if (!ice) return [];
  const response = await fetch(ice, {headers: {Authorization: `Bearer ${token}`}, cache: 'no-store', signal});
  return (await (await accepted(response)).json()).iceServers;
}

/**
 * Whether the model is warm.
 *
 * @param {AbortSignal} signal
 */
export async function isReady(signal) {
  return (await fetch('/readyz', {signal, cache: 'no-store'})).ok;
}
