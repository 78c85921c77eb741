/** Asking the server: JSON in both directions, under the cookie and the form token. */
import { Refused, refuse } from "./refusal.js";

/** Where the installation is mounted: the bundle lies in `static/` below it. */
const ROOT = new URL("..", import.meta.url);

/** @param {string} path without a leading slash */
export const addressOf = (path) => new URL(path, ROOT);

/** What the pages' modules ask of the server. */
export class Server {
  /** @param {string} token the form token of the page */
  constructor(token) {
    this.token = token;
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
    const headers = new Headers(given.headers);
    if (given.method !== "GET" && given.method !== "HEAD") headers.set("X-CSRFToken", this.token);
    /** @type {RequestInit} */
    const asked = { ...given, headers, credentials: "same-origin", redirect: "manual", cache: "no-store" };
    const answer = await fetch(addressOf(String(path)), asked).catch(() => refuse("network"));
    if (answer.type === "opaqueredirect" || answer.status === 401) refuse("session_over");
    return answer;
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

/** The server's refusal with its own words. @param {Response} answer */
export async function refusalOf(answer) {
  const told = await answer.json().catch(() => null);
  if (!told?.error) return new Refused("server_refused", { status: answer.status });
  if (answer.status === 400 && told.error === "http_400") return new Refused("form_expired");
  return new Refused(told.error, { ...told.facts, status: answer.status, ...(told.error.startsWith("http_") ? {} : { words: told.words }) });
}
