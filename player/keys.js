/**
 * What each single key asks for. The keys are those that people know from other players; they can be switched off (WCAG
 * 2.1.4), and what a viewer types into a field is never a shortcut.
 *
 * @type {Readonly<Record<string, 'toggle' | 'mute' | 'fullscreen' | 'captions' | 'back' | 'help' | 'statistics'>>}
 */
export const shortcuts = Object.freeze({
  ' ': 'toggle', k: 'toggle', m: 'mute', f: 'fullscreen', c: 'captions', b: 'back', i: 'statistics', '?': 'help',
});

const OFF = 'forkreel:keys-off';

/** Whether the viewer has switched the single keys off. */
export function keysOff() {
  try {
    return localStorage.getItem(OFF) === 'yes';
  } catch {
    return false;
  }
}

/** @param {boolean} off */
export function switchKeys(off) {
  try {
    localStorage.setItem(OFF, off ? 'yes' : 'no');
  } catch {
    // Without storage the keys stay as they are.
  }
}

/**
 * Listens for the shortcuts.
 *
 * @param {(shortcut: (typeof shortcuts)[string]) => void} press
 * @param {(index: number) => void} pick called with 0 to 8 for the keys 1 to 9
 * @param {() => boolean} busy whether a dialog has the keyboard
 */
export function listen(press, pick, busy) {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
    if (busy() || keysOff()) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest('input, textarea, select, [contenteditable]')) return;
    if (event.key === ' ' && target.closest('button, a')) return; // the key presses what has the focus
    if (/^[1-9]$/.test(event.key)) return pick(Number(event.key) - 1);
    const shortcut = shortcuts[event.key.toLowerCase()];
    if (!shortcut) return;
    event.preventDefault();
    press(shortcut);
  });
}
