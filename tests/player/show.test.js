import assert from 'node:assert/strict';
import {test} from 'node:test';

import {dark, reachedEnding, received, spoken, told, wordsSaid} from '../../player/show.js';

const moment = (seq, more = {}) => ({type: 'moment', seq, frame: 100, scene: 's', lines: [], ...more});
const caption = (text, start_frame, end_frame) => ({type: 'caption', who: null, text, start_frame, end_frame});
const after = (show, ...messages) => messages.reduce(received, show);

test('a caption stands for its frames and falls with its moment', () => {
  const show = after(dark, moment(1), caption('first', 100, 120), caption('second', 120, 140));
  const heard = (frame, of = show) => spoken(of, frame)?.text ?? null;
  assert.deepEqual([99, 100, 119, 120, 140].map((frame) => heard(frame)), [null, 'first', 'first', 'second', null]);
  assert.equal(heard(130, received(show, moment(1))), 'second');
  assert.equal(heard(130, received(show, moment(2))), null);
});

test('words are said one by one, and all at once where their times do not fit what is shown', () => {
  const line = {...caption('the lake was', 100, 140), word_frames: [100, 104, 112]};
  assert.deepEqual([99, 100, 104, 111, 112, 139].map((frame) => wordsSaid(line, 3, frame)), [0, 1, 2, 2, 3, 3]);
  assert.equal(wordsSaid(line, 4, 100), 4);
  assert.equal(wordsSaid(caption('from an older server', 100, 140), 4, 100), 4);
});

test('an ending waits for its last line', () => {
  const lines = [{id: 'a', text: 'one'}, {id: 'b', text: 'two'}];
  const ending = {id: 'e', title: 'E'};
  const reached = (show, frame) => reachedEnding(show, frame)?.id ?? null;
  let show = after(dark, {type: 'hello', fps: 24}, moment(3, {lines, ending}));
  assert.deepEqual([reached(show, 100), reached(show, 150)], [null, null]);
  show = received(show, caption('one', 110, 150));
  assert.equal(reached(show, 200), null);
  show = received(show, caption('two', 150, 190));
  assert.deepEqual([reached(show, 225), reached(show, 226)], [null, 'e']);
  assert.equal(reached(received(show, moment(4)), 9999), null);
});

test('a control that is moved leaves the line standing', () => {
  const ask = {poll: 'p', prompt: '', choices: []};
  const show = after(dark, moment(1, {ask}), caption('first', 100, 120), moment(2, {ask}));
  assert.equal(spoken(show, 110)?.text, 'first');
});

test('the transcript has each line once, in the order of the show, and the ending', () => {
  let show = after(dark, moment(1), caption('first', 100, 120), moment(1), caption('first', 100, 120));
  show = after(told(show, {kind: 'choice', who: '', text: 'Left'}), moment(2, {ending: {id: 'e', title: 'E'}}), caption('last', 200, 220));
  assert.deepEqual(show.told.map(({kind, text}) => [kind, text]),
    [['line', 'first'], ['choice', 'Left'], ['ending', 'E'], ['line', 'last']]);
});
