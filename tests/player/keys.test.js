import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';

import {shortcuts} from '../../player/keys.js';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('every key stands on the page of keys and in the documentation', () => {
  const keys = Object.keys(shortcuts).map((key) => (key === ' ' ? 'Space' : key));
  const help = read('static/watch.html').split('<dialog id="keys"')[1];
  const docs = read('docs/watching.md');
  assert.deepEqual(keys.filter((key) => key !== '?' && !help.includes(`<kbd>${key}</kbd>`)), []);
  assert.deepEqual(keys.filter((key) => !docs.includes(`\`${key}\``)), []);
});
