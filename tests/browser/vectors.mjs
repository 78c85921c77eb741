// Answers the vectors of the sealed bid with the browser modules. In Node it is run as a program;
// in Chromium the test bundles it and hands in the files.
import * as age from "../../app/static/browser/age.js";
import { checkBox, contextOf, openBox } from "../../app/static/browser/boxes.js";
import { concat, digest, fromBase64, fromHex, toHex, utf8 } from "../../app/static/browser/bytes.js";
import { encodeText } from "../../app/static/browser/canonical.js";
import { follow, readAct } from "../../app/static/browser/chains.js";
import { fingerprintOf, readCommittee } from "../../app/static/browser/committee.js";
import { examineBid, examineWithdrawal } from "../../app/static/browser/examining.js";
import { included, leafHash } from "../../app/static/browser/merkle.js";
import { openEnvelope, recoverIdentity } from "../../app/static/browser/opening.js";
import { checkFiles, checkPayloadSize, commit, payloadSize, readOpenings, readPayload } from "../../app/static/browser/payload.js";
import { montgomery, readIdentity, readPoint, readRecipient, writeIdentity } from "../../app/static/browser/points.js";
import { readReadOut } from "../../app/static/browser/readout.js";
import { noteText, rootText } from "../../app/static/browser/receipts.js";
import { refuse } from "../../app/static/browser/refusal.js";
import { checkWork, makeRelease, readRelease } from "../../app/static/browser/release.js";
import { checkCommitments, deal, recover, shareValid } from "../../app/static/browser/shares.js";
import { readStatement } from "../../app/static/browser/statements.js";
import { allowedText, folded } from "../../app/static/browser/text.js";

/** Runs vectors; gives what went wrong. `blobs` is by name. */
export async function runVectors(vectors, blobs) {
  const bytes = (written) => {
    const [[kind, value]] = Object.entries(written);
    const read = {
      text: () => utf8(value),
      hex: () => fromHex(value),
      base64: () => fromBase64(value),
      blob: () => blobs[value],
      zeros: () => new Uint8Array(value),
      repeat: () => concat(...Array(value.times).fill(bytes(value.of))),
      pieces: () => concat(...value.map(bytes)),
    };
    return read[kind]();
  };
  const operations = operationsWith(bytes);
  const wrong = [];
  for (const vector of vectors) {
    const wanted = "refused" in vector ? { refused: vector.refused } : { out: vector.out };
    let given;
    try {
      given = { out: (await operations[vector.op](vector.in)) ?? null };
    } catch (problem) {
      given = problem.name === "Refused" ? { refused: problem.code } : { crashed: String(problem.stack) };
    }
    if (encodeText(given) !== encodeText(wanted)) wrong.push({ name: vector.name, op: vector.op, wanted, given });
  }
  return wrong;
}

function operationsWith(bytes) {
  const signed = (written) => ({ statement: bytes(written.statement), cms: bytes(written.cms) });
  const verifier = (table) => async (statement, cms) => {
    const found = table.find((each) => each.statement === digest(statement) && each.cms === digest(cms));
    return found ? { ...found, awaitsRevocationData: found.stale } : null;
  };
  const committeeOf = (given) =>
    readCommittee(signed(given.committee), given.holders.map(signed), { ...given, verify: verifier(given.judgements) });
  const previousOf = (given) => given.previous.map((each) => readAct(bytes(each.act), each.kind));
  const liveOf = (written) => {
    const act = readAct(bytes(written.act), "bid");
    return { act, context: written.context, envelope: act.said.envelopes.find((each) => each.part === written.part) };
  };
  const digests = (files) => Object.fromEntries(Object.entries(files).map(([name, raw]) => [name, digest(raw)]));
  return {
    "statement.read": (given) => {
      const raw = bytes(given.raw);
      readStatement(raw, given.type, given.expected);
      return digest(raw);
    },
    "text.allowed": (given) => allowedText(String.fromCodePoint(...given.code_points)),
    "text.folded": (given) => folded(given.text),
    "files.check": (given) => checkFiles(given.files),
    "readout.read": (given) => readReadOut(bytes(given.raw), given.currency),
    "openings.read": (given) => readOpenings(bytes(given.raw)).length,
    "file.commit": (given) => commit(given.opening),
    "point.read": (given) => toHex(montgomery(readPoint(given.point))),
    "recipient.read": (given) => toHex(readRecipient(given.recipient)),
    "header.read": (given) => {
      const { ephemeral, wrapped } = age.readHeader(bytes(given.raw));
      return { ephemeral: toHex(ephemeral), wrapped_key: toHex(wrapped) };
    },
    "age.decrypt": (given) => digest(age.decrypt(bytes(given.file), readIdentity(given.identity))),
    "shares.deal": (given) => {
      const random = bytes(given.random);
      let at = 0;
      return deal(readIdentity(given.identity), given.threshold, given.holders, (size) => random.subarray(at, (at += size)));
    },
    "shares.commitments": (given) => checkCommitments(given, given.threshold),
    "shares.valid": (given) => shareValid(given.share, given.index, given.commitments),
    "shares.recover": (given) => writeIdentity(recover(given.shares, given.recipient)),
    "payload.size": (given) => payloadSize(given.part, given.body),
    "payload.size_allowed": (given) => checkPayloadSize(given.part, given.bytes),
    "payload.read": (given) => {
      const { inner, cms, files } = readPayload(bytes(given.payload), given.part);
      return { inner: digest(inner), cms: digest(cms), files: digests(files) };
    },
    "box.check": (given) => checkBox(bytes(given.box), given.origin, given.index),
    "box.open": (given) => openBox(bytes(given.box), { ...given, identity: readIdentity(given.identity) }),
    "committee.read": async (given) => {
      const found = await committeeOf(given);
      return { digest: found.digest, fingerprint: fingerprintOf(found.digest), parts: found.parts };
    },
    "context.of": async (given) => contextOf(await committeeOf(given.committee), given.lot, given.bidder, given.envelope),
    "act.examine_bid": async (given) => {
      const boxes = Object.entries(given.boxes).map(([part, each]) => [part, each.map(bytes)]);
      const heads = Object.entries(given.ciphertexts).map(([name, { size, header }]) => [name, { size, header: bytes(header) }]);
      return examineBid(signed(given.act), {
        ...given, committee: await committeeOf(given.committee), previous: previousOf(given), verify: verifier(given.judgements),
        boxes: Object.fromEntries(boxes), ciphertexts: Object.fromEntries(heads),
      });
    },
    "act.examine_withdrawal": (given) =>
      examineWithdrawal(signed(given.act), { ...given, previous: previousOf(given), verify: verifier(given.judgements) }),
    "chain.follow": (given) => follow(given.acts.map((each) => ({ digest: each.digest, kind: each.kind, said: each })))?.digest,
    "receipt.note_text": (given) => noteText(bytes(given.receipt)),
    "head.sealed": (given) => {
      const raw = bytes(given.head);
      readStatement(raw, "head");
      return digest(raw);
    },
    "tree.root": (given) => rootText(given.leaves.map(bytes)),
    "tree.included": ({ leaf, index, size, proof, root }) =>
      included(leafHash(bytes(leaf)), index, size, proof.map(fromHex), fromHex(root.slice(7))),
    "work.release": async (given) => {
      const { terms } = given;
      const byDigest = (list, key) => new Map(list.map((each) => [digest(key(each)), each]));
      const checked = await checkWork(
        {
          closing: bytes(given.closing),
          leaves: given.leaves.map(bytes),
          acts: byDigest(given.acts.map(signed), (each) => each.statement),
          boxes: byDigest(given.boxes.map(bytes), (each) => each),
        },
        {
          terms: {
            committee: await committeeOf(terms.committee), notices: terms.notices, closesAt: Date.parse(terms.closes_at),
            objectionMinutes: terms.objection_minutes, bidsMin: terms.bids_min, closingKnown: terms.closing_known,
            objections: (terms.objections ?? []).map(bytes),
            anchored: async (raw) => (terms.anchored.includes(digest(raw)) ? undefined : refuse("not_anchored")),
          },
          lot: given.lot, part: given.part, now: Date.parse(given.now), verify: verifier(given.judgements), survivors: given.survivors,
        },
      );
      const { index, checkpoint, released_at: releasedAt } = given;
      const raw = await makeRelease(checked, { index, identity: readIdentity(given.identity), checkpoint, releasedAt });
      return new TextDecoder().decode(raw);
    },
    "release.read": async (given) =>
      readRelease(bytes(given.release), { ...given, committee: await committeeOf(given.committee), live: given.live.map(liveOf) }),
    "identity.recover": (given) => recoverIdentity(liveOf(given.live).envelope, given.releases, given),
    "envelope.open": async (given) => {
      const { act, envelope } = liveOf(given.live);
      const committee = await committeeOf(given.committee);
      const found = await openEnvelope(bytes(given.ciphertext), { identity: given.identity, committee, act, envelope, verify: verifier(given.judgements) });
      return digests(found.files);
    },
  };
}
