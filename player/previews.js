/** The small pictures on choices, of what they lead to. Fetched when a story has the first of them. */

/**
 * The picture of one choice, to be drawn above its label, which says all that there is to be said; null where it is
 * over already.
 *
 * @param {import('./types.js').Session} session
 * @param {import('./types.js').Preview} preview
 * @param {AbortSignal} signal
 * @returns {Promise<HTMLCanvasElement | null>}
 */
export async function pictureOf({session, token}, {poll, choice}, signal) {
  const path = [session, 'previews', poll, choice].map(encodeURIComponent).join('/');
  try {
    const response = await fetch(`/api/sessions/${path}`, {headers: {Authorization: `Bearer ${token}`}, signal});
    if (!response.ok) return null;
    const picture = await createImageBitmap(await response.blob()); // an address of its bytes is not allowed on this page
    const canvas = document.createElement('canvas');
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.setAttribute('aria-hidden', 'true');
    canvas.getContext('2d')?.drawImage(picture, 0, 0);
    picture.close();
    return canvas;
  } catch {
    return null; // a choice does without as well
  }
}
