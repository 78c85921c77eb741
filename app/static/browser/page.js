/** What the drivers of pages share: finding elements, saying things, reading files. */
import { must } from "./refusal.js";
import { sayProblem } from "./words.js";

/**
 * The element of a hook; a page without it is a fault of the page.
 * @template {HTMLElement} T
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {T}
 */
export function need(root, selector) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return /** @type {T} */ (found);
}

/**
 * Tell a person something in a `role="status"` element.
 * @param {HTMLElement} place
 * @param {string} text
 * @param {"working" | "failed" | "done" | ""} [state]
 */
export function tell(place, text, state = "working") {
  place.textContent = text;
  place.dataset.state = state;
  place.classList.toggle("govuk-error-message", state === "failed");
}

/**
 * @param {HTMLElement} place
 * @param {unknown} problem
 */
export function tellProblem(place, problem) {
  tell(place, sayProblem(problem), "failed");
  place.dataset.code = problem instanceof Error && "code" in problem ? String(problem.code) : "unexpected";
  if (place.dataset.code === "unexpected") console.error(problem);
}

/**
 * The bytes of the one file that was chosen.
 * @param {HTMLInputElement} input
 * @param {string} [missing] what is said while none is
 */
export async function chosenBytes(input, missing = "key_file_missing") {
  const file = input.files?.[0];
  must(file, missing);
  return new Uint8Array(await /** @type {File} */ (file).arrayBuffer());
}

/** Refuses a browser that has no WebCrypto here, as over plain HTTP. */
export function enforceBrowser() {
  must(globalThis.isSecureContext && globalThis.crypto?.subtle, "browser_lacks");
}

/**
 * Run once the document is there; modules are deferred, so it usually is.
 * @param {string} selector
 * @param {(root: HTMLElement) => void} start
 */
export function onEach(selector, start) {
  for (const root of document.querySelectorAll(selector)) start(/** @type {HTMLElement} */ (root));
}
