import assert from 'node:assert/strict';
import {test} from 'node:test';

import {yaml} from '../../player/studio/yaml.js';

test('a look without axes is a prompt alone', () => {
  assert.equal(yaml('a fox by the lake, at dusk', {}), 'prompt: a fox by the lake, at dusk');
});

test('axes that were moved stand in the order in which they were', () => {
  assert.equal(yaml('a fox', {hour: 19.5, place: 'lake'}), 'prompt: a fox\naxes: {hour: 19.5, place: lake}');
});

test('a prompt that YAML would read otherwise is in quotes', () => {
  for (const [prompt, written] of [['a: b', '"a: b"'], ['yes', '"yes"'], ['', '""'], ['say "hi"', '"say \\"hi\\""'], ['# no', '"# no"'], ['fox ', '"fox "']]) {
    assert.equal(yaml(prompt, {}), `prompt: ${written}`);
  }
});
