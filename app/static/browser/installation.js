/** What a page's module needs of the installation before it decides anything: trust, clock, log. */
import { readLog } from "./public_log.js";
import { isDevelopment, trustOf } from "./trust.js";

/**
 * @typedef {{trust: import("./trust.js").Trust, record: any, now: () => number, log: import("./public_log.js").PublicLog}} Installation
 */

/**
 * Trust anchors and keys come from the installation itself; the offline tool takes them from elsewhere,
 * and is the stronger way. The clock is this computer's own. Only in a demonstration, which its
 * development root gives away, the installation's clock counts, since it is moved by hand there.
 * @param {import("./server.js").Server} server
 * @returns {Promise<Installation>}
 */
export async function installationOf(server) {
  const record = await server.get("api/v1/trust");
  const trust = trustOf(record);
  let ahead = 0;
  if (isDevelopment(trust)) {
    const { now, demo } = await server.get("browser/clock");
    if (demo) ahead = Date.parse(now) - Date.now();
  }
  const log = await readLog((name) => server.bytes(`log/${name}`), record.log_key, record.witnesses ?? []);
  return { trust, record, log, now: () => Date.now() + ahead };
}
