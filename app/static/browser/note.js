/** Signed notes (C2SP signed-note): checkpoints and receipts are some. The twin of `notes.py`. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, fromBase64, toBase64, toHex, utf8 } from "./bytes.js";
import { must, Refused, refuse } from "./refusal.js";

const ED25519 = 0x01;
const COSIGNATURE = 0x04;
const SIGNATURES_MAX = 100;
const LINE = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;

/** @typedef {{name: string, kind: number, publicKey: Uint8Array, id: string, vkey: string}} VerifierKey */

/** @param {string} vkey `<name>+<hex id>+<base64 kind and key>` @returns {VerifierKey} */
export function readKey(vkey) {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(vkey.trim()) ?? refuse("vkey_unreadable");
  const body = strictBase64(encoded);
  must(body.length === 33 && (body[0] === ED25519 || body[0] === COSIGNATURE), "vkey_unreadable");
  const found = toHex(sha256(concat(utf8(`${name}\n`), body)).subarray(0, 4));
  must(found === id, "vkey_of_another_key");
  return { name, kind: body[0], publicKey: body.subarray(1), id, vkey: vkey.trim() };
}

/**
 * The text of a note and which of the keys signed it. A wrong line of a known key refuses the whole.
 * @param {Uint8Array} raw @param {VerifierKey[]} keys
 */
export function openNote(raw, keys) {
  let whole = "";
  try {
    whole = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    refuse("note_malformed");
  }
  const gap = whole.lastIndexOf("\n\n");
  must(gap >= 0 && whole.endsWith("\n"), "note_malformed");
  const text = whole.slice(0, gap + 1);
  must(!/[\x00-\x09\x0b-\x1f]/.test(text), "note_text_unusable");
  const lines = whole.slice(gap + 2, -1).split("\n");
  must(lines.length <= SIGNATURES_MAX, "note_malformed");
  /** @type {VerifierKey[]} */
  const signers = [];
  for (const line of lines) {
    const [, name, encoded] = LINE.exec(line) ?? refuse("note_malformed");
    const body = strictBase64(encoded);
    must(body.length >= 5, "note_malformed");
    const key = keys.find((each) => each.name === name && each.id === toHex(body.subarray(0, 4)));
    if (!key || signers.includes(key)) continue;
    must(goodSignature(key, text, body.subarray(4)), "note_signature_wrong");
    signers.push(key);
  }
  must(signers.length, "note_not_signed_by_a_known_key");
  return { text, signers };
}

/** @param {VerifierKey} key @param {string} text @param {Uint8Array} signature */
function goodSignature(key, text, signature) {
  let signed = text;
  let value = signature;
  if (key.kind === COSIGNATURE) {
    if (signature.length !== 72) return false;
    const seconds = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
    signed = `cosignature/v1\ntime ${seconds}\n${text}`;
    value = signature.subarray(8);
  }
  try {
    return ed25519.verify(value, utf8(signed), key.publicKey, { zip215: false });
  } catch {
    return false;
  }
}

/** @param {string} text */
function strictBase64(text) {
  try {
    const bytes = fromBase64(text);
    must(toBase64(bytes) === text, "note_malformed");
    return bytes;
  } catch (problem) {
    if (problem instanceof Refused) return refuse("note_malformed");
    throw problem;
  }
}
