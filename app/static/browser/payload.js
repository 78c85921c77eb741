/** What is inside an envelope: sizes, files, openings (docs/envelope-v1.md 6). */
import { concat, digest, equal, fromHex, utf8 } from "./bytes.js";
import { encode, encodeText, readCanonical, STATEMENT_BYTES_MAX } from "./canonical.js";
import { must } from "./refusal.js";
import { digestForm, hex32, listOf, readStatement, record, size } from "./statements.js";
import { allowedText, folded } from "./text.js";

/** @type {Record<string, number>} */
const FLOOR = { technical: 1 << 20, price: 1 << 16 };
const FILES_MAX = 500;
const FILES_BYTES_MAX = 2 ** 31;
const NAME_BYTES_MAX = 180;
const CMS_BYTES_MAX = 64 * 1024;
const OPENINGS_BYTES_MAX = 512 * 1024;
const BODY_BYTES_MAX = 12 + STATEMENT_BYTES_MAX + CMS_BYTES_MAX + OPENINGS_BYTES_MAX + FILES_BYTES_MAX;

/** @typedef {{salt: string, name: string, size: number, digest: string}} Opening */

/** @param {string} part @param {number} body @returns {number} bytes of the payload: floor or PADMÉ */
export function payloadSize(part, body) {
  const whole = BigInt(8 + body);
  const exponent = BigInt(whole.toString(2).length - 1);
  const kept = BigInt(exponent.toString(2).length);
  const mask = exponent > kept ? 2n ** (exponent - kept) - 1n : 0n;
  return Math.max(FLOOR[part], Number((whole + mask) & ~mask));
}

/** @param {string} part @param {number} bytes */
export function checkPayloadSize(part, bytes) {
  const fits = bytes === payloadSize(part, Math.max(0, bytes - 8)) && bytes <= payloadSize(part, BODY_BYTES_MAX);
  must(fits, "payload_size");
}

/** @param {Array<{name: string, size: number}>} files */
export function checkFiles(files) {
  must(files.length >= 1 && files.length <= FILES_MAX, "files_count", { most: FILES_MAX });
  must(files.reduce((sum, each) => sum + each.size, 0) <= FILES_BYTES_MAX, "files_size");
  for (const { name } of files) {
    must(name && utf8(name).length <= NAME_BYTES_MAX, "file_name_length", { name });
    must(allowedText(name), "file_name_text", { name });
    must(!/[/\\:]/.test(name) && name !== "." && name !== "..", "file_name_path", { name });
  }
  must(new Set(files.map((each) => folded(each.name))).size === files.length, "file_names_alike");
}

/** @param {Uint8Array} raw @returns {Opening[]} */
export function readOpenings(raw) {
  const value = readCanonical(raw, OPENINGS_BYTES_MAX);
  const name = (/** @type {any} */ text) => typeof text === "string" && text !== "" && utf8(text).length <= NAME_BYTES_MAX;
  must(listOf(record({ salt: hex32, name, size, digest: digestForm }), 1, FILES_MAX)(value), "openings_value");
  checkFiles(value);
  return value;
}

/** @param {Opening} opening @returns {string} the salted commitment that the inner statement lists */
export const commit = ({ salt, digest: of, name, size: bytes }) =>
  digest(concat(fromHex(salt), encode({ digest: of, name, size: bytes })));

/**
 * The bytes before the files, and how many zeros come after them.
 * @param {string} part @param {Uint8Array} inner @param {Uint8Array} cms @param {Opening[]} openings
 */
export function frame(part, inner, cms, openings) {
  const written = encode(openings);
  must(written.length <= OPENINGS_BYTES_MAX && cms.length <= CMS_BYTES_MAX, "payload_field_size");
  const fields = concat(...[inner, cms, written].flatMap((each) => [u32(each.length), each]));
  const files = openings.reduce((sum, each) => sum + each.size, 0);
  const body = fields.length + files;
  const whole = payloadSize(part, body);
  return { head: concat(u64(body), fields), zeros: whole - 8 - body, size: whole };
}

/**
 * Read a whole payload; refused unless every byte is as it must be.
 * @param {Uint8Array} raw @param {string} part
 */
export function readPayload(raw, part) {
  let at = 0;
  const take = (/** @type {number} */ count) => {
    must(at + count <= raw.length, "payload_cut");
    at += count;
    return raw.subarray(at - count, at);
  };
  const view = (/** @type {Uint8Array} */ bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = Number(view(take(8)).getBigUint64(0));
  must(length <= BODY_BYTES_MAX, "payload_length");
  const field = (/** @type {number} */ most) => {
    const count = view(take(4)).getUint32(0);
    must(count <= most, "payload_field_size");
    return take(count);
  };
  const inner = field(STATEMENT_BYTES_MAX);
  const cms = field(CMS_BYTES_MAX);
  const openings = readOpenings(field(OPENINGS_BYTES_MAX));
  const end = at + openings.reduce((sum, each) => sum + each.size, 0);
  must(end - 8 === length, "payload_length");
  const statement = readStatement(inner, "inner");
  must(encodeText(statement.files) === encodeText(openings.map(commit)), "file_commitment");
  /** @type {Record<string, Uint8Array>} */
  const files = Object.create(null);
  for (const each of openings) {
    files[each.name] = take(each.size);
    must(digest(files[each.name]) === each.digest, "file_digest", { name: each.name });
  }
  const zeros = take(payloadSize(part, length) - at);
  must(at === raw.length && equal(zeros, new Uint8Array(zeros.length)), "payload_padding");
  return { inner, cms, statement, openings, files };
}

/** @param {number} value */
function u32(value) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** @param {number} value */
function u64(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}
