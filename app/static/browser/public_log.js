/**
 * The public log as an outsider reads it: every leaf hash is fetched and the root reckoned anew. The
 * twin of `signatures/tool/public_log.py`.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, digest, equal, fromBase64, fromHex, utf8 } from "./bytes.js";
import { encode } from "./canonical.js";
import { leafHash, treeRoot } from "./merkle.js";
import { openNote, readKey } from "./note.js";
import { must, Refused, refuse } from "./refusal.js";

const WIDTH = 256;

/**
 * @typedef {(name: string) => Promise<Uint8Array>} Fetch
 * @typedef {{origin: string, checkpoint: string, witnesses: string[], hashes: Uint8Array[], fetch: Fetch}} PublicLog
 */

/**
 * Refused unless the key signed the checkpoint and the root is right; where witnesses are named, one
 * of them at least must have signed too.
 * @param {Fetch} fetch @param {string} vkey @param {string[]} [witnesses]
 * @returns {Promise<PublicLog>}
 */
export async function readLog(fetch, vkey, witnesses = []) {
  const key = readKey(vkey);
  const others = witnesses.map(readKey);
  const note = openCheckpoint(await fetch("checkpoint"), [key, ...others]);
  const [origin, written, root] = note.text.split("\n");
  const size = Number(written);
  must(note.signers.includes(key) && origin === key.name && /^\d{1,12}$/.test(written), "log_checkpoint_wrong");
  const cosigned = others.filter((each) => note.signers.includes(each)).map((each) => each.name);
  must(!others.length || cosigned.length, "log_checkpoint_wrong", { problem: "not_witnessed" });
  const hashes = [];
  for (let number = 0; number * WIDTH < size; number++) {
    const width = Math.min(WIDTH, size - number * WIDTH);
    const raw = await fetch(`tile/0/${numberPath(number)}${width === WIDTH ? "" : `.p/${width}`}`);
    must(raw.length === width * 32, "log_tile_wrong", { number });
    for (let at = 0; at < raw.length; at += 32) hashes.push(raw.slice(at, at + 32));
  }
  must(equal(treeRoot(hashes), fromBase64(root)), "log_root_wrong", { size });
  return { origin, checkpoint: digest(utf8(note.text)), witnesses: cosigned, hashes, fetch };
}

/**
 * What is shown of the entries of acts about a tender, each seen to be what the log holds.
 * @param {PublicLog} log @param {string} tender @param {string[]} acts
 * @returns {Promise<Record<string, Array<Record<string, any>>>>} by act, values by field
 */
export async function entriesOf(log, tender, acts) {
  /** @type {Record<string, Array<Record<string, any>>>} */
  const found = Object.fromEntries(acts.map((act) => [act, []]));
  for (let number = 0; number * WIDTH < log.hashes.length; number++) {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await log.fetch(`entries/${numberPath(number)}.jsonl`));
    for (const line of text.split("\n").slice(0, -1)) {
      const entry = JSON.parse(line);
      const fields = entry.fields ?? {};
      const act = fields.act?.value;
      if (acts.includes(act) && fields.tender?.value === tender) {
        checkEntry(entry, log);
        found[act].push(Object.fromEntries(Object.entries(fields).map(([name, each]) => [name, each.value])));
      }
    }
  }
  return found;
}

/** @param {Uint8Array} raw @param {import("./note.js").VerifierKey[]} keys */
function openCheckpoint(raw, keys) {
  try {
    return openNote(raw, keys);
  } catch (problem) {
    if (problem instanceof Refused) return refuse("log_checkpoint_wrong", { problem: problem.code });
    throw problem;
  }
}

/** @param {any} entry @param {PublicLog} log */
function checkEntry(entry, { origin, hashes }) {
  const fields = /** @type {Record<string, any>} */ (entry.fields);
  for (const each of Object.values(fields)) {
    if ("salt" in each) must(digest(concat(fromHex(each.salt), encode(each.value))) === each.digest, "log_entry_wrong", { id: entry.id });
  }
  const digests = Object.fromEntries(Object.entries(fields).map(([name, each]) => [name, each.digest]));
  const commitment = sha256(encode({ type: "sunlit/entry/v1", origin, id: entry.id, fields: digests }));
  const leaf = Number.isSafeInteger(entry.position) ? hashes[entry.position] : undefined;
  must(leaf && equal(leafHash(commitment), leaf), "log_entry_wrong", { id: entry.id });
}

/** @param {number} number */
function numberPath(number) {
  const groups = [String(number % 1000).padStart(3, "0")];
  for (let left = Math.floor(number / 1000); left; left = Math.floor(left / 1000)) groups.unshift(`x${String(left % 1000).padStart(3, "0")}`);
  return groups.join("/");
}
