/** Reading files and blobs without ever holding one whole. */
import { sha256 } from "@noble/hashes/sha2.js";

const PIECE_BYTES = 256 * 1024;

/**
 * The SHA-256 of a blob; WebCrypto would need all of it in memory.
 * @param {Blob} content @param {(bytes: number) => void} [progress]
 */
export async function digestOf(content, progress = () => {}) {
  const hash = sha256.create();
  for await (const piece of piecesOf(content)) {
    hash.update(piece);
    progress(piece.length);
  }
  return hash.digest();
}

/**
 * The bytes of a file in pieces, never all of it at once. A piece is good until the next one is asked
 * for: the same memory is read into again, where the browser can do that.
 * @param {Blob} content
 * @returns {AsyncGenerator<Uint8Array>}
 */
export async function* piecesOf(content) {
  const stream = content.stream();
  let reader;
  try {
    reader = stream.getReader({ mode: "byob" });
  } catch {
    yield* wholePieces(stream);
    return;
  }
  let buffer = new ArrayBuffer(PIECE_BYTES);
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    if (done) return;
    yield value;
    buffer = value.buffer;
  }
}

/** @param {ReadableStream<Uint8Array>} stream @returns {AsyncGenerator<Uint8Array>} */
async function* wholePieces(stream) {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
