/** Whether this browser can do what a bid needs, tried before the last day (docs/browser.md, `data-selftest`). */
import * as age from "./age.js";
import { digest, equal, random, utf8 } from "./bytes.js";
import { encode } from "./canonical.js";
import { signStatement } from "./cms.js";
import { makeIdentity, recipientOf } from "./points.js";
import { chosenBytes, need, tell, tellProblem } from "./page.js";
import { must, refuse } from "./refusal.js";
import "./seal_words.js";
import { Server } from "./server.js";
import { Signer } from "./signer.js";
import { folderFor } from "./storage.js";
import { trustOf } from "./trust.js";
import { abandon, begin, sendPiece } from "./upload.js";
import { judgeStatement } from "./verdicts.js";
import { say, sayProblem } from "./words.js";

const TRIAL_BYTES = 1 << 20;
/** A receipt's time is the server's; a holder's checks take the own clock. Minutes matter, seconds do not. */
const CLOCK_SECONDS_MAX = 60;
const ROOM_MB_MIN = 250;

/** @param {HTMLElement} root the element with `data-selftest` */
export function driveSelfTest(root) {
  const said = /** @type {HTMLElement} */ (need(root, "[data-selftest-said]"));
  const go = /** @type {HTMLButtonElement} */ (need(root, "[data-selftest-go]"));
  const trials = trialsOf(root);
  go.addEventListener("click", async (event) => {
    event.preventDefault();
    go.disabled = true;
    root.dataset.state = "checking";
    tell(said, say("test.running"));
    try {
      for (const [name, trial] of Object.entries(trials)) await run(root, name, trial);
      const failed = root.querySelector('[data-selftest-item][data-state="failed"]');
      root.dataset.state = failed ? "failed" : "done";
      tell(said, say("test.done"), "done");
    } catch (problem) {
      tellProblem(said, problem);
    } finally {
      go.disabled = false;
    }
  });
}

/** @param {HTMLElement} root @param {string} name @param {() => Promise<string | null>} trial */
async function run(root, name, trial) {
  const item = /** @type {HTMLElement | null} */ (root.querySelector(`[data-selftest-item="${name}"]`));
  if (!item) return;
  const place = item.querySelector("[data-selftest-result]") ?? item;
  const show = (/** @type {string} */ state, /** @type {string} */ text) => {
    item.dataset.state = state;
    place.textContent = text;
  };
  show("running", "…");
  try {
    const found = await trial();
    show(found === null ? "skipped" : "passed", found === null ? say("test.no_p12") : found || say("test.passed"));
  } catch (problem) {
    show("failed", sayProblem(problem));
  }
}

/**
 * Each gives what was found, or null where it was not tried.
 * @param {HTMLElement} root
 * @returns {Record<string, () => Promise<string | null>>}
 */
function trialsOf(root) {
  const server = new Server(root);
  return {
    browser: async () => {
      must(typeof ReadableStream === "function" && typeof BigInt === "function" && "replaceChildren" in Element.prototype, "browser_lacks");
      return "";
    },
    secure: async () => {
      must(globalThis.isSecureContext, "browser_lacks");
      return "";
    },
    crypto: async () => {
      const algorithm = { name: "ECDSA", namedCurve: "P-256" };
      must(crypto.subtle && (await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"])), "browser_lacks");
      return "";
    },
    storage: async () => {
      const { lasting, clear } = await folderFor("self-test");
      await clear();
      if (!lasting || !navigator.storage.estimate) return say("test.passing_storage");
      const { quota = 0, usage = 0 } = await navigator.storage.estimate();
      const room = Math.floor((quota - usage) / 1e6);
      must(room >= ROOM_MB_MIN, "test.storage", { room });
      return say("test.storage", { room: Math.min(room, 99_999) });
    },
    clock: async () => {
      const before = Date.now();
      const { now, demo } = await server.get("browser/clock");
      if (demo) return "";
      const seconds = Math.round(Math.abs(Date.parse(now) - (before + Date.now()) / 2) / 1000);
      must(seconds <= CLOCK_SECONDS_MAX, "test.clock", { seconds });
      return say("test.clock", { seconds });
    },
    upload: async () => {
      const bytes = random(1 << 16);
      const blob = new Blob(Array.from({ length: TRIAL_BYTES / bytes.length }, () => bytes));
      const place = await begin(server, TRIAL_BYTES + 1, digest(bytes));
      const from = performance.now();
      try {
        await sendPiece(server, place, blob, 0);
      } finally {
        await abandon(server, place);
      }
      const seconds = (performance.now() - from) / 1000;
      return say("test.upload", { speed: (TRIAL_BYTES / 1e6 / seconds).toFixed(1) });
    },
    signature: () => trialSignature(root, server),
    sealing: async () => {
      const identity = makeIdentity();
      const text = utf8("Sunlit trial");
      const opened = age.decrypt(age.encrypt(text, recipientOf(identity)), identity);
      must(equal(opened, text), "browser_lacks");
      return "";
    },
  };
}

/** @param {HTMLElement} root @param {Server} server */
async function trialSignature(root, server) {
  const file = /** @type {HTMLInputElement | null} */ (root.querySelector("[data-selftest-p12]"));
  if (!file?.files?.length) return null;
  const password = /** @type {HTMLInputElement} */ (need(root, "[data-selftest-password]"));
  const signer = await Signer.fromP12(await chosenBytes(file), password.value);
  try {
    signer.enforceValid();
    // Of a type that no use case takes: it can stand for nothing.
    const trial = encode({ type: "sunlit/trial/v1", origin: root.dataset.origin ?? "", nonce: digest(random(32)) });
    const signed = await signStatement(trial, signer);
    const { now } = await server.get("browser/clock");
    const verdict = await judgeStatement(trial, signed, trustOf(await server.get("api/v1/trust")), Date.parse(now));
    if (!verdict.passed && !verdict.awaitsRevocationData) refuse("signature_not_valid", { found: verdict.code });
    return signer.certificate.commonName ?? "";
  } finally {
    signer.forget();
  }
}
