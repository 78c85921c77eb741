/** What can be checked of acts without plaintext (docs/envelope-v1.md 9). */
import { plainSize, readHeader } from "./age.js";
import { checkBox, contextOf } from "./boxes.js";
import { digest } from "./bytes.js";
import { encodeText } from "./canonical.js";
import { readAct } from "./chains.js";
import { enforceSignature } from "./judging.js";
import { checkPayloadSize } from "./payload.js";
import { must, refuse } from "./refusal.js";
import { checkCommitments } from "./shares.js";
import { ACTS_MAX } from "./statements.js";

/**
 * @typedef {import("./chains.js").Act} Act
 * @typedef {import("./committee.js").Committee} Committee
 * @typedef {import("./judging.js").Signed} Signed
 */

/**
 * Its number and predecessor fit the acts before.
 * @param {Act} act @param {Act[]} previous
 */
export function checkPlace(act, previous) {
  must(previous.length < ACTS_MAX, "acts_too_many");
  must(act.said.seq === previous.length + 1, "act_seq");
  must(act.said.prev === (previous[previous.length - 1]?.digest ?? null), "act_prev");
}

/**
 * Signed for the bidder: by the firm, or by a certificate that the last bid named.
 * @param {Act} act @param {import("./judging.js").Judgement} found @param {Act[]} previous
 */
export function checkSigner(act, found, previous) {
  const last = previous.filter((each) => each.kind === "bid").pop();
  const named = Boolean(last?.said.signers.includes(found.certificate));
  must(found.organization === act.said.bidder || named, "signer_not_of_bidder");
}

/** @param {any[]} envelopes @param {Committee} committee */
export function checkEnvelopes(envelopes, committee) {
  must(encodeText(envelopes.map((each) => each.part)) === encodeText(committee.parts), "envelopes_parts");
  must(new Set(envelopes.map((each) => each.recipient)).size === envelopes.length, "identity_reused");
}

/** @param {any} envelope @param {Committee} committee */
export function checkEnvelope(envelope, committee) {
  checkCommitments(envelope, committee.threshold);
  must(!committee.keys.some((each) => each.recipient === envelope.recipient), "identity_reused");
  must(envelope.boxes.length === committee.count, "boxes_count");
  const plain = plainSize(envelope.size) ?? refuse("ciphertext_size");
  checkPayloadSize(envelope.part, plain);
}

/**
 * A bid or a replacement, as the server examines it before any lock.
 * @param {Signed} signed
 * @param {{committee: Committee, lot: string, bidder: string, notice: string, previous: Act[], boxes: Record<string, Uint8Array[]>,
 *   ciphertexts: Record<string, {size: number, header: Uint8Array}>, verify: import("./judging.js").Verify}} given
 */
export async function examineBid(signed, { committee, lot, bidder, notice, previous, boxes, ciphertexts, verify }) {
  const { origin, tender } = committee;
  const act = readAct(signed.statement, "bid", { origin, tender, lot, bidder, notice, committee: committee.digest });
  checkPlace(act, previous);
  checkEnvelopes(act.said.envelopes, committee);
  for (const each of act.said.envelopes) {
    checkEnvelope(each, committee);
    const head = ciphertexts[each.ciphertext] ?? refuse("ciphertext_missing");
    must(head.size === each.size, "ciphertext_size");
    readHeader(head.header);
    const own = boxes[each.part] ?? [];
    must(encodeText(own.map(digest)) === encodeText(each.boxes), "boxes_differ");
    own.forEach((box, at) => checkBox(box, origin, at + 1));
  }
  checkSigner(act, enforceSignature(await verify(signed.statement, signed.cms), true), previous);
  const contexts = act.said.envelopes.map((/** @type {any} */ each) => [each.part, contextOf(committee, lot, bidder, each)]);
  return { act: act.digest, contexts: Object.fromEntries(contexts) };
}

/**
 * @param {Signed} signed
 * @param {{origin: string, tender: string, lot: string, bidder: string, previous: Act[], verify: import("./judging.js").Verify}} given
 */
export async function examineWithdrawal(signed, { previous, verify, ...place }) {
  const { origin, tender, lot, bidder } = place;
  const act = readAct(signed.statement, "withdrawal", { origin, tender, lot, bidder });
  checkPlace(act, previous);
  must(previous[previous.length - 1].kind !== "withdrawal", "nothing_to_withdraw");
  checkSigner(act, enforceSignature(await verify(signed.statement, signed.cms), true), previous);
  return { act: act.digest };
}
