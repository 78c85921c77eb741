"""What a vector asks for, run by this implementation. `tests/vectors/README.md` describes each.

Another language writes this file anew and reads the same JSON.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kernel import canonical
from kernel.clock import parse_instant
from kernel.refusal import Refused, enforce, refuse
from signatures import merkle
from signatures.sealed import (
    boxes,
    chains,
    committee,
    examining,
    header,
    opening,
    payload,
    points,
    readout,
    receipts,
    release,
    shares,
    statements,
    stream,
    text,
)
from signatures.sealed.judging import Signed
from tests.signatures.sealed.people import Certificate, Found

Input = dict[str, Any]
BLOBS = Path(__file__).parents[3] / "vectors" / "sealed-v1" / "blobs"


def run(vector: Input) -> Any:
    """What the vector's operation answers: its output, or the code of its refusal."""
    try:
        return {"out": OPERATIONS[vector["op"]](vector["in"])}
    except Refused as refused:
        return {"refused": refused.refusal.code}


def bytes_of(written: Any) -> bytes:
    """Bytes as vectors write them: text, hex, base64, zeros, or pieces of these."""
    ((kind, value),) = written.items()
    return {
        "text": lambda: value.encode("utf-8"),
        "hex": lambda: bytes.fromhex(value),
        "base64": lambda: base64.b64decode(value),
        "blob": lambda: (BLOBS / f"{value}.bin").read_bytes(),
        "zeros": lambda: bytes(value),
        "repeat": lambda: bytes_of(value["of"]) * value["times"],
        "pieces": lambda: b"".join(map(bytes_of, value)),
    }[kind]()


def _signed(written: Input) -> Signed:
    return Signed(bytes_of(written["statement"]), bytes_of(written["cms"]))


def _verifier(written: list[Input]) -> Callable[[bytes, bytes], Found]:
    """Judges by the vector's own table, so that no certificate authority is needed to run it."""
    table = {(each["statement"], each["cms"]): each for each in written}

    def verify(statement: bytes, cms: bytes) -> Found:
        found = table.get((canonical.digest(statement), canonical.digest(cms)))
        if found is None:
            return Found(False, False, None, None, None, "not_good")
        certificate = Certificate(found["certificate"], found["person"], None)
        return Found(
            found["passed"],
            found["stale"],
            certificate,
            found["organization"],
            found["signature"],
        )

    return verify


def _committee(written: Input) -> committee.Committee:
    return committee.read_committee(
        _signed(written["committee"]),
        [_signed(each) for each in written["holders"]],
        origin=written["origin"],
        tender=written["tender"],
        verify=_verifier(written["judgements"]),
        buyer=written.get("buyer"),
    )


def _read_statement(given: Input) -> Any:
    raw = bytes_of(given["raw"])
    statements.read(raw, given["type"], **given.get("expected", {}))
    return canonical.digest(raw)


def _read_header(given: Input) -> Any:
    read = header.read_header(bytes_of(given["raw"]))
    return {"ephemeral": read.ephemeral.hex(), "wrapped_key": read.wrapped_key.hex()}


def _decrypt(given: Input) -> Any:
    identity = points.read_identity(given["identity"])
    plain = b"".join(stream.decrypt(io.BytesIO(bytes_of(given["file"])), identity))
    return canonical.digest(plain)


def _deal(given: Input) -> Any:
    source = io.BytesIO(bytes_of(given["random"]))
    dealt = shares.deal(
        points.read_identity(given["identity"]),
        given["threshold"],
        given["holders"],
        source.read,
    )
    return {"commitments": list(dealt.commitments), "shares": list(dealt.shares)}


def _check_commitments(given: Input) -> Any:
    enforce(shares.commitments_refusal(**given))


def _recover(given: Input) -> Any:
    by_index = {int(index): share for index, share in given["shares"].items()}
    return points.write_identity(shares.recover(by_index, given["recipient"]))


def _payload_size_allowed(given: Input) -> Any:
    enforce(payload.size_refusal(part=given["part"], payload_bytes=given["bytes"]))


def _check_files(given: Input) -> Any:
    enforce(payload.files_refusal([(each["name"], each["size"]) for each in given["files"]]))


def _read_payload(given: Input) -> Any:
    sink = payload.Memory()
    raw = bytes_of(given["payload"])
    # Cut where no field begins, so that nothing depends on how the bytes arrive.
    read = payload.read_payload([raw[:7], raw[7:101], raw[101:]], given["part"], sink)
    return {
        "inner": canonical.digest(read.inner),
        "cms": canonical.digest(read.cms),
        "files": {name: canonical.digest(data) for name, data in sink.files.items()},
    }


def _check_box(given: Input) -> Any:
    enforce(boxes.box_refusal(bytes_of(given["box"]), origin=given["origin"], index=given["index"]))


def _open_box(given: Input) -> Any:
    return boxes.open_box(
        bytes_of(given["box"]),
        identity=points.read_identity(given["identity"]),
        origin=given["origin"],
        context=given["context"],
        index=given["index"],
        commitments=given["commitments"],
    )


def _read_committee(given: Input) -> Any:
    read = _committee(given)
    return {"digest": read.digest, "fingerprint": read.fingerprint, "parts": list(read.parts)}


def _context(given: Input) -> Any:
    return boxes.context_of(
        _committee(given["committee"]),
        lot=given["lot"],
        bidder=given["bidder"],
        envelope=given["envelope"],
    )


def _previous(written: list[Input]) -> list[examining.Accepted]:
    return [
        examining.Accepted(chains.read_act(bytes_of(each["act"]), each["kind"]), each["signer"])
        for each in written
    ]


def _examine_bid(given: Input) -> Any:
    heads = {
        digest: examining.CiphertextHead(each["size"], bytes_of(each["header"]))
        for digest, each in given["ciphertexts"].items()
    }
    examined = examining.examine_bid(
        _signed(given["act"]),
        committee=_committee(given["committee"]),
        lot=given["lot"],
        bidder=given["bidder"],
        notice=given["notice"],
        previous=_previous(given["previous"]),
        boxes_by_part={
            part: [bytes_of(each) for each in written] for part, written in given["boxes"].items()
        },
        ciphertexts=heads.get,
        verify=_verifier(given["judgements"]),
    )
    return {"act": examined.act.digest, "contexts": dict(examined.contexts)}


def _examine_withdrawal(given: Input) -> Any:
    examined = examining.examine_withdrawal(
        _signed(given["act"]),
        origin=given["origin"],
        tender=given["tender"],
        lot=given["lot"],
        bidder=given["bidder"],
        previous=_previous(given["previous"]),
        verify=_verifier(given["judgements"]),
    )
    return {"act": examined.act.digest}


def _follow(given: Input) -> Any:
    acts = [
        chains.Act(each["digest"], each["kind"], {"seq": each["seq"], "prev": each["prev"]})
        for each in given["acts"]
    ]
    chain = chains.follow(acts)
    enforce(chain.stopped)
    return chain.live.digest if chain.live else None


def _tree_root(given: Input) -> Any:
    hashes = [merkle.leaf_hash(bytes_of(each)) for each in given["leaves"]]
    return receipts.root_text(receipts.tree_root(hashes))


def _included(given: Input) -> Any:
    return receipts.included(
        merkle.leaf_hash(bytes_of(given["leaf"])),
        index=given["index"],
        size=given["size"],
        proof=[bytes.fromhex(each) for each in given["proof"]],
        root=bytes.fromhex(given["root"].removeprefix("sha256:")),
    )


def _terms(given: Input) -> release.Terms:
    return release.Terms(
        committee=_committee(given["committee"]),
        notices=given["notices"],
        closes_at=parse_instant(given["closes_at"]),
        objection_minutes=given["objection_minutes"],
        bids_min=given["bids_min"],
        anchored=lambda closing: (
            None if canonical.digest(closing) in given["anchored"] else refuse("not_anchored")
        ),
        closing_known=given.get("closing_known"),
        objections=[bytes_of(each) for each in given.get("objections", ())],
    )


def _checked(given: Input) -> release.CheckedWork:
    acts = [_signed(each) for each in given["acts"]]
    box_bytes = [bytes_of(each) for each in given["boxes"]]
    work = release.Work(
        closing=bytes_of(given["closing"]),
        leaves=[bytes_of(each) for each in given["leaves"]],
        acts={canonical.digest(each.statement): each for each in acts},
        boxes={canonical.digest(each): each for each in box_bytes},
    )
    return release.check_work(
        work,
        terms=_terms(given["terms"]),
        lot=given["lot"],
        part=given["part"],
        now=parse_instant(given["now"]),
        verify=_verifier(given["judgements"]),
        survivors=given.get("survivors"),
    )


def _make_release(given: Input) -> Any:
    return release.make_release(
        _checked(given),
        index=given["index"],
        identity=points.read_identity(given["identity"]),
        checkpoint=given["checkpoint"],
        released_at=parse_instant(given["released_at"]),
    ).decode()


def _live(written: list[Input]) -> list[release.LiveEnvelope]:
    found = []
    for each in written:
        act = chains.read_act(bytes_of(each["act"]), "bid")
        envelope = act.envelope(each["part"])
        assert envelope is not None
        found.append(release.LiveEnvelope(act, envelope, each["context"]))
    return found


def _read_release(given: Input) -> Any:
    live = _live(given["live"])
    read = release.read_release(
        bytes_of(given["release"]),
        committee=_committee(given["committee"]),
        lot=given["lot"],
        part=given["part"],
        live=live,
    )
    return {
        "shares": dict(read.shares),
        "refused": dict(read.refused),
        "wrong": list(release.wrong_shares(read, live)),
    }


def _open_envelope(given: Input) -> Any:
    read = _committee(given["committee"])
    (live,) = _live([given["live"]])
    sink = payload.Memory()
    outcome = opening.open_envelope(
        live,
        identity=given["identity"],
        ciphertext=io.BytesIO(bytes_of(given["ciphertext"])),
        committee=read,
        verify=_verifier(given["judgements"]),
        sink=sink,
    )
    if isinstance(outcome, opening.Failed):
        raise Refused(outcome.cause)
    return {name: canonical.digest(data) for name, data in sink.files.items()}


def _recover_from_releases(given: Input) -> Any:
    (live,) = _live([given["live"]])
    found = [
        release.Release(
            digest=canonical.digest(str(number).encode()),
            index=each["index"],
            closing=each["closing"],
            shares={live.context: each["share"]},
            refused={},
        )
        for number, each in enumerate(given["releases"])
    ]
    return opening.recover_identity(
        live, found, closing=given["closing"], threshold=given["threshold"]
    )


OPERATIONS: dict[str, Callable[[Input], Any]] = {
    "statement.read": _read_statement,
    "text.allowed": lambda given: text.allowed("".join(map(chr, given["code_points"]))),
    "text.folded": lambda given: text.folded(given["text"]),
    "openings.read": lambda given: len(payload.read_openings(bytes_of(given["raw"]))),
    "file.commit": lambda given: payload.commit(given["opening"]),
    "files.check": _check_files,
    "readout.read": lambda given: readout.read(
        bytes_of(given["raw"]), currency=given["currency"]
    ).as_record(),
    "point.read": lambda given: points.montgomery(points.read_point(given["point"])).hex(),
    "recipient.read": lambda given: points.read_recipient(given["recipient"]).hex(),
    "header.read": _read_header,
    "age.decrypt": _decrypt,
    "shares.deal": _deal,
    "shares.commitments": _check_commitments,
    "shares.valid": lambda given: shares.share_valid(**given),
    "shares.recover": _recover,
    "payload.size": lambda given: payload.padded_size(given["part"], given["body"]),
    "payload.size_allowed": _payload_size_allowed,
    "payload.read": _read_payload,
    "box.check": _check_box,
    "box.open": _open_box,
    "committee.read": _read_committee,
    "context.of": _context,
    "act.examine_bid": _examine_bid,
    "act.examine_withdrawal": _examine_withdrawal,
    "chain.follow": _follow,
    "receipt.note_text": lambda given: receipts.note_text(bytes_of(given["receipt"])),
    "head.sealed": lambda given: receipts.sealed_head(bytes_of(given["head"])),
    "tree.root": _tree_root,
    "tree.included": _included,
    "work.release": _make_release,
    "release.read": _read_release,
    "identity.recover": _recover_from_releases,
    "envelope.open": _open_envelope,
}
