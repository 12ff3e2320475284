import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {test} from 'node:test';

import german from '../../player/words.de.js';

const PLAYER = new URL('../../player/', import.meta.url);
const PAGES = ['index.html', 'watch.html'].map((name) => new URL(`../../static/${name}`, import.meta.url));
const NAMES = new Set(['forkreel', 'K']); // words in no language
const CALLS = [/\bword\('((?:[^'\\]|\\.)+)'/g, /\bwrite\((?:[^'()]|\([^()]*\))+, '((?:[^'\\]|\\.)+)'/g];

/** What the pages say in English: their texts, and the attributes that are read. */
function said(html) {
  const bare = html.replaceAll(/{{.*?}}|{%.*?%}/gs, '\u0000').replaceAll(/<(noscript|title|code)>.*?<\/\1>/gs, '');
  const read = [...bare.matchAll(/(?:aria-label|title|placeholder|alt)="([^"]*)"/g)].map(([, text]) => text.replace(/ \(\S+\)$/, ''));
  return [...read, ...bare.split(/<[^>]*>/)].map((text) => text.trim()).filter((text) => /[a-z]{2}/i.test(text) && !/[\0]/.test(text));
}

/** What the modules say in English: what they give to `word` and `write`, and the sentences of notices and refusals. */
function sentences() {
  const files = readdirSync(PLAYER).filter((name) => name.endsWith('.js') && !name.startsWith('words'));
  const calls = files.flatMap((name) => CALLS.flatMap((call) => [...source(name).matchAll(call)]));
  const notices = [...source('notice.js').matchAll(/\b(?:title|text|label|[a-z_]+): '([A-Z][^']+)'/g)];
  const kinds = [...source('transcript.js').matchAll(/\b(?:choice|voted|said|ending): '([^']+)'/g)];
  const ending = said(source('ending.js').match(/innerHTML = `(.*?)`/s)[1]);
  return [...[...calls, ...notices, ...kinds].map(([, text]) => text), ...ending];
}

const source = (name) => readFileSync(new URL(name, PLAYER), 'utf8');
const english = new Set([...PAGES.flatMap((page) => said(readFileSync(page, 'utf8'))), ...sentences()].filter((text) => !NAMES.has(text)));

test('everything that the page says can be said in German, and nothing else', () => {
  assert.ok(english.size > 100);
  assert.deepEqual([...english].filter((text) => !Object.hasOwn(german, text)), []);
  assert.deepEqual(Object.keys(german).filter((text) => !english.has(text)), []);
});

test('what was said in German can be found again', () => {
  assert.equal(new Set(Object.values(german)).size, Object.keys(german).length);
});

test('a translation has the values of its English', () => {
  const values = (text) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();
  for (const [text, translated] of Object.entries(german)) assert.deepEqual(values(translated), values(text), text);
});
