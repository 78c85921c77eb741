/** A certificate as the procedure sees it. The twin of `signatures/certificates.py`. */
import { digest, toHex } from "./bytes.js";
import * as der from "./der.js";
import { refuse } from "./refusal.js";

const BYTES_MAX = 16 * 1024;
const COMMON_NAME = "2.5.4.3";
const SERIAL_NUMBER = "2.5.4.5";
const ORGANIZATION_NAME = "2.5.4.10";
const ORGANIZATION_IDENTIFIER = "2.5.4.97";
export const BASIC_CONSTRAINTS = "2.5.29.19";
export const KEY_USAGE = "2.5.29.15";
export const EXTENDED_KEY_USAGE = "2.5.29.37";
export const SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
export const AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
export const DISTRIBUTION_POINTS = "2.5.29.31";

/** Bits of KeyUsage (RFC 5280 4.2.1.3). */
export const USAGE = { digitalSignature: 0, contentCommitment: 1, keyCertSign: 5, crlSign: 6 };

const RSA = "1.2.840.113549.1.1.1";
const ELLIPTIC_CURVE = "1.2.840.10045.2.1";
const CURVES = { "1.2.840.10045.3.1.7": "P-256", "1.3.132.0.34": "P-384", "1.3.132.0.35": "P-521" };
const RSA_BITS_MIN = 2048;
const RSA_BITS_MAX = 8192;

/** One X.509 certificate. */
export class Certificate {
  /** @param {Uint8Array} raw DER; refused when it cannot be read */
  constructor(raw) {
    if (raw.length > BYTES_MAX) refuse("certificate_too_large", { bytes: raw.length });
    this.der = raw;
    try {
      this.#read(raw);
    } catch (problem) {
      refuse("certificate_unreadable", { problem: String(problem) });
    }
    this.fingerprint = digest(raw);
  }

  #read(/** @type {Uint8Array} */ raw) {
    const [body, algorithm, signature] = der.expect(der.read(raw), der.SEQUENCE).children();
    const fields = der.expect(body, der.SEQUENCE).children();
    if (fields[0].tag === 0xa0) fields.shift();
    const [serial, inner, issuer, validity, subject, publicKey, ...rest] = fields;
    this.signedBytes = body.raw;
    this.signatureAlgorithm = algorithm;
    if (toHex(inner.raw) !== toHex(algorithm.raw)) throw new Error("two signature algorithms");
    this.signatureValue = bitString(signature);
    this.serial = der.expect(serial, der.INTEGER).content;
    this.serialDer = serial.raw;
    this.issuerDer = issuer.raw;
    this.subjectDer = subject.raw;
    const [from, to] = validity.children();
    this.validFrom = der.readTime(from);
    this.validTo = der.readTime(to);
    const names = namesOf(subject);
    this.commonName = single(names, COMMON_NAME);
    this.personSerialNumber = single(names, SERIAL_NUMBER);
    this.organizationName = single(names, ORGANIZATION_NAME);
    this.organizationIdentifier = single(names, ORGANIZATION_IDENTIFIER);
    this.issuerCommonName = single(namesOf(issuer), COMMON_NAME);
    this.publicKeyDer = publicKey.raw;
    this.extensions = extensionsOf(rest.find((each) => each.tag === 0xa3));
  }

  /** @returns {{kind: "RSA", bits: number} | {kind: "EC", curve: string} | null} null for another kind or strength */
  get key() {
    try {
      const [algorithm, bits] = der.read(this.publicKeyDer).children();
      const [kind, parameters] = algorithm.children();
      const name = der.readOid(kind);
      if (name === ELLIPTIC_CURVE) {
        const curve = CURVES[/** @type {keyof typeof CURVES} */ (der.readOid(parameters))];
        return curve ? { kind: "EC", curve } : null;
      }
      if (name !== RSA) return null;
      const modulus = der.readInteger(der.read(bitString(bits)).children()[0]);
      const size = modulus.toString(2).length;
      return size >= RSA_BITS_MIN && size <= RSA_BITS_MAX ? { kind: "RSA", bits: size } : null;
    } catch {
      return null;
    }
  }

  /** @param {string} oid */
  extension(oid) {
    return this.extensions.get(oid)?.value;
  }

  /** Whether the certificate may issue others. */
  get isAuthority() {
    return this.basicConstraints.ca;
  }

  /** @returns {{ca: boolean, pathLength: number | null}} */
  get basicConstraints() {
    const value = this.extension(BASIC_CONSTRAINTS);
    if (!value) return { ca: false, pathLength: null };
    const [ca, length] = der.expect(der.read(value), der.SEQUENCE).children();
    const may = ca?.tag === der.BOOLEAN && ca.content[0] !== 0;
    return { ca: may, pathLength: may && length ? Number(der.readInteger(length)) : null };
  }

  /** @param {number} bit */
  allows(bit) {
    const value = this.extension(KEY_USAGE);
    if (!value) return true;
    const { content } = der.expect(der.read(value), der.BIT_STRING);
    return Boolean((content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7)));
  }

  /** @returns {string[] | null} the purposes, or null where none is named */
  get purposes() {
    const value = this.extension(EXTENDED_KEY_USAGE);
    return value ? der.read(value).children().map(der.readOid) : null;
  }

  /** @returns {Uint8Array | null} */
  get subjectKeyIdentifier() {
    const value = this.extension(SUBJECT_KEY_IDENTIFIER);
    return value ? der.expect(der.read(value), der.OCTET_STRING).content : null;
  }

  /** @param {number} at milliseconds; both ends are inside (RFC 5280 4.1.2.5) */
  validAt(at) {
    return this.validFrom <= at && at <= this.validTo;
  }
}

/** @param {der.Node | undefined} node */
export function bitString(node) {
  const { content } = der.expect(node, der.BIT_STRING);
  if (content[0] !== 0) throw new der.NotDer("bits are left over");
  return content.subarray(1);
}

/** @param {der.Node} name @returns {Array<[string, string]>} */
function namesOf(name) {
  return der.expect(name, der.SEQUENCE).children().flatMap((set) =>
    der.expect(set, der.SET).children().map((each) => {
      const [kind, value] = each.children();
      return /** @type {[string, string]} */ ([der.readOid(kind), shown(stringOf(value))]);
    }),
  );
}

/**
 * The one value; null when it is absent or stands there twice: each reader could choose its own.
 * @param {Array<[string, string]>} names
 * @param {string} oid
 */
function single(names, oid) {
  const found = names.filter(([kind]) => kind === oid);
  return found.length === 1 ? found[0][1] : null;
}

/** @param {der.Node} node */
function stringOf({ tag, content }) {
  if (tag === 0x0c) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  if (tag === 0x1e) return new TextDecoder("utf-16be", { fatal: true, ignoreBOM: true }).decode(content);
  if ([0x12, 0x13, 0x14, 0x16, 0x1a].includes(tag)) return String.fromCharCode(...content);
  return toHex(content);
}

/** @param {string} text */
const shown = (text) => text.normalize("NFC").replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, "\ufffd");

/** @param {der.Node | undefined} node @returns {Map<string, {critical: boolean, value: Uint8Array}>} */
export function extensionsOf(node) {
  const found = new Map();
  for (const each of node ? node.children()[0].children() : []) {
    const members = each.children();
    const oid = der.readOid(members[0]);
    if (found.has(oid)) throw new Error("an extension stands there twice");
    const critical = members.length === 3 && der.expect(members[1], der.BOOLEAN).content[0] !== 0;
    found.set(oid, { critical, value: der.expect(members[members.length - 1], der.OCTET_STRING).content });
  }
  return found;
}
