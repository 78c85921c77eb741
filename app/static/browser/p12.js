/**
 * Reading a PKCS#12 file (RFC 7292), modern (PBES2 with AES) or old (3DES, RC2), as authorities hand
 * them out. forge reads the BER and does the old ciphers; WebCrypto does the modern ones.
 */
import "node-forge/lib/asn1.js";
import "node-forge/lib/hmac.js";
import "node-forge/lib/pbe.js";
import "node-forge/lib/sha512.js";
import forge from "node-forge/lib/forge.js";
import { equal, utf8 } from "./bytes.js";
import { must, refuse } from "./refusal.js";

const BYTES_MAX = 1024 * 1024;
const ITERATIONS_MAX = 10_000_000;
const DATA = "1.2.840.113549.1.7.1";
const ENCRYPTED_DATA = "1.2.840.113549.1.7.6";
const KEY_BAG = "1.2.840.113549.1.12.10.1.1";
const SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2";
const CERTIFICATE_BAG = "1.2.840.113549.1.12.10.1.3";
const SAFE_CONTENTS_BAG = "1.2.840.113549.1.12.10.1.6";
const X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";
const PBES2 = "1.2.840.113549.1.5.13";
const PBKDF2 = "1.2.840.113549.1.5.12";
const PRF = {
  "1.2.840.113549.2.7": "SHA-1",
  "1.2.840.113549.2.9": "SHA-256",
  "1.2.840.113549.2.10": "SHA-384",
  "1.2.840.113549.2.11": "SHA-512",
};
const AES_CBC = { "2.16.840.1.101.3.4.1.2": 128, "2.16.840.1.101.3.4.1.22": 192, "2.16.840.1.101.3.4.1.42": 256 };
const DIGESTS = {
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};

/**
 * The private keys (PKCS#8) and certificates (DER) in a file. The keys are the caller's to wipe.
 * @param {Uint8Array} raw
 * @param {string} password
 * @returns {Promise<{keys: Uint8Array[], certificates: Uint8Array[]}>}
 */
export async function openP12(raw, password) {
  must(raw.length <= BYTES_MAX, "key_file_unreadable");
  const { content, mac } = outer(raw);
  if (mac) checkMac(mac, content, password);
  const found = { keys: [], certificates: [] };
  try {
    for (const info of parse(content).value) {
      await readBags(parse(await safeContents(info, password)), password, found);
    }
  } catch (problem) {
    if (problem instanceof Error && problem.name === "Refused") throw problem;
    // Under a good MAC the password was right, and something inside is not as it should be.
    refuse(mac ? "key_file_unreadable" : wrong(password));
  }
  return found;
}

function outer(raw) {
  try {
    const [, authSafe, mac] = parse(binary(raw)).value;
    must(oidOf(authSafe.value[0]) === DATA, "key_file_unreadable");
    return { content: octetsOf(authSafe.value[1].value[0]), mac };
  } catch {
    return refuse("key_file_unreadable");
  }
}

function checkMac(mac, content, password) {
  let right;
  try {
    const [info, salt, iterations] = mac.value;
    const name = DIGESTS[oidOf(info.value[0].value[0])];
    must(name, "key_file_kind_not_supported");
    const rounds = iterations ? integerOf(iterations) : 1;
    must(rounds >= 1 && rounds <= ITERATIONS_MAX, "key_file_unreadable");
    const wanted = bytes(octetsOf(info.value[1]));
    const key = forge.pbe.generatePkcs12Key(
      password, forge.util.createBuffer(octetsOf(salt)), 3, rounds, wanted.length, forge.md[name].create(),
    );
    const hmac = forge.hmac.create();
    hmac.start(name, key);
    hmac.update(content);
    right = equal(bytes(hmac.getMac().getBytes()), wanted);
  } catch (problem) {
    if (problem instanceof Error && problem.name === "Refused") throw problem;
    refuse("key_file_unreadable");
  }
  must(right, wrong(password));
}

/** A file may have no password at all, so that an empty one is tried before it is asked for. */
const wrong = (password) => (password ? "key_file_password_wrong" : "key_file_password_missing");

async function safeContents(info, password) {
  const kind = oidOf(info.value[0]);
  const value = info.value[1].value[0];
  if (kind === DATA) return octetsOf(value);
  must(kind === ENCRYPTED_DATA, "key_file_unreadable");
  const [, algorithm, encrypted] = value.value[1].value;
  return decrypt(algorithm, octetsOf(encrypted), password);
}

async function readBags(contents, password, found) {
  for (const bag of contents.value) {
    const kind = oidOf(bag.value[0]);
    const value = bag.value[1].value[0];
    if (kind === KEY_BAG) found.keys.push(bytes(forge.asn1.toDer(value).getBytes()));
    if (kind === SHROUDED_KEY_BAG) {
      const [algorithm, encrypted] = value.value;
      found.keys.push(bytes(await decrypt(algorithm, octetsOf(encrypted), password)));
    }
    if (kind === CERTIFICATE_BAG && oidOf(value.value[0]) === X509_CERTIFICATE) {
      found.certificates.push(bytes(octetsOf(value.value[1].value[0])));
    }
    if (kind === SAFE_CONTENTS_BAG) await readBags(value, password, found);
  }
}

/** Decrypts a binary string under a password-based scheme; a binary string again. */
async function decrypt(algorithm, encrypted, password) {
  const oid = oidOf(algorithm.value[0]);
  if (oid === PBES2) {
    const modern = pbes2(algorithm.value[1]);
    if (modern) return decryptAes(modern, encrypted, password);
  }
  let cipher;
  try {
    cipher = forge.pbe.getCipher(oid, algorithm.value[1], oid === PBES2 ? forge.util.encodeUtf8(password) : password);
  } catch {
    return refuse("key_file_kind_not_supported");
  }
  cipher.update(forge.util.createBuffer(encrypted));
  must(cipher.finish(), "key_file_password_wrong");
  return cipher.output.getBytes();
}

/** The parameters where WebCrypto has both the derivation and the cipher, else null. */
function pbes2(parameters) {
  const [derivation, scheme] = parameters.value;
  const bits = AES_CBC[oidOf(scheme.value[0])];
  if (!bits || oidOf(derivation.value[0]) !== PBKDF2) return null;
  const [salt, iterations, ...rest] = derivation.value[1].value;
  const prf = rest.find((each) => each.type === forge.asn1.Type.SEQUENCE);
  const hash = prf ? PRF[oidOf(prf.value[0])] : "SHA-1";
  const rounds = integerOf(iterations);
  must(rounds >= 1 && rounds <= ITERATIONS_MAX, "key_file_unreadable");
  return hash ? { salt: bytes(octetsOf(salt)), rounds, hash, bits, iv: bytes(octetsOf(scheme.value[1])) } : null;
}

async function decryptAes({ salt, rounds, hash, bits, iv }, encrypted, password) {
  const secret = await crypto.subtle.importKey("raw", utf8(password), "PBKDF2", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey(
    { name: "PBKDF2", salt, iterations: rounds, hash }, secret, { name: "AES-CBC", length: bits }, false, ["decrypt"],
  );
  try {
    return binary(new Uint8Array(await crypto.subtle.decrypt({ name: "AES-CBC", iv }, key, bytes(encrypted))));
  } catch {
    return refuse("key_file_password_wrong");
  }
}

const parse = (text) => forge.asn1.fromDer(text, { strict: false, decodeBitStrings: false });
const oidOf = (node) => forge.asn1.derToOid(node.value);
const integerOf = (node) => parseInt(forge.util.bytesToHex(node.value), 16);

/** The octets of an OCTET STRING, which BER may cut into pieces. */
function octetsOf(node) {
  return typeof node.value === "string" ? node.value : node.value.map(octetsOf).join("");
}

const bytes = (text) => Uint8Array.from(text, (each) => each.charCodeAt(0));

function binary(raw) {
  let text = "";
  for (const each of raw) text += String.fromCharCode(each);
  return text;
}
