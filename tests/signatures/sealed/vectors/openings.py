"""Vectors of what comes after the closing: a holder's checks, releases, recovery, opening."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kernel import canonical
from kernel.clock import parse_instant
from signatures import merkle
from signatures.sealed import boxes, points, receipts, statements
from signatures.sealed.points import GROUP_ORDER
from tests.signatures.sealed.people import (
    CHECKPOINT,
    LOT,
    NOTICE,
    ORIGIN,
    RIVER,
    STONE,
    TENDER,
    Tender,
)
from tests.signatures.sealed.vectors.committees import b64, committee_given, judgements, signed
from tests.signatures.sealed.vectors.primitives import Vector, vector

CITE = "SEALED_BID 6"
CLOSES_AT = "2026-03-20T01:30:00.000Z"


class Closed:
    """A tender with two bids, one replaced and one carried on, whose holders get to work."""

    def __init__(self) -> None:
        self.tender = Tender(seed="closed")
        first = self.tender.bid(RIVER)
        self.stone = self.tender.bid(STONE)
        price = self.tender.seal(RIVER)[1]
        self.river = [first[0], price]
        act = RIVER.signed(self.tender.act(RIVER, self.river))
        self.tender.accept(self.tender.examine(act, RIVER, self.river))
        self.committee = committee_given(self.tender)

    def given(self, **changes: Any) -> dict[str, Any]:
        tender = self.tender
        acts = [each.signed for each in tender.accepted]
        terms = {
            "committee": self.committee,
            "notices": [NOTICE],
            "closes_at": CLOSES_AT,
            "objection_minutes": 30,
            "bids_min": 2,
            "anchored": [canonical.digest(tender.closing())],
        }
        index = 2
        own = [each.entry["boxes"][index - 1] for each in (self.river[1], self.stone[1])]
        given = {
            "terms": {**terms, **changes.pop("terms", {})},
            "lot": LOT,
            "part": "price",
            "now": "2026-03-20T02:00:00.000Z",
            "closing": {"text": tender.closing().decode()},
            "leaves": [{"text": each.decode()} for each in tender.leaves],
            "acts": [signed(each) for each in acts],
            "boxes": [b64(tender.boxes[digest]) for digest in own],
            "judgements": judgements(tender, *acts),
            "index": index,
            "identity": points.write_identity(tender.keys["price", index]),
            "checkpoint": CHECKPOINT,
            "released_at": "2026-03-20T02:01:00.000Z",
        }
        return {**given, **changes}


def make_work() -> Iterator[Vector]:
    """What a holder's client checks before it decrypts, and what it then releases."""
    closed = Closed()
    tender = closed.tender
    live = tender.live("price")
    entries = [
        {
            "context": each.context,
            "share": boxes.open_box(
                tender.boxes[each.envelope["boxes"][1]],
                identity=tender.keys["price", 2],
                origin=ORIGIN,
                context=each.context,
                index=2,
                commitments=each.envelope["commitments"],
            ),
        }
        for each in live
    ]
    good = closed.given()

    def released(*shares_: dict[str, str], closing: bytes | None = None) -> str:
        return statements.encode(
            "release",
            origin=ORIGIN,
            tender=TENDER,
            lot=LOT,
            part="price",
            index=2,
            closing=canonical.digest(closing or tender.closing()),
            checkpoint=CHECKPOINT,
            released_at="2026-03-20T02:01:00.000Z",
            shares=list(shares_),
        ).decode()

    yield vector("work.release", "two bids", good, cites=CITE, out=released(*entries))
    stone, river = entries
    assert [each.act.bidder for each in live] == [STONE.organization, RIVER.organization]
    survivors = closed.given(survivors=[STONE.organization])
    name = "survivors of the quality report alone"
    yield vector("work.release", name, survivors, cites=CITE, out=released(stone))
    damaged = bytearray(tender.boxes[live[0].envelope["boxes"][1]])
    damaged[-1] ^= 1
    refused = {"context": stone["context"], "refused": "box_missing"}
    given = closed.given(boxes=[good["boxes"][0], b64(bytes(damaged))])
    name = "a box that is not the one of the act"
    yield vector("work.release", name, given, cites=CITE, out=released(refused, river))
    table = [
        {**each, "organization": None} if each["organization"] == STONE.organization else each
        for each in good["judgements"]
    ]
    refused = {"context": stone["context"], "refused": "signer_not_of_bidder"}
    given = closed.given(judgements=table, terms={"bids_min": 1})
    name = "a bid that somebody else signed is refused, not left out"
    yield vector("work.release", name, given, cites=CITE, out=released(refused, river))
    given = closed.given(judgements=table)
    name = "a bid that does not count is none of the least number"
    yield vector("work.release", name, given, cites=CITE, refused="bids_too_few")
    yield from _make_refused_work(closed, good)
    yield from _make_bad_trees(closed)


def _make_refused_work(closed: Closed, good: dict[str, Any]) -> Iterator[Vector]:
    tender = closed.tender
    absent = json.loads(tender.leaves[0])
    objection = canonical.encode({**absent, "blind": "00" * 32})
    elsewhere = canonical.encode({**absent, "blind": "00" * 32, "lot": LOT + "2"})
    other = canonical.digest(b"another")
    early = tender.closing().replace(b"T01:30:00.000Z", b"T01:29:59.999Z")
    for name, changes, code in (
        ("a millisecond before closing", {"now": "2026-03-20T01:29:59.999Z"}, "before_closing"),
        ("while objections may come", {"now": "2026-03-20T01:59:59.999Z"}, "objection_time_runs"),
        ("another closing than seen first", {"terms": {"closing_known": other}}, "closing_differs"),
        ("a closing without outside evidence", {"terms": {"anchored": []}}, "not_anchored"),
        ("closed early", {"closing": {"text": early.decode()}}, "closed_early"),
        ("a leaf is absent", {"leaves": good["leaves"][:-1]}, "tree_size"),
        ("leaves in another order", {"leaves": good["leaves"][::-1]}, "tree_root"),
        (
            "an objection whose receipt is absent",
            {"terms": {"objections": [{"text": objection.decode()}]}},
            "objection_receipt_absent",
        ),
        ("an act is absent", {"acts": good["acts"][:-1]}, "act_missing"),
        ("an unknown notice", {"terms": {"notices": [other]}}, "act_notice_unknown"),
        ("fewer bids than the notice demands", {"terms": {"bids_min": 3}}, "bids_too_few"),
        ("another lot", {"lot": LOT + "2"}, "bids_too_few"),
        ("no survivor", {"survivors": []}, "nothing_to_open"),
        ("another holder's key", {"index": 3}, "holder_key_differs"),
        ("the key of another part", {"part": "technical"}, "holder_key_differs"),
    ):
        given = closed.given(**changes)
        yield vector("work.release", name, given, cites=CITE, refused=code)
    given = closed.given(terms={"objections": [{"text": elsewhere.decode()}]})
    name = "an objection to another lot does not stop this one: it stops at the key"
    given = {**given, "index": 1}
    yield vector("work.release", name, given, cites=CITE, refused="holder_key_differs")
    stranger = committee_given(Tender(seed="another committee"))
    given = closed.given(terms={"committee": stranger})
    name = "acts for another committee"
    yield vector("work.release", name, given, cites=CITE, refused="act_committee_unknown")


def _make_bad_trees(closed: Closed) -> Iterator[Vector]:
    """Trees that an operator made: each has its own root and its own anchored closing."""
    first, second, third = map(json.loads, closed.tender.leaves)

    def tree(*leaves: dict[str, Any]) -> dict[str, Any]:
        raw = [canonical.encode(each) for each in leaves]
        closing = receipts.closing_statement(
            origin=ORIGIN,
            tender=TENDER,
            size=len(raw),
            root=receipts.root_text(receipts.tree_root([merkle.leaf_hash(each) for each in raw])),
            closed_at=parse_instant(CLOSES_AT),
        )
        return closed.given(
            leaves=[{"text": each.decode()} for each in raw],
            closing={"text": closing.decode()},
            terms={"anchored": [canonical.digest(closing)]},
        )

    for name, leaves, code in (
        (
            "a receipt at the closing instant",
            (first, second, {**third, "accepted_at": CLOSES_AT}),
            "receipt_late",
        ),
        (
            "a receipt under another bidder",
            (first, {**second, "bidder": RIVER.organization}, third),
            "receipt_not_of_act",
        ),
        (
            "a receipt for another event",
            (first, second, {**third, "event": "bid"}),
            "receipt_not_of_act",
        ),
        (
            "a receipt of another installation",
            (first, second, {**third, "origin": ORIGIN + "2"}),
            "statement_mismatch",
        ),
        ("a replacement whose bid was dropped: that bid stops", (second, third), "bids_too_few"),
        ("an act twice: that bid stops", (first, second, third, third), "bids_too_few"),
    ):
        yield vector("work.release", name, tree(*leaves), cites=CITE, refused=code)


def make_releases() -> Iterator[Vector]:
    """What the server accepts from a holder."""
    closed = Closed()
    tender = closed.tender
    live = tender.live("price")
    raw = tender.release("price", 2)
    said = json.loads(raw)
    acts = {each.act.digest: each.signed.statement for each in tender.accepted}
    good = {
        "committee": closed.committee,
        "lot": LOT,
        "part": "price",
        "live": [
            {
                "act": {"text": acts[each.act.digest].decode()},
                "part": "price",
                "context": each.context,
            }
            for each in live
        ],
        "release": {"text": raw.decode()},
    }
    first, second = said["shares"]
    answer = {
        "shares": {each["context"]: each["share"] for each in (first, second)},
        "refused": {},
        "wrong": [],
    }
    yield vector("release.read", "two shares", good, cites=CITE, out=answer)

    def release(**changes: Any) -> dict[str, Any]:
        return {**good, "release": {"text": canonical.encode({**said, **changes}).decode()}}

    disputed = {"context": second["context"], "refused": "box_context"}
    answer = {
        "shares": {first["context"]: first["share"]},
        "refused": {second["context"]: "box_context"},
        "wrong": [],
    }
    given = release(shares=[first, disputed])
    yield vector("release.read", "a box is disputed", given, cites=CITE, out=answer)
    wrong = {**second, "share": first["share"]}
    answer = {
        "shares": {first["context"]: first["share"], second["context"]: first["share"]},
        "refused": {},
        "wrong": [second["context"]],
    }
    given = release(shares=[first, wrong])
    yield vector("release.read", "a wrong share names its sender", given, cites=CITE, out=answer)
    for name, changes, code in (
        ("an envelope left out", {"shares": [first]}, "release_envelopes"),
        ("an envelope twice", {"shares": [first, first]}, "release_envelopes"),
        ("another order", {"shares": [second, first]}, "release_envelopes"),
        (
            "another context",
            {"shares": [first, {**second, "context": CHECKPOINT}]},
            "release_envelopes",
        ),
        ("an index beyond the committee", {"index": 4}, "release_index"),
        ("another lot", {"lot": LOT + "2"}, "statement_mismatch"),
        ("another part", {"part": "technical"}, "statement_mismatch"),
        ("another installation", {"origin": ORIGIN + "2"}, "statement_mismatch"),
    ):
        yield vector("release.read", name, release(**changes), cites=CITE, refused=code)
    yield from _make_recovery(closed)


def _make_recovery(closed: Closed) -> Iterator[Vector]:
    tender = closed.tender
    live = tender.live("price")[0]
    act = next(each for each in tender.accepted if each.act.digest == live.act.digest)
    closing, other = CHECKPOINT, NOTICE
    held = {
        index: boxes.open_box(
            tender.boxes[live.envelope["boxes"][index - 1]],
            identity=tender.keys["price", index],
            origin=ORIGIN,
            context=live.context,
            index=index,
            commitments=live.envelope["commitments"],
        )
        for index in (1, 2, 3)
    }

    def given(*releases: tuple[int, str, str]) -> dict[str, Any]:
        return {
            "live": {
                "act": {"text": act.signed.statement.decode()},
                "part": "price",
                "context": live.context,
            },
            "closing": closing,
            "threshold": 2,
            "releases": [
                {"index": index, "share": share, "closing": named}
                for index, share, named in releases
            ],
        }

    one, two, three = ((index, share, closing) for index, share in held.items())
    secret = closed.stone[1].identity
    for name, releases in (
        ("holders 1 and 2", (one, two)),
        ("holders 3 and 1", (three, one)),
        ("a wrong share beside two right ones", ((1, held[2], closing), two, three)),
        ("a wrong act and later a right one", ((1, held[2], closing), one, three)),
    ):
        yield vector("identity.recover", name, given(*releases), cites=CITE, out=secret)
    value = int.from_bytes(bytes.fromhex(held[1]), "little") + GROUP_ORDER
    above = value.to_bytes(32, "little").hex()
    for name, releases in (
        ("one holder", (one,)),
        ("one holder twice", (one, one)),
        ("two holders name different closings", (one, (2, held[2], other))),
        ("a wrong share does not count", (one, (2, held[3], closing))),
        ("a share and the group order does not count", ((1, above, closing), two)),
    ):
        code = "shares_missing"
        yield vector("identity.recover", name, given(*releases), cites=CITE, refused=code)
