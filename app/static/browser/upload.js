/** The client of resumable uploads (tus 1.0): pieces, checksums, and going on after a break. */
import { digestOf } from "./blobs.js";
import { toBase64, utf8 } from "./bytes.js";
import { must, Refused, refuse } from "./refusal.js";
import { refusalOf } from "./server.js";

const PIECE_BYTES = 4 << 20;
/** Tries without any progress before the person is told; the waits between them add up to a minute. */
const TRIES_MAX = 8;
const TUS = { "Tus-Resumable": "1.0.0" };

/**
 * Upload a blob under its digest; where a place is known already, go on from where it is.
 * @param {import("./server.js").Server} server
 * @param {Blob} blob
 * @param {string} digest
 * @param {{place?: string | null, remember?: (place: string) => void | Promise<void>, progress?: (bytes: number) => void, waiting?: () => void}} [given]
 *   `progress` is told how many bytes are with the server, `waiting` that a try failed and another follows
 */
export async function upload(server, blob, digest, { place = null, remember = () => {}, progress = () => {}, waiting = () => {} } = {}) {
  let offset = null;
  let asked = !place;
  let tries = 0;
  for (;;) {
    try {
      if (!asked && place) {
        offset = await offsetOf(server, place);
        asked = true;
      }
      if (offset === null || !place) {
        place = await begin(server, blob.size, digest);
        await remember(place);
        offset = 0;
      }
      progress(offset);
      if (offset === blob.size) return;
      offset = await sendPiece(server, place, blob.slice(offset, offset + PIECE_BYTES), offset);
      tries = 0;
    } catch (problem) {
      if (!(problem instanceof Refused && passing(problem))) throw problem;
      if (++tries >= TRIES_MAX) throw problem;
      waiting();
      await pause(tries);
      asked = !place; // How far the server is may have changed.
    }
  }
}

/** @param {import("./server.js").Server} server @param {string} place */
export async function abandon(server, place) {
  await server.request(place, { method: "DELETE", headers: TUS }).catch(() => {});
}

/** @param {import("./server.js").Server} server @param {number} length @param {string} digest */
export async function begin(server, length, digest) {
  const headers = { ...TUS, "Upload-Length": String(length), "Upload-Metadata": `digest ${toBase64(utf8(digest))}` };
  const answer = await server.request("uploads", { method: "POST", headers });
  if (!answer.ok) throw await refusalOf(answer);
  return answer.headers.get("Location") ?? refuse("answer_malformed");
}

/**
 * @param {import("./server.js").Server} server @param {string} place @param {Blob} piece @param {number} offset
 * @returns {Promise<number>} the new offset
 */
export async function sendPiece(server, place, piece, offset) {
  const checksum = toBase64(await digestOf(piece));
  const headers = {
    ...TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset), "Upload-Checksum": `sha256 ${checksum}`,
  };
  const answer = await server.request(place, { method: "PATCH", headers, body: piece });
  if (!answer.ok) throw await refusalOf(answer);
  return read(answer);
}

/** How far the server is; null where it does not know the upload (any more). @param {import("./server.js").Server} server @param {string} place */
async function offsetOf(server, place) {
  const answer = await server.request(place, { method: "HEAD", headers: TUS });
  if (answer.status === 404 || answer.status === 410) return null;
  if (!answer.ok) throw await refusalOf(answer);
  return read(answer);
}

/** @param {Response} answer */
function read(answer) {
  const offset = Number(answer.headers.get("Upload-Offset") ?? "x");
  must(Number.isSafeInteger(offset), "answer_malformed");
  return offset;
}

/** What may be over at the next try: a piece damaged on its way, an offset that moved, a busy server. @param {Refused} problem */
const passing = ({ code, facts }) =>
  code === "network" || code === "upload_offset" || code === "stale_write" || Number(facts.status) === 460 || Number(facts.status) >= 500 || Number(facts.status) === 429;

/** @param {number} tries */
const pause = (tries) => new Promise((done) => setTimeout(done, Math.min(500 * 2 ** tries, 15_000) * (0.75 + Math.random() / 2)));
