// Calls one function of the browser modules: {operation, given} as JSON in, {out} or {refused} out.
// Bytes are {"base64": …} both ways.
import { fromBase64, toBase64 } from "../../app/static/browser/bytes.js";
import { OPERATIONS } from "./operations.mjs";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);

const revive = (key, value) =>
  value && typeof value === "object" && Object.keys(value).length === 1 && "base64" in value ? fromBase64(value.base64) : value;
const replace = (key, value) => (value instanceof Uint8Array ? { base64: toBase64(value) } : value);

const calls = JSON.parse(Buffer.concat(chunks).toString(), revive);
const answers = [];
for (const { operation, given } of calls) {
  try {
    answers.push({ out: (await OPERATIONS[operation](given)) ?? null });
  } catch (problem) {
    if (problem.name !== "Refused") throw problem;
    answers.push({ refused: problem.code, facts: problem.facts });
  }
}
process.stdout.write(JSON.stringify(answers, replace));
