/** Which text may stand in a statement, by one frozen Unicode table (docs/envelope-v1.md 3). */
import table from "../../../signatures/sealed/text-v1.json" with { type: "json" };

const STARTS = table.allowed.map((/** @type {number[]} */ [first]) => first);
const ENDS = table.allowed.map((/** @type {number[]} */ [, last]) => last);
/** @type {Map<string, string>} */
const FOLD = new Map(Object.entries(table.fold));

/**
 * Whether every character is in the table and the text is in NFC.
 * @param {string} text
 */
export function allowedText(text) {
  for (const character of text) if (!inTable(/** @type {number} */ (character.codePointAt(0)))) return false;
  return text.normalize("NFC") === text;
}

/**
 * The text as names are compared: folded by the table, then NFC.
 * @param {string} text
 */
export const folded = (text) => [...text].map((each) => FOLD.get(each) ?? each).join("").normalize("NFC");

/** @param {number} code */
function inTable(code) {
  let low = 0;
  let high = STARTS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (STARTS[middle] <= code) low = middle + 1;
    else high = middle;
  }
  return low > 0 && code <= ENDS[low - 1];
}
