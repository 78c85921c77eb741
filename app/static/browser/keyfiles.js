/** Files of secrets under a passphrase, as `signatures/tool/keyfiles.py` writes and reads them. */
import { Decrypter, Encrypter } from "age-encryption";
import { encode, readCanonical } from "./canonical.js";
import { readIdentity, writeIdentity } from "./points.js";
import { must, Refused, refuse } from "./refusal.js";

export const PASSPHRASE_CHARACTERS_MIN = 12;
const KEYS = "sunlit/part-keys/v1";
const BID = "sunlit/bid-secrets/v1";
/**
 * scrypt with N = 2^16 and r = 8 takes 64 MiB for a moment. More would not fit into what sealing a
 * large bid may take; twelve characters are asked for, where a password of eight would need more.
 */
const WORK_FACTOR = 16;

/** @param {string} passphrase @param {string} [again] */
export function checkPassphrase(passphrase, again = passphrase) {
  must([...passphrase].length >= PASSPHRASE_CHARACTERS_MIN, "passphrase_too_short", { characters_min: PASSPHRASE_CHARACTERS_MIN });
  must(passphrase === again, "passphrases_differ");
}

/**
 * A holder's keys for the parts of one tender.
 * @param {string} passphrase
 * @param {{origin: string, tender: string, index: number, identities: Record<string, Uint8Array>}} given
 */
export function writePartKeys(passphrase, { origin, tender, index, identities }) {
  const keys = Object.fromEntries(Object.entries(identities).map(([part, each]) => [part, writeIdentity(each)]));
  return write(passphrase, { type: KEYS, origin, tender, index, keys });
}

/**
 * @param {Uint8Array} raw @param {string} passphrase
 * @returns {Promise<{origin: string, tender: string, index: number, identities: Record<string, Uint8Array>}>}
 */
export async function readPartKeys(raw, passphrase) {
  const { origin, tender, index, keys } = await read(raw, passphrase, KEYS);
  const identities = Object.fromEntries(Object.entries(keys).map(([part, each]) => [part, readIdentity(String(each))]));
  return { origin, tender, index, identities };
}

/**
 * The identities of a bid's envelopes: they help where the holders fall short.
 * @param {string} passphrase @param {{act: string, identities: Record<string, string>}} given
 */
export const writeBidSecrets = (passphrase, { act, identities }) => write(passphrase, { type: BID, act, identities });

/** @param {Uint8Array} raw @param {string} passphrase @returns {Promise<Record<string, string>>} identities by part */
export const readBidSecrets = async (raw, passphrase) => (await read(raw, passphrase, BID)).identities;

/** @param {string} passphrase @param {unknown} value */
async function write(passphrase, value) {
  checkPassphrase(passphrase);
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(WORK_FACTOR);
  return encrypter.encrypt(encode(value));
}

/** @param {Uint8Array} raw @param {string} passphrase @param {string} kind */
async function read(raw, passphrase, kind) {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  let plain;
  try {
    plain = await decrypter.decrypt(raw, "uint8array");
  } catch {
    return refuse("passphrase_wrong");
  }
  try {
    const value = readCanonical(plain);
    must(value?.type === kind, "file_of_another_kind", { expected: kind });
    return value;
  } catch (problem) {
    if (problem instanceof Refused && problem.code === "file_of_another_kind") throw problem;
    return refuse("file_of_another_kind", { expected: kind });
  } finally {
    plain.fill(0);
  }
}
