/** Drives the pages of a key holder (docs/browser.md, `data-holder` and `data-release`). */
import { offer } from "./downloads.js";
import { makeKeyFile, prepareRelease, receiptIn, registerKeys, sendRelease } from "./holding.js";
import { installationOf } from "./installation.js";
import { checkPassphrase } from "./keyfiles.js";
import { chosenBytes, enforceBrowser, need, tell, tellProblem } from "./page.js";
import { must } from "./refusal.js";
import "./seal_words.js";
import { Server } from "./server.js";
import { Signer } from "./signer.js";
import { say } from "./words.js";

/** @param {HTMLElement} root the element with `data-holder` */
export function driveHolder(root) {
  const { tender = "", origin = "", index = "", parts = "" } = root.dataset;
  const place = { origin, tender, index: Number(index), parts: parts.split(" ").filter(Boolean) };
  const server = new Server(root);
  const page = pageOf(root, "holder");

  page.on("make", async () => {
    const passphrase = page.input("passphrase").value;
    checkPassphrase(passphrase, page.input("passphrase-again").value);
    tell(page.said, say("hold.making"));
    offer(null, fileName(root.dataset.title), await makeKeyFile(passphrase, place), true);
    root.dataset.state = "ready";
    tell(page.said, say("hold.made"), "done");
  });

  page.on("register", async () => {
    await page.keys();
    await page.withSigner(async (signer) => {
      tell(page.said, say("hold.registering"));
      const { now, log } = await installationOf(server);
      const { file, passphrase } = await page.keys();
      const given = { file, passphrase, signer, place, checkpoint: log.checkpoint, now: now() };
      const recipients = await registerKeys(server, given);
      page.facts(Object.fromEntries(Object.entries(recipients).map(([part, each]) => [`recipient-${part}`, each])));
    });
    for (const name of ["passphrase", "passphrase-again"]) page.input(name).value = "";
    page.done(say("hold.registered"), "sunlit:keys-registered", {});
  });
}

/** @param {HTMLElement} root the element with `data-release` */
export function driveRelease(root) {
  const { tender = "", lot = "", parts = "", survivors } = root.dataset;
  const server = new Server(root);
  const page = pageOf(root, "release");
  const chosen = parts.split(" ").filter(Boolean);

  /** @returns {Promise<Uint8Array[]>} the releases, one a part, not signed yet */
  async function prepared() {
    page.list([]);
    const keys = await page.keys();
    tell(page.said, say("release.checking"));
    root.dataset.state = "checking";
    const installation = await installationOf(server);
    const common = {
      tender, lot, survivors: survivors === undefined ? null : survivors.split(" ").filter(Boolean),
      ...keys,
      token: page.optional("token")?.files?.length ? await chosenBytes(page.input("token")) : null,
      waived: page.optional("waive")?.checked ?? false,
      objections: await Promise.all([...(page.optional("objections")?.files ?? [])].map(async (each) =>
        receiptIn(new Uint8Array(await each.arrayBuffer())))),
    };
    const made = [];
    for (const part of chosen) made.push(await prepareRelease(server, installation, { ...common, part }));
    const shares = made.flatMap(({ release }) => JSON.parse(new TextDecoder().decode(release)).shares);
    page.facts({ fingerprint: made[0].fingerprint, closing: made[0].closing, bids: shares.length / chosen.length });
    page.list(shares.map((/** @type {any} */ each, /** @type {number} */ at) =>
      "share" in each ? say("release.share", { number: at + 1 }) : say("release.refused", { number: at + 1, code: each.refused })));
    tell(page.said, say("release.checked", { bids: shares.length / chosen.length }), "done");
    root.dataset.state = "ready";
    return made.map((each) => each.release);
  }

  page.on("check", async () => {
    await prepared();
  });
  page.on("go", async () => {
    await page.keys();
    await page.withSigner(async (signer) => {
      const releases = await prepared();
      root.dataset.state = "sending";
      tell(page.said, say("release.sending"));
      for (const each of releases) await sendRelease(server, tender, each, signer);
    });
    page.input("passphrase").value = "";
    page.done(say("release.done"), "sunlit:released", { parts: chosen });
  });
}

/**
 * A holder's signature is no gate to a share, so that a wrong file is named here, before it is sent.
 * @param {Signer} signer @param {string | undefined} own fingerprints of the certificates that are enrolled
 */
function enforceOwn({ certificate }, own) {
  must(own === undefined || own.split(" ").includes(certificate.fingerprint), "certificate_not_yours", { name: certificate.commonName ?? "" });
}

/**
 * The hooks of one page under a prefix: `data-holder-…` or `data-release-…`.
 * @param {HTMLElement} root @param {string} prefix
 */
function pageOf(root, prefix) {
  const said = /** @type {HTMLElement} */ (need(root, `[data-${prefix}-said]`));
  const optional = (/** @type {string} */ name) => /** @type {HTMLInputElement | null} */ (root.querySelector(`[data-${prefix}-${name}]`));
  const input = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (need(root, `[data-${prefix}-${name}]`));
  let busy = false;
  root.dataset.state = "idle";

  /** @param {() => Promise<void>} work */
  async function run(work) {
    if (busy) return;
    busy = true;
    delete said.dataset.code;
    const buttons = root.querySelectorAll("button");
    for (const each of buttons) each.disabled = true;
    try {
      enforceBrowser();
      await work();
    } catch (problem) {
      root.dataset.state = "failed";
      tellProblem(said, problem);
    } finally {
      busy = false;
      for (const each of buttons) each.disabled = false;
    }
  }

  return {
    said, optional, input,
    /** @param {string} name @param {() => Promise<void>} work */
    on(name, work) {
      optional(name)?.addEventListener("click", (event) => {
        event.preventDefault();
        void run(work);
      });
    },
    /** The file of keys and its passphrase, asked for in the order in which the page shows them. */
    async keys() {
      const file = await chosenBytes(input("keyfile"), "keys_file_missing");
      const passphrase = input("passphrase").value;
      must(passphrase, "passphrase_missing");
      return { file, passphrase };
    },
    /** @param {(signer: Signer) => Promise<void>} work */
    async withSigner(work) {
      const signer = await Signer.fromP12(await chosenBytes(input("p12")), input("password").value);
      try {
        signer.enforceValid();
        enforceOwn(signer, root.dataset.certificates);
        await work(signer);
        input("password").value = "";
      } finally {
        signer.forget();
      }
    },
    /** @param {Record<string, unknown>} facts */
    facts(facts) {
      for (const [name, value] of Object.entries(facts)) {
        for (const place of root.querySelectorAll(`[data-${prefix}-fact="${name}"]`)) place.textContent = String(value);
      }
    },
    /** @param {string[]} lines */
    list(lines) {
      root.querySelector(`[data-${prefix}-list]`)?.replaceChildren(...lines.map((text) => {
        const item = document.createElement("li");
        item.textContent = text;
        return item;
      }));
    },
    /** @param {string} text @param {string} event @param {unknown} detail */
    done(text, event, detail) {
      root.dataset.state = "done";
      tell(said, text, "done");
      root.dispatchEvent(new CustomEvent(event, { bubbles: true, detail }));
    },
  };
}

/** The name under which a file of keys is kept: of its purchase, since a holder has one for each. */
const fileName = (title = "") => `${title.replace(/[\\/:*?"<>|\s]+/g, "_").slice(0, 60)}-keys.age`;
