/** The types of statements and their exact keys (docs/envelope-v1.md 3). */
import { encode, encodeText, readCanonical } from "./canonical.js";
import { must } from "./refusal.js";

export const PARTS = ["technical", "price"];
export const HOLDERS_MAX = 15;
export const ACTS_MAX = 50;

/** @typedef {(value: any) => boolean} Form */

/** @param {string} pattern @returns {Form} */
export const matches = (pattern) => {
  const whole = new RegExp(`^(?:${pattern})$`);
  return (value) => typeof value === "string" && whole.test(value);
};
/** @param {number} least @param {number} most @returns {Form} */
export const integer = (least, most) => (value) => Number.isSafeInteger(value) && least <= value && value <= most;
/** @param {...string} words @returns {Form} */
export const oneOf = (...words) => (value) => words.includes(value);
/** @param {Form} form @returns {Form} */
export const nullable = (form) => (value) => value === null || form(value);
/** @param {Form} form @param {number} least @param {number} most @returns {Form} */
export const listOf = (form, least, most) => (value) =>
  Array.isArray(value) && least <= value.length && value.length <= most && value.every(form);
/** @param {Form} form @param {number} least @param {number} most @returns {Form} */
const setOf = (form, least, most) => (value) => listOf(form, least, most)(value) && new Set(value).size === value.length;
/** @param {Record<string, Form>} fields @returns {Form} */
export const record = (fields) => (value) =>
  value !== null && typeof value === "object" && !Array.isArray(value)
  && sameKeys(value, fields) && Object.entries(fields).every(([key, form]) => form(value[key]));

/** @param {object} one @param {object} other */
const sameKeys = (one, other) => encodeText(Object.keys(one).sort()) === encodeText(Object.keys(other).sort());

export const origin = matches("[A-Za-z0-9][A-Za-z0-9._/-]{0,199}");
export const identifier = matches("[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}");
export const digestForm = matches("sha256:[0-9a-f]{64}");
export const hex32 = matches("[0-9a-f]{64}");
export const size = integer(0, Number.MAX_SAFE_INTEGER);
const code = matches("[a-z][a-z0-9_]{0,63}");
const recipient = matches("age1[02-9ac-hj-np-z]{58}");
const part = oneOf(...PARTS);
const index = integer(1, HOLDERS_MAX);
/** @type {Form} */
export const instant = (value) => {
  if (!matches("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z")(value)) return false;
  const read = new Date(value);
  return !Number.isNaN(read.getTime()) && read.toISOString() === value;
};
/** @type {Form} */
const released = (value) =>
  record({ context: digestForm, share: hex32 })(value) || record({ context: digestForm, refused: code })(value);
const envelope = record({
  part, ciphertext: digestForm, size, recipient, commitments: listOf(hex32, 2, 15), boxes: listOf(digestForm, 2, 15), inner: digestForm,
});
const place = { tender: identifier, lot: identifier };
const key = { tender: identifier, part, index, recipient };

/** @type {Record<string, Record<string, Form>>} */
const TYPES = {
  holder: { ...key, made_at: instant },
  committee: { tender: identifier, threshold: integer(2, 15), holders: setOf(digestForm, 2, 30) },
  possession: { ...key, checkpoint: digestForm },
  inner: { ...place, part, bidder: identifier, recipient, files: setOf(digestForm, 1, 500) },
  context: {
    ...place, part, bidder: identifier, committee: digestForm, threshold: integer(2, 15), holders: setOf(digestForm, 2, 15),
    recipient, commitments: listOf(hex32, 2, 15), ciphertext: digestForm, size, inner: digestForm,
  },
  share: { context: digestForm, index, share: hex32 },
  bid: {
    ...place, bidder: identifier, seq: integer(1, 50), prev: nullable(digestForm), notice: digestForm, committee: digestForm,
    client: digestForm, signers: setOf(digestForm, 1, 16), envelopes: listOf(envelope, 1, 2),
  },
  withdrawal: { ...place, bidder: identifier, seq: integer(2, 50), prev: digestForm },
  receipt: {
    ...place, bidder: identifier, event: oneOf("bid", "replacement", "withdrawal"), act: digestForm, signature: digestForm,
    token: nullable(digestForm), prev: nullable(digestForm), accepted_at: instant, checkpoint: digestForm, blind: hex32,
  },
  head: { tender: identifier, size, root: digestForm, blind: hex32 },
  closing: { tender: identifier, size, root: digestForm, closed_at: instant },
  release: {
    ...place, part, index, closing: digestForm, checkpoint: digestForm, released_at: instant, shares: listOf(released, 1, 10_000),
  },
  destruction: { ...key, destroyed_at: instant },
};

/** @param {string} name */
export const typeName = (name) => `sunlit/${name}/v1`;

/**
 * The value in a statement's bytes; the caller names the type it expects, and values by key.
 * @param {Uint8Array} raw
 * @param {string} name
 * @param {Record<string, unknown>} [expected]
 * @returns {any}
 */
export function readStatement(raw, name, expected = {}) {
  const value = readCanonical(raw);
  must(value !== null && typeof value === "object" && value.type === typeName(name), "statement_type", { expected: name });
  check(value, name);
  for (const [field, wanted] of Object.entries(expected)) must(value[field] === wanted, "statement_mismatch", { key: field });
  return value;
}

/**
 * The bytes of a statement; what is made here keeps the rules that are read by.
 * @param {string} name
 * @param {Record<string, unknown>} values
 */
export function encodeStatement(name, values) {
  const raw = encode({ type: typeName(name), ...values });
  readStatement(raw, name);
  return raw;
}

/** @param {Record<string, unknown>} value @param {string} name */
function check(value, name) {
  /** @type {Record<string, Form>} */
  const fields = { type: () => true, origin, ...TYPES[name] };
  must(sameKeys(value, fields), "statement_keys", { statement: name });
  for (const field of Object.keys(fields)) must(fields[field](value[field]), "statement_value", { statement: name, key: field });
}
