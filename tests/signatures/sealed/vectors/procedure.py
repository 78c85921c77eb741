"""Vectors of committees, boxes, acts, chains and receipts: what is refused before the closing."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from kernel import canonical
from signatures.sealed import bids, boxes, committee, points, receipts, shares, statements, stream
from signatures.sealed.judging import Signed
from signatures.sealed.points import FIELD, GROUP_ORDER
from tests.signatures.sealed.people import (
    BUYER,
    CHECKPOINT,
    HOLDERS,
    LOT,
    NOTICE,
    OFFICER,
    OPENED_AT,
    ORIGIN,
    RIVER,
    STONE,
    TENDER,
    Person,
    Stream,
    Tender,
)
from tests.signatures.sealed.vectors.primitives import SMALL_ORDER, Vector, vector


def b64(raw: bytes) -> dict[str, str]:
    """Bytes in a vector."""
    return {"base64": base64.b64encode(raw).decode()}


def signed(each: Signed) -> dict[str, Any]:
    """A statement that people can read, and its CMS."""
    return {"statement": {"text": each.statement.decode()}, "cms": b64(each.cms)}


def judgements(tender: Tender, *all_signed: Signed) -> list[dict[str, Any]]:
    """The table by which a runner judges signatures; a pair that is not in it does not count."""
    table = []
    for each in all_signed:
        found = tender.registry.verify(each.statement, each.cms)
        if found.signer is not None:
            table.append(
                {
                    "statement": canonical.digest(each.statement),
                    "cms": canonical.digest(each.cms),
                    "passed": found.passed,
                    "stale": found.awaits_revocation_data,
                    "certificate": found.signer.fingerprint,
                    "person": found.signer.person_serial_number,
                    "organization": found.organization_identifier,
                    "signature": found.signature_value_digest,
                }
            )
    return table


def committee_given(
    tender: Tender, officer: Signed | None = None, holders: Iterable[Signed] | None = None
) -> dict[str, Any]:
    """A committee with the judgements about it."""
    officer = officer or tender.committee_statement
    listed = list(tender.holder_statements if holders is None else holders)
    return {
        "origin": ORIGIN,
        "tender": TENDER,
        "committee": signed(officer),
        "holders": [signed(each) for each in listed],
        "judgements": judgements(tender, officer, *listed),
    }


def make_committees() -> Iterator[Vector]:
    """The rules of section 2."""
    cite = "SEALED_BID 2"
    tender = Tender(seed="committee")
    said = {
        "digest": tender.committee.digest,
        "fingerprint": tender.committee.fingerprint,
        "parts": ["technical", "price"],
    }
    good = committee_given(tender)
    yield vector("committee.read", "2 of 3 for two parts", good, cites=cite, out=said)
    one = Tender(seed="one part", parts=("price",))
    said = {
        "digest": one.committee.digest,
        "fingerprint": one.committee.fingerprint,
        "parts": ["price"],
    }
    yield vector("committee.read", "one part", committee_given(one), cites=cite, out=said)
    for name, change, code in (
        ("another origin", {"origin": ORIGIN + "2"}, "statement_mismatch"),
        ("another tender", {"tender": TENDER + "2"}, "statement_mismatch"),
        (
            "the officer's signature does not count",
            {"judgements": good["judgements"][1:]},
            "signature_not_valid",
        ),
        (
            "a holder's signature does not count",
            {"judgements": good["judgements"][:-1]},
            "signature_not_valid",
        ),
        (
            "a holder's revocation data is stale",
            {
                "judgements": [
                    *good["judgements"][:-1],
                    {**good["judgements"][-1], "passed": False, "stale": True},
                ]
            },
            "signature_not_valid",
        ),
        (
            "a holder less than signed",
            {"holders": good["holders"][:-1]},
            "committee_holders_differ",
        ),
        (
            "holders in another order",
            {"holders": good["holders"][::-1]},
            "committee_holders_differ",
        ),
    ):
        answer = {"refused": code} if code else {"out": {**_said(tender)}}
        yield vector("committee.read", name, {**good, **change}, cites=cite, **answer)
    bad, twin = _bad_committees()
    tender.registry.enrol(twin)
    for name, (holders, threshold, code) in bad.items():
        statements_ = [each.statement for each in holders]
        officer = OFFICER.signed(_committee_of(statements_, threshold))
        given = committee_given(tender, officer, holders)
        yield vector("committee.read", name, given, cites=cite, refused=code)
    nobody = replace(OFFICER, organization=None)
    tender.registry.enrol(nobody)
    given = committee_given(tender, nobody.signed(tender.committee_statement.statement))
    name = "an officer of no organisation, and no buyer named"
    yield vector("committee.read", name, given, cites=cite, refused="committee_buyer_unknown")


def _said(tender: Tender) -> dict[str, Any]:
    read = tender.committee
    return {"digest": read.digest, "fingerprint": read.fingerprint, "parts": list(read.parts)}


def _committee_of(holders: list[bytes], threshold: int) -> bytes:
    return statements.encode(
        "committee",
        origin=ORIGIN,
        tender=TENDER,
        threshold=threshold,
        holders=[canonical.digest(each) for each in holders],
    )


def _holder(person: Person, part: str, index: int, recipient: str) -> Signed:
    return person.signed(
        statements.encode(
            "holder",
            origin=ORIGIN,
            tender=TENDER,
            part=part,
            index=index,
            recipient=recipient,
            made_at="2026-03-01T08:00:00.000Z",
        )
    )


def _bad_committees() -> tuple[dict[str, tuple[list[Signed], int, str]], Person]:
    random = Stream("bad committee")
    keys = [points.recipient_of(points.clamped(random(32))) for _ in range(16)]
    one, two, three = HOLDERS
    twin = Person("one, other card", BUYER, one.certificate.person_serial_number)
    small = points.write_recipient((1).to_bytes(32, "little"))
    above = points.write_recipient((FIELD + 9).to_bytes(32, "little"))
    high = points.write_recipient(
        (int.from_bytes(points.read_recipient(keys[0]), "little") | 1 << 255).to_bytes(32, "little")
    )

    def price(*people: Person, keys_: list[str] = keys, first: int = 1) -> list[Signed]:
        return [
            _holder(each, "price", index, keys_[index]) for index, each in enumerate(people, first)
        ]

    bad = {
        "a threshold above the number": (price(one, two, three), 4, "committee_threshold"),
        "a person twice": (price(one, two, one), 2, "committee_certificates"),
        "one person with two certificates": (price(one, twin, three), 2, "committee_persons"),
        "the same key twice": (
            price(one, two, three, keys_=[keys[0], keys[1], keys[2], keys[1]]),
            2,
            "committee_keys",
        ),
        "the same key for two parts": (
            [
                _holder(one, "technical", 1, keys[2]),
                _holder(three, "technical", 2, keys[3]),
                *price(one, three),
            ],
            2,
            "committee_keys",
        ),
        "another person for the other part": (
            [
                _holder(two, "technical", 1, keys[5]),
                _holder(three, "technical", 2, keys[6]),
                *price(one, three),
            ],
            2,
            "committee_certificates",
        ),
        "a holder without a key for a part": (
            [_holder(one, "technical", 1, keys[5]), *price(one, three)],
            2,
            "committee_indices",
        ),
        "indices from 2": (price(one, two, three, first=2), 2, "committee_indices"),
        "an index twice": (
            [*price(one, two), _holder(three, "price", 2, keys[9])],
            2,
            "committee_indices",
        ),
        "price before technical": (
            [
                *price(one, three),
                _holder(one, "technical", 1, keys[5]),
                _holder(three, "technical", 2, keys[6]),
            ],
            2,
            "committee_indices",
        ),
        "nobody from outside the buyer": (price(one, two), 2, "committee_outsider"),
        "a key of small order": (
            price(one, two, three, keys_=[small] * 4),
            2,
            "recipient_small_order",
        ),
        "a key above p": (price(one, two, three, keys_=[above] * 4), 2, "recipient_not_reduced"),
        "a key with the high bit": (
            price(one, two, three, keys_=[high] * 4),
            2,
            "recipient_not_reduced",
        ),
    }
    return bad, twin


def make_boxes() -> Iterator[Vector]:
    """Contexts and boxes."""
    cite = "SEALED_BID 3.5"
    tender = Tender(seed="boxes")
    price = tender.seal(RIVER)[1]
    context = price.context
    given = {
        "committee": committee_given(tender),
        "lot": LOT,
        "bidder": RIVER.organization,
        "envelope": dict(price.entry),
    }
    yield vector("context.of", "an envelope", given, cites=cite, out=context)
    identity = tender.keys["price", 2]
    box = price.boxes[1]
    good = {
        "box": b64(box),
        "identity": points.write_identity(identity),
        "origin": ORIGIN,
        "context": context,
        "index": 2,
        "commitments": list(price.entry["commitments"]),
    }
    share = boxes.open_box(
        box,
        identity=identity,
        origin=ORIGIN,
        context=context,
        index=2,
        commitments=price.entry["commitments"],
    )
    yield vector("box.open", "as it should be", good, cites=cite, out=share)
    checked = {"box": b64(box), "origin": ORIGIN, "index": 2}
    yield vector("box.check", "as it should be", checked, cites=cite, out=None)
    for name, raw, code in (
        ("a byte more", box + b"\0", "box_size"),
        ("a byte less", box[:-1], "box_size"),
        ("nothing", b"", "box_size"),
        ("a second stanza in the same size", _second_stanza(box), "header_shape"),
    ):
        given = {**checked, "box": b64(raw)}
        yield vector("box.check", name, given, cites=cite, refused=code)
    yield from _make_bad_boxes(tender, good, context, share)


def _second_stanza(box: bytes) -> bytes:
    lines = box[:168].split(b"\n")
    return b"\n".join([*lines[:3], lines[1], lines[2], b""]).ljust(len(box), b"-")[: len(box)]


def _make_bad_boxes(
    tender: Tender, good: dict[str, Any], context: str, share: str
) -> Iterator[Vector]:
    cite = "SEALED_BID 3.5"
    value = int.from_bytes(bytes.fromhex(share), "little")
    above = (value + GROUP_ORDER).to_bytes(32, "little").hex()
    other_share = shares.write_scalar((value + 1) % GROUP_ORDER)
    random = Stream("bad boxes")

    def sealed(**changes: Any) -> dict[str, str]:
        values = {"origin": ORIGIN, "context": context, "index": 2, "share": share, **changes}
        return boxed(statements.encode("share", **values))

    def boxed(plain: bytes) -> dict[str, str]:
        out = io.BytesIO()
        stream.encrypt([plain], points.recipient_of(tender.keys["price", 2]), out, random)
        return b64(out.getvalue())

    damaged = base64.b64decode(good["box"]["base64"])
    damaged = damaged[:-1] + bytes([damaged[-1] ^ 1])
    length = len(boxes.share_statement(origin=ORIGIN, context=context, index=2, share=share))
    other_holder = points.write_identity(tender.keys["price", 1])
    other_part = points.write_identity(tender.keys["technical", 2])
    rival = canonical.digest(b"the context of a rival")
    elsewhere = ORIGIN[:-1] + "8"
    for name, change, code in (
        ("for another holder", {"identity": other_holder}, "header_not_for_identity"),
        ("the holder's key for another part", {"identity": other_part}, "header_not_for_identity"),
        ("damaged", {"box": b64(damaged)}, "ciphertext_damaged"),
        ("bound to a rival's context", {"box": sealed(context=rival)}, "box_context"),
        ("asked for another context", {"context": rival}, "box_context"),
        ("of another index", {"box": sealed(index=3)}, "box_index"),
        ("of another installation", {"box": sealed(origin=elsewhere)}, "statement_mismatch"),
        ("share and group order", {"box": sealed(share=above)}, "share_not_reduced"),
        (
            "a share of another polynomial",
            {"box": sealed(share=other_share)},
            "share_not_committed",
        ),
        (
            "zeros in place of the statement",
            {"box": boxed(bytes(length))},
            "statement_not_canonical",
        ),
        ("longer than a share", {"box": boxed(bytes(length + 1))}, "box_size"),
    ):
        yield vector("box.open", name, {**good, **change}, cites=cite, refused=code)


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
