/**
 * The studio's part of the server.
 *
 * @typedef {{file: string, line: number, column: number, severity: string, code: string, message: string, hint: string,
 *   excerpt: string}} Diagnostic
 * @typedef {{id: string, kind: string, caption: string, x: number, y: number}} Node
 * @typedef {{source: string, target: string, label: string, whole: string, at: [number, number] | null,
 *   points: [number, number][]}} Way
 * @typedef {{size: [number, number], card: [number, number], nodes: Node[], ways: Way[]}} Plan
 * @typedef {Record<string, number | string>} Axes
 * @typedef {{still: string | null, failed: string | null, prompt: string | null, axes: Axes}} Scene
 * @typedef {{name: string, kind: string, default: unknown, of: string[], low?: number, high?: number}} Variable
 * @typedef {{name: string, meaning: string, default: number | string, low: number, high: number, labels: string[]}} Axis
 * @typedef {{story: string, title: string, file: string, edition: number, revision: number, warm: boolean, sound: boolean,
 *   plays: boolean, diagnostics: Diagnostic[], plan: Plan | null, start: string | null, scenes: Record<string, Scene>,
 *   variables: Variable[], axes: Axis[]}} State what the server knows of the story
 * @typedef {{frame: number, scene: string, variables: Record<string, unknown>, visits: Record<string, number>,
 *   chosen: Record<string, number>, axes: Record<string, number>}} Inside a show from inside
 */
import {accepted} from '../api.js';

const root = '/api/studio';

/**
 * Hears of every change of a story, for as long as the page is open.
 *
 * @param {string} story
 * @param {(state: State) => void} changed
 * @param {(linked: boolean) => void} linked
 */
export function follow(story, changed, linked) {
  const source = new EventSource(`${root}/${encodeURIComponent(story)}/changes`);
  source.addEventListener('message', ({data}) => (linked(true), changed(JSON.parse(data))));
  source.addEventListener('error', () => {
    linked(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(story, changed, linked), 2_000);
  });
}

/** @param {string} story @param {string} scene @param {Record<string, unknown>} variables @returns {Promise<import('../types.js').Session>} */
export const playFrom = (story, scene, variables) => post(`${encodeURIComponent(story)}/sessions`, {scene, variables});

/** @param {string} story @param {'walks' | 'continuity'} what @param {number} runs */
export const walk = (story, what, runs) => post(`${encodeURIComponent(story)}/${what}`, {runs});

/** @param {string} prompt @param {Axes} axes @returns {Promise<{still: string, axes: Axes}>} axes as the still has them */
export const paint = (prompt, axes) => post('stills', {prompt, axes});

/** @param {string} key */
export const picture = (key) => `${root}/stills/${key}.webp`;

/** @param {import('../types.js').Session} session @returns {Promise<Inside | null>} null when the show is over */
export async function inside({session, token}) {
  const response = await fetch(`${root}/sessions/${session}`, {headers: {Authorization: `Bearer ${token}`}, cache: 'no-store'});
  return response.ok ? response.json() : null;
}

/** @param {string} path @param {unknown} body */
async function post(path, body) {
  const headers = {'Content-Type': 'application/json'};
  return (await accepted(await fetch(`${root}/${path}`, {method: 'POST', headers, body: JSON.stringify(body)}))).json();
}
