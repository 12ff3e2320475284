import assert from 'node:assert/strict';
import {test} from 'node:test';

import {Backoff} from '../../player/backoff.js';
import {Clock} from '../../player/clock.js';

test('the clock extrapolates while it runs and stands while it is held', () => {
  const clock = new Clock();
  clock.sync(100, 0);
  assert.equal(clock.at(1000), 100);
  clock.run(1000);
  assert.equal(clock.at(2000), 124);
  clock.hold(2000);
  assert.equal(clock.at(9000), 124);
  clock.run(9000);
  assert.equal(clock.at(9500), 136);
  clock.run(9500);
  assert.equal(clock.at(9500), 136);
  clock.sync(50, 9500);
  assert.equal(clock.at(9000), 50);
  assert.equal(clock.at(10500), 74);
});

test('waits double up to a bound and start over after a success', () => {
  const backoff = new Backoff({first_ms: 100, most_ms: 300, random: () => 1});
  assert.deepEqual([1, 2, 3, 4].map(() => backoff.next()), [100, 200, 300, 300]);
  backoff.reset();
  assert.equal(backoff.next(), 100);
  backoff.random = () => 0;
  assert.equal(backoff.next(), 100);
});
