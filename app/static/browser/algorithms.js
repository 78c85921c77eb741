/** Which algorithms sign here and how WebCrypto calls them. The twin of `signatures/algorithms.py`. */
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import * as der from "./der.js";

export const SHA256 = "2.16.840.1.101.3.4.2.1";
export const SHA384 = "2.16.840.1.101.3.4.2.2";
export const SHA512 = "2.16.840.1.101.3.4.2.3";
const RSA = "1.2.840.113549.1.1.1";
const RSA_PSS = "1.2.840.113549.1.1.10";
const MGF1 = "1.2.840.113549.1.1.8";
const ED25519 = "1.3.101.112";

/** @type {Record<string, {name: string, digest: (bytes: Uint8Array) => Uint8Array}>} */
const DIGESTS = {
  [SHA256]: { name: "SHA-256", digest: sha256 },
  [SHA384]: { name: "SHA-384", digest: sha384 },
  [SHA512]: { name: "SHA-512", digest: sha512 },
};
/** OID of a signature algorithm to its kind of key and its digest; null where the digest stands beside. */
const SIGNATURES = {
  [RSA]: ["RSA", null],
  "1.2.840.113549.1.1.11": ["RSA", SHA256],
  "1.2.840.113549.1.1.12": ["RSA", SHA384],
  "1.2.840.113549.1.1.13": ["RSA", SHA512],
  "1.2.840.10045.4.3.2": ["EC", SHA256],
  "1.2.840.10045.4.3.3": ["EC", SHA384],
  "1.2.840.10045.4.3.4": ["EC", SHA512],
};
const COORDINATE_BYTES = { "P-256": 32, "P-384": 48, "P-521": 66 };
const NULL_DER = Uint8Array.of(der.NULL, 0);

/** An algorithm, a key or a parameter outside the table. */
export class NotAllowed extends Error {}

/**
 * @param {string} oid
 * @param {Uint8Array} data
 */
export function digestBy(oid, data) {
  const row = DIGESTS[oid];
  if (!row) throw new NotAllowed(`digest ${oid}`);
  return row.digest(data);
}

/**
 * How a key of this kind signs here.
 * @param {import("./certificate.js").Certificate} certificate
 */
export function formFor(certificate) {
  const key = certificate.key;
  if (!key) throw new NotAllowed("kind or strength of the key");
  if (key.kind === "RSA") {
    return {
      oid: "1.2.840.113549.1.1.11", parameters: NULL_DER, digestOid: SHA256,
      importing: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, signing: { name: "RSASSA-PKCS1-v1_5" }, curve: null,
    };
  }
  const [oid, digestOid] = {
    "P-256": ["1.2.840.10045.4.3.2", SHA256],
    "P-384": ["1.2.840.10045.4.3.3", SHA384],
    "P-521": ["1.2.840.10045.4.3.4", SHA512],
  }[key.curve];
  return {
    oid, parameters: null, digestOid,
    importing: { name: "ECDSA", namedCurve: key.curve },
    signing: { name: "ECDSA", hash: DIGESTS[digestOid].name },
    curve: key.curve,
  };
}

/**
 * ECDSA-Sig-Value (RFC 3279) of WebCrypto's r ‖ s.
 * @param {Uint8Array} pair
 */
export function ecdsaToDer(pair) {
  const half = pair.length / 2;
  const integer = (/** @type {Uint8Array} */ value) => {
    let at = 0;
    while (at < value.length - 1 && value[at] === 0) at++;
    const least = value.subarray(at);
    return der.element(der.INTEGER, ...(least[0] & 0x80 ? [Uint8Array.of(0), least] : [least]));
  };
  return der.sequence(integer(pair.subarray(0, half)), integer(pair.subarray(half)));
}

/**
 * Whether the value is this certificate's key's signature of the data; NotAllowed outside the table.
 * @param {import("./certificate.js").Certificate} certificate
 * @param {{oid: string, parameters: Uint8Array | null, digestOid: string | null}} form `digestOid` null: the algorithm's own
 * @param {Uint8Array} value
 * @param {Uint8Array} data
 */
export async function signatureValid(certificate, form, value, data) {
  const key = certificate.key;
  const how = howToVerify(form);
  if (form.oid === ED25519) {
    const ed = await crypto.subtle.importKey("spki", certificate.publicKeyDer, { name: "Ed25519" }, false, ["verify"]);
    return crypto.subtle.verify({ name: "Ed25519" }, ed, value, data);
  }
  if (!key || key.kind !== how.kind) throw new NotAllowed("a signature by a key of another kind");
  if (key.kind === "EC") {
    const pair = ecdsaFromDer(value, COORDINATE_BYTES[/** @type {keyof typeof COORDINATE_BYTES} */ (key.curve)]);
    if (!pair) return false;
    const importing = { name: "ECDSA", namedCurve: key.curve };
    const imported = await crypto.subtle.importKey("spki", certificate.publicKeyDer, importing, false, ["verify"]);
    return crypto.subtle.verify({ name: "ECDSA", hash: how.hash }, imported, pair, data);
  }
  const name = how.salt === null ? "RSASSA-PKCS1-v1_5" : "RSA-PSS";
  const imported = await crypto.subtle.importKey("spki", certificate.publicKeyDer, { name, hash: how.hash }, false, ["verify"]);
  return crypto.subtle.verify(how.salt === null ? { name } : { name, saltLength: how.salt }, imported, value, data);
}

/** @param {{oid: string, parameters: Uint8Array | null, digestOid: string | null}} form */
function howToVerify({ oid, parameters, digestOid }) {
  if (oid === ED25519) {
    if (digestOid !== null && digestOid !== SHA512) throw new NotAllowed("Ed25519 without its digest");
    return { kind: "Ed25519", hash: "SHA-512", salt: null };
  }
  if (oid === RSA_PSS) return pss(parameters, digestOid);
  const row = SIGNATURES[/** @type {keyof typeof SIGNATURES} */ (oid)];
  const needed = row?.[1] ?? digestOid;
  if (!row || !needed || !DIGESTS[needed] || (digestOid !== null && digestOid !== needed)) throw new NotAllowed(`signature ${oid}`);
  const plain = !parameters || (parameters.length === 2 && parameters[0] === der.NULL && parameters[1] === 0);
  if (!plain) throw new NotAllowed(`signature ${oid} with parameters`);
  return { kind: row[0], hash: DIGESTS[needed].name, salt: null };
}

/**
 * The salt length of RSASSA-PSS parameters that use one digest throughout (RFC 4055).
 * @param {Uint8Array | null} parameters
 * @param {string | null} digestOid
 */
function pss(parameters, digestOid) {
  if (!parameters) throw new NotAllowed("RSASSA-PSS without parameters");
  const fields = new Map(der.read(parameters).children().map((each) => [each.tag, each.children()[0]]));
  const own = der.readAlgorithm(fields.get(0xa0));
  const [mask, maskDigest] = der.expect(fields.get(0xa1), der.SEQUENCE).children();
  const salt = Number(der.readInteger(fields.get(0xa2)));
  const one = der.readOid(mask) === MGF1 && der.readAlgorithm(maskDigest) === own && (digestOid ?? own) === own;
  if (!one || !DIGESTS[own] || salt < 0 || salt > 64 || fields.has(0xa3)) throw new NotAllowed("RSASSA-PSS parameters");
  return { kind: "RSA", hash: DIGESTS[own].name, salt };
}

/**
 * @param {Uint8Array} value
 * @param {number} size
 */
function ecdsaFromDer(value, size) {
  try {
    const members = der.expect(der.read(value), der.SEQUENCE).children();
    der.checkDistinguished(der.read(value));
    if (members.length !== 2) return null;
    const pair = new Uint8Array(2 * size);
    members.forEach((each, at) => {
      let { content } = der.expect(each, der.INTEGER);
      if (content[0] & 0x80) throw new der.NotDer("negative");
      if (content[0] === 0) content = content.subarray(1);
      pair.set(content, (at + 1) * size - content.length);
      if (content.length > size) throw new der.NotDer("too long");
    });
    return pair;
  } catch {
    return null;
  }
}

