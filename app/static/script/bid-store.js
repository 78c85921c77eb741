// Where a bid lies while it is filled in: this browser's IndexedDB, and nowhere else.
// One record for each log, bidder, tender and lot; two windows change it one after the other.
const NAME = "sunlit-bids", TABLE = "bids";

function opened() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function within(mode, act) {
  const base = await opened();
  try {
    return await new Promise((done, failed) => {
      const whole = base.transaction(TABLE, mode);
      let result;
      act(whole.objectStore(TABLE), (value) => { result = value; });
      whole.oncomplete = () => done(result);
      whole.onerror = whole.onabort = () => failed(whole.error);
    });
  } finally {
    base.close();
  }
}

const empty = () => ({ declared: {}, size: "", note: "", complete: false, units: {}, delivery: "", priceNote: "", lines: [], files: [] });

export const keyOf = (place) => [place.origin, place.bidder, place.tender, place.lot].join("/");

export function read(key) {
  return within("readonly", (table, give) => {
    table.get(key).onsuccess = (event) => give({ ...empty(), ...event.target.result });
  });
}

// Reads, changes and writes in one transaction; gives what was written.
export function change(key, mutate) {
  return within("readwrite", (table, give) => {
    table.get(key).onsuccess = (event) => {
      const bid = { ...empty(), ...event.target.result };
      mutate(bid);
      table.put(bid, key);
      give(bid);
    };
  });
}

export const forget = (key) => within("readwrite", (table) => table.delete(key));
