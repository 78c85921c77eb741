/** Revocation lists (RFC 5280 5). The twin of `signatures/revocation.py`. */
import { equal, toHex } from "./bytes.js";
import { signatureValid } from "./algorithms.js";
import { bitString, DISTRIBUTION_POINTS, extensionsOf, USAGE } from "./certificate.js";
import * as der from "./der.js";

const ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
const DELTA = "2.5.29.27";
/** What a list may carry, critical, and still be read by these rules. */
const UNDERSTOOD = new Set(["2.5.29.20", "2.5.29.35", "1.3.6.1.5.5.7.1.1", "2.5.29.46", ISSUING_DISTRIBUTION_POINT]);

/** One certificate revocation list. */
export class RevocationList {
  /** @type {Map<string, Promise<boolean>>} */
  #issuers = new Map();

  /** @param {Uint8Array} raw DER */
  constructor(raw) {
    const [body, algorithm, signature] = der.expect(der.read(raw), der.SEQUENCE).children();
    const fields = der.expect(body, der.SEQUENCE).children();
    if (fields[0].tag === der.INTEGER) fields.shift();
    const [, issuer, issued, ...rest] = fields;
    this.signedBytes = body.raw;
    this.algorithm = algorithm;
    this.signature = bitString(signature);
    this.issuerDer = issuer.raw;
    this.issuedAt = der.readTime(issued);
    const next = rest[0] && [der.UTC_TIME, der.GENERALIZED_TIME].includes(rest[0].tag) ? rest.shift() : null;
    this.nextAt = next ? der.readTime(next) : null;
    const revoked = rest[0]?.tag === der.SEQUENCE ? rest.shift() : null;
    /** @type {Map<string, number>} serial number to the date of revocation */
    this.revoked = new Map();
    for (const entry of revoked?.children() ?? []) {
      const [serial, at] = entry.children();
      this.revoked.set(toHex(der.expect(serial, der.INTEGER).content), der.readTime(at));
    }
    this.extensions = extensionsOf(rest[0]);
    const point = this.extensions.get(ISSUING_DISTRIBUTION_POINT);
    this.point = point ? pointOf(point.value) : null;
  }

  /** Whether it is a full, direct list without a rule unknown here. */
  get readable() {
    const unknown = [...this.extensions].some(([oid, { critical }]) => critical && !UNDERSTOOD.has(oid));
    return !unknown && !this.extensions.has(DELTA) && !this.point?.partial;
  }

  /** Whether the list is about this certificate. @param {import("./certificate.js").Certificate} certificate */
  covers(certificate) {
    if (!this.point) return true;
    if (this.point.onlyAuthorities && !certificate.isAuthority) return false;
    if (this.point.onlyUsers && certificate.isAuthority) return false;
    const own = distributionPoints(certificate);
    return !this.point.names || this.point.names.some((each) => own.has(each));
  }

  /** Whether the issuer's key signed the list, and may sign lists. @param {import("./certificate.js").Certificate} issuer */
  issuedBy(issuer) {
    const known = this.#issuers.get(issuer.fingerprint) ?? this.#signedBy(issuer);
    this.#issuers.set(issuer.fingerprint, known);
    return known;
  }

  async #signedBy(/** @type {import("./certificate.js").Certificate} */ issuer) {
    if (!equal(this.issuerDer, issuer.subjectDer) || !issuer.allows(USAGE.crlSign)) return false;
    const [oid, parameters] = this.algorithm.children();
    const form = { oid: der.readOid(oid), parameters: parameters?.raw ?? null, digestOid: null };
    return signatureValid(issuer, form, this.signature, this.signedBytes).catch(() => false);
  }
}

/**
 * Whether a certificate was revoked at an instant, by the freshest list of its issuer.
 * @param {import("./certificate.js").Certificate} certificate
 * @param {import("./certificate.js").Certificate} issuer
 * @param {RevocationList[]} lists
 * @param {number} at
 * @returns {Promise<"good" | "revoked" | "stale" | "unknown">}
 */
export async function revocationAt(certificate, issuer, lists, at) {
  const usable = [];
  for (const found of lists) {
    const about = found.readable && found.covers(certificate) && found.issuedAt <= certificate.validTo;
    if (about && (await found.issuedBy(issuer))) usable.push(found);
  }
  if (!usable.length) return "unknown";
  const freshest = usable.reduce((one, other) => (other.issuedAt > one.issuedAt ? other : one));
  const revoked = freshest.revoked.get(toHex(certificate.serial));
  if (revoked !== undefined && revoked <= at) return "revoked";
  if (freshest.issuedAt < at && (freshest.nextAt === null || freshest.nextAt < at)) return "stale";
  return "good";
}

/** @param {Uint8Array} raw */
function pointOf(raw) {
  const fields = new Map(der.expect(der.read(raw), der.SEQUENCE).children().map((each) => [each.tag, each]));
  const name = fields.get(0xa0)?.children()[0];
  const said = (/** @type {number} */ tag) => Boolean(fields.get(tag)?.content[0]);
  return {
    names: name?.tag === 0xa0 ? name.children().map((each) => toHex(each.raw)) : null,
    onlyUsers: said(0x81),
    onlyAuthorities: said(0x82),
    partial: fields.has(0x83) || said(0x84) || said(0x85) || name?.tag === 0xa1,
  };
}

/** @param {import("./certificate.js").Certificate} certificate */
function distributionPoints(certificate) {
  const value = certificate.extension(DISTRIBUTION_POINTS);
  /** @type {Set<string>} */
  const found = new Set();
  for (const point of value ? der.read(value).children() : []) {
    const place = point.children().find((each) => each.tag === 0xa0)?.children()[0];
    if (place?.tag === 0xa0) for (const each of place.children()) found.add(toHex(each.raw));
  }
  return found;
}
