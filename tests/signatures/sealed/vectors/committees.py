"""Vectors of committees and boxes, and how vectors write what was signed."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from kernel import canonical
from signatures.sealed import boxes, points, shares, statements, stream
from signatures.sealed.judging import Signed
from signatures.sealed.points import FIELD, GROUP_ORDER
from tests.signatures.sealed.people import (
    BUYER,
    HOLDERS,
    LOT,
    OFFICER,
    ORIGIN,
    RIVER,
    TENDER,
    Person,
    Stream,
    Tender,
)
from tests.signatures.sealed.vectors.primitives import Vector, vector


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
