import {Denied, figures, joinRoom, takeSeat} from './api.js';
import {Clock} from './clock.js';
import {seatAtTheDoor} from './door.js';
import {refusal, sentences} from './notice.js';
import {Picture} from './picture.js';
import {keepSeat, keptSeat, leaveSeat} from './seat.js';
import {dark, goesBack, reachedEnding, received, spoken, told} from './show.js';
import {Socket} from './socket.js';

/** @typedef {import('./types.js').Session} Session */
/**
 * The parts of the page that a stay draws on, and what it may ask of the page.
 *
 * @typedef {{
 *   stage: HTMLElement, video: HTMLVideoElement, still: HTMLCanvasElement,
 *   caption: import('./caption.js').CaptionElement, choices: import('./choices.js').ChoicesElement,
 *   ending: import('./ending.js').EndingElement, notice: import('./notice.js').NoticeElement,
 *   controls: import('./controls.js').ControlsElement,
 *   say: (text: string) => void, mayFocus: () => boolean, restart: () => void,
 *   room: string, entered: (session: Session) => void, conduct: (asked: {type: string}) => Promise<import('./socket.js').Answer | null>,
 *   wishes: () => import('./api.js').Wishes, captioned: () => boolean, tally: () => string, changed: (show: import('./show.js').Show) => void}} Page
 */

/** One stay in one show, from the door to the way out: what was confirmed, and how it is drawn. */
export class Stay {
  #life = new AbortController();
  #clock = new Clock();
  #page;
  #picture;
  /** @type {Socket | null} */
  #socket = null;
  #show = dark;
  #seen = false; // a picture has been seen
  #flows = false; // a picture arrives just now
  #linked = true; // the websocket is open, or has not failed yet
  #paused = false;
  #picture_ms = NaN; // from the last choice to the first picture that came after its answer
  /** @type {Session | null} */
  #session = null;
  /** What stands between the viewer and the show, other than a lost connection. @type {import('./notice.js').Sentence | null} */
  #hindrance = sentences.connecting;

  /** @param {Page} page */
  constructor(page) {
    this.#page = page;
    this.#picture = new Picture(page.video, page.still);
  }

  /** @param {boolean} resume whether a seat that this tab holds is taken up again */
  async begin(resume) {
    const {room, wishes} = this.#page;
    const take = (/** @type {AbortSignal} */ signal) => room ? joinRoom(room, signal) : takeSeat(this.#story, wishes(), signal);
    if (!('RTCPeerConnection' in window)) return this.#hindered(sentences.no_webrtc);
    this.#hindered(sentences.connecting);
    try {
      const kept = resume ? keptSeat(this.#place) : null;
      const wait = (/** @type {'connecting' | 'warming' | 'full' | 'unreachable'} */ state) => this.#hindered(sentences[state]);
      const session = kept?.session ?? (await seatAtTheDoor(take, wait, this.#life.signal));
      this.#join(session, kept !== null);
    } catch (error) {
      if (this.#life.signal.aborted) return;
      if (!(error instanceof Denied)) throw error;
      this.#hindered({...sentences.refused, text: error.message});
    }
  }

  /** Leaves: the server frees what it held for this viewer's picture. */
  end() {
    const {choices, caption, ending} = this.#page;
    this.#life.abort();
    this.#picture.stop();
    this.#socket?.close();
    choices.show(null, 0, false);
    caption.show(null, 0);
    ending.show(null, false);
  }

  /**
   * Asks the server, and draws what it confirms.
   *
   * @param {import('./types.js').ToServer} asked
   */
  async ask(asked) {
    const {choices, say} = this.#page;
    if (!this.#socket) return;
    if (asked.type === 'choose') choices.asked = asked.choice;
    const asked_ms = performance.now();
    const slot = asked.type === 'steer' ? `steer ${asked.control}` : '';
    const conducts = asked.type === 'back' || asked.type === 'pause' || asked.type === 'resume'; // in a room the host's
    const answer = (conducts && (await this.#page.conduct(asked))) || (await this.#socket.ask(wording(asked), slot));
    if (this.#life.signal.aborted) return;
    if (asked.type === 'steer') asked.settled();
    if (asked.type === 'say') asked.answered(answer.type === 'ack');
    if (answer.type === 'refused') {
      choices.asked = '';
      if (answer.code !== 'superseded') say(refusal(answer)); // a later press took its place, and is answered itself
      return;
    }
    this.#clock.sync(answer.frame, performance.now());
    if (asked.type === 'pause' || asked.type === 'resume') this.#paused = asked.type === 'pause';
    if (asked.type === 'choose' && this.#page.room) choices.voted = asked.choice;
    if (asked.type === 'choose') this.#picture.next((shown_ms) => (this.#picture_ms = shown_ms - asked_ms));
    this.#tell(asked);
    this.draw();
  }

  toggle() {
    void this.ask({type: this.#paused ? 'resume' : 'pause'});
  }

  /** The press that the browser waited for. */
  async play() {
    this.#hindered(null);
    void this.#picture.play(); // settles with the first picture, which a show that stands still does not send
    if (!this.#page.room) await this.ask({type: 'resume'});
  }

  /**
   * Draws what moves by itself: the caption, the ring, the ending.
   *
   * @param {number} now_ms
   */
  tick(now_ms) {
    const {caption, choices, ending, mayFocus, stage} = this.#page;
    const frame = this.#clock.at(now_ms);
    caption.show(spoken(this.#show, frame), frame);
    choices.tick(frame, this.#clock.fps);
    ending.show(this.#seen ? reachedEnding(this.#show, frame) : null, mayFocus(), this.#page.tally(), goesBack(this.#show));
    stage.toggleAttribute('data-ending', !ending.hidden);
  }

  /** Draws what messages and the picture changed. */
  draw() {
    const {controls, notice, stage, video} = this.#page;
    const lost = this.#seen && !(this.#flows && this.#linked);
    notice.show(this.#hindrance ?? (lost ? sentences.dropped : null));
    if (this.#flows && !this.#paused) this.#clock.run(performance.now());
    else this.#clock.hold(performance.now());
    stage.toggleAttribute('data-seen', this.#seen);
    stage.dataset.scene = this.#show.moment?.scene ?? '';
    const fullscreen = document.fullscreenElement !== null;
    controls.show({paused: this.#paused, muted: video.muted, playing: this.#seen, fullscreen, captions: this.#page.captioned(), back: goesBack(this.#show)});
  }

  /** The link to this story with the seed of this show. */
  get link() {
    const seed = this.#show.hello?.seed;
    const query = Number.isSafeInteger(seed) ? `?seed=${seed}` : '';
    return new URL(`/watch/${this.#story}${query}`, location.href).href;
  }

  /** What the figures show. */
  figures() {
    const answer_ms = this.#socket?.round_trip_ms ?? NaN;
    const session = this.#session;
    return {
      video: this.#page.video, whep: this.#picture.whep, answer_ms, picture_ms: this.#picture_ms,
      frame: this.#clock.at(performance.now()), painted: async () => session && figures(session),
    };
  }

  /**
   * @param {Session} session
   * @param {boolean} resumed
   */
  #join(session, resumed) {
    const place = this.#place;
    keepSeat(place, session, false);
    this.#session = session;
    this.#socket = new Socket(session);
    this.#on(this.#socket, 'message', (message) => {
      this.#receive(message);
      if (message.type === 'moment') keepSeat(place, session, message.ending != null);
    });
    this.#on(this.#socket, 'open', () => this.#connected({linked: true}));
    this.#on(this.#socket, 'drop', () => this.#connected({linked: false}));
    this.#on(this.#picture, 'shown', () => this.#connected({flows: true}));
    this.#on(this.#picture, 'drop', () => this.#connected({flows: false}));
    this.#on(this.#picture, 'denied', (denied) => this.#denied(denied, resumed));
    this.#on(this.#picture, 'sound', () => this.draw());
    this.#on(this.#picture, 'blocked', () => {
      this.#hindered(sentences.blocked);
      if (!this.#page.room) void this.ask({type: 'pause'});
    });
    this.#picture.start(session);
    this.#page.entered(session);
    if (resumed && !this.#page.room) void this.ask({type: 'resume'}); // nobody comes back to watch a picture that stands still
  }

  /**
   * @param {EventTarget} target
   * @param {string} type
   * @param {(detail: any) => void} handle
   */
  #on(target, type, handle) {
    const listener = (/** @type {Event} */ event) => handle(event instanceof CustomEvent ? event.detail : null);
    target.addEventListener(type, listener, {signal: this.#life.signal});
  }

  /** @param {import('./types.js').FromServer} message */
  #receive(message) {
    const {choices, mayFocus, say} = this.#page;
    this.#become(received(this.#show, message));
    if (message.type === 'hello') {
      this.#clock.fps = message.fps;
    } else if (message.type === 'moment') {
      this.#clock.sync(message.frame, performance.now());
      choices.show(message.ask, message.frame, mayFocus());
      choices.tally = this.#show.tally;
    } else if (message.type === 'tally') {
      choices.tally = this.#show.tally;
    } else if (message.type === 'preview') {
      void this.#preview(message);
    } else if (message.type === 'refused' && message.code === 'show_failed') {
      this.#over(message.message);
    } else if (message.type === 'refused' && message.id == null) {
      say(refusal(message));
    }
    this.draw();
  }

  /** @param {import('./types.js').Preview} preview */
  async #preview(preview) {
    if (!this.#session) return;
    const {pictureOf} = await import('./previews.js');
    const picture = await pictureOf(this.#session, preview, this.#life.signal);
    if (picture && !this.#life.signal.aborted) this.#page.choices.picture(preview.poll, preview.choice, picture);
  }

  /**
   * Writes what was asked, and has now been confirmed, into the transcript.
   *
   * @param {import('./types.js').ToServer} asked
   */
  #tell(asked) {
    if (asked.type === 'choose' && !this.#page.room) this.#become(told(this.#show, {kind: 'choice', who: '', text: asked.label}));
    if (asked.type === 'say') this.#become(told(this.#show, {kind: 'said', who: '', text: asked.text}));
    if (asked.type === 'back') this.#become(told(this.#show, {kind: 'back', who: '', text: ''}));
  }

  get #story() {
    return this.#page.stage.dataset.story ?? '';
  }

  /** Under which name this tab keeps its seat. */
  get #place() {
    return this.#page.room ? `room ${this.#page.room}` : this.#story;
  }

  /** @param {import('./show.js').Show} show */
  #become(show) {
    this.#show = show;
    this.#page.changed(show);
  }

  /** @param {{linked?: boolean, flows?: boolean}} change */
  #connected({linked = this.#linked, flows = this.#flows}) {
    [this.#linked, this.#flows] = [linked, flows];
    this.#seen ||= flows;
    this.#hindered(flows && this.#hindrance !== sentences.blocked ? null : this.#hindrance);
  }

  /** @param {import('./notice.js').Sentence | null} sentence */
  #hindered(sentence) {
    const lifted = this.#hindrance && !sentence;
    this.#hindrance = sentence;
    this.draw();
    const {choices, mayFocus} = this.#page;
    if (lifted && !choices.hidden && mayFocus()) choices.focusFirst(); // the question was opened behind the curtain
  }

  /**
   * @param {Denied} denied
   * @param {boolean} resumed
   */
  #denied(denied, resumed) {
    if (denied.gone && resumed && !this.#seen) return this.#page.restart(); // what this tab remembered is over
    if (denied.gone) this.#over(sentences.ended.text);
    else if (!this.#seen) this.#hindered(sentences.full);
  }

  /** @param {string} why */
  #over(why) {
    this.end();
    leaveSeat(this.#place);
    this.#hindered({...sentences.ended, text: why});
  }
}

/**
 * What of a question goes to the server.
 *
 * @param {import('./types.js').ToServer} asked
 * @returns {Record<string, unknown> & {type: string}}
 */
function wording(asked) {
  if (asked.type === 'choose') return {type: asked.type, poll: asked.poll, choice: asked.choice};
  if (asked.type === 'steer') return {type: asked.type, control: asked.control, value: asked.value};
  if (asked.type === 'say') return {type: asked.type, poll: asked.poll, text: asked.text};
  return {type: asked.type};
}
