/**
 * What each single key asks for. The keys are those that people know from other players; they can be switched off (WCAG
 * 2.1.4), and what a viewer types into a field is never a shortcut.
 */
export const shortcuts = Object.freeze({
  ' ': 'toggle', k: 'toggle', m: 'mute', f: 'fullscreen', c: 'captions', b: 'back', t: 'transcript', s: 'save',
  p: 'window', i: 'statistics', ',': 'settings', '?': 'help',
});

const TYPED_INTO = 'input:not([type=range], [type=radio], [type=checkbox]), textarea, select, [contenteditable]';

/**
 * Listens for the shortcuts.
 *
 * @param {(shortcut: (typeof shortcuts)[keyof typeof shortcuts]) => void} press
 * @param {(index: number) => void} pick called with 0 to 8 for the keys 1 to 9
 * @param {() => boolean} deaf whether a dialog has the keyboard, or the viewer wants no single keys
 */
export function listen(press, pick, deaf) {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented || deaf()) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest(TYPED_INTO)) return;
    if (event.key === ' ' && target.closest('button, a, input')) return; // the key presses what has the focus
    if (/^[1-9]$/.test(event.key)) return pick(Number(event.key) - 1);
    const key = event.key.toLowerCase();
    if (!Object.hasOwn(shortcuts, key)) return;
    event.preventDefault();
    press(shortcuts[/** @type {keyof typeof shortcuts} */ (key)]);
  });
}
