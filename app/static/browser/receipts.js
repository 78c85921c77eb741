/** Receipts, which are leaves of the tree of acts (docs/envelope-v1.md 10). */
import { digest, toHex } from "./bytes.js";
import { eventOf } from "./chains.js";
import { leafHash, treeRoot } from "./merkle.js";
import { must } from "./refusal.js";
import { readStatement, typeName } from "./statements.js";

/** @param {Uint8Array} raw @param {Record<string, unknown>} [expected] */
export const readReceipt = (raw, expected) => readStatement(raw, "receipt", expected);

/**
 * Refused unless the receipt is this act's.
 * @param {any} receipt @param {import("./chains.js").Act} act
 */
export function checkReceipt(receipt, act) {
  const same = ["origin", "tender", "lot", "bidder", "prev"].every((key) => receipt[key] === act.said[key]);
  must(same && receipt.act === act.digest && receipt.event === eventOf(act), "receipt_not_of_act");
}

/** The text that the receipt key signs. @param {Uint8Array} raw */
export const noteText = (raw) => `${typeName("receipt")}\n${readReceipt(raw).origin}\n${digest(raw)}\n`;

/** @param {Uint8Array[]} leaves @returns {string} the root as statements write it */
export const rootText = (leaves) => `sha256:${toHex(treeRoot(leaves.map(leafHash)))}`;

/**
 * Whether these receipts, in this order, are the tree that was closed.
 * @param {any} closing @param {Uint8Array[]} leaves
 */
export function checkTree(closing, leaves) {
  must(leaves.length === closing.size, "tree_size");
  must(rootText(leaves) === closing.root, "tree_root");
}
