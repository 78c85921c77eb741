/**
 * What is checked before anything is sealed or decrypted. The twin of `signatures/tool/checking.py`.
 * Otherwise one bidder can be shown a committee of the operator's.
 */
import { digest, fromBase64 } from "./bytes.js";
import { encodeText, readCanonical, STATEMENT_BYTES_MAX } from "./canonical.js";
import { digestBy, SHA256 } from "./algorithms.js";
import { fingerprintOf, keysOf, readCommittee } from "./committee.js";
import { enforceSignature } from "./judging.js";
import { entriesOf } from "./public_log.js";
import { must } from "./refusal.js";
import { digestForm, identifier, instant, matches, nullable, origin, readStatement, size, typeName } from "./statements.js";
import { judgeToken, verifierOf } from "./verdicts.js";

const PUBLISHED = "tender.publish";
const AMENDED = "tender.amend";
const CLOSED = "tender.close";

/**
 * @typedef {{statement: Uint8Array, cms: Uint8Array, token: Uint8Array | null}} Stamped
 * @typedef {{origin: string, tender: string, committee: Stamped, holders: Stamped[], possessions: Stamped[], notices: Stamped[]}} Package
 * @typedef {{committee: import("./committee.js").Committee, notices: string[], last: any, fingerprint: string, closesAt: number,
 *   currency: string, lots: string[], logged: boolean}} CheckedTender
 */

/** @param {any} record as the server gives it @returns {Package} */
export function packageOf(record) {
  return {
    origin: String(record.origin),
    tender: String(record.tender),
    committee: stamped(record.committee),
    holders: record.holders.map((/** @type {any} */ each) => stamped(each.holder)),
    possessions: record.holders.filter((/** @type {any} */ each) => each.possession).map((/** @type {any} */ each) => stamped(each.possession)),
    notices: record.notices.map((/** @type {any} */ each) => stamped(each.signed)),
  };
}

/**
 * Officer, holders, rules, the chain of notices, the public log.
 * @param {Package} given
 * @param {{trust: import("./trust.js").Trust, now: number, log: import("./public_log.js").PublicLog | null}} by
 * @returns {Promise<CheckedTender>}
 */
export async function checkPackage(given, { trust, now, log }) {
  const verify = verifierOf(trust, now, tokensOf(given), digest);
  const notices = await readNotices(given, verify);
  const last = notices[notices.length - 1];
  const { origin: house, tender } = given;
  const committee = await readCommittee(given.committee, given.holders, { origin: house, tender, verify, buyer: last.buyer });
  const fingerprint = fingerprintOf(committee.digest);
  for (const notice of notices) {
    must(notice.committee === committee.digest, "notice_names_another_committee");
    must(notice.fingerprint === fingerprint, "notice_prints_another_fingerprint");
  }
  await checkPossessions(given, committee, verify);
  const digests = given.notices.map((each) => digest(each.statement));
  if (log) await checkLogged(log, committee, digests);
  return {
    committee, notices: digests, last, fingerprint, closesAt: Date.parse(last.closes_at), currency: last.currency,
    lots: (last.lots ?? []).map((/** @type {any} */ each) => String(each.lot)), logged: log !== null,
  };
}

/**
 * What a holder's client holds the work against.
 * @param {CheckedTender} checked
 * @param {{trust: import("./trust.js").Trust, now: number, log: import("./public_log.js").PublicLog | null, token?: Uint8Array | null, waived: boolean}} evidence
 * @param {string | null} closingKnown @param {Uint8Array[]} [objections]
 * @returns {import("./release.js").Terms}
 */
export function termsOf(checked, evidence, closingKnown, objections = []) {
  return {
    committee: checked.committee, notices: checked.notices, closesAt: checked.closesAt, closingKnown, objections,
    objectionMinutes: checked.last.objection_minutes, bidsMin: checked.last.live_bids_min,
    anchored: (closing) => checkEvidence(closing, checked.committee.tender, evidence),
  };
}

/**
 * That the closing was fixed outside the operator's house: under a witnessed checkpoint, or an outside
 * authority's token, or by the holder's own word that there is neither.
 * @param {Uint8Array} closing @param {string} tender
 * @param {{trust: import("./trust.js").Trust, now: number, log: import("./public_log.js").PublicLog | null, token?: Uint8Array | null, waived: boolean}} given
 */
async function checkEvidence(closing, tender, { trust, now, log, token, waived }) {
  if (log) {
    const found = (await entriesOf(log, tender, [CLOSED]))[CLOSED].map((each) => each["body.closing"]);
    must(encodeText(found) === encodeText([digest(closing)]), "closing_not_in_log");
    if (log.witnesses.length) return;
  }
  if (waived) return;
  const stamped = token ? await judgeToken(token, (oid) => (oid === SHA256 ? digestBy(SHA256, closing) : null), trust, now) : null;
  must(stamped?.passed && stamped.outside, "closing_without_outside_evidence");
}

/** @param {Package} given @param {import("./judging.js").Verify} verify */
async function readNotices(given, verify) {
  const found = [];
  let previous = null;
  for (const [at, each] of given.notices.entries()) {
    const notice = readNotice(each.statement);
    const said = [notice.origin, notice.tender, notice.number, notice.previous];
    must(encodeText(said) === encodeText([given.origin, given.tender, at + 1, previous]), "notice_chain_broken", { number: at + 1 });
    const judgement = enforceSignature(await verify(each.statement, each.cms));
    must(judgement.organization !== null, "notice_of_no_organisation", { number: at + 1 });
    found.push(notice);
    previous = digest(each.statement);
  }
  must(found.length, "notice_missing");
  return found;
}

/** A notice is the buyer's statement; what sealing depends on is read of it. @param {Uint8Array} raw */
function readNotice(raw) {
  const notice = readCanonical(raw, STATEMENT_BYTES_MAX);
  must(notice !== null && typeof notice === "object" && notice.type === typeName("notice"), "statement_type", { expected: "notice" });
  const fields = {
    origin, tender: identifier, number: size, previous: nullable(digestForm), buyer: identifier, closes_at: instant,
    currency: matches("[A-Z]{3}"), committee: digestForm, fingerprint: matches("[0-9a-f]{4}( [0-9a-f]{4}){15}"),
    live_bids_min: size, objection_minutes: size,
  };
  for (const [key, form] of Object.entries(fields)) must(form(key in notice ? notice[key] : ""), "statement_value", { statement: "notice", key });
  return notice;
}

/** @param {Package} given @param {import("./committee.js").Committee} committee @param {import("./judging.js").Verify} verify */
async function checkPossessions(given, committee, verify) {
  for (const each of given.possessions) {
    const said = readStatement(each.statement, "possession", { origin: given.origin, tender: given.tender });
    const judgement = enforceSignature(await verify(each.statement, each.cms));
    const key = keysOf(committee, said.part).find((listed) => listed.index === said.index);
    must(key && judgement.certificate === key.certificate && said.recipient === key.recipient, "possession_of_another", { index: said.index });
  }
}

/**
 * Notice and committee stand in the public log, and no other does for this tender.
 * @param {import("./public_log.js").PublicLog} log @param {import("./committee.js").Committee} committee @param {string[]} notices
 */
async function checkLogged(log, committee, notices) {
  must(log.origin === committee.origin, "log_of_another_installation");
  const { [PUBLISHED]: published, [AMENDED]: amended } = await entriesOf(log, committee.tender, [PUBLISHED, AMENDED]);
  const named = [...published, ...amended].map((each) => each["body.notice"] ?? null);
  must(encodeText(named) === encodeText(notices), "notices_not_in_log");
  must(encodeText(published.map((each) => each["body.committee"] ?? null)) === encodeText([committee.digest]), "committee_not_in_log");
}

/** @param {any} record @returns {Stamped} */
const stamped = (record) => ({
  statement: fromBase64(record.statement), cms: fromBase64(record.cms), token: record.token ? fromBase64(record.token) : null,
});

/** @param {Package} given */
function tokensOf({ committee, holders, possessions, notices }) {
  const found = new Map();
  for (const each of [committee, ...holders, ...possessions, ...notices]) if (each.token) found.set(digest(each.statement), each.token);
  return found;
}

