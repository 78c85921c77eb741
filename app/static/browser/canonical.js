/** Canonical JSON (RFC 8785) as statements use it: no booleans, fractions or negative numbers. */
import { equal, utf8 } from "./bytes.js";
import { must, refuse } from "./refusal.js";
import { allowedText } from "./text.js";

export const STATEMENT_BYTES_MAX = 48 * 1024;
const DEPTH_MAX = 8;

/** @typedef {string | number | null | Json[] | {[key: string]: Json}} Json */

/** @param {unknown} value @returns {string} */
export function encodeText(value) {
  if (Array.isArray(value)) return `[${value.map(encodeText).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const record = /** @type {Record<string, unknown>} */ (value);
    return `{${Object.keys(record).sort().map((key) => `${JSON.stringify(key)}:${encodeText(record[key])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/** @param {unknown} value */
export const encode = (value) => utf8(encodeText(value));

/**
 * Read canonical JSON of at most so many bytes; refused unless encoding it again gives the same.
 * @param {Uint8Array} raw
 * @param {number} [bytesMax]
 * @returns {any}
 */
export function readCanonical(raw, bytesMax = STATEMENT_BYTES_MAX) {
  must(raw.length <= bytesMax, "statement_too_large");
  must(depth(raw) <= DEPTH_MAX, "statement_too_deep");
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw));
  } catch {
    refuse("statement_not_canonical");
  }
  must(inSubset(value) && equal(encode(value), raw), "statement_not_canonical");
  must(plainText(value), "statement_text");
  return value;
}

/** @param {unknown} value @returns {boolean} */
function inSubset(value) {
  if (Array.isArray(value)) return value.every(inSubset);
  if (value !== null && typeof value === "object") {
    return Object.entries(value).every(([key, item]) => /^[\x00-\x7f]*$/.test(key) && inSubset(item));
  }
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);
  return typeof value !== "string" || wellFormed(value);
}

/** @param {unknown} value @returns {boolean} */
function plainText(value) {
  if (typeof value === "string") return allowedText(value);
  if (Array.isArray(value)) return value.every(plainText);
  if (value !== null && typeof value === "object") return Object.entries(value).flat().every(plainText);
  return typeof value !== "boolean";
}

/** @param {string} text */
const wellFormed = (text) => !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);

/**
 * How deep arrays and objects nest, counted on the bytes outside strings, before anything recurses.
 * @param {Uint8Array} raw
 */
function depth(raw) {
  let deepest = 0;
  let now = 0;
  let inString = false;
  for (let at = 0; at < raw.length; at++) {
    const octet = raw[at];
    if (inString) {
      if (octet === 0x5c) at++;
      else if (octet === 0x22) inString = false;
    } else if (octet === 0x22) inString = true;
    else if (octet === 0x5b || octet === 0x7b) deepest = Math.max(deepest, ++now);
    else if (octet === 0x5d || octet === 0x7d) now--;
  }
  return deepest;
}
