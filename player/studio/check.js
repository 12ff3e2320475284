import {counted, make} from './make.js';

/** What `forkreel check` says of the file: each finding with its line, a caret below the place, and a hint. */
export class CheckElement extends HTMLElement {
  /** @param {import('./api.js').State} state */
  show({diagnostics, file}) {
    if (diagnostics.length === 0) {
      return this.replaceChildren(make('p', {className: 'well', textContent: 'Nothing is wrong with this story.'}), make('p', {textContent: 'Press a scene in the graph to play from it. When you save an edit, this page follows.'}));
    }
    this.replaceChildren(make('ol', {}, ...diagnostics.map((one) => finding(one, file))));
  }
}

/** What stands at the top of the page: whether the file is sound, and what plays. */
export class StatusElement extends HTMLElement {
  #told = '';

  /** @param {import('./api.js').State} state @param {boolean} linked */
  show({diagnostics, sound, plays, warm}, linked) {
    const errors = diagnostics.filter(({severity}) => severity === 'error').length;
    const warnings = diagnostics.length - errors;
    const told = [errors && counted(errors, 'error'), warnings && counted(warnings, 'warning')].filter(Boolean).join(', ');
    const playing = sound ? '' : plays ? 'The story plays on as it was before.' : 'It cannot be played yet.';
    const text = !linked ? 'The server is away.' : [told || 'No errors.', playing, warm ? '' : 'The model is warming up.'].filter(Boolean).join(' ').replace(/(\d \w+) ([A-Z])/, '$1. $2');
    this.toggleAttribute('data-broken', errors > 0 || !linked);
    if (text !== this.#told) this.replaceChildren((this.#told = text));
  }
}

/** @param {import('./api.js').Diagnostic} diagnostic @param {string} whole the story's own file */
function finding({file, line, column, severity, code, message, hint, excerpt}, whole) {
  const where = file === whole ? `line ${line}, column ${column}` : `${file}, line ${line}, column ${column}`;
  const blank = excerpt.length - excerpt.trimStart().length;
  const text = excerpt.trimEnd().slice(blank);
  const at = Math.max(0, column - 1 - blank);
  const item = make('li', {className: severity},
    make('p', {className: 'where'}, make('b', {}, severity), ` ${where} `, make('code', {}, code)),
    make('p', {}, message));
  if (text) {
    const [, word, rest] = /^([\w-]*|.)([^]*)$/.exec(text.slice(at)) ?? ['', '', ''];
    item.append(make('pre', {}, text.slice(0, at), make('mark', {}, word), rest));
  }
  if (hint) item.append(make('p', {className: 'hint', textContent: hint}));
  return item;
}

customElements.define('studio-check', CheckElement);
customElements.define('studio-status', StatusElement);
