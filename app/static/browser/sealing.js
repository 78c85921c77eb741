/** Sealing: envelopes, boxes, and the one act over them. The twin of `signatures/sealed/bids.py`. */
import { sha256 } from "@noble/hashes/sha2.js";
import { Encryptor } from "./age.js";
import { digestOf, piecesOf } from "./blobs.js";
import { contextOf, sealBox } from "./boxes.js";
import { digest, random, toHex } from "./bytes.js";
import { keysOf } from "./committee.js";
import { checkFiles, commit, frame } from "./payload.js";
import { makeIdentity, recipientOf, writeIdentity } from "./points.js";
import { must } from "./refusal.js";
import { deal } from "./shares.js";
import { encodeStatement, PARTS } from "./statements.js";

const ZEROS = new Uint8Array(64 * 1024);

/**
 * @typedef {{name: string, content: Blob}} Attachment
 * @typedef {{part: string, entry: any, boxes: Uint8Array[], identity: string}} SealedEnvelope
 */

/**
 * Seal one part: the ciphertext goes to `out` piece by piece, everything else is returned.
 * @param {import("./committee.js").Committee} committee
 * @param {{lot: string, part: string, bidder: string, files: Attachment[], sign: (statement: Uint8Array) => Promise<Uint8Array>,
 *   out: import("./storage.js").Writer, progress?: (bytes: number) => void}} given
 * @returns {Promise<SealedEnvelope>}
 */
export async function sealEnvelope(committee, { lot, part, bidder, files, sign, out, progress = () => {} }) {
  const { origin, tender } = committee;
  checkFiles(files.map(({ name, content }) => ({ name, size: content.size })));
  const identity = makeIdentity();
  const recipient = recipientOf(identity);
  const openings = [];
  for (const { name, content } of files) {
    openings.push({ salt: toHex(random(32)), name, size: content.size, digest: `sha256:${toHex(await digestOf(content, progress))}` });
  }
  const inner = encodeStatement("inner", { origin, tender, lot, part, bidder, recipient, files: openings.map(commit) });
  const { head, zeros } = frame(part, inner, await sign(inner), openings);

  const encryptor = new Encryptor(recipient);
  const hash = sha256.create();
  let size = 0;
  const write = async (/** @type {Uint8Array} */ bytes) => {
    hash.update(bytes);
    size += bytes.length;
    await out.write(bytes);
  };
  const push = async (/** @type {Uint8Array} */ plain) => {
    for (const chunk of encryptor.push(plain)) await write(chunk);
  };
  await write(encryptor.head);
  await push(head);
  for (const [at, { content }] of files.entries()) {
    const seen = sha256.create();
    for await (const piece of piecesOf(content)) {
      seen.update(piece);
      await push(piece);
      progress(piece.length);
    }
    // A file that somebody saves while it is being sealed would not open again.
    must(`sha256:${toHex(seen.digest())}` === openings[at].digest, "file_changed", { name: files[at].name });
  }
  for (let left = zeros; left > 0; left -= ZEROS.length) await push(ZEROS.subarray(0, Math.min(left, ZEROS.length)));
  await write(encryptor.end());
  await out.close();

  const dealt = deal(identity, committee.threshold, committee.count);
  const entry = { part, ciphertext: `sha256:${toHex(hash.digest())}`, size, recipient, commitments: dealt.commitments, inner: digest(inner) };
  const context = contextOf(committee, lot, bidder, entry);
  const boxes = keysOf(committee, part).map(({ index, recipient: holder }) =>
    sealBox({ origin, context, index, share: dealt.shares[index - 1] }, holder));
  const written = writeIdentity(identity);
  identity.fill(0);
  return { part, entry: { ...entry, boxes: boxes.map(digest) }, boxes, identity: written };
}

/**
 * The act of a bid or a replacement, to be signed.
 * @param {import("./committee.js").Committee} committee
 * @param {{lot: string, bidder: string, seq: number, prev: string | null, notice: string, client: string, signers: string[], envelopes: any[]}} given
 */
export function bidAct({ origin, tender, digest: committee }, { envelopes, ...given }) {
  const ordered = [...envelopes].sort((one, other) => PARTS.indexOf(one.part) - PARTS.indexOf(other.part));
  return encodeStatement("bid", { origin, tender, committee, ...given, envelopes: ordered });
}

/** @param {{origin: string, tender: string, lot: string, bidder: string, seq: number, prev: string}} given */
export const withdrawalAct = (given) => encodeStatement("withdrawal", given);
