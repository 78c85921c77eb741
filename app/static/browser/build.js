/** Which client this is: the digest of the bundle as it was served, which `digests.json` lists. */
import { digest } from "./bytes.js";

/** @returns {Promise<string>} */
export async function clientBuild() {
  const answer = await fetch(import.meta.url, { cache: "force-cache" });
  return digest(new Uint8Array(await answer.arrayBuffer()));
}
