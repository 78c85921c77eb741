/** From shares to the identity, from the identity to the files (docs/envelope-v1.md 13). */
import * as age from "./age.js";
import { digest } from "./bytes.js";
import { enforceSignature } from "./judging.js";
import { readPayload } from "./payload.js";
import { readIdentity, recipientOf, writeIdentity } from "./points.js";
import { must } from "./refusal.js";
import { recover, shareValid } from "./shares.js";

/**
 * The envelope's identity from t valid shares of releases that name this closing.
 * @param {any} envelope
 * @param {Array<{index: number, share: string, closing: string}>} releases
 * @param {{closing: string, threshold: number}} given
 */
export function recoverIdentity(envelope, releases, { closing, threshold }) {
  const counted = releases.filter((each) => each.closing === closing);
  must(new Set(counted.map((each) => each.index)).size >= threshold, "shares_missing");
  const valid = counted.filter((each) => shareValid(each.share, each.index, envelope.commitments));
  const shares = Object.entries(Object.fromEntries(valid.map((each) => [each.index, each.share])));
  must(shares.length >= threshold, "shares_missing");
  return writeIdentity(recover(Object.fromEntries(shares.slice(0, threshold)), envelope.recipient));
}

/**
 * Decrypt an envelope and check all that was promised about it, to the last byte.
 * @param {Uint8Array} ciphertext
 * @param {{identity: string, committee: {origin: string, tender: string}, act: import("./chains.js").Act, envelope: any,
 *   verify: import("./judging.js").Verify, signers?: string[]}} given
 */
export async function openEnvelope(ciphertext, { identity, committee, act, envelope, verify, signers = [] }) {
  const secret = readIdentity(identity);
  must(recipientOf(secret) === envelope.recipient, "identity_differs");
  must(digest(ciphertext) === envelope.ciphertext && ciphertext.length === envelope.size, "ciphertext_differs");
  const read = readPayload(age.decrypt(ciphertext, secret), envelope.part);
  must(digest(read.inner) === envelope.inner, "inner_differs");
  const here = {
    origin: committee.origin, tender: committee.tender, lot: act.said.lot, part: envelope.part, bidder: act.said.bidder, recipient: envelope.recipient,
  };
  for (const [key, wanted] of Object.entries(here)) must(read.statement[key] === wanted, "inner_of_another", { key });
  const found = enforceSignature(await verify(read.inner, read.cms), true);
  must(found.organization === act.said.bidder || signers.includes(String(found.certificate)), "signer_not_of_bidder");
  return read;
}
