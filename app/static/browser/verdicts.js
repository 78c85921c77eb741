/**
 * Judging signatures as `signatures/judging.py`, `cms.py` and `timestamps.py` do: one finding a part,
 * the first failing part in the order of the standard gives the reason. Times are milliseconds and
 * are handed in; what a signer claims about the time is never used.
 */
import { equal } from "./bytes.js";
import { digestBy, NotAllowed, SHA256, signatureValid } from "./algorithms.js";
import { EXTENDED_KEY_USAGE, USAGE } from "./certificate.js";
import {
  CONTENT_TYPE, ID_DATA, MESSAGE_DIGEST, SIGNATURE_POLICY, SIGNING_CERTIFICATE_V2, SIGNING_TIME,
} from "./cms.js";
import * as der from "./der.js";
import { findPath } from "./paths.js";
import { POLICY_OID, POLICY_PAGE_SHA256 } from "./policy.js";
import { revocationAt } from "./revocation.js";
import { attributeOf, Malformed, readSignedData, signerCertificate } from "./signed_data.js";

const CMS_BYTES_MAX = 64 * 1024;
const CLOCK_SKEW_MAX = 60_000;
const ID_TST_INFO = "1.2.840.113549.1.9.16.1.4";
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
const PERSONAL_PURPOSES = new Set([
  "2.5.29.37.0", "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.311.10.3.12", "1.2.840.113583.1.1.5",
]);
const ORDER = ["format", "intact", "signature", "policy", "algorithms", "certificate", "validity", "revocation", "time_stamp"];
/** Parts whose failing is final; the others leave a question open. */
const FAILURES = new Set(["format", "intact", "signature"]);

/**
 * @typedef {import("./certificate.js").Certificate} Certificate
 * @typedef {import("./trust.js").Trust} Trust
 * @typedef {{part: string, code: string, open?: boolean, failure?: boolean}} Problem `open`: fresh revocation data would answer it
 * @typedef {import("./judging.js").Judgement & {name: string | null, chain: Certificate[], failed: boolean}} Verdict
 */

/** @param {Trust} trust @param {number} at @param {Map<string, Uint8Array>} [tokens] by digest of the CMS's statement
 *  @param {(statement: Uint8Array) => string} [nameOf] @returns {import("./judging.js").Verify} */
export const verifierOf = (trust, at, tokens = new Map(), nameOf = () => "") => (statement, cms) =>
  judgeStatement(statement, cms, trust, at, tokens.get(nameOf(statement)) ?? null);

/**
 * Judge a signed statement at an instant.
 * @param {Uint8Array} statement @param {Uint8Array} cms @param {Trust} trust @param {number} at
 * @param {Uint8Array | null} [token] a time stamp over the SignatureValue
 * @returns {Promise<Verdict>}
 */
export const judgeStatement = (statement, cms, trust, at, token = null) => judgeDetached(statement, cms, trust, at, token, true);

/**
 * Judge a detached signature without a policy, such as the platform's seal on a receipt.
 * @param {Uint8Array} document @param {Uint8Array} cms @param {Trust} trust @param {number} at
 */
export const judgeDocument = (document, cms, trust, at) => judgeDetached(document, cms, trust, at, null, false);

/**
 * @param {Uint8Array} content @param {Uint8Array} cms @param {Trust} trust @param {number} at
 * @param {Uint8Array | null} token @param {boolean} underPolicy
 */
async function judgeDetached(content, cms, trust, at, token, underPolicy) {
  if (cms.length > CMS_BYTES_MAX) return unreadable("cms_too_large");
  let data;
  let policy;
  try {
    data = readSignedData(cms);
    checkForm(data);
    policy = underPolicy ? policyProblem(data) : foreignPolicy(data);
  } catch (problem) {
    if (problem instanceof Malformed) return unreadable(problem.message);
    throw problem;
  }
  const proved = token ? await provedTime(token, data.signature, trust, at) : { problem: null, time: null };
  return judge(data, (oid) => digestBy(oid, content), trust, at, {
    problems: [policy, proved.problem], bestTime: Math.min(at, proved.time ?? at), purpose: personal, contentType: ID_DATA,
  });
}

/**
 * @param {import("./signed_data.js").SignedData} data
 * @param {(oid: string) => Uint8Array} digest of the content
 * @param {Trust} trust @param {number} at
 * @param {{problems: Array<Problem | null>, bestTime: number, purpose: (certificate: Certificate) => string | null, contentType: string}} given
 * @returns {Promise<Verdict>}
 */
async function judge(data, digest, trust, at, { problems, bestTime, purpose, contentType }) {
  let certificate;
  const found = [...problems];
  try {
    certificate = signerCertificate(data);
    const claimed = attributeOf(data, SIGNING_TIME);
    if (claimed) der.readTime(claimed);
    found.push(intactProblem(data, digest, contentType));
  } catch (problem) {
    if (problem instanceof Malformed) return unreadable(problem.message);
    if (problem instanceof der.NotDer) return unreadable("not_der");
    throw problem;
  }
  if (!certificate) {
    found.push({ part: "certificate", code: "signing_certificate_not_bound" });
    return conclude(found, data, null, [], trust);
  }
  // A certificate that ran out has a chain all the same; that it ran out is a part of its own.
  const within = Math.min(Math.max(bestTime, certificate.validFrom), certificate.validTo);
  const path = await findPath(certificate, data.certificates, trust, within);
  const unfit = purpose(certificate);
  const { chain } = path;
  if (path.code) found.push({ part: "certificate", code: path.code });
  else if (unfit) found.push({ part: "certificate", code: unfit });
  found.push(validityProblem(chain.length ? chain : [certificate], bestTime));
  found.push(await signatureProblem(data, certificate));
  if (chain.length) found.push(await revocationProblem(chain, trust, bestTime));
  return conclude(found, data, certificate, chain, trust);
}

/**
 * @param {Array<Problem | null>} problems @param {import("./signed_data.js").SignedData} data
 * @param {Certificate | null} certificate @param {Certificate[]} chain @param {Trust} trust
 * @returns {Verdict}
 */
function conclude(problems, data, certificate, chain, trust) {
  const found = /** @type {Problem[]} */ (problems.filter(Boolean));
  const final = (/** @type {Problem} */ each) => each.failure ?? FAILURES.has(each.part);
  found.sort((one, other) => Number(final(other)) - Number(final(one)) || ORDER.indexOf(one.part) - ORDER.indexOf(other.part));
  const named = chain.length > 1 && trust.organizationIssuers.has(chain[1].fingerprint);
  return {
    passed: !found.length,
    failed: Boolean(found.length && final(found[0])),
    awaitsRevocationData: found.length > 0 && found.every((each) => each.open),
    code: found[0]?.code,
    certificate: certificate?.fingerprint ?? null,
    person: certificate?.personSerialNumber ?? certificate?.commonName ?? null,
    name: certificate?.commonName ?? null,
    organization: named ? (certificate?.organizationIdentifier ?? null) : null,
    signature: data.signatureDigest,
    chain,
  };
}

/** @param {string} code @returns {Verdict} */
const unreadable = (code) => ({
  passed: false, failed: true, awaitsRevocationData: false, code, certificate: null, person: null, name: null, organization: null,
  signature: null, chain: [],
});

/** @param {import("./signed_data.js").SignedData} data */
function checkForm(data) {
  const refuse = (/** @type {boolean} */ wrong, /** @type {string} */ code) => {
    if (wrong) throw new Malformed(code);
  };
  refuse(data.content !== null, "content_embedded");
  refuse(data.unsignedAttributes.length > 0, "unsigned_attributes");
  refuse(data.digestOids.length !== 1 || data.digestOids[0] !== data.digestOid, "digest_algorithms_differ");
  const kinds = data.signedAttributes.map(([oid]) => oid);
  refuse(new Set(kinds).size !== kinds.length, "attribute_twice");
  const needed = [CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2];
  const known = new Set([...needed, SIGNING_TIME, SIGNATURE_POLICY]);
  refuse(kinds.some((oid) => !known.has(oid)), "attribute_unknown");
  refuse(needed.some((oid) => !kinds.includes(oid)), "attribute_missing");

}

/** @param {import("./signed_data.js").SignedData} data @returns {Problem | null} */
function policyProblem(data) {
  const problem = (/** @type {string} */ code) => ({ part: "policy", code });
  const value = attributeOf(data, SIGNATURE_POLICY);
  if (!value) return problem("no_signature_policy");
  try {
    const [identifier, page, ...qualifiers] = der.expect(value, der.SEQUENCE).children();
    const [algorithm, digest, ...more] = page.children();
    if (more.length) return problem("signature_policy_unreadable");
    if (der.readOid(identifier) !== POLICY_OID) return problem("signature_policy_unknown");
    const right = der.readAlgorithm(algorithm) === SHA256 && equal(der.expect(digest, der.OCTET_STRING).content, POLICY_PAGE_SHA256);
    return right && !qualifiers.length ? null : problem("signature_policy_of_another_page");
  } catch {
    return problem("signature_policy_unreadable");
  }
}

/** @param {import("./signed_data.js").SignedData} data @returns {Problem | null} */
const foreignPolicy = (data) => (attributeOf(data, SIGNATURE_POLICY) ? { part: "policy", code: "signature_policy_not_expected" } : null);

/**
 * @param {import("./signed_data.js").SignedData} data @param {(oid: string) => Uint8Array} digest @param {string} contentType
 * @returns {Problem | null}
 */
function intactProblem(data, digest, contentType) {
  const declared = attributeOf(data, CONTENT_TYPE);
  const expected = attributeOf(data, MESSAGE_DIGEST);
  if (!declared || !expected) throw new Malformed("attribute_missing");
  if (der.readOid(declared) !== contentType || data.contentType !== contentType) throw new Malformed("content_type_wrong");
  try {
    const same = equal(der.expect(expected, der.OCTET_STRING).content, digest(data.digestOid));
    return same ? null : { part: "intact", code: "content_altered" };
  } catch (problem) {
    if (problem instanceof NotAllowed) return { part: "algorithms", code: "algorithm_not_allowed" };
    throw problem;
  }
}

/** @param {import("./signed_data.js").SignedData} data @param {Certificate} certificate @returns {Promise<Problem | null>} */
async function signatureProblem(data, certificate) {
  const form = { oid: data.signatureOid, parameters: data.parameters, digestOid: data.digestOid };
  try {
    digestBy(data.digestOid, new Uint8Array(0));
    const valid = await signatureValid(certificate, form, data.signature, data.signedBytes);
    return valid ? null : { part: "signature", code: "signature_value_wrong" };
  } catch {
    return { part: "algorithms", code: "algorithm_not_allowed" };
  }
}

/** @param {Certificate[]} chain @param {number} at @returns {Problem | null} */
function validityProblem(chain, at) {
  if (chain.every((each) => each.validAt(at))) return null;
  if (at < chain[0].validFrom) return { part: "validity", code: "certificate_not_yet_valid" };
  return { part: "validity", code: at > chain[0].validTo ? "certificate_expired" : "issuer_out_of_validity" };
}

/** An answer is needed for every certificate below the root. @param {Certificate[]} chain @param {Trust} trust @param {number} at
 *  @returns {Promise<Problem | null>} */
async function revocationProblem(chain, trust, at) {
  const answers = [];
  for (let place = 0; place + 1 < chain.length; place++) answers.push(await revocationAt(chain[place], chain[place + 1], trust.crls, at));
  const revoked = answers.indexOf("revoked");
  if (revoked >= 0) return { part: "revocation", code: revoked ? "issuer_revoked" : "certificate_revoked" };
  const other = answers.find((each) => each !== "good");
  return other ? { part: "revocation", code: `revocation_${other}`, open: true } : null;
}

/** Why a certificate may not sign acts. @param {Certificate} certificate */
function personal(certificate) {
  if (certificate.isAuthority) return "certificate_of_an_authority";
  if (!certificate.allows(USAGE.digitalSignature) && !certificate.allows(USAGE.contentCommitment)) return "certificate_not_for_signing";
  const { purposes } = certificate;
  return purposes && !purposes.some((each) => PERSONAL_PURPOSES.has(each)) ? "certificate_for_another_purpose" : null;
}

/** Why a certificate may not sign tokens (RFC 3161 2.3). @param {Certificate} certificate */
function forTimeStamps(certificate) {
  const { purposes } = certificate;
  const alone = purposes?.length === 1 && purposes[0] === TIME_STAMPING && certificate.extensions.get(EXTENDED_KEY_USAGE)?.critical;
  if (!alone) return "certificate_not_for_time_stamps";
  return certificate.isAuthority ? "certificate_of_an_authority" : null;
}

/**
 * Judge a time-stamp token over an imprint (RFC 3161).
 * @param {Uint8Array} token @param {(oid: string) => Uint8Array | null} imprint @param {Trust} trust @param {number} at
 * @returns {Promise<{passed: boolean, failed: boolean, code?: string, time: number | null, outside: boolean}>}
 */
export async function judgeToken(token, imprint, trust, at) {
  let data;
  let said;
  try {
    data = readSignedData(token, false);
    said = tokenInfo(data);
  } catch (problem) {
    if (problem instanceof Malformed) return { passed: false, failed: true, code: problem.message, time: null, outside: false };
    throw problem;
  }
  const content = data.content ?? new Uint8Array(0);
  const certificate = signerCertificate(data);
  const wanted = imprintBy(imprint, said.digestOid);
  const problems = [];
  if (!wanted || !equal(said.imprint, wanted)) problems.push({ part: "intact", code: "imprint_of_something_else" });
  if (said.time > at + CLOCK_SKEW_MAX) problems.push({ part: "time_stamp", code: "token_of_the_future" });
  const outsideValidity = certificate !== null && !certificate.validAt(said.time);
  if (outsideValidity) problems.push({ part: "validity", code: "token_outside_the_authoritys_validity" });
  const verdict = await judge(data, (oid) => digestBy(oid, content), { ...trust, roots: trust.timestampRoots }, at, {
    problems, bestTime: at, purpose: forTimeStamps, contentType: ID_TST_INFO,
  });
  const outside = verdict.passed && verdict.chain.some((each) => trust.outsideAuthorities.has(each.fingerprint));
  return { passed: verdict.passed, failed: verdict.failed, code: verdict.code, time: said.time, outside };
}

/** @param {(oid: string) => Uint8Array | null} imprint @param {string} oid */
function imprintBy(imprint, oid) {
  try {
    return imprint(oid);
  } catch (problem) {
    if (problem instanceof NotAllowed) return null;
    throw problem;
  }
}

/** @param {Uint8Array} token @param {Uint8Array} signature @param {Trust} trust @param {number} at
 *  @returns {Promise<{problem: Problem | null, time: number | null}>} */
async function provedTime(token, signature, trust, at) {
  const found = await judgeToken(token, (oid) => digestBy(oid, signature), trust, at);
  if (found.passed) return { problem: null, time: found.time };
  return { problem: { part: "time_stamp", code: `token_${found.code}`, failure: found.failed }, time: null };
}

/** @param {import("./signed_data.js").SignedData} data */
function tokenInfo(data) {
  if (data.contentType !== ID_TST_INFO || !data.content) throw new Malformed("not_a_token");
  try {
    const [, , imprint, , time] = der.read(data.content).children();
    const [algorithm, hashed] = imprint.children();
    return {
      digestOid: der.readAlgorithm(algorithm),
      imprint: der.expect(hashed, der.OCTET_STRING).content,
      time: der.readTime(der.expect(time, der.GENERALIZED_TIME)),
    };
  } catch {
    throw new Malformed("not_a_token");
  }
}

