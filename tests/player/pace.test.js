import assert from 'node:assert/strict';
import {test} from 'node:test';

import {Pace} from '../../player/pace.js';

/** A clock that is wound by hand. */
function wound() {
  const clock = {now_ms: 0, due: []};
  const now = () => clock.now_ms;
  const later = (act, wait_ms) => clock.due.push({act, at_ms: clock.now_ms + wait_ms});
  const wind = (to_ms) => {
    for (;;) {
      const next = clock.due.filter(({at_ms}) => at_ms <= to_ms).sort((a, b) => a.at_ms - b.at_ms)[0];
      if (!next) break;
      clock.due.splice(clock.due.indexOf(next), 1);
      clock.now_ms = next.at_ms;
      next.act();
    }
    clock.now_ms = to_ms;
  };
  return {now, later, wind};
}

test('a drag sends at most so many messages a second, the first at once and the last always', () => {
  const clock = wound();
  const pace = new Pace(100, clock);
  const sent = [];
  for (let at_ms = 0; at_ms <= 1000; at_ms += 7) {
    clock.wind(at_ms);
    pace.do(() => sent.push([at_ms, clock.now()]));
  }
  const last_ms = Math.floor(1000 / 7) * 7;
  clock.wind(5000);
  assert.deepEqual(sent[0], [0, 0]);
  assert.equal(sent.at(-1)[0], last_ms);
  assert.ok(sent.length <= 12);
  sent.slice(1).forEach(([, at_ms], index) => assert.ok(at_ms - sent[index][1] >= 100));
});

test('after a rest the next message goes at once', () => {
  const clock = wound();
  const pace = new Pace(100, clock);
  const sent = [];
  pace.do(() => sent.push(clock.now()));
  clock.wind(400);
  pace.do(() => sent.push(clock.now()));
  assert.deepEqual(sent, [0, 400]);
});
