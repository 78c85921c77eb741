/**
 * A lawful no: a code that stays the same for ever, and facts. Sentences are in `words.js`.
 */
export class Refused extends Error {
  /**
   * @param {string} code
   * @param {Record<string, unknown>} [facts]
   */
  constructor(code, facts = {}) {
    super(code);
    this.name = "Refused";
    this.code = code;
    this.facts = facts;
  }
}

/**
 * Throws a refusal; usable as an expression.
 * @param {string} code
 * @param {Record<string, unknown>} [facts]
 * @returns {never}
 */
export function refuse(code, facts) {
  throw new Refused(code, facts);
}

/**
 * Refuses unless the condition holds.
 * @param {unknown} holds
 * @param {string} code
 * @param {Record<string, unknown>} [facts]
 */
export function must(holds, code, facts) {
  if (!holds) refuse(code, facts);
}
