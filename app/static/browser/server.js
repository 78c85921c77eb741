/** Asking the server: JSON in both directions, under the cookie and the form token. */
import { Refused, refuse } from "./refusal.js";

/** Where the installation is mounted: the bundle lies in `static/` below it. */
const ROOT = new URL("..", import.meta.url);

/** @param {string} path without a leading slash */
export const addressOf = (path) => new URL(path, ROOT);

/** By which a page's element is known again where the page is fetched anew. */
const PLACE = ["tender", "lot", "bidder", "index", "origin"];

/** What the pages' modules ask of the server. */
export class Server {
  /** @param {HTMLElement} root the element that holds the form token, `data-csrf` */
  constructor(root) {
    this.root = root;
  }

  /** @param {string} path @returns {Promise<any>} */
  get(path) {
    return this.#ask(path, { method: "GET" });
  }

  /** @param {string} path @param {unknown} body @returns {Promise<any>} */
  post(path, body) {
    const headers = { "Content-Type": "application/json" };
    return this.#ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  /**
   * Any request; the answer is looked at by the caller, unless the session is over.
   * @param {string | URL} path @param {RequestInit} given
   */
  async request(path, given) {
    const address = addressOf(String(path));
    if (given.method === "GET" || given.method === "HEAD") return send(address, given);
    const changing = () => send(address, { ...given, headers: [...new Headers(given.headers), ["X-CSRFToken", this.root.dataset.csrf ?? ""]] });
    const answer = await changing();
    return answer.status === 400 && await isOldToken(answer.clone()) && await this.#renewed() ? changing() : answer;
  }

  /** Whoever logs in again in another window goes on here: the same page, fetched, has the new token. */
  async #renewed() {
    const answer = await send(location.href, { method: "GET" });
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const same = [...page.querySelectorAll("[data-csrf]")].find(
      (one) => one instanceof HTMLElement && PLACE.every((name) => one.dataset[name] === this.root.dataset[name]),
    );
    const token = same?.getAttribute("data-csrf");
    if (token) this.root.dataset.csrf = token;
    return Boolean(token);
  }

  /** @param {string} path @returns {Promise<Uint8Array>} */
  async bytes(path) {
    const answer = await this.request(path, { method: "GET" });
    if (!answer.ok) throw await refusalOf(answer);
    return new Uint8Array(await answer.arrayBuffer());
  }

  async #ask(/** @type {string} */ path, /** @type {RequestInit} */ given) {
    const answer = await this.request(path, given);
    if (!answer.ok) throw await refusalOf(answer);
    return answer.json();
  }
}

/** @param {string | URL} address @param {RequestInit} given */
async function send(address, given) {
  const answer = await fetch(address, { ...given, credentials: "same-origin", redirect: "manual", cache: "no-store" }).catch(() => refuse("network"));
  if (answer.type === "opaqueredirect" || answer.status === 401) refuse("session_over");
  return answer;
}

/** @param {Response} answer */
async function isOldToken(answer) {
  return (await answer.json().catch(() => null))?.error === "http_400";
}

/** The server's refusal with its own words. @param {Response} answer */
export async function refusalOf(answer) {
  const told = await answer.json().catch(() => null);
  if (!told?.error) return new Refused("server_refused", { status: answer.status });
  if (answer.status === 400 && told.error === "http_400") return new Refused("form_expired");
  return new Refused(told.error, { ...told.facts, status: answer.status, ...(told.error.startsWith("http_") ? {} : { words: told.words }) });
}
