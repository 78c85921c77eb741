/** A tar file (POSIX ustar) of a few small files: every computer can unpack it. */
import { concat, utf8 } from "./bytes.js";

const BLOCK = 512;

/** @param {Record<string, Uint8Array>} files by name, ASCII, at most 100 bytes @param {number} at milliseconds */
export function tarOf(files, at) {
  const blocks = Object.entries(files).flatMap(([name, bytes]) => [
    header(name, bytes.length, at), bytes, new Uint8Array((BLOCK - (bytes.length % BLOCK)) % BLOCK),
  ]);
  return concat(...blocks, new Uint8Array(2 * BLOCK));
}

/** @param {string} name @param {number} size @param {number} at */
function header(name, size, at) {
  const block = new Uint8Array(BLOCK);
  const put = (/** @type {number} */ place, /** @type {string} */ text) => block.set(utf8(text), place);
  const octal = (/** @type {number} */ value, /** @type {number} */ digits) => value.toString(8).padStart(digits, "0");
  put(0, name);
  put(100, `${octal(0o600, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0${octal(size, 11)}\0${octal(Math.floor(at / 1000), 11)}\0`);
  put(148, "        ");
  put(156, "0");
  put(257, "ustar\x0000");
  put(148, `${octal(block.reduce((sum, each) => sum + each, 0), 6)}\0 `);
  return block;
}
