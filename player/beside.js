/**
 * What lies beside the picture: panel, dialogs, figures. A module of its own, which the page asks for when the picture is
 * there or somebody wants it, so that nobody waits for it before.
 */
import {Help} from './help.js';
import {MapElement} from './map.js';
import {part} from './page.js';
import {PanelElement} from './panel.js';
import {SettingsElement} from './settings.js';
import {Share} from './share.js';
import {StatisticsElement} from './statistics.js';
import {savePicture} from './still.js';
import {TranscriptElement} from './transcript.js';

/** @typedef {import('./found.js').Found} Found */

/** The parts that are not needed to watch. */
export class Beside {
  #panel = part('fork-panel', PanelElement);
  #transcript = part('fork-transcript', TranscriptElement);
  #map = part('fork-map', MapElement);
  #settings = part('fork-settings', SettingsElement);
  #statistics = part('fork-statistics', StatisticsElement);
  #share = new Share(part('#share', HTMLDialogElement));
  #help;

  /**
   * @param {import('./preferences.js').Kept} preferences
   * @param {() => import('./statistics.js').Source} figures
   * @param {() => void} closed called when the help is closed
   * @param {import('./language.js').Titles} titles
   */
  constructor(preferences, figures, closed, titles) {
    this.#help = new Help(part('#keys', HTMLDialogElement), closed);
    this.#settings.preferences = preferences;
    this.#settings.titles = titles;
    this.#statistics.source = figures;
    this.#panel.addEventListener('turned', () => document.documentElement.toggleAttribute('data-panel', this.#panel.page !== ''));
  }

  /**
   * @param {import('./show.js').Show} show
   * @param {Found} found
   * @param {boolean} waits whether some settings wait for the next show
   */
  show({told, moment}, found, waits) {
    this.#transcript.show(told);
    this.#map.show(found, moment?.scene ?? '');
    this.#settings.waits = waits;
  }

  /** Opens a page of the panel, or closes it. @param {'transcript' | 'map' | 'settings'} page */
  turn(page) {
    this.#panel.toggle(page);
  }

  help() {
    this.#help.show();
  }

  /** @param {string} link */
  share(link) {
    this.#share.show(link);
  }

  statistics() {
    this.#statistics.toggle();
  }

  /**
   * @param {HTMLVideoElement} video
   * @param {string} name
   */
  save(video, name) {
    return savePicture(video, name);
  }
}
