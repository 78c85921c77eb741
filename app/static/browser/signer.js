/** A person's key, taken from a .p12 for as long as one press of a button. */
import { ecdsaToDer, formFor, signatureValid } from "./algorithms.js";
import { Certificate } from "./certificate.js";
import { openP12 } from "./p12.js";
import { must, refuse } from "./refusal.js";

/** A signing key that cannot be taken out again, with its certificate and the authorities above it. */
export class Signer {
  #key;

  /**
   * @param {CryptoKey} key
   * @param {Certificate} certificate
   * @param {Certificate[]} issuers
   */
  constructor(key, certificate, issuers) {
    this.#key = key;
    this.certificate = certificate;
    this.issuers = issuers;
    this.form = formFor(certificate);
  }

  /**
   * Open a .p12. A wrong password is a refusal of its own, never an empty answer.
   * @param {Uint8Array} raw
   * @param {string} password
   * @returns {Promise<Signer>}
   */
  static async fromP12(raw, password) {
    const { keys, certificates } = await openP12(raw, password);
    must(keys.length && certificates.length, "key_file_incomplete");
    const known = certificates.map((each) => new Certificate(each));
    try {
      for (const key of keys) {
        for (const certificate of known) {
          const signer = await matching(key, certificate, known);
          if (signer) return signer;
        }
      }
    } finally {
      for (const key of keys) key.fill(0);
    }
    must(known.some((each) => each.key), "key_kind_not_allowed");
    return refuse("key_is_not_the_certificates");
  }

  /**
   * The value as WebCrypto gives it: r ‖ s for ECDSA.
   * @param {Uint8Array} data
   */
  async signRaw(data) {
    must(this.#key, "key_file_missing");
    return new Uint8Array(await crypto.subtle.sign(this.form.signing, /** @type {CryptoKey} */ (this.#key), data));
  }

  /**
   * The value as CMS holds it: ECDSA in DER.
   * @param {Uint8Array} data
   */
  async sign(data) {
    const value = await this.signRaw(data);
    return this.form.curve ? ecdsaToDer(value) : value;
  }

  /** Whether the certificate is in its validity by this computer's clock; refused if not. */
  enforceValid(now = Date.now()) {
    must(now <= this.certificate.validTo, "certificate_expired", { valid_to: this.certificate.validTo });
    must(now >= this.certificate.validFrom, "certificate_not_yet_valid", { valid_from: this.certificate.validFrom });
  }

  /** Let go of the key. */
  forget() {
    this.#key = null;
  }
}

/**
 * The signer of a key, if the key is this certificate's: it signs a probe that the certificate verifies.
 * @param {Uint8Array} key PKCS#8
 * @param {Certificate} certificate
 * @param {Certificate[]} all
 */
async function matching(key, certificate, all) {
  if (!certificate.key) return null;
  const form = formFor(certificate);
  let imported;
  try {
    imported = await crypto.subtle.importKey("pkcs8", key, form.importing, false, ["sign"]);
  } catch {
    return null; // A key of another kind or curve.
  }
  const signer = new Signer(imported, certificate, all.filter((each) => each !== certificate));
  const probe = new Uint8Array(32);
  const right = await signatureValid(certificate, form, await signer.sign(probe), probe);
  return right ? signer : null;
}

