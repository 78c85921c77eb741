"""Vectors of acts, chains and receipts: what is refused before the closing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kernel import canonical
from signatures.sealed import bids, committee, points, receipts
from signatures.sealed.judging import Signed
from signatures.sealed.points import FIELD
from tests.signatures.sealed.people import (
    CHECKPOINT,
    LOT,
    NOTICE,
    OPENED_AT,
    ORIGIN,
    RIVER,
    STONE,
    TENDER,
    Person,
    Tender,
)
from tests.signatures.sealed.vectors.committees import b64, committee_given, judgements, signed
from tests.signatures.sealed.vectors.primitives import SMALL_ORDER, Vector, vector


class Acts:
    """A bid ready to be examined, to be altered in one respect at a time."""

    def __init__(self) -> None:
        self.tender = Tender(seed="acts")
        self.envelopes = self.tender.seal(RIVER)
        self.committee = committee_given(self.tender)

    def act(self, person: Person = RIVER, **changes: Any) -> Signed:
        entries = {"envelopes": [each.entry for each in self.envelopes]}
        return person.signed(self.tender.act(RIVER, [], **{**entries, **changes}))

    def given(self, act: Signed | None = None, **changes: Any) -> dict[str, Any]:
        act = act or self.act()
        heads = {
            digest: {"size": len(blob), "header": {"text": blob[:168].decode()}}
            for digest, blob in self.tender.blobs.items()
        }
        given = {
            "act": signed(act),
            "committee": self.committee,
            "lot": LOT,
            "bidder": RIVER.organization,
            "notice": NOTICE,
            "previous": [
                {
                    "act": {"text": each.signed.statement.decode()},
                    "kind": each.act.kind,
                    "signer": each.signer,
                }
                for each in self.tender.accepted
            ],
            "boxes": {each.part: [b64(box) for box in each.boxes] for each in self.envelopes},
            "ciphertexts": heads,
            "judgements": judgements(self.tender, act),
        }
        return {**given, **changes}


def make_acts() -> Iterator[Vector]:
    """What the server examines before it accepts."""
    cite = "SEALED_BID 4"
    acts = Acts()
    act = acts.act()
    contexts = {each.part: each.context for each in acts.envelopes}
    said = {"act": canonical.digest(act.statement), "contexts": contexts}
    yield vector("act.examine_bid", "a first bid", acts.given(act), cites=cite, out=said)
    stale = [{**each, "passed": False, "stale": True} for each in judgements(acts.tender, act)]
    name = "stale revocation data passes, to be judged again"
    given = acts.given(act, judgements=stale)
    yield vector("act.examine_bid", name, given, cites=cite, out=said)
    other = canonical.digest(b"another")
    _technical, price = acts.envelopes
    swapped = {
        "technical": acts.given()["boxes"]["price"],
        "price": acts.given()["boxes"]["technical"],
    }
    outsider = Person("somebody of the operator's", None)
    acts.tender.registry.enrol(outsider)
    heads = acts.given()["ciphertexts"]
    digest = price.entry["ciphertext"]
    for name, given, code in (
        ("another lot", acts.given(lot=LOT + "2"), "statement_mismatch"),
        (
            "another bidder than is logged in",
            acts.given(bidder=STONE.organization),
            "statement_mismatch",
        ),
        ("an older notice", acts.given(acts.act(notice=other)), "statement_mismatch"),
        ("seq 2 first", acts.given(acts.act(seq=2, prev=other)), "act_seq"),
        ("a first act with a predecessor", acts.given(acts.act(prev=other)), "act_prev"),
        ("a part is absent", acts.given(acts.act(envelopes=[price.entry])), "envelopes_parts"),
        ("a part twice", acts.given(acts.act(envelopes=[price.entry] * 2)), "envelopes_parts"),
        (
            "one identity for both parts",
            acts.given(acts.act(envelopes=[{**price.entry, "part": "technical"}, price.entry])),
            "identity_reused",
        ),
        ("the blob was not uploaded", acts.given(ciphertexts={}), "ciphertext_missing"),
        (
            "the blob has another size",
            acts.given(ciphertexts={**heads, digest: {**heads[digest], "size": 67}}),
            "ciphertext_size",
        ),
        (
            "the blob's header has another shape",
            acts.given(ciphertexts={**heads, digest: {**heads[digest], "header": {"zeros": 168}}}),
            "header_shape",
        ),
        ("boxes of the other part", acts.given(boxes=swapped), "boxes_differ"),
        ("no boxes", acts.given(boxes={}), "boxes_differ"),
        ("the signature does not count", acts.given(judgements=[]), "signature_not_valid"),
        ("signed by another firm", acts.given(acts.act(STONE)), "signer_not_of_bidder"),
        ("signed by somebody of no firm", acts.given(acts.act(outsider)), "signer_not_of_bidder"),
    ):
        yield vector("act.examine_bid", name, given, cites=cite, refused=code)
    yield from _make_bad_envelopes(acts)
    yield from _make_later_acts(acts, outsider)


def _make_bad_envelopes(acts: Acts) -> Iterator[Vector]:
    technical, price = (dict(each.entry) for each in acts.envelopes)
    first, second = price["commitments"]
    holder_key = acts.tender.committee.recipients("technical")[0]
    torsion = points.add(bytes.fromhex(first), bytes.fromhex(SMALL_ORDER[1])).hex()
    small = points.write_recipient((0).to_bytes(32, "little"))
    above = points.write_recipient((FIELD + 3).to_bytes(32, "little"))
    for name, change, code in (
        ("a commitment with torsion", {"commitments": [torsion, second]}, "point_torsion"),
        (
            "the identity as commitment",
            {"commitments": [first, SMALL_ORDER[0]]},
            "point_small_order",
        ),
        (
            "a commitment that is no point",
            {"commitments": [first, "02" + "00" * 31]},
            "point_not_on_curve",
        ),
        (
            "a commitment not in canonical form",
            {"commitments": [first, "ff" * 31 + "7f"]},
            "point_not_canonical",
        ),
        ("a commitment too many", {"commitments": [first, second, second]}, "commitments_count"),
        ("a recipient of small order", {"recipient": small}, "recipient_small_order"),
        ("a recipient above p", {"recipient": above}, "recipient_not_reduced"),
        (
            "a recipient that is not committed to",
            {"recipient": holder_key},
            "recipient_not_committed",
        ),
        ("a box too few", {"boxes": price["boxes"][:2]}, "boxes_count"),
        ("a size that is no age file's", {"size": 199}, "ciphertext_size"),
        ("a size between the steps", {"size": price["size"] + 17}, "payload_size"),
        ("a size far above", {"size": 2**53 - 1}, "payload_size"),
    ):
        act = acts.act(envelopes=[technical, {**price, **change}])
        yield vector("act.examine_bid", name, acts.given(act), cites="SEALED_BID 3.4", refused=code)


def _make_later_acts(acts: Acts, outsider: Person) -> Iterator[Vector]:
    cite = "SEALED_BID 3.6"
    tender, op = acts.tender, "act.examine_withdrawal"
    deputy = Person("a deputy named in the bid", None)
    tender.registry.enrol(deputy)
    named = [RIVER.certificate.fingerprint, deputy.certificate.fingerprint]
    first = acts.act(signers=named)
    tender.accept(tender.examine(first, RIVER, acts.envelopes))
    later = acts.act(deputy)
    said = {
        "act": canonical.digest(later.statement),
        "contexts": {each.part: each.context for each in acts.envelopes},
    }
    name = "a replacement by a deputy, envelopes carried over"
    yield vector("act.examine_bid", name, acts.given(later), cites=cite, out=said)
    for name, act, code in (
        ("a replacement by somebody not named", acts.act(outsider), "signer_not_of_bidder"),
        ("the same act again", first, "act_seq"),
        ("a replacement that leaves a gap", acts.act(seq=3), "act_seq"),
        ("a replacement of another act", acts.act(prev=canonical.digest(b"x")), "act_prev"),
    ):
        yield vector("act.examine_bid", name, acts.given(act), cites=cite, refused=code)
    withdrawal = tender.withdrawal(RIVER)

    def given(act: Signed, **changes: Any) -> dict[str, Any]:
        every = acts.given()
        values = {
            "act": signed(act),
            "origin": ORIGIN,
            "tender": TENDER,
            "judgements": judgements(tender, act),
            **{key: every[key] for key in ("lot", "bidder", "previous")},
        }
        return {**values, **changes}

    said = {"act": canonical.digest(withdrawal)}
    yield vector(op, "by the firm", given(RIVER.signed(withdrawal)), cites=cite, out=said)
    yield vector(op, "by the deputy", given(deputy.signed(withdrawal)), cites=cite, out=said)
    other = bids.withdrawal_act(
        origin=ORIGIN,
        tender=TENDER,
        lot=LOT,
        bidder=str(RIVER.organization),
        seq=2,
        prev=canonical.digest(b"x"),
    )
    for name, answer, code in (
        ("by another firm", given(STONE.signed(withdrawal)), "signer_not_of_bidder"),
        ("with no bid before", given(RIVER.signed(withdrawal), previous=[]), "act_seq"),
        (
            "of another installation",
            given(RIVER.signed(withdrawal), origin="x"),
            "statement_mismatch",
        ),
        ("of another act", given(RIVER.signed(other)), "act_prev"),
    ):
        yield vector(op, name, answer, cites=cite, refused=code)
    tender.withdraw(RIVER)
    again = tender.withdrawal(RIVER)
    name = "twice in a row"
    yield vector(op, name, given(RIVER.signed(again)), cites=cite, refused="nothing_to_withdraw")
    many = [acts.given()["previous"][0]] * 50
    name = "after fifty acts"
    answer = given(RIVER.signed(again), previous=many)
    yield vector(op, name, answer, cites=cite, refused="acts_too_many")


def make_chains() -> Iterator[Vector]:
    """Which act is live."""
    a, b, c = (canonical.digest(each) for each in (b"a", b"b", b"c"))

    def act(digest: str, seq: int, prev: str | None, kind: str = "bid") -> dict[str, Any]:
        return {"digest": digest, "seq": seq, "prev": prev, "kind": kind}

    first = act(a, 1, None)
    for name, acts, answer in (
        ("one bid", [first], {"out": a}),
        ("replaced", [first, act(b, 2, a)], {"out": b}),
        ("withdrawn", [first, act(b, 2, a, "withdrawal")], {"out": None}),
        ("bid again", [first, act(b, 2, a, "withdrawal"), act(c, 3, b)], {"out": c}),
        ("no act", [], {"out": None}),
        ("fork", [first, act(b, 2, a), act(c, 2, a)], {"refused": "chain_fork"}),
        ("two first acts", [first, act(b, 1, None)], {"refused": "chain_fork"}),
        ("gap", [first, act(c, 3, b)], {"refused": "chain_gap"}),
        ("begins in the middle", [act(b, 2, a)], {"refused": "chain_gap"}),
        ("names another act", [first, act(b, 2, c)], {"refused": "chain_gap"}),
        ("out of order", [act(b, 2, a), first], {"refused": "chain_gap"}),
    ):
        yield vector("chain.follow", name, {"acts": acts}, cites="SEALED_BID 6", **answer)


def make_receipts() -> Iterator[Vector]:
    """What the receipt key signs, and what the public log gets of a head."""
    tender = Tender(seed="receipts")
    tender.bid(RIVER)
    receipt = tender.leaves[0]
    text = f"sunlit/receipt/v1\n{ORIGIN}\n{canonical.digest(receipt)}\n"
    given = {"receipt": {"text": receipt.decode()}}
    cite = "SEALED_BID 4"
    yield vector("receipt.note_text", "a receipt", given, cites=cite, out=text)
    altered = json.dumps(json.loads(receipt))
    given = {"receipt": {"text": altered}}
    code = "statement_not_canonical"
    yield vector("receipt.note_text", "with spaces", given, cites=cite, refused=code)
    head = receipts.head_statement(
        origin=ORIGIN, tender=TENDER, size=1, root=CHECKPOINT, blind=bytes(32)
    )
    given = {"head": {"text": head.decode()}}
    yield vector("head.sealed", "a head", given, cites=cite, out=canonical.digest(head))
    given = {"head": {"text": receipt.decode()}}
    yield vector("head.sealed", "a receipt", given, cites=cite, refused="statement_type")
    holder = committee.holder_statement(
        origin=ORIGIN,
        tender=TENDER,
        part="price",
        index=1,
        identity=tender.keys["price", 1],
        made_at=OPENED_AT,
    )
    given = {"type": "holder", "raw": {"text": holder.decode()}}
    out = canonical.digest(holder)
    yield vector("statement.read", "a holder of the tests", given, cites=cite, out=out)
