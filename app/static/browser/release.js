/**
 * A key holder after the closing: what is checked before anything is decrypted, and what is released
 * (docs/envelope-v1.md 11, 12). The holder is the last one who can refuse.
 */
import { contextOf, openBox } from "./boxes.js";
import { digest, equal } from "./bytes.js";
import { encodeText } from "./canonical.js";
import { chainsOf, readAct } from "./chains.js";
import { keysOf } from "./committee.js";
import { checkEnvelope, checkEnvelopes, checkSigner } from "./examining.js";
import { enforceSignature } from "./judging.js";
import { recipientOf } from "./points.js";
import { checkReceipt, checkTree, readReceipt } from "./receipts.js";
import { must, Refused, refuse } from "./refusal.js";
import { shareValid } from "./shares.js";
import { encodeStatement, readStatement } from "./statements.js";

/**
 * @typedef {import("./chains.js").Act} Act
 * @typedef {import("./judging.js").Signed} Signed
 * @typedef {{act: Act, envelope: any, context: string}} Live
 * @typedef {{closing: Uint8Array, leaves: Uint8Array[], acts: Map<string, Signed>, boxes: Map<string, Uint8Array>}} Work
 * @typedef {{committee: import("./committee.js").Committee, notices: string[], closesAt: number, objectionMinutes: number,
 *   bidsMin: number, anchored: (closing: Uint8Array) => Promise<void>, closingKnown?: string | null, objections?: Uint8Array[]}} Terms
 * @typedef {{terms: Terms, lot: string, part: string, closing: string, live: Live[], faults: Map<string, string>, boxes: Map<string, Uint8Array>}} Checked
 */

/**
 * All that a holder's client checks before it decrypts anything. A faulty bid does not stop the
 * others: it stays in the list and is released as refused.
 * @param {Work} work
 * @param {{terms: Terms, lot: string, part: string, now: number, verify: import("./judging.js").Verify, survivors?: string[] | null}} given
 * @returns {Promise<Checked>}
 */
export async function checkWork(work, { terms, lot, part, now, verify, survivors = null }) {
  const { committee } = terms;
  const { origin, tender } = committee;
  checkTime(terms, now);
  const closing = readStatement(work.closing, "closing", { origin, tender });
  must(!terms.closingKnown || terms.closingKnown === digest(work.closing), "closing_differs");
  must(Date.parse(closing.closed_at) >= terms.closesAt, "closed_early");
  await terms.anchored(work.closing);
  checkTree(closing, work.leaves);
  const leaves = work.leaves.map((each) => {
    const leaf = readReceipt(each, { origin, tender });
    must(Date.parse(leaf.accepted_at) < terms.closesAt, "receipt_late");
    return leaf;
  });
  for (const each of terms.objections ?? []) {
    const present = work.leaves.some((leaf) => equal(leaf, each));
    must(present || readReceipt(each).lot !== lot, "objection_receipt_absent");
  }
  const acts = leaves.filter((leaf) => leaf.lot === lot).map((leaf) => placed(leaf, work));
  for (const { kind, said } of acts) {
    must(kind !== "bid" || said.committee === committee.digest, "act_committee_unknown");
    must(kind !== "bid" || terms.notices.includes(said.notice), "act_notice_unknown");
  }
  const chains = chainsOf(acts).filter((chain) => chain.live);
  const faults = new Map();
  for (const chain of chains) {
    const code = await codeOf(() => checkChain(chain, committee, verify));
    if (code) faults.set(chain.live?.digest, code);
  }
  must(chains.length - faults.size >= terms.bidsMin, "bids_too_few", { bids: chains.length - faults.size, bids_min: terms.bidsMin });
  const live = chains
    .map((chain) => /** @type {Act} */ (chain.live))
    .filter((act) => !survivors || survivors.includes(act.said.bidder))
    .flatMap((act) => {
      const envelope = act.said.envelopes.find((/** @type {any} */ each) => each.part === part);
      return envelope ? [{ act, envelope, context: contextOf(committee, lot, act.said.bidder, envelope) }] : [];
    });
  must(live.length, "nothing_to_open");
  return { terms, lot, part, closing: digest(work.closing), live, faults, boxes: work.boxes };
}

/**
 * Not before the closing, nor before the minutes in which a bidder may object have passed.
 * @param {{closesAt: number, objectionMinutes: number}} terms @param {number} now own clock, milliseconds
 */
export function checkTime({ closesAt, objectionMinutes }, now) {
  must(now >= closesAt, "before_closing", { closes_at: new Date(closesAt).toISOString() });
  const opensAt = closesAt + 60_000 * objectionMinutes;
  must(now >= opensAt, "objection_time_runs", { opens_at: new Date(opensAt).toISOString() });
}

/**
 * The holder's act for lot and part, to be signed: a share or a refusal for each envelope.
 * @param {Checked} checked
 * @param {{index: number, identity: Uint8Array, checkpoint: string, releasedAt: string}} given
 */
export async function makeRelease(checked, { index, identity, checkpoint, releasedAt }) {
  const { committee } = checked.terms;
  const listed = keysOf(committee, checked.part).find((each) => each.index === index);
  must(listed?.recipient === recipientOf(identity), "holder_key_differs");
  const shares = [];
  for (const each of checked.live) {
    let share = "";
    const refused = await codeOf(async () => {
      share = openedShare(each, checked, index, identity);
    });
    shares.push(refused ? { context: each.context, refused } : { context: each.context, share });
  }
  return encodeStatement("release", {
    origin: committee.origin, tender: committee.tender, lot: checked.lot, part: checked.part, index,
    closing: checked.closing, checkpoint, released_at: releasedAt, shares,
  });
}

/**
 * A release for this lot and part, with every live envelope in tree order; else refused.
 * @param {Uint8Array} raw
 * @param {{committee: import("./committee.js").Committee, lot: string, part: string, live: Live[]}} given
 */
export function readRelease(raw, { committee, lot, part, live }) {
  const { origin, tender } = committee;
  const said = readStatement(raw, "release", { origin, tender, lot, part });
  must(said.index <= committee.count, "release_index");
  const contexts = (/** @type {any[]} */ of) => encodeText(of.map((each) => each.context));
  must(contexts(said.shares) === contexts(live), "release_envelopes");
  const pairs = (/** @type {string} */ name) =>
    Object.fromEntries(said.shares.filter((/** @type {any} */ each) => name in each).map((/** @type {any} */ each) => [each.context, each[name]]));
  const shares = pairs("share");
  const wrong = live.filter(({ context, envelope }) => context in shares && !shareValid(shares[context], said.index, envelope.commitments));
  return { shares, refused: pairs("refused"), wrong: wrong.map((each) => each.context) };
}

/** @param {Live} live @param {Checked} checked @param {number} index @param {Uint8Array} identity */
function openedShare({ act, envelope, context }, checked, index, identity) {
  const fault = checked.faults.get(act.digest);
  if (fault) refuse(fault);
  const box = checked.boxes.get(envelope.boxes[index - 1]);
  if (!box || digest(box) !== envelope.boxes[index - 1]) return refuse("box_missing");
  const { origin } = checked.terms.committee;
  return openBox(box, { identity, origin, context, index, commitments: envelope.commitments });
}

/** @param {any} leaf @param {Work} work */
function placed(leaf, work) {
  const own = work.acts.get(leaf.act);
  if (!own || digest(own.statement) !== leaf.act) return refuse("act_missing");
  const act = readAct(own.statement, leaf.event === "withdrawal" ? "withdrawal" : "bid");
  checkReceipt(leaf, act);
  return { ...act, own, signature: leaf.signature };
}

/**
 * Signatures along a chain, and the envelopes of its live act.
 * @param {{acts: Array<Act & {own: Signed, signature: string}>, live: Act | null}} chain
 * @param {import("./committee.js").Committee} committee @param {import("./judging.js").Verify} verify
 */
async function checkChain(chain, committee, verify) {
  for (const [at, act] of chain.acts.entries()) {
    const found = enforceSignature(await verify(act.own.statement, act.own.cms), true);
    must(found.signature === act.signature, "receipt_not_of_act");
    checkSigner(act, found, chain.acts.slice(0, at));
  }
  const { envelopes } = /** @type {Act} */ (chain.live).said;
  checkEnvelopes(envelopes, committee);
  for (const each of envelopes) checkEnvelope(each, committee);
}

/** @param {() => Promise<void>} check @returns {Promise<string | null>} the code it was refused with */
async function codeOf(check) {
  try {
    await check();
    return null;
  } catch (problem) {
    if (problem instanceof Refused) return problem.code;
    throw problem;
  }
}
