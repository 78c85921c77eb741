/** What a key holder does: keys before publication, shares after the closing. The twin of `tool/holding.py`. */
import { encrypt, decrypt } from "./age.js";
import { digest, equal, fromBase64, random, toBase64, utf8 } from "./bytes.js";
import { checkPackage, packageOf, termsOf } from "./checking.js";
import { signStatement } from "./cms.js";
import { holderStatement, possessionStatement } from "./committee.js";
import { readPartKeys, writePartKeys } from "./keyfiles.js";
import { makeIdentity, recipientOf } from "./points.js";
import { must, refuse } from "./refusal.js";
import { checkTime, checkWork, makeRelease } from "./release.js";
import { publishedUntil } from "./trust.js";
import { verifierOf } from "./verdicts.js";

/**
 * A fresh key for each part, in a file under the passphrase.
 * @param {string} passphrase @param {{origin: string, tender: string, index: number, parts: string[]}} given
 */
export function makeKeyFile(passphrase, { origin, tender, index, parts }) {
  const identities = Object.fromEntries(parts.map((part) => [part, makeIdentity()]));
  return writePartKeys(passphrase, { origin, tender, index, identities });
}

/**
 * Register the keys of a file: each is tested on a box that is made here, then holder statement and
 * possession are signed. What the server sends is never decrypted before the closing.
 * @param {import("./server.js").Server} server
 * @param {{file: Uint8Array, passphrase: string, signer: import("./signer.js").Signer, place: {origin: string, tender: string, index: number, parts: string[]}, checkpoint: string, now: number}} given
 */
export async function registerKeys(server, { file, passphrase, signer, place, checkpoint, now }) {
  const said = await readPartKeys(file, passphrase);
  must(said.origin === place.origin && said.tender === place.tender && said.index === place.index, "holder_key_differs");
  const madeAt = new Date(now).toISOString();
  const statements = [];
  /** @type {Record<string, string>} */
  const recipients = {};
  for (const part of place.parts) {
    const identity = said.identities[part] ?? refuse("holder_key_differs");
    const probe = random(32);
    must(equal(decrypt(encrypt(probe, recipientOf(identity)), identity), probe), "holder_key_differs");
    const common = { origin: said.origin, tender: said.tender, part, index: said.index, identity };
    for (const each of [holderStatement({ ...common, madeAt }), possessionStatement({ ...common, checkpoint })]) {
      statements.push({ statement: toBase64(each), cms: toBase64(await signStatement(each, signer)) });
    }
    recipients[part] = recipientOf(identity);
  }
  await server.post(`browser/tenders/${encodeURIComponent(said.tender)}/holder-keys`, { statements });
  return recipients;
}

/**
 * Fetch the work for a lot and part, check all of it, open the boxes; the release to be signed. The
 * keys are unlocked last, when nothing is left that could be refused.
 * @param {import("./server.js").Server} server
 * @param {import("./installation.js").Installation} installation
 * @param {{tender: string, lot: string, part: string, survivors: string[] | null, file: Uint8Array, passphrase: string,
 *   token: Uint8Array | null, waived: boolean, objections: Uint8Array[]}} given
 */
export async function prepareRelease(server, { trust, now, log }, given) {
  const { tender, lot, part } = given;
  const at = now();
  const record = packageOf(await server.get(`api/v1/tenders/${encodeURIComponent(tender)}/committee`));
  must(record.tender === tender, "statement_mismatch");
  const checked = await checkPackage(record, { trust, now: at, log });
  const memory = closingMemory(record.origin, tender);
  const terms = termsOf(checked, { trust, now: at, log, token: given.token, waived: given.waived }, memory.seen(), given.objections);
  // Asked before anything is fetched: a box that is not here cannot be opened early.
  checkTime(terms, at);
  const answer = await server.get(`browser/tenders/${encodeURIComponent(tender)}/work?${new URLSearchParams({ lot, part })}`);
  const work = workOf(answer);
  // The acts are judged as of the closing, by what was published until then.
  const verify = verifierOf(publishedUntil(trust, terms.closesAt), terms.closesAt);
  const found = await checkWork(work, { terms, lot, part, now: at, verify, survivors: given.survivors });
  const keys = await readPartKeys(given.file, given.passphrase);
  const { origin } = checked.committee;
  const mine = keys.origin === origin && keys.tender === tender && keys.index === answer.index && keys.identities[part];
  must(mine, "holder_key_differs");
  memory.keep(found.closing);
  const release = await makeRelease(found, {
    index: keys.index, identity: keys.identities[part], checkpoint: log.checkpoint, releasedAt: new Date(at).toISOString(),
  });
  return { release, closing: found.closing, fingerprint: checked.fingerprint };
}

/**
 * @param {import("./server.js").Server} server @param {string} tender @param {Uint8Array} release @param {import("./signer.js").Signer} signer
 */
export async function sendRelease(server, tender, release, signer) {
  const cms = await signStatement(release, signer);
  return server.post(`browser/tenders/${encodeURIComponent(tender)}/releases`, { release: toBase64(release), cms: toBase64(cms) });
}

/** The receipt in a file that a bidder handed over: `receipt.json`, `held.json`, or its bytes. @param {Uint8Array} raw */
export function receiptIn(raw) {
  try {
    const { receipt } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw));
    if (typeof receipt === "string") return receipt.startsWith("{") ? utf8(receipt) : fromBase64(receipt);
  } catch {
    // Not JSON with a receipt in it: the bytes themselves are one, or are refused as none.
  }
  return raw;
}

/** @param {any} record @returns {import("./release.js").Work} */
function workOf(record) {
  const pairs = (/** @type {Record<string, any>} */ of, /** @type {(value: any) => any} */ read) =>
    new Map(Object.entries(of).map(([key, value]) => [key, read(value)]));
  return {
    closing: fromBase64(record.closing),
    leaves: record.leaves.map(fromBase64),
    acts: pairs(record.acts, ({ statement, cms }) => ({ statement: fromBase64(statement), cms: fromBase64(cms) })),
    boxes: pairs(record.boxes, fromBase64),
  };
}

/** The first closing that this browser saw for a tender. @param {string} origin @param {string} tender */
function closingMemory(origin, tender) {
  const key = `sunlit-closing ${digest(utf8(`${origin}\n${tender}`))}`;
  return {
    seen: () => localStorage.getItem(key),
    keep: (/** @type {string} */ closing) => localStorage.setItem(key, localStorage.getItem(key) ?? closing),
  };
}
