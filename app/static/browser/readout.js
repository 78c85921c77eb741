/** `readout.json`: what is read out of a bid (docs/envelope-v1.md 6). */
import { encode, readCanonical } from "./canonical.js";
import { must, Refused, refuse } from "./refusal.js";
import { matches, oneOf, record } from "./statements.js";

export const FILE_NAME = "readout.json";
const TYPE = "sunlit/readout/v1";
const BYTES_MAX = 4 * 1024;
const DELIVERY_CHARACTERS_MAX = 300;
const WITHOUT_PLACES = ["JPY", "KRW", "VND"];

/** @param {string} price @param {string} currency @param {string} delivery */
export function encodeReadOut(price, currency, delivery) {
  const raw = encode({ type: TYPE, price, currency, delivery });
  readReadOut(raw, currency);
  return raw;
}

/** @param {Uint8Array} raw @param {string} currency of the tender */
export function readReadOut(raw, currency) {
  let value;
  try {
    value = readCanonical(raw, BYTES_MAX);
  } catch (problem) {
    if (problem instanceof Refused) refuse("readout_malformed", { problem: problem.code });
    throw problem;
  }
  const places = WITHOUT_PLACES.includes(currency) ? "" : "\\.[0-9]{2}";
  const amount = matches(`(0|[1-9][0-9]{0,15})${places}`);
  const right = record({
    type: oneOf(TYPE),
    price: (text) => amount(text) && /[1-9]/.test(text),
    currency: oneOf(currency),
    delivery: (text) => typeof text === "string" && [...text].length <= DELIVERY_CHARACTERS_MAX,
  });
  must(right(value), "readout_malformed");
  return value;
}
