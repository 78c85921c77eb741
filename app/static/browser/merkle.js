/** Trees of RFC 6962 section 2.1. The twin of `signatures/merkle.py`. */
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equal } from "./bytes.js";

/** @param {Uint8Array} leaf */
export const leafHash = (leaf) => sha256(concat(Uint8Array.of(0), leaf));
/** @param {Uint8Array} left @param {Uint8Array} right */
const nodeHash = (left, right) => sha256(concat(Uint8Array.of(1), left, right));

/** The largest power of two below a count of at least two. @param {number} count */
function split(count) {
  let at = 1;
  while (at * 2 < count) at *= 2;
  return at;
}

/** @param {Uint8Array[]} hashes of leaves @returns {Uint8Array} */
export function treeRoot(hashes) {
  if (hashes.length < 2) return hashes[0] ?? sha256(new Uint8Array(0));
  const at = split(hashes.length);
  return nodeHash(treeRoot(hashes.slice(0, at)), treeRoot(hashes.slice(at)));
}

/**
 * Whether an inclusion proof leads from a leaf hash to the root (RFC 9162 2.1.3.2).
 * @param {Uint8Array} leaf @param {number} index @param {number} size
 * @param {Uint8Array[]} proof @param {Uint8Array} root
 */
export function included(leaf, index, size, proof, root) {
  const found = index < size ? proved(leaf, index, size, proof) : null;
  return found !== null && equal(found, root);
}

/**
 * @param {Uint8Array} leaf @param {number} index @param {number} size @param {Uint8Array[]} proof
 * @returns {Uint8Array | null}
 */
function proved(leaf, index, size, proof) {
  if (size === 1) return proof.length ? null : leaf;
  if (!proof.length) return null;
  const at = split(size);
  const rest = proof.slice(0, -1);
  const last = proof[proof.length - 1];
  const inner = index < at ? proved(leaf, index, at, rest) : proved(leaf, index - at, size - at, rest);
  return inner && (index < at ? nodeHash(inner, last) : nodeHash(last, inner));
}
