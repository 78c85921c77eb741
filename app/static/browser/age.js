/**
 * age files for one X25519 recipient, with the one header that is allowed (docs/envelope-v1.md 4).
 * The twins of `header.py` and `stream.py`.
 */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equal, fromBase64, random, toBase64, utf8 } from "./bytes.js";
import { readRecipient, usableU } from "./points.js";
import { must, refuse } from "./refusal.js";

export const HEADER_BYTES = 168;
export const CHUNK_BYTES = 65_536;
const TAG_BYTES = 16;
const NONCE_BYTES = 16;
const FIXED_BYTES = HEADER_BYTES + NONCE_BYTES;
const SHAPE = /^age-encryption\.org\/v1\n-> X25519 ([A-Za-z0-9+/]{43})\n([A-Za-z0-9+/]{43})\n--- ([A-Za-z0-9+/]{43})\n$/;
const EMPTY = new Uint8Array(0);
const NO_NONCE = new Uint8Array(12);

/** @param {number} plain bytes of plaintext @returns {number} bytes of the file */
export const fileSize = (plain) => FIXED_BYTES + plain + TAG_BYTES * Math.max(1, Math.ceil(plain / CHUNK_BYTES));

/** @param {number} file @returns {number | null} bytes of plaintext, or null where no file has that size */
export function plainSize(file) {
  const body = file - FIXED_BYTES;
  const plain = body - TAG_BYTES * Math.max(1, Math.ceil(body / (CHUNK_BYTES + TAG_BYTES)));
  return plain >= 0 && fileSize(plain) === file ? plain : null;
}

/**
 * The header's values; refused unless it has the one shape.
 * @param {Uint8Array} raw at least the first 168 bytes
 */
export function readHeader(raw) {
  const text = String.fromCharCode(...raw.subarray(0, HEADER_BYTES));
  const found = SHAPE.exec(text) ?? refuse("header_shape");
  const [ephemeral, wrapped, mac] = found.slice(1).map(from43);
  must(usableU(ephemeral), "header_ephemeral");
  return { ephemeral, wrapped, mac, signed: utf8(text.slice(0, text.lastIndexOf("---") + 3)) };
}

/** @param {string} text @returns {Uint8Array} */
function from43(text) {
  let bytes;
  try {
    bytes = fromBase64(`${text}=`);
  } catch {
    return refuse("header_base64");
  }
  must(bytes.length === 32 && to43(bytes) === text, "header_base64");
  return bytes;
}

/** @param {Uint8Array} bytes */
const to43 = (bytes) => toBase64(bytes).slice(0, 43);

/**
 * @param {string} recipient
 * @param {(size: number) => Uint8Array} source of randomness
 */
function writeHeader(recipient, source) {
  const u = readRecipient(recipient);
  const fileKey = source(16);
  const secret = source(32);
  const ephemeral = x25519.getPublicKey(secret);
  const wrapped = chacha20poly1305(wrapKey(x25519.getSharedSecret(secret, u), ephemeral, u), NO_NONCE).encrypt(fileKey);
  const head = utf8(`age-encryption.org/v1\n-> X25519 ${to43(ephemeral)}\n${to43(wrapped)}\n---`);
  const header = concat(head, utf8(` ${to43(macOf(fileKey, head))}\n`));
  secret.fill(0);
  return { header, fileKey };
}

/** @param {Uint8Array} shared @param {Uint8Array} ephemeral @param {Uint8Array} u */
const wrapKey = (shared, ephemeral, u) => hkdf(sha256, shared, concat(ephemeral, u), utf8("age-encryption.org/v1/X25519"), 32);
/** @param {Uint8Array} fileKey @param {Uint8Array} head */
const macOf = (fileKey, head) => hmac(sha256, hkdf(sha256, fileKey, EMPTY, utf8("header"), 32), head);
/** @param {Uint8Array} fileKey @param {Uint8Array} nonce */
const payloadKey = (fileKey, nonce) => hkdf(sha256, fileKey, nonce, utf8("payload"), 32);

/** @param {number} counter @param {boolean} last */
function chunkNonce(counter, last) {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(7, counter);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/**
 * Encrypts piece by piece: `push` plaintext, then `end`. What they give is one buffer, used again for
 * the next chunk: whoever keeps it makes a copy. A hundred megabytes so leave no garbage behind.
 */
export class Encryptor {
  #key;
  #counter = 0;
  #held = new Uint8Array(CHUNK_BYTES);
  #sealed = new Uint8Array(CHUNK_BYTES + TAG_BYTES);
  #filled = 0;

  /**
   * @param {string} recipient
   * @param {(size: number) => Uint8Array} [source]
   */
  constructor(recipient, source = random) {
    const { header, fileKey } = writeHeader(recipient, source);
    const nonce = source(NONCE_BYTES);
    this.head = concat(header, nonce);
    this.#key = payloadKey(fileKey, nonce);
    fileKey.fill(0);
  }

  /** @param {Uint8Array} plain @returns {Generator<Uint8Array>} */
  *push(plain) {
    for (let at = 0; at < plain.length;) {
      // A full chunk is kept back until more comes: the last one has its own mark.
      if (this.#filled === CHUNK_BYTES) yield this.#seal(false);
      const taken = Math.min(CHUNK_BYTES - this.#filled, plain.length - at);
      this.#held.set(plain.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
    }
  }

  /** @returns {Uint8Array} the last chunk */
  end() {
    const last = this.#seal(true);
    this.#held.fill(0);
    this.#key.fill(0);
    return last;
  }

  #seal(/** @type {boolean} */ last) {
    const out = this.#sealed.subarray(0, this.#filled + TAG_BYTES);
    chacha20poly1305(this.#key, chunkNonce(this.#counter++, last)).encrypt(this.#held.subarray(0, this.#filled), out);
    this.#filled = 0;
    return out;
  }
}

/**
 * A whole small file.
 * @param {Uint8Array} plain
 * @param {string} recipient
 * @param {(size: number) => Uint8Array} [source]
 */
export function encrypt(plain, recipient, source = random) {
  const encryptor = new Encryptor(recipient, source);
  const chunks = Array.from(encryptor.push(plain), (each) => each.slice());
  return concat(encryptor.head, ...chunks, encryptor.end());
}

/**
 * The plaintext of a whole file.
 * @param {Uint8Array} raw
 * @param {Uint8Array} identity
 */
export function decrypt(raw, identity) {
  must(raw.length >= HEADER_BYTES, "ciphertext_cut");
  const { ephemeral, wrapped, mac, signed } = readHeader(raw);
  const u = x25519.getPublicKey(identity);
  let fileKey;
  try {
    fileKey = chacha20poly1305(wrapKey(x25519.getSharedSecret(identity, ephemeral), ephemeral, u), NO_NONCE).decrypt(wrapped);
  } catch {
    return refuse("header_not_for_identity");
  }
  must(equal(macOf(fileKey, signed), mac), "header_mac");
  must(raw.length >= FIXED_BYTES, "ciphertext_cut");
  const key = payloadKey(fileKey, raw.subarray(HEADER_BYTES, FIXED_BYTES));
  const chunks = [];
  for (let at = FIXED_BYTES, counter = 0; ; counter++) {
    const sealed = raw.subarray(at, at + CHUNK_BYTES + TAG_BYTES);
    at += sealed.length;
    const last = at >= raw.length;
    let plain;
    try {
      plain = chacha20poly1305(key, chunkNonce(counter, last)).decrypt(sealed);
    } catch {
      return refuse("ciphertext_damaged");
    }
    must(plain.length || !counter, "ciphertext_damaged");
    chunks.push(plain);
    if (last) return concat(...chunks);
  }
}

