/** What a bidder does in the browser: seal, withdraw, send, check the receipt. The twin of `tool/bidding.py`. */
import { digest, fromBase64, toBase64, utf8 } from "./bytes.js";
import { readAct } from "./chains.js";
import { checkPackage, packageOf } from "./checking.js";
import { signStatement } from "./cms.js";
import { writeBidSecrets } from "./keyfiles.js";
import { openNote, readKey } from "./note.js";
import { encodeReadOut, FILE_NAME, readReadOut } from "./readout.js";
import { checkReceipt, noteText, readReceipt } from "./receipts.js";
import { must, Refused, refuse } from "./refusal.js";
import { bidAct, sealEnvelope, withdrawalAct } from "./sealing.js";
import { readSignedData } from "./signed_data.js";
import { tarOf } from "./tar.js";
import { trustOf } from "./trust.js";
import { upload } from "./upload.js";
import { judgeDocument } from "./verdicts.js";

const READ_OUT_PART = "price";
const STATE = "bid.json";

/**
 * @typedef {import("./chains.js").Act} Act
 * @typedef {{act: string, cms: string, kind: "bid" | "withdrawal", boxes: Record<string, string[]>, secrets: string | null, places: Record<string, string>}} Kept
 *   bytes in base64; what waits to be sent
 */

/**
 * The tender as the bidder's client has checked it.
 * @param {import("./server.js").Server} server @param {import("./installation.js").Installation} installation @param {string} tender
 */
export async function checkedTender(server, { trust, now, log }, tender) {
  const given = packageOf(await server.get(`api/v1/tenders/${encodeURIComponent(tender)}/committee`));
  must(given.tender === tender, "statement_mismatch");
  return checkPackage(given, { trust, now: now(), log });
}

/**
 * The last act that this bidder has sent for a lot.
 * @param {import("./server.js").Server} server @param {{tender: string, lot: string, bidder: string}} place
 * @returns {Promise<Act | null>}
 */
export async function lastAct(server, { tender, lot, bidder }) {
  /** @type {any[]} */
  const all = await server.get(`browser/tenders/${encodeURIComponent(tender)}/acts/mine`);
  const acts = all.flatMap(({ kind, statement }) => {
    const act = readAct(fromBase64(statement), kind === "withdrawal" ? "withdrawal" : "bid");
    return act.said.lot === lot && act.said.bidder === bidder && act.said.tender === tender ? [act] : [];
  });
  return acts.sort((one, other) => other.said.seq - one.said.seq)[0] ?? null;
}

/**
 * Check what will be read out, and put it beside the files of the price.
 * @param {Record<string, import("./sealing.js").Attachment[]>} files by part
 * @param {{total: string, delivery: string, currency: string}} said
 */
export async function withReadOut(files, { total, delivery, currency }) {
  const price = files[READ_OUT_PART] ?? [];
  const own = price.find((each) => each.name === FILE_NAME);
  if (own) {
    must(!total && !delivery, "readout_given_twice");
    readReadOut(new Uint8Array(await own.content.arrayBuffer()), currency);
    return files;
  }
  must(total, "readout_missing");
  const raw = encodeReadOut(total, currency, delivery);
  return { ...files, [READ_OUT_PART]: [...price, { name: FILE_NAME, content: new Blob([raw]) }] };
}

/**
 * Seal every part of a lot into the folder. Nothing has been sent when this returns.
 * @param {import("./checking.js").CheckedTender} checked
 * @param {{lot: string, bidder: string, files: Record<string, import("./sealing.js").Attachment[]>, before: Act | null,
 *   signer: import("./signer.js").Signer, passphrase: string, client: string, folder: import("./storage.js").Folder, progress: (bytes: number) => void}} given
 * @returns {Promise<Kept>}
 */
export async function sealBid(checked, { lot, bidder, files, before, signer, passphrase, client, folder, progress }) {
  const { committee } = checked;
  must(checked.lots.includes(lot), "lot_unknown");
  for (const part of committee.parts) must(files[part]?.length, "part_missing", { part });
  const sign = (/** @type {Uint8Array} */ statement) => signStatement(statement, signer);
  const envelopes = [];
  for (const part of committee.parts) {
    const out = await folder.create(`${part}.age`);
    envelopes.push(await sealEnvelope(committee, { lot, part, bidder, files: files[part], sign, out, progress }));
  }
  const statement = bidAct(committee, {
    lot, bidder, client, seq: (before?.said.seq ?? 0) + 1, prev: before?.digest ?? null, notice: checked.notices[checked.notices.length - 1],
    signers: [signer.certificate.fingerprint], envelopes: envelopes.map((each) => each.entry),
  });
  const identities = Object.fromEntries(envelopes.map((each) => [each.part, each.identity]));
  const secrets = await writeBidSecrets(passphrase, { act: digest(statement), identities });
  const boxes = Object.fromEntries(envelopes.map((each) => [each.part, each.boxes.map(toBase64)]));
  return {
    act: toBase64(statement), cms: toBase64(await sign(statement)), kind: "bid", boxes, secrets: toBase64(secrets), places: {},
  };
}

/**
 * The withdrawal of what a bidder has sent.
 * @param {Act | null} last @param {import("./signer.js").Signer} signer
 * @returns {Promise<Kept>}
 */
export async function withdrawBid(last, signer) {
  if (last?.kind !== "bid") return refuse("nothing_to_withdraw");
  const { origin, tender, lot, bidder, seq } = last.said;
  const statement = withdrawalAct({ origin, tender, lot, bidder, seq: seq + 1, prev: last.digest });
  return { act: toBase64(statement), cms: toBase64(await signStatement(statement, signer)), kind: "withdrawal", boxes: {}, secrets: null, places: {} };
}

/** @param {import("./storage.js").Folder} folder @param {Kept} kept */
export async function keep(folder, kept) {
  const out = await folder.create(STATE);
  await out.write(utf8(JSON.stringify(kept)));
  await out.close();
}

/** What waits in a folder to be sent. @param {import("./storage.js").Folder} folder @returns {Promise<Kept | null>} */
export async function kept(folder) {
  const file = await folder.file(STATE);
  try {
    return file ? JSON.parse(await file.text()) : null;
  } catch {
    return null;
  }
}

/**
 * Upload what the act names, send the act, and give the answer once its receipt is seen to be right.
 * @param {import("./server.js").Server} server @param {import("./installation.js").Installation} installation
 * @param {import("./storage.js").Folder} folder @param {Kept} bid
 * @param {{progress: (share: number) => void, sending: () => void, waiting?: () => void}} tell
 */
export async function sendBid(server, installation, folder, bid, { progress, sending, waiting }) {
  const statement = fromBase64(bid.act);
  const act = readAct(statement, bid.kind);
  /** @type {any[]} */
  const envelopes = act.said.envelopes ?? [];
  const whole = envelopes.reduce((sum, each) => sum + each.size, 0);
  let before = 0;
  for (const { part, ciphertext, size } of envelopes) {
    const blob = await folder.file(`${part}.age`);
    must(blob?.size === size, "ciphertext_lost", { part });
    await upload(server, /** @type {Blob} */ (blob), ciphertext, {
      place: bid.places[part],
      remember: async (place) => {
        bid.places[part] = place;
        await keep(folder, bid);
      },
      progress: (bytes) => progress((before + bytes) / whole),
      waiting,
    });
    before += size;
  }
  sending();
  const { tender } = act.said;
  const answer = await server.post(`browser/tenders/${encodeURIComponent(tender)}/acts`, { act: bid.act, cms: bid.cms, boxes: bid.boxes });
  await checkAnswer(answer, act, fromBase64(bid.cms), installation);
  return { answer, act };
}

/**
 * The receipt is this act's, over this signature, under the receipt key and the platform's seal.
 * @param {any} answer @param {Act} act @param {Uint8Array} cms @param {import("./installation.js").Installation} installation
 */
export async function checkAnswer(answer, act, cms, { record, trust, now }) {
  const raw = fromBase64(answer.receipt);
  const receipt = readReceipt(raw);
  checkReceipt(receipt, act);
  must(receipt.signature === readSignedData(cms).signatureDigest, "receipt_not_of_act");
  try {
    const { text } = openNote(utf8(answer.note), [readKey(record.receipt_key)]);
    must(text === noteText(raw), "receipt_note_wrong");
  } catch (problem) {
    if (problem instanceof Refused) refuse("receipt_note_wrong", { problem: problem.code });
    throw problem;
  }

  const own = trustOf({ roots: record.seal_roots, organization_issuers: [], outside_authorities: [] });
  const verdict = await judgeDocument(raw, fromBase64(answer.seal), { ...trust, roots: own.roots }, now());
  must(verdict.passed, "receipt_seal_wrong", { found: verdict.code });
  return receipt;
}

/**
 * The folder of `sunlit-bid` for this bid, without the ciphertexts.
 * @param {Kept} bid @param {any} answer @param {number} at
 */
export function bidFolder(bid, answer, at) {
  const text = (/** @type {unknown} */ value) => utf8(JSON.stringify(value, null, 1));
  /** @type {Record<string, Uint8Array>} */
  const files = {
    "bid/act.json": fromBase64(bid.act),
    "bid/act.p7s": fromBase64(bid.cms),
    "bid/boxes.json": text(bid.boxes),
    "bid/receipt.json": receiptFile(answer),
  };
  if (bid.secrets) files["bid/secrets.age"] = fromBase64(bid.secrets);
  return tarOf(files, at);
}

/** The answer as `sunlit-bid` keeps it. @param {any} answer */
export const receiptFile = (answer) => utf8(JSON.stringify(Object.fromEntries(Object.entries(answer).sort(([one], [other]) => (one < other ? -1 : 1))), null, 1));
