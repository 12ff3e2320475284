import assert from 'node:assert/strict';
import {test} from 'node:test';

import {named, nothing, tally, tree, visited} from '../../player/found.js';

const walk = (...scenes) => {
  let [found, from] = [nothing, null];
  for (const [scene, ending] of scenes) {
    found = visited(found, from, {scene, ending});
    from = scene;
  }
  return found;
};

test('only what was visited is on the map, each scene once', () => {
  const found = walk(['fork'], ['lake'], ['fork'], ['hill'], ['asleep', {id: 'e', title: 'Asleep'}]);
  assert.deepEqual(found.scenes, ['fork', 'lake', 'hill', 'asleep']);
  assert.deepEqual(Object.keys(found.endings), ['e']);
  assert.deepEqual(tree(found), [
    {scene: 'fork', ending: '', also: [], below: [
      {scene: 'lake', ending: '', also: ['fork'], below: []},
      {scene: 'hill', ending: '', also: [], below: [{scene: 'asleep', ending: 'Asleep', also: [], below: []}]},
    ]},
  ]);
});

test('what was seen before changes nothing', () => {
  const found = walk(['fork'], ['lake']);
  assert.equal(visited(found, 'fork', {scene: 'lake'}), found);
  assert.equal(visited(found, null, {scene: 'fork'}), found);
});

test('an id is read as words', () => {
  assert.equal(named('under_the-roots'), 'Under the roots');
});

test('endings are counted in words', () => {
  const found = walk(['a', {id: 'x', title: 'X'}], ['b', {id: 'y', title: 'Y'}]);
  assert.equal(tally(found, 3), '2 of 3 endings found');
  assert.equal(tally(found, 1), '1 of 1 ending found');
});
