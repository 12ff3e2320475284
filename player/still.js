/**
 * Saves what is seen now as a picture file.
 *
 * @param {HTMLVideoElement} video
 * @param {string} name
 * @returns {Promise<boolean>} whether there was a picture
 */
export async function savePicture(video, name) {
  const {videoWidth: width, videoHeight: height} = video;
  if (!width || !height) return false;
  const canvas = document.createElement('canvas');
  Object.assign(canvas, {width, height});
  canvas.getContext('2d')?.drawImage(video, 0, 0, width, height);
  const blob = await new Promise((/** @type {BlobCallback} */ done) => canvas.toBlob(done, 'image/png'));
  if (!blob) return false;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // the download has begun by then
  return true;
}
