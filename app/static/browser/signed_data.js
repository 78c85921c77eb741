/** Reading a CMS SignedData of one signer, from anybody. The twin of `signatures/signed_data.py`. */
import { digest, equal } from "./bytes.js";
import { digestBy, NotAllowed, SHA256 } from "./algorithms.js";
import { Certificate } from "./certificate.js";
import { ID_DATA, ID_SIGNED_DATA, SIGNING_CERTIFICATE_V2 } from "./cms.js";
import * as der from "./der.js";
import { Refused } from "./refusal.js";

const CERTIFICATES_MAX = 16;

/** The bytes are no SignedData that these rules can read; the message is a stable code. */
export class Malformed extends Error {}

/**
 * @typedef {Array<[string, der.Node]>} Attributes
 * @typedef {ReturnType<typeof read>} SignedData
 */

/**
 * @param {Uint8Array} raw
 * @param {boolean} [distinguished] whether all of it must be in the one encoding, as statements are
 */
export function readSignedData(raw, distinguished = true) {
  try {
    return read(raw, distinguished);
  } catch (problem) {
    if (problem instanceof Malformed) throw problem;
    if (problem instanceof der.NotDer) throw new Malformed("not_der");
    if (problem instanceof Refused) throw new Malformed(problem.code);
    throw new Malformed("not_signed_data");
  }
}

/** @param {boolean} holds @param {string} code */
const must = (holds, code) => {
  if (!holds) throw new Malformed(code);
};

/** @param {Uint8Array} raw @param {boolean} distinguished */
function read(raw, distinguished) {
  const outer = der.expect(der.read(raw), der.SEQUENCE).children();
  must(outer.length === 2 && der.readOid(outer[0]) === ID_SIGNED_DATA, "not_signed_data");
  const [body] = der.expect(outer[1], 0xa0).children();
  const [version, digests, encapsulated, ...rest] = der.expect(body, der.SEQUENCE).children();
  const number = der.readInteger(version);
  must(number === 1n || number === 3n, "version_wrong");
  if (distinguished) {
    const others = rest.filter((node) => node.tag !== 0xa0 && node.tag !== 0xa1);
    for (const node of [version, digests, encapsulated, ...others]) der.checkDistinguished(node);
  }
  const optional = rest.slice(0, -1).map((node) => node.tag);
  must(["", "160", "161", "160,161"].includes(optional.join(",")), "not_signed_data");
  const signers = der.expect(rest[rest.length - 1], der.SET).children();
  must(signers.length === 1, "not_one_signer");
  const [contentType, content] = contentOf(encapsulated);
  const signer = signerOf(der.expect(signers[0], der.SEQUENCE), distinguished);
  if (distinguished) must(number === (signer.keyIdentifier || contentType !== ID_DATA ? 3n : 1n), "version_wrong");
  return {
    contentType, content, ...signer,
    certificates: certificatesOf(rest.slice(0, -1).find((node) => node.tag === 0xa0)),
    digestOids: der.expect(digests, der.SET).children().map(der.readAlgorithm),
    signatureDigest: digest(signer.signature),
  };
}

/** @param {der.Node} node @returns {[string, Uint8Array | null]} */
function contentOf(node) {
  const [kind, wrapped, ...more] = der.expect(node, der.SEQUENCE).children();
  must(!more.length, "not_signed_data");
  if (!wrapped) return [der.readOid(kind), null];
  const [value] = der.expect(wrapped, 0xa0).children();
  return [der.readOid(kind), der.expect(value, der.OCTET_STRING).content];
}

/** @param {der.Node | undefined} node */
function certificatesOf(node) {
  const members = node?.children() ?? [];
  must(members.length <= CERTIFICATES_MAX, "too_many_certificates");
  must(members.every((each) => each.tag === der.SEQUENCE), "certificate_of_another_kind");
  return members.map((each) => new Certificate(each.raw));
}

/** @param {der.Node} node @param {boolean} distinguished */
function signerOf(node, distinguished) {
  const [version, identifier, digestAlgorithm, ...rest] = node.children();
  must(rest[0]?.tag === 0xa0, "no_signed_attributes");
  const [attributes, algorithm, signature, ...unsigned] = rest;
  must(unsigned.length <= 1 && unsigned.every((each) => each.tag === 0xa1), "not_signed_data");
  if (distinguished) for (const found of [attributes, ...unsigned]) der.checkSorted(found.children());
  const keyIdentifier = identifier.tag === 0x80 ? identifier.content : null;
  const [issuer, serial] = keyIdentifier ? [] : der.expect(identifier, der.SEQUENCE).children();
  must(der.readInteger(version) === (keyIdentifier ? 3n : 1n), "version_wrong");
  const [oid, parameters] = der.expect(algorithm, der.SEQUENCE).children();
  const signedBytes = Uint8Array.from(attributes.raw);
  signedBytes[0] = der.SET; // RFC 5652 5.4: what is signed is the SET OF, not its implicit tag.
  return {
    keyIdentifier,
    issuer: issuer?.raw ?? null,
    serial: serial ? der.expect(serial, der.INTEGER).content : null,
    digestOid: der.readAlgorithm(digestAlgorithm),
    signatureOid: der.readOid(oid),
    parameters: parameters?.raw ?? null,
    signedAttributes: attributesOf(attributes),
    signedBytes,
    signature: der.expect(signature, der.OCTET_STRING).content,
    unsignedAttributes: unsigned.length ? attributesOf(unsigned[0]) : [],
  };
}

/** @param {der.Node} node @returns {Attributes} */
function attributesOf(node) {
  return node.children().flatMap((each) => {
    const [kind, values] = der.expect(each, der.SEQUENCE).children();
    const oid = der.readOid(kind);
    return der.expect(values, der.SET).children().map((value) => /** @type {[string, der.Node]} */ ([oid, value]));
  });
}

/** The single value of a signed attribute. @param {SignedData} data @param {string} oid */
export function attributeOf(data, oid) {
  const values = data.signedAttributes.filter(([kind]) => kind === oid);
  must(values.length <= 1, "attribute_twice");
  return values[0]?.[1] ?? null;
}

/**
 * The certificate that the signed attribute names by its digest, if it lies beside. The name in
 * SignerInfo is outside the signature; only the attribute binds the certificate (RFC 5035).
 * @param {SignedData} data
 */
export function signerCertificate(data) {
  const value = attributeOf(data, SIGNING_CERTIFICATE_V2);
  return data.certificates.find((each) => value && named(data, each) && bound(value, each)) ?? null;
}

/** @param {SignedData} data @param {Certificate} certificate */
function named({ keyIdentifier, issuer, serial }, certificate) {
  if (keyIdentifier) return Boolean(certificate.subjectKeyIdentifier && equal(certificate.subjectKeyIdentifier, keyIdentifier));
  return Boolean(issuer && serial && equal(certificate.issuerDer, issuer) && equal(certificate.serial, serial));
}

/** @param {der.Node} value @param {Certificate} certificate */
function bound(value, certificate) {
  try {
    let members = value.children()[0].children()[0].children();
    let oid = SHA256;
    if (members[0].tag === der.SEQUENCE) {
      oid = der.readOid(members[0].children()[0]);
      members = members.slice(1);
    }
    return equal(der.expect(members[0], der.OCTET_STRING).content, digestBy(oid, certificate.der));
  } catch (problem) {
    if (problem instanceof der.NotDer || problem instanceof NotAllowed || problem instanceof TypeError) return false;
    throw problem;
  }
}
