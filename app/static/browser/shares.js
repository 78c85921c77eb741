/** Feldman's verifiable sharing of an envelope's identity (docs/envelope-v1.md 7). */
import { equal, fromHex, random, toHex } from "./bytes.js";
import {
  decodePoint, inverse, isClamped, modulo, montgomery, multiplyBase, Point, Q, readPoint, readRecipient, recipientOf, to32, toNumber, writeScalar,
} from "./points.js";
import { must, refuse } from "./refusal.js";

/**
 * Deal the scalar of a clamped identity, `threshold` of `holders`.
 * @param {Uint8Array} identity
 * @param {number} threshold
 * @param {number} holders
 * @param {(size: number) => Uint8Array} [source]
 * @returns {{commitments: string[], shares: string[]}} shares of index 1 first
 */
export function deal(identity, threshold, holders, source = random) {
  if (!isClamped(identity)) throw new Error("only a clamped identity can be recovered");
  const coefficients = [toNumber(identity) % Q];
  while (coefficients.length < threshold) {
    const drawn = toNumber(source(64)) % Q;
    if (drawn) coefficients.push(drawn);
  }
  const shares = [];
  for (let at = 1n; at <= BigInt(holders); at++) {
    shares.push(writeScalar(coefficients.reduceRight((sum, each) => (sum * at + each) % Q, 0n)));
  }
  return { commitments: coefficients.map((each) => toHex(multiplyBase(each).toBytes())), shares };
}

/** @param {string} written @returns {bigint | null} null unless below the group's order */
export function readScalar(written) {
  const value = toNumber(fromHex(written));
  return value < Q ? value : null;
}

/**
 * Exactly t commitments, all sound, and the first is the recipient.
 * @param {{commitments: string[], recipient: string}} envelope
 * @param {number} threshold
 */
export function checkCommitments({ commitments, recipient }, threshold) {
  must(commitments.length === threshold, "commitments_count");
  const points = commitments.map(readPoint);
  must(equal(montgomery(points[0]), readRecipient(recipient)), "recipient_not_committed");
}

/**
 * Whether the commitments fix this share for this index.
 * @param {string} share
 * @param {number} index
 * @param {string[]} commitments
 */
export function shareValid(share, index, commitments) {
  const value = readScalar(share);
  if (value === null || index < 1) return false;
  let expected = Point.ZERO;
  for (const each of [...commitments].reverse()) expected = expected.multiplyUnsafe(BigInt(index)).add(decodePoint(each));
  return multiplyBase(value).equals(expected);
}

/**
 * The identity whose recipient is the envelope's, from t valid shares by index.
 * @param {Record<string, string>} shares
 * @param {string} recipient
 */
export function recover(shares, recipient) {
  const places = Object.keys(shares).map(BigInt);
  let secret = 0n;
  for (const i of places) {
    let part = toNumber(fromHex(shares[String(i)]));
    for (const j of places) if (i !== j) part = (((part * j) % Q) * inverse(modulo(j - i, Q), Q)) % Q;
    secret = (secret + part) % Q;
  }
  // The recipient does not fix the sign of the first commitment.
  for (const v of [secret, modulo(-secret, Q)]) {
    for (let x = v; x < 2n ** 255n; x += Q) {
      if (x >= 2n ** 254n && x % 8n === 0n && recipientOf(to32(x)) === recipient) return to32(x);
    }
  }
  return refuse("secret_cannot_open");
}
