// @ts-nocheck
// The names of a page are not among this project's types.

/**
 * Runs in the page, not in the kernel: picture.ts copies it into every picture that moves. A new picture takes a moment
 * until it can be drawn; until then the earlier one of the same id stays in its place, so that nothing flickers.
 */
export function keepEarlier(script, id) {
  // Some pages run a script elsewhere than where it stands.
  const hosts = [...document.querySelectorAll(`[data-picture="${id}"]`)];
  const host = hosts.find((each) => each.contains(script)) ?? hosts.at(-1);
  const image = host?.querySelector("img");
  if (!image) return;
  window.notebookPictures ??= new Map();
  const earlier = window.notebookPictures.get(id);
  for (const [other, { isConnected }] of window.notebookPictures) {
    if (!isConnected) window.notebookPictures.delete(other);
  }
  window.notebookPictures.set(id, image);
  // One that still stands somewhere belongs to another view of the same notebook.
  if (earlier === undefined || earlier.isConnected || !earlier.complete) return;
  image.style.display = "none";
  host.prepend(earlier);
  const show = () => {
    earlier.remove();
    image.style.display = "";
  };
  image.decode().then(show, show);
}
