/** Signing statements and prepared PDFs. The twin of the writing half of `signatures/cms.py`. */
import { compare, concat, equal, fromHex, toHex } from "./bytes.js";
import { digestBy, SHA256 } from "./algorithms.js";
import * as der from "./der.js";
import { POLICY_OID_DER, POLICY_PAGE_SHA256 } from "./policy.js";
import { must, Refused, refuse } from "./refusal.js";

export const ID_DATA = "1.2.840.113549.1.7.1";
export const ID_SIGNED_DATA = "1.2.840.113549.1.7.2";
export const CONTENT_TYPE = "1.2.840.113549.1.9.3";
export const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
export const SIGNING_TIME = "1.2.840.113549.1.9.5";
export const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
export const SIGNATURE_POLICY = "1.2.840.113549.1.9.16.2.15";

/**
 * Sign a statement: CAdES-EPES under our policy, detached, DER.
 * @param {Uint8Array} statement
 * @param {import("./signer.js").Signer} signer
 */
export async function signStatement(statement, signer) {
  const { certificate, form } = signer;
  const attributes = der.setOf(
    attribute(CONTENT_TYPE, der.oid(ID_DATA)),
    attribute(MESSAGE_DIGEST, der.octets(digestBy(form.digestOid, statement))),
    attribute(SIGNING_CERTIFICATE_V2, der.sequence(der.sequence(der.sequence(der.octets(fingerprintOf(certificate)))))),
    attribute(SIGNATURE_POLICY, der.sequence(
      POLICY_OID_DER,
      der.sequence(der.sequence(der.oid(SHA256)), der.octets(POLICY_PAGE_SHA256)),
    )),
  );
  const digestAlgorithm = der.sequence(der.oid(form.digestOid));
  const signerInfo = der.sequence(
    der.smallInteger(1),
    der.sequence(certificate.issuerDer, certificate.serialDer),
    digestAlgorithm,
    concat(Uint8Array.of(0xa0), attributes.subarray(1)),
    der.sequence(der.oid(form.oid), form.parameters ?? new Uint8Array(0)),
    der.octets(await signer.sign(attributes)),
  );
  return der.sequence(
    der.oid(ID_SIGNED_DATA),
    der.explicit(0, der.sequence(
      der.smallInteger(1),
      der.setOf(digestAlgorithm),
      der.sequence(der.oid(ID_DATA)),
      der.explicit(0, ...certificatesOf(signer)),
      der.setOf(signerInfo),
    )),
  );
}

/**
 * Sign the attributes of a prepared PDF, after checking that they are exactly that: contentType
 * (id-data), messageDigest over the byte range of the document at hand, signingCertificateV2 with
 * the signer's own certificate, and at most signingTime. They name no policy, so that what is signed
 * can never stand for a statement: a signature given on a prepared "PDF" was also a valid withdrawal.
 * @param {Uint8Array} document
 * @param {[number, number, number, number]} range
 * @param {Uint8Array} attributes the DER of the SET
 * @param {import("./signer.js").Signer} signer
 * @returns {Promise<Uint8Array>} as WebCrypto gives it
 */
export async function signPrepared(document, range, attributes, signer) {
  const [first, start, end, rest] = range;
  const covers = first === 0 && start > 0 && start < end && end + rest === document.length;
  must(covers && emptyPlace(document.subarray(start, end)) && isPdf(document), "pdf_not_prepared");
  const covered = concat(document.subarray(0, start), document.subarray(end));
  checkAttributes(attributes, digestBy(signer.form.digestOid, covered), signer.certificate);
  return signer.signRaw(attributes);
}

/**
 * @param {Uint8Array} raw
 * @param {Uint8Array} wanted the digest of what the byte range covers
 * @param {import("./certificate.js").Certificate} certificate
 */
function checkAttributes(raw, wanted, certificate) {
  try {
    const set = der.expect(der.read(raw), der.SET);
    der.checkDistinguished(set);
    const values = new Map();
    for (const each of set.children()) {
      const [kind, members] = der.expect(each, der.SEQUENCE).children();
      const found = der.expect(members, der.SET).children();
      const oid = der.readOid(kind);
      must(found.length === 1 && !values.has(oid), "pdf_attributes_other");
      values.set(oid, found[0]);
    }
    values.delete(SIGNING_TIME);
    must(values.size === 3, "pdf_attributes_other");
    must(der.readOid(values.get(CONTENT_TYPE)) === ID_DATA, "pdf_attributes_other");
    must(equal(der.expect(values.get(MESSAGE_DIGEST), der.OCTET_STRING).content, wanted), "pdf_digest_differs");
    const named = der.sequence(der.sequence(der.sequence(der.octets(fingerprintOf(certificate)))));
    must(equal(der.expect(values.get(SIGNING_CERTIFICATE_V2), der.SEQUENCE).raw, named), "certificate_other");
  } catch (problem) {
    if (problem instanceof Refused) throw problem;
    refuse("pdf_attributes_other");
  }
}

/** @param {Uint8Array} place `<000…0>` */
function emptyPlace(place) {
  return place.length > 2 && place[0] === 0x3c && place[place.length - 1] === 0x3e && place.subarray(1, -1).every((each) => each === 0x30);
}

/** @param {Uint8Array} document */
const isPdf = (document) => toHex(document.subarray(0, 5)) === "255044462d";

/**
 * @param {string} oid
 * @param {Uint8Array} value
 */
const attribute = (oid, value) => der.sequence(der.oid(oid), der.setOf(value));

/** @param {import("./certificate.js").Certificate} certificate */
const fingerprintOf = (certificate) => fromHex(certificate.fingerprint.slice(7));

/** @param {import("./signer.js").Signer} signer */
function certificatesOf({ certificate, issuers }) {
  const all = new Map([certificate, ...issuers].map((each) => [each.fingerprint, each.der]));
  return [...all.values()].sort(compare);
}
