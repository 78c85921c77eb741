import fs from "node:fs";
import path from "node:path";
import { runVectors } from "./vectors.mjs";

const folder = process.argv[2];
const blobs = Object.fromEntries(
  fs.readdirSync(path.join(folder, "blobs")).map((name) => [name.replace(/\.bin$/, ""), new Uint8Array(fs.readFileSync(path.join(folder, "blobs", name)))]),
);
let count = 0;
const wrong = [];
for (const name of fs.readdirSync(folder).filter((each) => each.endsWith(".json")).sort()) {
  const vectors = JSON.parse(fs.readFileSync(path.join(folder, name), "utf8"));
  count += vectors.length;
  wrong.push(...(await runVectors(vectors, blobs)));
}
process.stdout.write(JSON.stringify({ count, wrong }));
