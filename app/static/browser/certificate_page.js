/**
 * Takes the certificate, and nothing else, out of a key file: for enrolling it under an account.
 * A certificate alone (.cer, .crt, .pem) needs no password. Hooks: docs/browser.md.
 */
import { fromBase64, toBase64 } from "./bytes.js";
import { Certificate } from "./certificate.js";
import { chosenBytes, enforceBrowser, need, tell, tellProblem } from "./page.js";
import { Refused, refuse } from "./refusal.js";
import { Signer } from "./signer.js";
import { say } from "./words.js";

/** @param {HTMLElement} root the element with `data-certificate-from-p12` */
export function driveCertificate(root) {
  const file = /** @type {HTMLInputElement} */ (need(root, "[data-certificate-p12]"));
  const password = /** @type {HTMLInputElement} */ (need(root, "[data-certificate-password]"));
  const value = /** @type {HTMLInputElement} */ (need(root, "[data-certificate-value]"));
  const said = /** @type {HTMLElement} */ (need(root, "[data-certificate-said]"));
  const read = root.querySelector("[data-certificate-read]");
  const form = root.closest("form");

  file.addEventListener("change", () => {
    value.value = "";
    showFacts(root, null);
    tell(said, "", "");
  });
  read?.addEventListener("click", (event) => {
    event.preventDefault();
    void run();
  });
  form?.addEventListener("submit", (event) => {
    if (value.value || !file.files?.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const pressed = event.submitter;
    void run().then((done) => done && form.requestSubmit(pressed));
  }, true);

  async function run() {
    try {
      enforceBrowser();
      tell(said, say("sign.opening"));
      const certificate = await certificateOf(await chosenBytes(file), password.value);
      value.value = toBase64(certificate.der);
      password.value = "";
      // The file field has no name and is never sent; emptied, nobody need wonder.
      file.value = "";
      showFacts(root, certificate);
      tell(said, say("certificate.read"), "done");
      return true;
    } catch (problem) {
      tellProblem(said, problem);
      if (problem instanceof Refused && problem.code === "key_file_password_wrong") password.focus();
      return false;
    }
  }
}

/**
 * @param {Uint8Array} raw
 * @param {string} password
 */
async function certificateOf(raw, password) {
  const alone = certificateAlone(raw);
  const signer = alone ? null : await Signer.fromP12(raw, password);
  signer?.forget();
  const certificate = alone ?? signer?.certificate ?? refuse("key_file_incomplete");
  if (certificate.validTo < Date.now()) refuse("certificate_expired");
  return certificate;
}

/** @param {Uint8Array} raw */
function certificateAlone(raw) {
  const text = new TextDecoder("latin1").decode(raw.subarray(0, 64 * 1024));
  const pem = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(text);
  try {
    return new Certificate(pem ? fromBase64(pem[1].replace(/\s/g, "")) : raw);
  } catch {
    return null;
  }
}

/**
 * Fill the elements with `data-certificate-fact`.
 * @param {HTMLElement} root
 * @param {Certificate | null} certificate
 */
function showFacts(root, certificate) {
  const facts = certificate && {
    name: certificate.commonName,
    organization: certificate.organizationName,
    identifier: certificate.organizationIdentifier,
    issuer: certificate.issuerCommonName,
    "valid-to": new Date(certificate.validTo).toISOString().slice(0, 10),
    fingerprint: certificate.fingerprint,
  };
  for (const place of root.querySelectorAll("[data-certificate-fact]")) {
    const name = /** @type {HTMLElement} */ (place).dataset.certificateFact ?? "";
    place.textContent = facts?.[/** @type {keyof typeof facts} */ (name)] ?? "";
  }
  const list = /** @type {HTMLElement | null} */ (root.querySelector("[data-certificate-facts]"));
  if (list) list.hidden = !certificate;
}
