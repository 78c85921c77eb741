/**
 * Where a sealed bid lies until its receipt is there: the browser's private file storage (OPFS), so
 * that memory stays small and a page that was left can go on. Only ciphertext and what is sent anyway
 * is kept; identities never are. A browser without that storage keeps it in blobs for as long as the
 * page lives.
 */
import { digest, utf8 } from "./bytes.js";

const FOLDER = "sunlit-sealed";
const BATCH_BYTES = 1 << 19;

/**
 * @typedef {{write: (bytes: Uint8Array) => Promise<void>, close: () => Promise<void>}} Writer
 * @typedef {{lasting: boolean, create: (name: string) => Promise<Writer>, file: (name: string) => Promise<Blob | null>, clear: () => Promise<void>}} Folder
 */

/** The folder of one bidder's lot. @param {...string} place @returns {Promise<Folder>} */
export async function folderFor(...place) {
  const name = digest(utf8(place.join("\n"))).slice(7, 39);
  try {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
    const handle = await root.getDirectoryHandle(name, { create: true });
    const probe = await (await handle.getFileHandle("probe", { create: true })).createWritable();
    await probe.close();
    await handle.removeEntry("probe");
    return lastingFolder(root, name);
  } catch {
    return passingFolder();
  }
}

/** @param {FileSystemDirectoryHandle} root @param {string} name @returns {Folder} */
function lastingFolder(root, name) {
  const open = () => root.getDirectoryHandle(name, { create: true });
  return {
    lasting: true,
    async create(file) {
      const out = await (await (await open()).getFileHandle(file, { create: true })).createWritable();
      return batched((bytes) => out.write(bytes), () => out.close());
    },
    async file(file) {
      try {
        return await (await (await open()).getFileHandle(file)).getFile();
      } catch {
        return null;
      }
    },
    async clear() {
      await root.removeEntry(name, { recursive: true }).catch(() => {});
    },
  };
}

/** @returns {Folder} */
function passingFolder() {
  /** @type {Map<string, Blob>} */
  const files = new Map();
  return {
    lasting: false,
    async create(name) {
      /** @type {Blob[]} */
      const parts = [];
      return batched(
        async (bytes) => {
          parts.push(new Blob([bytes]));
        },
        async () => {
          files.set(name, new Blob(parts));
        },
      );
    },
    file: async (name) => files.get(name) ?? null,
    clear: async () => files.clear(),
  };
}

/**
 * Many small pieces as few large ones.
 * @param {(bytes: Uint8Array<ArrayBuffer>) => Promise<void>} write @param {() => Promise<void>} close
 * @returns {Writer}
 */
function batched(write, close) {
  let batch = new Uint8Array(BATCH_BYTES);
  let filled = 0;
  const flush = async () => {
    if (filled) await write(batch.subarray(0, filled));
    filled = 0;
  };
  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length;) {
        const taken = Math.min(BATCH_BYTES - filled, bytes.length - at);
        batch.set(bytes.subarray(at, at + taken), filled);
        filled += taken;
        at += taken;
        if (filled === BATCH_BYTES) await flush();
      }
    },
    async close() {
      await flush();
      batch = new Uint8Array(0);
      await close();
    },
  };
}
