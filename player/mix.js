import {Pace} from './pace.js';

const EVERY_MS = 150;
const KINDS = /** @type {const} */ (['voice', 'effects', 'music']);

/** The volumes by kind, which the server mixes: asks for those that the viewer has set when they differ from what it plays. */
export class Mix {
  #paces = {voice: new Pace(EVERY_MS), effects: new Pace(EVERY_MS), music: new Pace(EVERY_MS)};
  /** @type {Record<(typeof KINDS)[number], number>} */
  #asked = {voice: 1, effects: 1, music: 1};

  /**
   * @param {import('./preferences.js').Preferences} wanted
   * @param {(asked: {type: 'steer', control: string, value: number}) => void} ask
   */
  show(wanted, ask) {
    for (const kind of KINDS) {
      if (wanted[kind] === this.#asked[kind]) continue;
      const value = (this.#asked[kind] = wanted[kind]);
      this.#paces[kind].do(() => ask({type: 'steer', control: `volume.${kind}`, value}));
    }
  }
}
