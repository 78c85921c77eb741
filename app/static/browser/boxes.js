/** Boxes: one holder's share of one envelope, bound to its context (docs/envelope-v1.md 8). */
import * as age from "./age.js";
import { digest } from "./bytes.js";
import { keysOf } from "./committee.js";
import { must } from "./refusal.js";
import { readScalar, shareValid } from "./shares.js";
import { encodeStatement, readStatement } from "./statements.js";

const ZEROS = "0".repeat(64);

/**
 * The digest that binds boxes and shares to one envelope of one bid.
 * @param {import("./committee.js").Committee} committee
 * @param {string} lot @param {string} bidder @param {any} envelope
 */
export function contextOf(committee, lot, bidder, envelope) {
  const { part, recipient, commitments, ciphertext, size, inner } = envelope;
  return digest(encodeStatement("context", {
    origin: committee.origin, tender: committee.tender, lot, bidder, part, recipient, commitments, ciphertext, size, inner,
    committee: committee.digest, threshold: committee.threshold,
    holders: keysOf(committee, part).map((each) => each.digest),
  }));
}

/** @param {{origin: string, context: string, index: number, share: string}} given */
const shareStatement = (given) => encodeStatement("share", given);

/**
 * @param {{origin: string, context: string, index: number, share: string}} given
 * @param {string} recipient the holder's key for this part
 */
export const sealBox = (given, recipient) => age.encrypt(shareStatement(given), recipient);

/**
 * All that can be known of a box without its key.
 * @param {Uint8Array} box @param {string} origin @param {number} index
 */
export function checkBox(box, origin, index) {
  const size = age.fileSize(shareStatement({ origin, context: `sha256:${ZEROS}`, index, share: ZEROS }).length);
  must(box.length === size, "box_size");
  age.readHeader(box);
}

/**
 * The share in a box, if it is for this context and index and the commitments fix it.
 * @param {Uint8Array} box
 * @param {{identity: Uint8Array, origin: string, context: string, index: number, commitments: string[]}} given
 * @returns {string}
 */
export function openBox(box, { identity, origin, context, index, commitments }) {
  checkBox(box, origin, index);
  const said = readStatement(age.decrypt(box, identity), "share", { origin });
  must(said.context === context, "box_context");
  must(said.index === index, "box_index");
  must(readScalar(said.share) !== null, "share_not_reduced");
  must(shareValid(said.share, index, commitments), "share_not_committed");
  return said.share;
}
