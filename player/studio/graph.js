import {picture} from './api.js';
import {make} from './make.js';

const SVG = 'http://www.w3.org/2000/svg';
const MARGIN = 40;
const BEGIN = 0.8; // of that size a card can be read
const STEP = 1.25;
const LEAST = 0.12;
const MOST = 2;
const DRAG_PX = 4; // a press that moves less is a click

/** The story's graph: scenes as cards with their pictures. It scrolls as any box does; a press that drags moves it too. */
export class GraphElement extends HTMLElement {
  #zoom = 0; // 0 until something was drawn
  #drawn = '';
  /** @type {import('./api.js').Plan | null} */
  #plan = null;
  #scroll = /** @type {HTMLElement} */ (this.querySelector('.scroll'));
  #sheet = /** @type {HTMLElement} */ (this.querySelector('.sheet'));
  /** @type {Map<string, HTMLButtonElement>} */
  #cards = new Map();

  connectedCallback() {
    const zooms = {in: () => this.#scale(this.#zoom * STEP), out: () => this.#scale(this.#zoom / STEP), fit: () => this.fit()};
    for (const button of this.querySelectorAll('button')) {
      const zoom = zooms[/** @type {keyof typeof zooms} */ (button.dataset.zoom)];
      if (zoom) button.addEventListener('click', zoom);
    }
    this.#scroll.addEventListener('wheel', (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.#scale(this.#zoom * Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
    }, {passive: false});
    this.#drags();
  }

  /** @param {import('./api.js').State} state */
  show({plan, scenes}) {
    this.#plan = plan;
    this.#scroll.hidden = plan === null;
    const [tools, empty] = [this.querySelector('.tools'), this.querySelector('.empty')];
    if (tools instanceof HTMLElement) tools.hidden = plan === null;
    if (empty instanceof HTMLElement) empty.hidden = plan !== null;
    if (!plan) return;
    const drawn = JSON.stringify(plan);
    if (drawn !== this.#drawn) this.#draw(plan);
    this.#drawn = drawn;
    const painted = Object.values(scenes).filter(({still}) => still).length;
    const progress = this.querySelector('.progress');
    const failed = Object.values(scenes).filter(({failed}) => failed).length;
    const left = plan.nodes.length - painted - failed;
    if (progress) progress.textContent = left > 0 ? `${painted} of ${plan.nodes.length} scenes painted` : failed > 0 ? `${failed} cannot be painted` : '';
    for (const [id, card] of this.#cards) picturedAs(card, scenes[id]);
  }

  /** @param {string} scene */
  select(scene) {
    for (const [id, card] of this.#cards) card.setAttribute('aria-pressed', String(id === scene));
  }

  /** Where the preview is. @param {string} scene */
  at(scene) {
    for (const [id, card] of this.#cards) card.toggleAttribute('data-playing', id === scene);
  }

  /** Shows the whole story, as large as it can be read. */
  fit() {
    const {clientWidth, clientHeight} = this.#scroll;
    if (!this.#plan || !clientWidth) return;
    const [width, height] = this.#plan.size;
    this.#scale(Math.min(this.#large, clientWidth / (width + 2 * MARGIN), clientHeight / (height + 2 * MARGIN)));
  }

  /** The size at which a card's text is as large as the page's. */
  get #large() {
    return parseFloat(getComputedStyle(this).fontSize) / 16;
  }

  /** @param {import('./api.js').Plan} plan */
  #draw(plan) {
    const held = this.#sheet.contains(document.activeElement) ? document.activeElement?.id : '';
    const pressed = [...this.#cards].find(([, card]) => card.ariaPressed === 'true')?.[0] ?? '';
    this.#cards = new Map(plan.nodes.map((node) => [node.id, this.#card(node, plan)]));
    this.#sheet.replaceChildren(ways(plan), ...this.#cards.values());
    this.select(pressed);
    if (held) document.getElementById(held)?.focus({preventScroll: true});
    if (this.#zoom === 0) this.#begin();
    else this.#scale(this.#zoom);
  }

  /** Readable from the start: the whole story where it fits, else its beginning. */
  #begin() {
    this.#zoom = 1;
    this.fit();
    const readable = BEGIN * this.#large;
    if (this.#zoom >= 0.75 * readable) return;
    this.#scale(readable);
    const start = this.#cards.values().next().value;
    if (start) this.#scroll.scrollTo({left: (start.offsetLeft + start.offsetWidth / 2) * readable - this.#scroll.clientWidth / 2, top: 0});
  }

  /** @param {import('./api.js').Node} node @param {import('./api.js').Plan} plan */
  #card({id, kind, caption, x, y}, {card: [width, height], ways}) {
    const again = ways.some(({source, target}) => source === id && target === id);
    const name = make('span', {className: 'id', textContent: id});
    const note = make('small', {textContent: [caption, again ? 'comes again' : ''].filter(Boolean).join(', ')});
    const card = make('button', {type: 'button', className: `card ${kind}`, id: `scene-${id}`}, make('span', {className: 'frame'}), name, note);
    Object.assign(card.style, {left: `${x - width / 2 + MARGIN}px`, top: `${y - height / 2 + MARGIN}px`, width: `${width}px`, height: `${height}px`});
    card.addEventListener('click', () => this.dispatchEvent(new CustomEvent('scene', {detail: id, bubbles: true})));
    return card;
  }

  /**
   * @param {number} zoom
   * @param {number} [x] what stays where it is, on the screen
   * @param {number} [y]
   */
  #scale(zoom, x, y) {
    if (!this.#plan) return;
    const box = this.#scroll.getBoundingClientRect();
    const [left, top] = [(x ?? box.x + box.width / 2) - box.x, (y ?? box.y + box.height / 2) - box.y];
    const share = Math.min(MOST, Math.max(LEAST, zoom)) / this.#zoom;
    const to = {left: (this.#scroll.scrollLeft + left) * share - left, top: (this.#scroll.scrollTop + top) * share - top};
    this.#zoom *= share;
    const [width, height] = this.#plan.size.map((length) => length + 2 * MARGIN);
    Object.assign(this.#sheet.style, {width: `${width}px`, height: `${height}px`, zoom: String(this.#zoom)});
    this.#scroll.scrollTo(to);
  }

  #drags() {
    /** @type {{x: number, y: number, left: number, top: number} | null} */
    let from = null;
    let far = false;
    this.#scroll.addEventListener('pointerdown', ({clientX, clientY, pointerType, button}) => {
      if (pointerType !== 'mouse' || button !== 0) return;
      from = {x: clientX, y: clientY, left: this.#scroll.scrollLeft, top: this.#scroll.scrollTop};
      far = false;
    });
    addEventListener('pointermove', ({clientX, clientY}) => {
      if (!from) return;
      far ||= Math.hypot(clientX - from.x, clientY - from.y) > DRAG_PX;
      if (far) this.#scroll.scrollTo({left: from.left + from.x - clientX, top: from.top + from.y - clientY});
    });
    addEventListener('pointerup', () => (from = null));
    this.#scroll.addEventListener('click', (event) => {
      if (far) event.stopPropagation();
      far = false;
    }, {capture: true});
    this.#scroll.addEventListener('dragstart', (event) => event.preventDefault());
  }
}

/** @param {HTMLButtonElement} card @param {import('./api.js').Scene | undefined} scene */
function picturedAs(card, scene) {
  const frame = card.querySelector('.frame');
  const key = scene?.still ?? '';
  card.title = scene?.failed ?? scene?.prompt ?? '';
  if (!(frame instanceof HTMLElement) || frame.dataset.still === key) return;
  frame.dataset.still = key;
  frame.replaceChildren(...(key ? [make('img', {src: picture(key), alt: '', width: 168, height: 94, decoding: 'async'})] : []));
}

/** @param {import('./api.js').Plan} plan */
function ways({size: [width, height], ways, card: [, high]}) {
  const svg = document.createElementNS(SVG, 'svg');
  set(svg, {viewBox: `${-MARGIN} ${-MARGIN} ${width + 2 * MARGIN} ${height + 2 * MARGIN}`, 'aria-hidden': 'true'});
  svg.innerHTML = '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>';
  for (const {points, label, at} of ways) {
    if (points.length < 2) continue;
    const path = document.createElementNS(SVG, 'path');
    const back = points[points.length - 1][1] < points[0][1];
    set(path, {d: curve(points, (back ? -1 : 1) * (high / 2)), class: back ? 'way back' : 'way', 'marker-end': 'url(#tip)'});
    svg.append(path);
    if (!at) continue;
    const text = document.createElementNS(SVG, 'text');
    set(text, {x: at[0], y: at[1] + 4});
    text.textContent = label;
    svg.append(text);
  }
  return svg;
}

/**
 * A smooth line from the edge of one card to that of another.
 *
 * @param {[number, number][]} points
 * @param {number} half
 */
function curve(points, half) {
  const moved = points.map(([x, y], at) => [x, at === 0 ? y + half : at === points.length - 1 ? y - half : y]);
  return moved.slice(1).reduce((path, [x, y], at) => {
    const middle = (moved[at][1] + y) / 2;
    return `${path}C${moved[at][0]} ${middle} ${x} ${middle} ${x} ${y}`;
  }, `M${moved[0][0]} ${moved[0][1]}`);
}

/** @param {Element} element @param {Record<string, string | number>} attributes */
function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}

customElements.define('studio-graph', GraphElement);
