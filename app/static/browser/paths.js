/**
 * From a certificate up to a root that the client holds (RFC 5280 6). What these rules do not know
 * (name constraints, required policies) they refuse where it is critical, so that this client may
 * refuse a chain that another takes, and never the other way round.
 */
import { equal } from "./bytes.js";
import { signatureValid } from "./algorithms.js";
import { USAGE } from "./certificate.js";
import * as der from "./der.js";

/** The most links between a person and a root that are tried, and how many certificates in all. */
const LINKS_MAX = 6;
const TRIES_MAX = 60;
const UNDERSTOOD = new Set([
  "2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.18", "2.5.29.19", "2.5.29.31", "2.5.29.32", "2.5.29.35", "2.5.29.37", "2.5.29.46",
  "1.3.6.1.5.5.7.1.1",
]);

/**
 * @typedef {import("./certificate.js").Certificate} Certificate
 * @typedef {{chain: Certificate[], code: string | null}} Path the chain ends with the root; a code where there is none
 */

/**
 * @param {Certificate} certificate
 * @param {Certificate[]} brought links to try, never roots
 * @param {{roots: Certificate[], intermediates: Certificate[]}} trust
 * @param {number} at
 * @returns {Promise<Path>}
 */
export async function findPath(certificate, brought, trust, at) {
  const isRoot = (/** @type {Certificate} */ each) => trust.roots.some((root) => root.fingerprint === each.fingerprint);
  if (isRoot(certificate)) {
    return certificate.validAt(at) ? { chain: [certificate], code: null } : { chain: [], code: "certificate_out_of_validity" };
  }
  const known = [...trust.roots, ...trust.intermediates, ...brought];
  let code = "no_chain_to_a_trusted_root";
  let tries = 0;

  /** @param {Certificate[]} chain @returns {Promise<Certificate[] | null>} */
  const upwards = async (chain) => {
    const last = chain[chain.length - 1];
    if (isRoot(last)) return chain;
    if (chain.length > LINKS_MAX) return null;
    for (const issuer of known) {
      if (++tries > TRIES_MAX * known.length) return null;
      if (!equal(issuer.subjectDer, last.issuerDer) || chain.some((each) => each.fingerprint === issuer.fingerprint)) continue;
      if (!(await issued(last, issuer))) continue;
      const problem = authorityProblem(issuer, chain.length - 1, isRoot(issuer), at);
      if (problem) {
        code = problem;
        continue;
      }
      const found = await upwards([...chain, issuer]);
      if (found) return found;
    }
    return null;
  };

  if (!understood(certificate)) return { chain: [], code: "chain_not_valid" };
  const chain = await upwards([certificate]);
  return chain ? { chain, code: null } : { chain: [], code };
}

/** @param {Certificate} certificate @param {Certificate} issuer */
async function issued(certificate, issuer) {
  const [oid, parameters] = certificate.signatureAlgorithm.children();
  const form = { oid: der.readOid(oid), parameters: parameters?.raw ?? null, digestOid: null };
  return signatureValid(issuer, form, certificate.signatureValue, certificate.signedBytes).catch(() => false);
}

/**
 * Why a certificate may not stand above another one.
 * @param {Certificate} issuer @param {number} below authorities between it and the person
 * @param {boolean} root @param {number} at
 */
function authorityProblem(issuer, below, root, at) {
  const { ca, pathLength } = issuer.basicConstraints;
  if (!ca || !issuer.allows(USAGE.keyCertSign) || !understood(issuer)) return "chain_not_valid";
  if (pathLength !== null && below > pathLength) return "chain_not_valid";
  if (root || issuer.validAt(at)) return null;
  return at > issuer.validTo ? "issuer_expired" : "issuer_not_yet_valid";
}

/** @param {Certificate} certificate */
const understood = ({ extensions }) => [...extensions].every(([oid, { critical }]) => !critical || UNDERSTOOD.has(oid));
