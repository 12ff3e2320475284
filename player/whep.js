import {accepted, relays} from './api.js';
import {LipSync} from './lipsync.js';

const GATHERING_MS = 300;
const DISCONNECTED_MS = 2_000;
const STALLED_MS = 5_000;
const CONNECTING_MS = 12_000;

/** One WHEP connection (draft-ietf-wish-whep): an offer goes out, an answer comes back, sound and picture follow. */
export class Whep {
  #peer = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
  #location = '';
  #lips = new LipSync();
  #token;
  stream = new MediaStream();

  /** @param {string} token */
  constructor(token) {
    this.#token = token;
    this.#peer.addEventListener('track', ({track, receiver}) => {
      if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0; // a choice should be seen at once
      this.stream.addTrack(track);
    });
    for (const kind of ['audio', 'video']) this.#peer.addTransceiver(kind, {direction: 'recvonly'});
  }

  /**
   * Offers, and waits until media can flow.
   *
   * @param {import('./types.js').Session} session
   * @param {AbortSignal} signal
   * @throws {import('./api.js').Denied} when the server says no
   */
  async open(session, signal) {
    const iceServers = await relays(session, signal);
    if (iceServers.length) this.#peer.setConfiguration({bundlePolicy: 'max-bundle', iceServers});
    const url = session.whep;
    await this.#peer.setLocalDescription();
    await gathered(this.#peer);
    const response = await fetch(url, {
      method: 'POST',
      headers: {'Content-Type': 'application/sdp', Authorization: `Bearer ${this.#token}`},
      body: this.#peer.localDescription?.sdp,
      signal,
    });
    await accepted(response);
    this.#location = new URL(response.headers.get('Location') ?? url, response.url).href;
    await this.#peer.setRemoteDescription({type: 'answer', sdp: await response.text()});
    await this.#connected(signal);
  }

  /** Resolves when the connection is lost, or when nothing has arrived for a while; rejects when `signal` aborts. */
  async lost(/** @type {AbortSignal} */ signal) {
    let bytes = -1;
    let moved_ms = performance.now();
    let alive_ms = moved_ms;
    for (;;) {
      await tick(this.#peer, signal);
      const now_ms = performance.now();
      const state = this.#peer.connectionState;
      if (state === 'failed' || state === 'closed' || this.#hungUp()) return;
      if (state === 'connected') alive_ms = now_ms;
      else if (now_ms - alive_ms > DISCONNECTED_MS) return;
      const received = (await this.measure()).bytes;
      if (received !== bytes) moved_ms = now_ms;
      else if (now_ms - moved_ms > STALLED_MS) return;
      bytes = received;
      await this.#align();
    }
  }

  /** Brings sound and picture together, where the browser tells how far apart they are. */
  async #align() {
    const receivers = this.#peer.getReceivers().filter((receiver) => 'jitterBufferTarget' in receiver);
    /** @type {Record<string, import('./lipsync.js').Received>} */
    const streams = {};
    for (const report of receivers.length ? (await this.#peer.getStats()).values() : []) {
      if (report.type !== 'inbound-rtp') continue;
      streams[report.kind] = {
        playout_ms: report.estimatedPlayoutTimestamp ?? NaN,
        held_s: report.jitterBufferTargetDelay ?? NaN,
        count: report.jitterBufferEmittedCount ?? 0,
      };
    }
    const holds = this.#lips.align(streams.audio, streams.video);
    if (!holds) return;
    for (const receiver of receivers) receiver.jitterBufferTarget = receiver.track.kind === 'audio' ? holds.audio : holds.video;
  }

  /** What the connection's statistics say: bytes received so far, round trip, decoding, and the picture's height on the wire. */
  async measure() {
    const figures = {bytes: 0, round_trip_ms: NaN, decoded: 0, dropped: 0, height: 0};
    if (this.#peer.connectionState === 'closed') return figures;
    for (const report of (await this.#peer.getStats()).values()) {
      if (report.type === 'inbound-rtp') figures.bytes += report.bytesReceived ?? 0;
      if (report.type === 'inbound-rtp' && report.kind === 'video') {
        figures.decoded = report.framesDecoded ?? 0;
        figures.dropped = report.framesDropped ?? 0;
        figures.height = report.frameHeight ?? 0;
      }
      if (report.type === 'candidate-pair' && report.nominated) {
        figures.round_trip_ms = 1000 * (report.currentRoundTripTime ?? NaN);
      }
    }
    return figures;
  }

  /** Closes, and tells the server, even from a page that is going away. */
  close() {
    this.#peer.close();
    if (!this.#location) return;
    const headers = {Authorization: `Bearer ${this.#token}`};
    fetch(this.#location, {method: 'DELETE', headers, keepalive: true}).catch(() => {}); // gone already
    this.#location = '';
  }

  /** Whether pictures can be arriving; a browser paints black over the last one when they cannot. */
  get live() {
    const tracks = this.stream.getTracks();
    return this.#peer.connectionState === 'connected' && !this.#hungUp() && tracks.every(({readyState}) => readyState === 'live');
  }

  /** Whether the server closed the connection in good order; its state alone says so only when ICE gives up. */
  #hungUp() {
    return this.#peer.getReceivers().some(({transport}) => transport?.state === 'closed' || transport?.state === 'failed');
  }

  /** @param {AbortSignal} signal */
  async #connected(signal) {
    const start_ms = performance.now();
    while (this.#peer.connectionState !== 'connected') {
      if (this.#peer.connectionState === 'failed' || performance.now() - start_ms > CONNECTING_MS) {
        throw new Error('no way was found for the picture');
      }
      await tick(this.#peer, signal);
    }
  }
}

/**
 * Resolves when candidates are gathered; late ones are not worth waiting for.
 *
 * @param {RTCPeerConnection} peer
 * @returns {Promise<void>}
 */
function gathered(peer) {
  if (peer.iceGatheringState === 'complete') return Promise.resolve();
  return new Promise((resolve) => {
    setTimeout(resolve, GATHERING_MS);
    peer.addEventListener('icegatheringstatechange', () => {
      if (peer.iceGatheringState === 'complete') resolve();
    });
  });
}

/**
 * Resolves when the connection's state changes, at the latest after a second.
 *
 * @param {RTCPeerConnection} peer
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function tick(peer, signal) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const done = () => {
      clearTimeout(timer);
      peer.removeEventListener('connectionstatechange', done);
      signal.removeEventListener('abort', done);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(done, 1_000);
    peer.addEventListener('connectionstatechange', done);
    signal.addEventListener('abort', done);
  });
}
