import {word} from './words.js';

/**
 * What this browser has seen of a story: the scenes, the ways between them and the endings. Never more than was visited.
 *
 * @typedef {{scenes: readonly string[], ways: readonly (readonly [string, string])[],
 *   endings: Readonly<Record<string, {scene: string, title: string}>>}} Found
 */

const PREFIX = 'forkreel:found:';

/** @type {Found} */
export const nothing = Object.freeze({scenes: [], ways: [], endings: {}});

/**
 * @param {Found} found
 * @param {string | null} from the scene before, null at the beginning and after a way back
 * @param {import('./types.js').Moment} moment
 * @returns {Found} the same object when there is nothing new
 */
export function visited(found, from, {scene, ending}) {
  let {scenes, ways, endings} = found;
  if (!scenes.includes(scene)) scenes = [...scenes, scene];
  if (from !== null && from !== scene && !ways.some(([a, b]) => a === from && b === scene)) ways = [...ways, [from, scene]];
  if (ending && !Object.hasOwn(endings, ending.id)) endings = {...endings, [ending.id]: {scene, title: ending.title}};
  const same = scenes === found.scenes && ways === found.ways && endings === found.endings;
  return same ? found : {scenes, ways, endings};
}

/**
 * The scenes as a tree: each stands below the one from which it was first reached, and `also` names further scenes that
 * it leads to.
 *
 * @typedef {{scene: string, ending: string, below: Branch[], also: string[]}} Branch
 *
 * @param {Found} found
 * @returns {Branch[]}
 */
export function tree({scenes, ways, endings}) {
  const titles = new Map(Object.values(endings).map(({scene, title}) => [scene, title]));
  const branches = new Map(scenes.map((scene) => [scene, branch(scene, titles.get(scene) ?? '')]));
  /** @type {Branch[]} */
  const roots = [];
  const placed = new Set();
  for (const scene of scenes) {
    const own = /** @type {Branch} */ (branches.get(scene));
    const parent = ways.find(([from, to]) => to === scene && placed.has(from))?.[0];
    if (parent === undefined) roots.push(own);
    else branches.get(parent)?.below.push(own);
    placed.add(scene);
  }
  for (const [from, to] of ways) {
    const own = branches.get(from);
    if (own && branches.has(to) && !own.below.some((below) => below.scene === to)) own.also.push(to);
  }
  return roots;
}

/**
 * @param {string} scene
 * @param {string} ending
 * @returns {Branch}
 */
function branch(scene, ending) {
  return {scene, ending, below: [], also: []};
}

/**
 * How many of a story's endings were found, in words.
 *
 * @param {Found} found
 * @param {number} all
 */
export function tally(found, all) {
  const some = Math.min(Object.keys(found.endings).length, all);
  return all === 1 ? word('{some} of 1 ending found', {some}) : word('{some} of {all} endings found', {some, all});
}

/** A scene's id as a person reads it. @param {string} id */
export function named(id) {
  const words = id.replaceAll(/[._-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * @param {string} story
 * @returns {Found}
 */
export function keptFound(story) {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + story) ?? 'null');
    const whole = Array.isArray(kept?.scenes) && Array.isArray(kept?.ways) && typeof kept?.endings === 'object';
    return whole && kept.endings ? kept : nothing;
  } catch {
    return nothing;
  }
}

/**
 * @param {string} story
 * @param {Found} found
 */
export function keepFound(story, found) {
  try {
    localStorage.setItem(PREFIX + story, JSON.stringify(found));
  } catch {
    // Without storage the map lasts as long as the page.
  }
}
