import assert from 'node:assert/strict';
import {test} from 'node:test';

import {AHEAD_MS, CLOSE_MS, LipSync} from '../../player/lipsync.js';

/** A receiver that holds back as long as it needs to, or is told to, and is `ready_ms` after sending. */
class Stream {
  hold_ms = 0;
  held_s = 0;
  count = 0;

  constructor(ready_ms, needs_ms, unseen_ms = 0) {
    Object.assign(this, {ready_ms, needs_ms, unseen_ms});
  }

  get delay_ms() {
    return Math.max(this.needs_ms, this.hold_ms);
  }

  /** @param {number} now_ms */
  after(now_ms) {
    this.count += 50;
    this.held_s += (50 * (this.delay_ms - this.unseen_ms)) / 1000;
    return {playout_ms: now_ms - this.ready_ms - this.delay_ms, held_s: this.held_s, count: this.count};
  }
}

/** By how much the sound is behind the picture after so many seconds, and how often something was changed. */
function aligned(audio, video, seconds = 20, lips = new LipSync()) {
  let changes = 0;
  for (let second = 1; second <= seconds; second++) {
    const holds = lips.align(audio.after(1000 * second), video.after(1000 * second));
    if (!holds) continue;
    changes += 1;
    [audio.hold_ms, video.hold_ms] = [holds.audio, holds.video];
  }
  return {late_ms: audio.ready_ms + audio.delay_ms - video.ready_ms - video.delay_ms, changes};
}

for (const [name, audio, video] of [
  ['sound that is late', [40, 60], [10, 11]],
  ['a picture that is late', [10, 20], [40, 80]],
  ['a difference that the browser would leave', [30, 20], [30, 40]],
  ['a delay that is not told in full', [40, 60], [10, 11, 11]],
]) {
  test(`${name}: the one that is ahead waits`, () => {
    const streams = [new Stream(...audio), new Stream(...video)];
    const {late_ms, changes} = aligned(...streams);
    assert.ok(Math.abs(late_ms + AHEAD_MS) <= CLOSE_MS, `${late_ms}`);
    assert.ok(changes <= 3);
    assert.ok(streams.some((stream) => stream.hold_ms === 0), 'and never both');
  });
}

test('what was held back is let go when the other comes sooner', () => {
  const [audio, video, lips] = [new Stream(40, 200), new Stream(10, 11), new LipSync()];
  aligned(audio, video, 10, lips);
  audio.needs_ms = 30;
  const {late_ms} = aligned(audio, video, 10, lips);
  assert.ok(Math.abs(late_ms + AHEAD_MS) <= CLOSE_MS, `${late_ms}`);
  assert.equal(audio.hold_ms, 0);
  assert.ok(video.delay_ms < 80);
});

test('nothing is done in a browser that does not tell, nor before both clocks are known', () => {
  const lips = new LipSync();
  const known = {playout_ms: 1000, held_s: 1, count: 50};
  assert.equal(lips.align(undefined, known), null);
  for (const playout_ms of [NaN, 0, 4e12]) {
    assert.equal(lips.align({...known, playout_ms}, known), null);
    assert.equal(lips.align({...known, playout_ms}, {...known, held_s: 2, count: 100}), null);
  }
});
