/** What the sealed bid's rules need to know of a signature; who finds it out is handed in. */
import { refuse } from "./refusal.js";

/**
 * @typedef {object} Judgement
 * @property {boolean} passed every part asked for is good
 * @property {boolean} awaitsRevocationData all that is missing is fresh revocation data
 * @property {string | null} certificate fingerprint of the signer's certificate
 * @property {string | null} person by what people are told apart
 * @property {string | null} organization the organisation, if the issuer is trusted to name one
 * @property {string | null} signature digest of the SignatureValue octets
 * @property {string} [code] what was found, where it did not pass
 *
 * @typedef {{statement: Uint8Array, cms: Uint8Array}} Signed
 * @typedef {(statement: Uint8Array, cms: Uint8Array) => Promise<Judgement | null>} Verify
 */

/**
 * The judgement, if the signature counts; stale revocation data may pass, to be judged again later.
 * @param {Judgement | null} judgement
 * @param {boolean} [staleAllowed]
 * @returns {Judgement}
 */
export function enforceSignature(judgement, staleAllowed = false) {
  if (!judgement?.certificate || !judgement.signature) return refuse("signature_not_valid", { found: judgement?.code });
  if (judgement.passed || (staleAllowed && judgement.awaitsRevocationData)) return judgement;
  return refuse("signature_not_valid", { found: judgement.code, signer: judgement.certificate });
}
