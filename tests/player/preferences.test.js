import assert from 'node:assert/strict';
import {test} from 'node:test';

import {read, usual} from '../../player/preferences.js';

test('what is missing or makes no sense is as usual', () => {
  assert.deepEqual(read(null), usual);
  assert.deepEqual(read('not json'), usual);
  assert.deepEqual(read('null'), usual);
  const odd = {captions: 'yes', size: 'huge', volume: 7, timers: 3, keys: false, ground: 'solid', unknown: 1};
  assert.deepEqual(read(JSON.stringify(odd)), {...usual, keys: false, ground: 'solid'});
});

test('what the system asks for holds until the viewer says otherwise', () => {
  assert.equal(read('{}', {calm: true}).calm, true);
  assert.equal(read('{"calm": false}', {calm: true}).calm, false);
});
