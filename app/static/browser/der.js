/**
 * Distinguished encoding (X.690): writing it, reading it, and refusing what is not it.
 * The twin of `signatures/der.py`.
 */
import { compare, concat } from "./bytes.js";

export const BOOLEAN = 0x01;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const NULL = 0x05;
export const OID = 0x06;
export const UTC_TIME = 0x17;
export const GENERALIZED_TIME = 0x18;
export const SEQUENCE = 0x30;
export const SET = 0x31;
const DEPTH_MAX = 24;

/** The bytes are not what the distinguished encoding rules ask for. */
export class NotDer extends Error {}

/** One element: its tag octet, its content and all of its bytes. */
export class Node {
  /**
   * @param {number} tag
   * @param {Uint8Array} content
   * @param {Uint8Array} raw
   */
  constructor(tag, content, raw) {
    this.tag = tag;
    this.content = content;
    this.raw = raw;
  }

  /** @returns {Node[]} the elements inside a constructed one */
  children() {
    const found = [];
    for (let at = 0; at < this.content.length;) {
      const [node, end] = elementAt(this.content, at);
      found.push(node);
      at = end;
    }
    return found;
  }
}

/**
 * One element with its shortest length.
 * @param {number} tag
 * @param {...Uint8Array} contents
 */
export function element(tag, ...contents) {
  const content = concat(...contents);
  if (content.length < 0x80) return concat(Uint8Array.of(tag, content.length), content);
  const length = [];
  for (let size = content.length; size; size = Math.floor(size / 256)) length.unshift(size % 256);
  return concat(Uint8Array.of(tag, 0x80 | length.length, ...length), content);
}

/** @param {...Uint8Array} members */
export const sequence = (...members) => element(SEQUENCE, ...members);

/**
 * A SET OF, its members in the order of X.690 11.6.
 * @param {...Uint8Array} members
 */
export const setOf = (...members) => element(SET, ...[...members].sort(compare));

/**
 * @param {number} number
 * @param {...Uint8Array} members
 */
export const explicit = (number, ...members) => element(0xa0 | number, ...members);

/** @param {Uint8Array} value */
export const octets = (value) => element(OCTET_STRING, value);

/**
 * A small INTEGER that is not negative.
 * @param {number} value below 128
 */
export const smallInteger = (value) => element(INTEGER, Uint8Array.of(value));

/** @param {string} dotted arcs below 2^31; an OID with larger ones is kept as its bytes */
export function oid(dotted) {
  const [first, second, ...rest] = dotted.split(".").map(Number);
  const octetsOf = (/** @type {number} */ arc) => {
    const found = [arc & 0x7f];
    for (let left = arc >>> 7; left; left >>>= 7) found.unshift(0x80 | (left & 0x7f));
    return found;
  };
  return element(OID, Uint8Array.from([first * 40 + second, ...rest].flatMap(octetsOf)));
}

/**
 * The one element that the bytes are; anything after it is refused.
 * @param {Uint8Array} raw
 */
export function read(raw) {
  const [node, end] = elementAt(raw, 0);
  if (end !== raw.length) throw new NotDer("bytes after the element");
  return node;
}

/**
 * The same element if it has the tag.
 * @param {Node | undefined} node
 * @param {number} tag
 */
export function expect(node, tag) {
  if (!node || node.tag !== tag) throw new NotDer("another tag belongs here");
  return node;
}

/**
 * The dotted form of an OBJECT IDENTIFIER, arcs of any size.
 * @param {Node | undefined} node
 */
export function readOid(node) {
  const { content } = expect(node, OID);
  if (!content.length || content[content.length - 1] & 0x80) throw new NotDer("object identifier is cut short");
  const arcs = [];
  let arc = 0n;
  for (const octet of content) {
    if (arc === 0n && octet === 0x80) throw new NotDer("object identifier with padding");
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    if (!(octet & 0x80)) {
      arcs.push(arc);
      arc = 0n;
    }
  }
  const first = arcs[0] < 80n ? arcs[0] / 40n : 2n;
  return [first, arcs[0] - first * 40n, ...arcs.slice(1)].join(".");
}

/**
 * The dotted form of the algorithm that an AlgorithmIdentifier names.
 * @param {Node | undefined} node
 */
export const readAlgorithm = (node) => readOid(expect(node, SEQUENCE).children()[0]);

/**
 * The value of an INTEGER.
 * @param {Node | undefined} node
 */
export function readInteger(node) {
  const { content } = expect(node, INTEGER);
  if (!content.length) throw new NotDer("integer without content");
  let value = 0n;
  for (const octet of content) value = (value << 8n) | BigInt(octet);
  return content[0] & 0x80 ? value - (1n << BigInt(8 * content.length)) : value;
}

/**
 * The instant of a UTCTime or GeneralizedTime in the forms that DER allows, in milliseconds.
 * @param {Node} node
 */
export function readTime(node) {
  let text = String.fromCharCode(...node.content);
  if (node.tag === UTC_TIME) text = (text.slice(0, 2) >= "50" ? "19" : "20") + text;
  else if (node.tag !== GENERALIZED_TIME) throw new NotDer("not a time");
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{1,6})?Z$/.exec(text);
  if (!parts) throw new NotDer("not a time");
  const [, year, month, day, hour, minute, second, fraction] = parts;
  const whole = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const at = Date.parse(whole);
  if (Number.isNaN(at) || new Date(at).toISOString() !== whole) throw new NotDer("not a time");
  return at + (fraction ? Math.floor(Number(fraction) * 1000) : 0);
}

/**
 * Refuses unless the element and all in it are in the distinguished encoding.
 * @param {Node} node
 * @param {number} [depth]
 */
export function checkDistinguished(node, depth = 0) {
  if (depth > DEPTH_MAX) throw new NotDer("nested too deeply");
  if (!(node.tag & 0x20)) return checkPrimitive(node);
  const children = node.children();
  if (node.tag === SET) checkSorted(children);
  if (!(node.tag & 0xc0) && node.tag !== SEQUENCE && node.tag !== SET) throw new NotDer("a string in pieces");
  for (const child of children) checkDistinguished(child, depth + 1);
}

/**
 * Refuses unless the members of a SET OF stand in ascending order of their bytes.
 * @param {Node[]} members
 */
export function checkSorted(members) {
  members.forEach((each, at) => {
    if (at && compare(members[at - 1].raw, each.raw) > 0) throw new NotDer("members of a set out of order");
  });
}

/** @param {Node} node */
function checkPrimitive({ tag, content, raw }) {
  if (tag === BOOLEAN && !(content.length === 1 && (content[0] === 0 || content[0] === 0xff))) throw new NotDer("boolean");
  if (tag === INTEGER && !shortest(content)) throw new NotDer("integer with padding");
  if (tag === NULL && content.length) throw new NotDer("null with content");
  const node = new Node(tag, content, raw);
  if (tag === OID) readOid(node);
  if (tag === BIT_STRING) {
    const unused = content.length ? content[0] : 8;
    const last = content[content.length - 1];
    if (unused > 7 || (content.length === 1 && unused) || last & ((1 << unused) - 1)) throw new NotDer("bit string");
  }
  if (tag === UTC_TIME || tag === GENERALIZED_TIME) {
    readTime(node);
    const text = String.fromCharCode(...content);
    if (text.includes(".") && text.endsWith("0Z")) throw new NotDer("time with trailing zeros");
  }
}

/** @param {Uint8Array} content */
function shortest(content) {
  if (content.length < 2) return content.length === 1;
  return !((content[0] === 0 || content[0] === 0xff) && content[0] >> 7 === content[1] >> 7);
}

/**
 * @param {Uint8Array} raw
 * @param {number} position
 * @returns {[Node, number]}
 */
function elementAt(raw, position) {
  if (position + 2 > raw.length) throw new NotDer("element is cut short");
  const tag = raw[position];
  let size = raw[position + 1];
  let start = position + 2;
  if ((tag & 0x1f) === 0x1f) throw new NotDer("tag in the long form");
  if (size & 0x80) {
    const count = size & 0x7f;
    if (count < 1 || count > 4) throw new NotDer("indefinite or oversized length");
    if (start + count > raw.length) throw new NotDer("length is not the shortest");
    size = 0;
    for (let at = 0; at < count; at++) size = size * 256 + raw[start + at];
    if (raw[start] === 0 || size < 0x80) throw new NotDer("length is not the shortest");
    start += count;
  }
  const end = start + size;
  if (end > raw.length) throw new NotDer("element is cut short");
  return [new Node(tag, raw.subarray(start, end), raw.subarray(position, end)), end];
}
