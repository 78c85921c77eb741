/** Drives a page on which a bid is sealed and sent (docs/browser.md, `data-seal`). */
import {
  bidFolder, checkedTender, keep, kept, lastAct, receiptFile, sealBid, sendBid, withdrawBid, withReadOut,
} from "./bidding.js";
import { clientBuild } from "./build.js";
import { digest, fromBase64 } from "./bytes.js";
import { keysOf } from "./committee.js";
import { offer } from "./downloads.js";
import { installationOf } from "./installation.js";
import { checkPassphrase } from "./keyfiles.js";
import { chosenBytes, enforceBrowser, need, tell, tellProblem } from "./page.js";
import { must, Refused } from "./refusal.js";
import "./seal_words.js";
import { Server } from "./server.js";
import { Signer } from "./signer.js";
import { folderFor } from "./storage.js";
import { language, say } from "./words.js";

/** @param {HTMLElement} root the element with `data-seal` */
export function driveSealing(root) {
  new SealPage(root).start();
}

class SealPage {
  #busy = false;

  constructor(/** @type {HTMLElement} */ root) {
    const { tender = "", lot = "", bidder = "" } = root.dataset;
    this.root = root;
    this.place = { tender, lot, bidder };
    this.server = new Server(root);
    this.said = /** @type {HTMLElement} */ (need(root, "[data-seal-said]"));
  }

  start() {
    this.#on("[data-seal-check]", () => this.check());
    this.#on("[data-seal-go]", () => this.seal());
    this.#on("[data-seal-withdraw]", () => this.withdraw());
    this.#on("[data-seal-resume]", () => this.resume());
    this.#on("[data-seal-discard]", () => this.discard());
    this.#state("idle");
    void this.#lookForUnsent();
  }

  async check() {
    this.#state("checking");
    tell(this.said, say("seal.checking"));
    this.installation = await installationOf(this.server);
    this.checked = await checkedTender(this.server, this.installation, this.place.tender);
    this.#showChecked();
    this.#state("ready");
    tell(this.said, say("seal.checked"), "done");
  }

  async seal() {
    enforceBrowser();
    const passphrase = this.#value("[data-seal-passphrase]");
    checkPassphrase(passphrase, this.#value("[data-seal-passphrase-again]"));
    await this.check();
    const checked = /** @type {import("./checking.js").CheckedTender} */ (this.checked);
    must(this.#input("[data-seal-fingerprint-seen]").checked, "fingerprint_not_confirmed");
    const { currency } = checked;
    const total = amountOf(this.#value("[data-seal-total]"), currency);
    const delivery = this.#value("[data-seal-delivery]").trim().normalize("NFC");
    const files = await withReadOut(this.#files(), { total, delivery, currency });
    await this.#withSigner(async (signer) => {
      this.#state("sealing");
      tell(this.said, say("seal.sealing"));
      const folder = await this.#folder();
      await folder.clear();
      const whole = 2 * Object.values(files).flat().reduce((sum, each) => sum + each.content.size, 0);
      let done = 0;
      const bid = await sealBid(checked, {
        ...this.place, files, before: await lastAct(this.server, this.place), signer, passphrase, client: await clientBuild(), folder,
        progress: (bytes) => this.#progress((done += bytes) / whole),
      });
      await keep(folder, bid);
      // Offered before anything is sent: without it a bid that the holders cannot open is lost.
      offer(this.#link("recovery"), "secrets.age", fromBase64(bid.secrets ?? ""), true);
      await this.#send(bid);
    });
  }

  async withdraw() {
    enforceBrowser();
    await this.#withSigner(async (signer) => {
      const bid = await withdrawBid(await lastAct(this.server, this.place), signer);
      await this.#send(bid);
    });
  }

  async resume() {
    const bid = await kept(await this.#folder());
    if (bid) await this.#send(bid);
  }

  async discard() {
    await (await this.#folder()).clear();
    this.#unsent(false);
    tell(this.said, say("seal.discarded"), "done");
  }

  async #send(/** @type {import("./bidding.js").Kept} */ bid) {
    this.installation ??= await installationOf(this.server);
    this.#state("uploading");
    tell(this.said, say("seal.uploading"));
    const folder = await this.#folder();
    const { answer, act } = await sendBid(this.server, this.installation, folder, bid, {
      progress: (share) => {
        tell(this.said, say("seal.uploading"));
        this.#progress(share);
      },
      waiting: () => tell(this.said, say("seal.waiting")),
      sending: () => {
        this.#state("sending");
        tell(this.said, say("seal.sending"));
      },
    });
    if (bid.secrets) offer(this.#link("recovery"), "secrets.age", fromBase64(bid.secrets));
    offer(this.#link("bid"), "bid.tar", bidFolder(bid, answer, this.installation.now()));
    offer(this.#link("receipt"), "receipt.json", receiptFile(answer));
    await folder.clear();
    this.#unsent(false);
    const receipt = digest(fromBase64(answer.receipt));
    this.#facts({ seq: act.said.seq, act: act.digest, receipt, "accepted-at": moment(Date.parse(answer.accepted_at)) });
    const done = this.root.querySelector("[data-seal-done]");
    if (done) /** @type {HTMLElement} */ (done).hidden = false;
    this.#state("done");
    tell(this.said, say(bid.kind === "bid" ? "seal.done" : "seal.withdrawn"), "done");
    const detail = { act: act.digest, receipt, accepted_at: answer.accepted_at, event: bid.kind };
    this.root.dispatchEvent(new CustomEvent("sunlit:sealed", { bubbles: true, detail }));
  }

  async #withSigner(/** @type {(signer: Signer) => Promise<void>} */ work) {
    const password = this.#input("[data-seal-password]");
    const signer = await Signer.fromP12(await chosenBytes(this.#input("[data-seal-p12]")), password.value);
    try {
      signer.enforceValid();
      await work(signer);
      password.value = "";
      for (const each of this.root.querySelectorAll("[data-seal-passphrase], [data-seal-passphrase-again]")) {
        /** @type {HTMLInputElement} */ (each).value = "";
      }
    } finally {
      signer.forget();
    }
  }

  #files() {
    /** @type {Record<string, import("./sealing.js").Attachment[]>} */
    const found = {};
    for (const each of this.root.querySelectorAll("[data-seal-files]")) {
      const input = /** @type {HTMLInputElement} */ (each);
      found[String(input.dataset.sealFiles)] = [...(input.files ?? [])].map((content) => ({ name: content.name.normalize("NFC"), content }));
    }
    return found;
  }

  #showChecked() {
    const { committee, notices, fingerprint, closesAt, currency, logged } = /** @type {import("./checking.js").CheckedTender} */ (this.checked);
    this.#facts({
      fingerprint, committee: committee.digest, threshold: committee.threshold, holders: committee.count, notice: notices[notices.length - 1],
      "closes-at": moment(closesAt), currency, logged: logged ? say("seal.yes") : "", bidder: this.place.bidder,
    });
    const list = this.root.querySelector("[data-seal-holders]");
    list?.replaceChildren(...keysOf(committee, committee.parts[0]).map((each) => {
      const item = document.createElement("li");
      item.textContent = [each.name, each.organization].filter(Boolean).join(" · ");
      return item;
    }));
  }

  async #lookForUnsent() {
    const bid = await kept(await this.#folder()).catch(() => null);
    if (!bid) return;
    this.#unsent(true);
    tell(this.said, say("seal.unsent"), "done");
  }

  #unsent(/** @type {boolean} */ there) {
    const place = /** @type {HTMLElement | null} */ (this.root.querySelector("[data-seal-unsent]"));
    if (place) place.hidden = !there;
  }

  async #folder() {
    this.folder ??= await folderFor(this.place.tender, this.place.lot, this.place.bidder);
    return this.folder;
  }

  #on(/** @type {string} */ selector, /** @type {() => Promise<void>} */ work) {
    this.root.querySelector(selector)?.addEventListener("click", (event) => {
      event.preventDefault();
      if (!this.#busy) void this.#run(work);
    });
  }

  async #run(/** @type {() => Promise<void>} */ work) {
    this.#busy = true;
    delete this.said.dataset.code;
    // What the last try ended with is over as soon as the next begins, before its lock is granted.
    if (this.root.dataset.state === "failed") this.#state("ready");
    this.#buttons(true);
    try {
      await this.#alone(work);
    } catch (problem) {
      this.#state("failed");
      tellProblem(this.said, overtaken(problem));
      if (await kept(await this.#folder()).catch(() => null)) this.#unsent(true);
    } finally {
      this.#busy = false;
      this.#buttons(false);
    }
  }

  /** Two windows share one folder: the second would clear what the first is about to send. */
  async #alone(/** @type {() => Promise<void>} */ work) {
    if (!navigator.locks) return work();
    const name = `sunlit-seal ${Object.values(this.place).join(" ")}`;
    await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      must(lock, "seal_in_other_window");
      await work();
    });
  }

  #buttons(/** @type {boolean} */ disabled) {
    for (const each of this.root.querySelectorAll("button")) each.disabled = disabled;
  }

  #facts(/** @type {Record<string, unknown>} */ facts) {
    for (const [name, value] of Object.entries(facts)) {
      for (const place of this.root.querySelectorAll(`[data-seal-fact="${name}"]`)) place.textContent = String(value ?? "");
    }
  }

  #progress(/** @type {number} */ share) {
    const bar = /** @type {HTMLProgressElement | null} */ (this.root.querySelector("[data-seal-progress]"));
    if (bar) bar.value = Math.min(1, share);
  }

  #state(/** @type {string} */ state) {
    this.root.dataset.state = state;
  }

  #link(/** @type {string} */ name) {
    return /** @type {HTMLAnchorElement | null} */ (this.root.querySelector(`[data-seal-download="${name}"]`));
  }

  #input(/** @type {string} */ selector) {
    return /** @type {HTMLInputElement} */ (need(this.root, selector));
  }

  #value(/** @type {string} */ selector) {
    return /** @type {HTMLInputElement | null} */ (this.root.querySelector(selector))?.value ?? "";
  }
}

/**
 * A total as people type it in the one spelling of a read-out; what it cannot be is left for the check.
 * @param {string} text @param {string} currency
 */
export function amountOf(text, currency) {
  const plain = text.normalize("NFKC").replace(/[\s,_¥]/g, "");
  if (["JPY", "KRW", "VND"].includes(currency)) return plain;
  const found = /^(\d+)(?:\.(\d{0,2}))?$/.exec(plain);
  return found ? `${found[1].replace(/^0+(?=\d)/, "")}.${(found[2] ?? "").padEnd(2, "0")}` : plain;
}

/** An act that no longer follows the last one: another was taken while this one was made. @param {unknown} problem */
const overtaken = (problem) =>
  problem instanceof Refused && (problem.code === "act_seq" || problem.code === "act_prev") ? new Refused("bid_overtaken") : problem;

/** @param {number} at */
const moment = (at) =>
  new Date(at).toLocaleString(language() === "en" ? "en-GB" : "zh-CN", { dateStyle: "medium", timeStyle: "long" });
