/** Fades a poster in once it is there; one that is missing leaves the valley behind it in sight. */
for (const image of document.querySelectorAll('.poster img')) {
  if (!(image instanceof HTMLImageElement)) continue;
  const loaded = () => image.toggleAttribute('data-loaded', image.naturalWidth > 0);
  if (image.complete) loaded();
  else image.addEventListener('load', loaded);
}

export {};
