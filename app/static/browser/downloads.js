/** Giving the person files to keep. They are made here and come from no server. */

/**
 * Make a link give these bytes; an earlier file of the link is let go.
 * @param {HTMLAnchorElement | null} link @param {string} name @param {Uint8Array} bytes
 * @param {boolean} [now] also begin the download, without another press
 */
export function offer(link, name, bytes, now = false) {
  const place = link ?? document.createElement("a");
  if (place.href.startsWith("blob:")) URL.revokeObjectURL(place.href);
  place.href = URL.createObjectURL(new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)], { type: "application/octet-stream" }));
  place.download = name;
  place.hidden = false;
  if (now) place.click();
}
