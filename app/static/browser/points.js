/** Points, scalars, recipients and identities (docs/envelope-v1.md 2). The twin of `points.py`. */
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { equal, fromHex, random, toHex } from "./bytes.js";
import { must, refuse } from "./refusal.js";

export const P = 2n ** 255n - 19n;
export const Q = 2n ** 252n + 27742317777372353535851937790883648493n;
export const Point = ed25519.Point;
const SMALL_ORDER_U = new Set([
  0n, 1n, P - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
]);
const LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** @param {Uint8Array} bytes little-endian */
export function toNumber(bytes) {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at]);
  return value;
}

/** @param {bigint} value @returns {Uint8Array} 32 bytes, little-endian */
export function to32(value) {
  const bytes = new Uint8Array(32);
  for (let at = 0; at < 32; at++, value >>= 8n) bytes[at] = Number(value & 255n);
  return bytes;
}

/** @param {bigint} value @param {bigint} by */
export const modulo = (value, by) => ((value % by) + by) % by;

/** @param {bigint} value @param {bigint} by a prime */
export function inverse(value, by) {
  let [a, b, x, y] = [modulo(value, by), by, 1n, 0n];
  while (b) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return modulo(x, by);
}

/**
 * A commitment: the canonical encoding of a torsion-free point that is not the identity. A point
 * with a small-order component lets a dealer hand out shares that do not fit together.
 * @param {string} written hex
 */
export function readPoint(written) {
  const point = decodePoint(written);
  must(!point.clearCofactor().is0(), "point_small_order");
  must(point.isTorsionFree(), "point_torsion");
  return point;
}

/**
 * A point of the curve, whatever its order.
 * @param {string} written hex
 */
export function decodePoint(written) {
  const bytes = fromHex(written);
  const raw = toNumber(bytes);
  const y = raw & (2n ** 255n - 1n);
  const canonical = bytes.length === 32 && y < P && !((y === 1n || y === P - 1n) && raw >> 255n);
  must(canonical, "point_not_canonical");
  try {
    return Point.fromBytes(bytes);
  } catch {
    return refuse("point_not_on_curve");
  }
}

/** @param {bigint} scalar secret: in constant time as far as the engine lets it */
export function multiplyBase(scalar) {
  const reduced = modulo(scalar, Q);
  return reduced === 0n ? Point.ZERO : Point.BASE.multiply(reduced);
}

/** @param {InstanceType<typeof Point>} point @returns {Uint8Array} (1 + y) / (1 - y), RFC 7748 4.1 */
export function montgomery(point) {
  const y = point.toAffine().y;
  return to32(modulo((1n + y) * inverse(1n - y, P), P));
}

/** @param {Uint8Array} u */
export const usableU = (u) => u.length === 32 && toNumber(u) < P && !SMALL_ORDER_U.has(toNumber(u));

/** @param {string} written `age1…` @returns {Uint8Array} */
export function readRecipient(written) {
  const u = bech32Decode("age", written);
  if (!u) return refuse("recipient_encoding");
  must(toNumber(u) < P, "recipient_not_reduced");
  must(usableU(u), "recipient_small_order");
  return u;
}

/** @param {Uint8Array} identity */
export const recipientOf = (identity) => bech32Encode("age", x25519.getPublicKey(identity));

/** @param {string} written `AGE-SECRET-KEY-1…` @returns {Uint8Array} */
export function readIdentity(written) {
  const found = written === written.toUpperCase() && bech32Decode("age-secret-key-", written.toLowerCase());
  return found || refuse("identity_encoding");
}

/** @param {Uint8Array} identity */
export const writeIdentity = (identity) => bech32Encode("age-secret-key-", identity).toUpperCase();

/** @param {Uint8Array} bytes the form in which X25519 uses them (RFC 7748 5) */
export function clamped(bytes) {
  const made = Uint8Array.from(bytes);
  made[0] &= 0xf8;
  made[31] = (made[31] & 0x7f) | 0x40;
  return made;
}

/** A fresh identity, in clamped form. */
export const makeIdentity = () => clamped(random(32));

/** @param {Uint8Array} bytes */
export const isClamped = (bytes) => bytes.length === 32 && equal(clamped(bytes), bytes);

/** @param {string} prefix @param {Uint8Array} bytes */
export function bech32Encode(prefix, bytes) {
  const words = [];
  let held = 0;
  let count = 0;
  for (const each of bytes) {
    held = ((held << 8) | each) & 0xfff;
    for (count += 8; count >= 5; count -= 5) words.push((held >> (count - 5)) & 31);
  }
  if (count) words.push((held << (5 - count)) & 31);
  return `${prefix}1${[...words, ...checksum(prefix, words)].map((each) => LETTERS[each]).join("")}`;
}

/** @param {string} prefix @param {string} written @returns {Uint8Array | null} 32 bytes, or null for anything else */
function bech32Decode(prefix, written) {
  if (!written.startsWith(`${prefix}1`) || written.length !== prefix.length + 59) return null;
  const words = [...written.slice(prefix.length + 1, -6)].map((each) => LETTERS.indexOf(each));
  if (words.includes(-1)) return null;
  const bytes = new Uint8Array(32);
  let held = 0;
  let count = 0;
  let at = 0;
  for (const word of words) {
    held = ((held << 5) | word) & 0xfff;
    count += 5;
    if (count >= 8 && at < 32) {
      bytes[at++] = (held >> (count - 8)) & 255;
      count -= 8;
    }
  }
  return bech32Encode(prefix, bytes) === written ? bytes : null;
}

/** @param {string} prefix @param {number[]} words */
function checksum(prefix, words) {
  const codes = [...prefix].map((each) => each.charCodeAt(0));
  let value = 1;
  for (const word of [...codes.map((each) => each >> 5), 0, ...codes.map((each) => each & 31), ...words, 0, 0, 0, 0, 0, 0]) {
    const top = value >>> 25;
    value = ((value & 0x1ffffff) << 5) ^ word;
    GENERATORS.forEach((each, bit) => {
      if ((top >> bit) & 1) value ^= each;
    });
  }
  value ^= 1;
  return [0, 1, 2, 3, 4, 5].map((at) => (value >>> (5 * (5 - at))) & 31);
}

/** @param {bigint} value */
export const writeScalar = (value) => toHex(to32(value));

