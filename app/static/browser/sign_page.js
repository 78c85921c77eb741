/**
 * Drives a form that needs signatures: one press, one certificate, one or several things to sign.
 * The hooks are those of `templates/components/signing.html`, described in docs/browser.md.
 */
import { digest, fromBase64, toBase64 } from "./bytes.js";
import { signPrepared, signStatement } from "./cms.js";
import { chosenBytes, enforceBrowser, need, tell, tellProblem } from "./page.js";
import { must, refuse, Refused } from "./refusal.js";
import { addressOf } from "./server.js";
import { Signer } from "./signer.js";
import { say } from "./words.js";

/** @param {HTMLElement} root the element with `data-sign` */
export function driveSigning(root) {
  const form = root.closest("form");
  if (!form) throw new Error("data-sign stands outside a form");
  const go = /** @type {HTMLButtonElement} */ (need(root, "[data-sign-go]"));
  const password = /** @type {HTMLInputElement} */ (need(root, "[data-sign-password]"));
  let busy = false;
  let sending = false;

  form.addEventListener("submit", (event) => {
    const pressed = /** @type {HTMLElement | null} */ (event.submitter);
    // Buttons that go elsewhere (a download for the offline tool, a draft) sign nothing.
    if (pressed && pressed !== go && !pressed.hasAttribute("data-sign-go")) return;
    if (sending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!busy) void run();
  }, true);
  // Enter would otherwise press the form's first button, which may be a download.
  password.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    form.requestSubmit(go);
  });
  // A page brought back by the browser's history holds nothing that was signed before.
  globalThis.addEventListener("pageshow", (event) => {
    if (event.persisted) for (const item of items(root)) item.result.value = "";
  });

  async function run() {
    busy = true;
    go.disabled = true;
    const said = /** @type {HTMLElement} */ (need(root, "[data-sign-said]"));
    let signed = false;
    try {
      if (missing(root).length) await signAll(root, said);
      signed = true;
      // The browser would leave the page, and all that was typed, for its own page about the network.
      await enforceReachable();
    } catch (problem) {
      if (!signed) for (const item of items(root)) item.result.value = "";
      signed = false;
      tellProblem(said, problem);
      if (problem instanceof Refused && problem.code === "key_file_password_wrong") password.focus();
    } finally {
      busy = false;
      go.disabled = false;
    }
    if (!signed) return;
    tell(said, say("sign.sending"));
    sending = true;
    form?.requestSubmit(go);
    sending = false;
  }
}

/** The server answers, whatever it says: a form that is sent while nobody is logged in is held there. */
async function enforceReachable() {
  const answer = await fetch(addressOf("health"), { method: "HEAD", cache: "no-store" }).catch(() => null);
  must(answer, "sign_not_sent");
}

/**
 * @param {HTMLElement} root
 * @param {HTMLElement} said
 */
async function signAll(root, said) {
  enforceBrowser();
  const file = /** @type {HTMLInputElement} */ (need(root, "[data-sign-p12]"));
  const password = /** @type {HTMLInputElement} */ (need(root, "[data-sign-password]"));
  tell(said, say("sign.opening"));
  const signer = await Signer.fromP12(await chosenBytes(file), password.value);
  try {
    signer.enforceValid();
    tell(said, say("sign.signing"));
    for (const item of missing(root)) {
      item.result.value = toBase64(await (item.kind === "pdf" ? signPdf(item, signer) : signOne(item, signer, root)));
    }
    // Kept until all is signed, so that after a mistake the person need not type it again.
    password.value = "";
    file.value = "";
  } finally {
    signer.forget();
  }
}

/**
 * @param {Item} item
 * @param {Signer} signer
 * @param {HTMLElement} root
 */
async function signOne(item, signer, root) {
  enforceCertificate(item, signer);
  const hidden = /** @type {HTMLInputElement} */ (need(item.element, `[name="sign-${item.key}-statement"]`));
  const statement = fromBase64(hidden.value);
  must(digest(statement) === item.element.dataset.digest, "statement_differs");
  let said;
  try {
    said = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(statement));
  } catch {
    refuse("statement_differs");
  }
  const own = typeof said?.type === "string" && said.type.startsWith("sunlit/") && said.origin === root.dataset.origin;
  must(own, "statement_of_another_installation");
  return signStatement(statement, signer);
}

/**
 * @param {Item} item
 * @param {Signer} signer
 */
async function signPdf(item, signer) {
  enforceCertificate(item, signer);
  const { url, attributes, range } = item.element.dataset;
  const answer = await fetch(String(url), { credentials: "same-origin", cache: "no-store" }).catch(() => null);
  must(answer?.ok, "pdf_not_fetched");
  const document = new Uint8Array(await /** @type {Response} */ (answer).arrayBuffer());
  const numbers = /** @type {[number, number, number, number]} */ (String(range).split(",").map(Number));
  must(numbers.length === 4 && numbers.every(Number.isSafeInteger), "pdf_not_prepared");
  return signPrepared(document, numbers, fromBase64(String(attributes)), signer);
}

/**
 * @param {Item} item
 * @param {Signer} signer
 */
function enforceCertificate(item, signer) {
  const wanted = item.element.dataset.certificate;
  must(!wanted || wanted === signer.certificate.fingerprint, "certificate_other");
}

/** @typedef {{element: HTMLElement, key: string, kind: string, result: HTMLInputElement}} Item */

/** @param {HTMLElement} root @returns {Item[]} */
function items(root) {
  return [...root.querySelectorAll("[data-sign-item]")].map((found) => {
    const element = /** @type {HTMLElement} */ (found);
    const key = String(element.dataset.signItem);
    const kind = element.dataset.kind === "pdf" ? "pdf" : "statement";
    const name = kind === "pdf" ? "value" : "cms";
    return { element, key, kind, result: /** @type {HTMLInputElement} */ (need(element, `[name="sign-${key}-${name}"]`)) };
  });
}

/**
 * What still has neither a result nor a file of the offline tool.
 * @param {HTMLElement} root
 */
function missing(root) {
  return items(root).filter(({ element, key, result }) => {
    const file = /** @type {HTMLInputElement | null} */ (root.querySelector(`[name="sign-${key}-file"]`));
    return !result.value && !file?.files?.length && element.isConnected;
  });
}
