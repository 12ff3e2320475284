import assert from 'node:assert/strict';
import {test} from 'node:test';

import {called, toldIn} from '../../player/language.js';

const titles = {en: 'The Lantern', de: 'Die Laterne'};

test('a story is told in the language that is wanted where it has it, else in its own', () => {
  assert.equal(toldIn(['de'], titles), 'de');
  assert.equal(toldIn(['fr', 'de-AT'], titles), 'de');
  assert.equal(toldIn(['fr'], titles), 'en');
  assert.equal(toldIn([], titles), 'en');
  assert.equal(toldIn(['toString'], titles), 'en');
  assert.equal(toldIn(['de'], {}), 'en');
});

test('a language is called what its speakers call it', () => {
  assert.equal(called('de'), 'Deutsch');
  assert.equal(called('fr'), 'Français');
});
