/** Whom the client believes: roots, what lies between, revocation lists. The twin of `trust.py`. */
import { fromBase64 } from "./bytes.js";
import { Certificate } from "./certificate.js";
import { RevocationList } from "./revocation.js";

/** The mark of the development PKI in its root's name. */
const DEVELOPMENT_MARK = "SUNLIT DEVELOPMENT - NOT FOR PRODUCTION";

/**
 * @typedef {object} Trust
 * @property {Certificate[]} roots
 * @property {Certificate[]} intermediates
 * @property {Certificate[]} timestampRoots
 * @property {RevocationList[]} crls
 * @property {Set<string>} organizationIssuers
 * @property {Set<string>} outsideAuthorities
 */

/** @param {Record<string, any>} record as `/api/v1/trust` gives it @returns {Trust} */
export function trustOf(record) {
  const certificates = (/** @type {string[]} */ list = []) => list.map((each) => new Certificate(fromBase64(each)));
  return {
    roots: certificates(record.roots),
    intermediates: certificates(record.intermediates),
    timestampRoots: certificates(record.timestamp_roots),
    crls: (record.crls ?? []).map((/** @type {string} */ each) => new RevocationList(fromBase64(each))),
    organizationIssuers: new Set(record.organization_issuers),
    outsideAuthorities: new Set(record.outside_authorities),
  };
}

/** @param {Trust} trust */
export const isDevelopment = ({ roots, timestampRoots }) =>
  [...roots, ...timestampRoots].some((each) => each.commonName?.includes(DEVELOPMENT_MARK));

/** Only the lists published until an instant. @param {Trust} trust @param {number} at @returns {Trust} */
export const publishedUntil = (trust, at) => ({ ...trust, crls: trust.crls.filter((each) => each.issuedAt <= at) });

