/** The key holders of a tender and the rules they must keep (docs/envelope-v1.md 5). */
import { digest, toHex } from "./bytes.js";
import { encodeText } from "./canonical.js";
import { enforceSignature } from "./judging.js";
import { readRecipient, recipientOf } from "./points.js";
import { must } from "./refusal.js";
import { encodeStatement, HOLDERS_MAX, PARTS, readStatement } from "./statements.js";

/**
 * @typedef {{index: number, part: string, recipient: string, digest: string, certificate: string, person: string, organization: string | null, name: string | null}} Key
 * @typedef {{origin: string, tender: string, digest: string, threshold: number, parts: string[], count: number, keys: Key[]}} Committee
 */

/**
 * Read a committee; refused unless signatures and rules hold.
 * @param {import("./judging.js").Signed} committee
 * @param {import("./judging.js").Signed[]} holders
 * @param {{origin: string, tender: string, verify: import("./judging.js").Verify, buyer?: string | null}} given
 * @returns {Promise<Committee>}
 */
export async function readCommittee(committee, holders, { origin, tender, verify, buyer }) {
  const expected = { origin, tender };
  const said = readStatement(committee.statement, "committee", expected);
  const officer = enforceSignature(await verify(committee.statement, committee.cms));
  const keys = [];
  const raw = [];
  for (const each of holders) {
    const read = readStatement(each.statement, "holder", expected);
    raw.push(toHex(readRecipient(read.recipient)));
    const found = enforceSignature(await verify(each.statement, each.cms));
    keys.push({
      index: read.index, part: read.part, recipient: read.recipient, digest: digest(each.statement),
      certificate: String(found.certificate), person: String(found.person), organization: found.organization, name: found.person,
    });
  }
  must(same(keys.map((each) => each.digest), said.holders), "committee_holders_differ");
  const parts = PARTS.filter((part) => keys.some((each) => each.part === part));
  const count = Math.floor(keys.length / parts.length);
  const places = parts.flatMap((part) => Array.from({ length: count }, (_, at) => `${part} ${at + 1}`));
  must(same(keys.map((each) => `${each.part} ${each.index}`), places), "committee_indices");
  const byIndex = Array.from({ length: count }, (_, at) => keys.filter((each) => each.index === at + 1));
  must(byIndex.every((each) => new Set(each.map((one) => one.certificate)).size === 1), "committee_certificates");
  must(said.threshold <= count && count <= HOLDERS_MAX, "committee_threshold");
  must(new Set(byIndex.map((each) => each[0].certificate)).size === count, "committee_certificates");
  must(new Set(byIndex.map((each) => each[0].person)).size === count, "committee_persons");
  must(new Set(raw).size === keys.length, "committee_keys");
  const house = buyer ?? officer.organization;
  must(house !== null && house !== undefined, "committee_buyer_unknown");
  must(byIndex.some((each) => each[0].organization !== null && each[0].organization !== house), "committee_outsider");
  return { origin, tender, digest: digest(committee.statement), threshold: said.threshold, parts, count, keys };
}

/** @param {Committee} committee @param {string} part @returns {Key[]} by index */
export const keysOf = (committee, part) => committee.keys.filter((each) => each.part === part);

/** @param {string} of a digest @returns {string} groups of four, as the notice prints it */
export const fingerprintOf = (of) => (of.slice(7).match(/.{4}/g) ?? []).join(" ");

/**
 * A holder's statement about a key, to be signed.
 * @param {{origin: string, tender: string, part: string, index: number, identity: Uint8Array, madeAt: string}} given
 */
export const holderStatement = ({ origin, tender, part, index, identity, madeAt }) =>
  encodeStatement("holder", { origin, tender, part, index, recipient: recipientOf(identity), made_at: madeAt });

/**
 * That the holder has the key at hand, to be signed after a test on a box of the client's own.
 * @param {{origin: string, tender: string, part: string, index: number, identity: Uint8Array, checkpoint: string}} given
 */
export const possessionStatement = ({ origin, tender, part, index, identity, checkpoint }) =>
  encodeStatement("possession", { origin, tender, part, index, recipient: recipientOf(identity), checkpoint });

/** @param {unknown} one @param {unknown} other */
const same = (one, other) => encodeText(one) === encodeText(other);
