/** Bytes and their written forms. */
import { sha256 } from "@noble/hashes/sha2.js";
import { refuse } from "./refusal.js";

const UTF8 = new TextEncoder();

/** @param {string} text */
export const utf8 = (text) => UTF8.encode(text);

/** @param {...Uint8Array} pieces */
export function concat(...pieces) {
  const whole = new Uint8Array(pieces.reduce((size, each) => size + each.length, 0));
  let at = 0;
  for (const each of pieces) {
    whole.set(each, at);
    at += each.length;
  }
  return whole;
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
export function equal(one, other) {
  if (one.length !== other.length) return false;
  let differ = 0;
  for (let at = 0; at < one.length; at++) differ |= one[at] ^ other[at];
  return differ === 0;
}

/**
 * The order of X.690 11.6 and of everything else that sorts bytes.
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
export function compare(one, other) {
  const shorter = Math.min(one.length, other.length);
  for (let at = 0; at < shorter; at++) if (one[at] !== other[at]) return one[at] - other[at];
  return one.length - other.length;
}

const DIGITS = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0"));

/** @param {Uint8Array} bytes */
export function toHex(bytes) {
  let text = "";
  for (const each of bytes) text += DIGITS[each];
  return text;
}

/** @param {string} text */
export function fromHex(text) {
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

/**
 * Standard base64 as RFC 4648 section 4 writes it and as it would be written again.
 * @param {string} text
 */
export function fromBase64(text) {
  let binary;
  try {
    binary = atob(text);
  } catch {
    return refuse("answer_malformed");
  }
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/**
 * @param {Uint8Array} bytes
 * @returns {string} `sha256:` and 64 lower-case hex digits
 */
export const digest = (bytes) => `sha256:${toHex(sha256(bytes))}`;

/** @param {number} size */
export const random = (size) => crypto.getRandomValues(new Uint8Array(size));
