/** Acts of one bidder and lot as a chain (docs/envelope-v1.md 9). */
import { digest } from "./bytes.js";
import { must, Refused } from "./refusal.js";
import { readStatement } from "./statements.js";

/** @typedef {{digest: string, kind: "bid" | "withdrawal", said: any}} Act */

/**
 * @param {Uint8Array} raw @param {"bid" | "withdrawal"} kind @param {Record<string, unknown>} [expected]
 * @returns {Act}
 */
export function readAct(raw, kind, expected = {}) {
  const said = readStatement(raw, kind, expected);
  must(kind !== "bid" || (said.prev === null) === (said.seq === 1), "act_prev");
  return { digest: digest(raw), kind, said };
}

/** @param {Act} act what its receipt calls it */
export const eventOf = ({ kind, said }) => (kind === "withdrawal" ? "withdrawal" : said.seq === 1 ? "bid" : "replacement");

/**
 * The live act of a chain in tree order, null if withdrawn; refused where a gap or a fork stops it.
 * @param {Act[]} acts
 * @returns {Act | null}
 */
export function follow(acts) {
  const seen = new Set();
  let last = null;
  for (const act of acts) {
    must(!seen.has(act.said.seq), "chain_fork");
    seen.add(act.said.seq);
    must(act.said.seq === seen.size && act.said.prev === (last?.digest ?? null), "chain_gap");
    last = act;
  }
  return last?.kind === "bid" ? last : null;
}

/**
 * The chains of a lot by bidder, in the order in which their last acts stand in the tree.
 * @template {Act} T
 * @param {T[]} acts
 * @returns {Array<{bidder: string, acts: T[], live: T | null}>}
 */
export function chainsOf(acts) {
  /** @type {Map<string, T[]>} */
  const byBidder = new Map();
  for (const act of acts) byBidder.set(act.said.bidder, [...(byBidder.get(act.said.bidder) ?? []), act]);
  const chains = [...byBidder].map(([bidder, own]) => {
    let live = null;
    try {
      live = /** @type {T | null} */ (follow(own));
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
    }
    return { bidder, acts: own, live, place: acts.indexOf(own[own.length - 1]) };
  });
  return chains.sort((one, other) => one.place - other.place);
}
