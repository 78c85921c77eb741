"""Vectors of opening one envelope: what the bidder sealed is what the act says, or not."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

from kernel import canonical
from signatures.sealed import bids, boxes, payload, points, shares, statements, stream
from signatures.sealed.committee import make_identity
from signatures.sealed.judging import Signed
from signatures.sealed.payload import Attachment
from tests.signatures.sealed.people import (
    CHECKPOINT,
    LOT,
    NOTICE,
    ORIGIN,
    RIVER,
    STONE,
    TENDER,
    Person,
    Stream,
    Tender,
)
from tests.signatures.sealed.vectors.committees import b64, committee_given, judgements
from tests.signatures.sealed.vectors.primitives import Vector, vector

CITE = "SEALED_BID 6"


class Sealed:
    """One price envelope, to be sealed by a bidder who does not keep to the rules."""

    def __init__(self) -> None:
        self.tender = Tender(seed="sealed", parts=("price",))
        self.random = Stream("sealed price")
        self.committee = committee_given(self.tender)
        self.files = [Attachment.of_bytes("readout.json", b'{"total":"4860000.00"}')]

    def envelope(self, person: Person = RIVER, **inner: Any) -> dict[str, Any]:
        """Seal, with values of the inner statement changed, and write what an opener is given."""
        identity = make_identity(self.random)
        recipient = points.recipient_of(identity)
        openings = payload.make_openings(self.files, self.random)
        values = {
            "origin": ORIGIN,
            "tender": TENDER,
            "lot": LOT,
            "part": "price",
            "bidder": RIVER.organization,
            "recipient": recipient,
            "files": [payload.commit(each) for each in openings],
            **inner,
        }
        statement = Signed(statements.encode("inner", **values), b"")
        statement = person.signed(statement.statement)
        out = io.BytesIO()
        plain = payload.write_payload(
            part="price",
            inner=statement.statement,
            cms=statement.cms,
            openings=openings,
            files=self.files,
        )
        written = stream.encrypt(plain, recipient, out, self.random)
        dealt = shares.deal(identity, 2, 3, self.random)
        entry = {
            "part": "price",
            "ciphertext": written.digest,
            "size": written.size,
            "recipient": recipient,
            "commitments": list(dealt.commitments),
            "inner": canonical.digest(statement.statement),
            "boxes": [CHECKPOINT] * 3,
        }
        return self.given(entry, points.write_identity(identity), out.getvalue(), statement)

    def given(
        self, entry: dict[str, Any], identity: str, ciphertext: bytes, inner: Signed
    ) -> dict[str, Any]:
        committee = self.tender.committee
        act = bids.bid_act(
            committee,
            lot=LOT,
            bidder=str(RIVER.organization),
            seq=1,
            prev=None,
            notice=NOTICE,
            client=CHECKPOINT,
            signers=[RIVER.certificate.fingerprint],
            envelopes=[entry],
        )
        context = boxes.context_of(
            committee, lot=LOT, bidder=str(RIVER.organization), envelope=entry
        )
        return {
            "committee": self.committee,
            "live": {"act": {"text": act.decode()}, "part": "price", "context": context},
            "identity": identity,
            "ciphertext": b64(ciphertext),
            "judgements": judgements(self.tender, inner),
        }


def make_envelopes() -> Iterator[Vector]:
    """Opening: what the bidder sealed is what the act says, or the cause is named."""
    sealed = Sealed()
    good = sealed.envelope()
    answer = {each.name: each.digest for each in sealed.files}
    yield vector("envelope.open", "as it should be", good, cites=CITE, out=answer)
    other = points.recipient_of(points.clamped(Stream("other")(32)))
    for name, inner in (
        ("copied from another bidder", {"bidder": STONE.organization}),
        ("sealed for another part", {"part": "technical"}),
        ("sealed for another lot", {"lot": LOT + "2"}),
        ("sealed for another tender", {"tender": TENDER + "2"}),
        ("sealed for another installation", {"origin": ORIGIN + "2"}),
        ("sealed for another recipient", {"recipient": other}),
    ):
        given = sealed.envelope(**inner)
        yield vector("envelope.open", name, given, cites=CITE, refused="inner_of_another")
    given = sealed.envelope(STONE)
    name = "the inner statement signed by another firm"
    yield vector("envelope.open", name, given, cites=CITE, refused="signer_not_of_bidder")
    given = {**good, "judgements": []}
    name = "the inner signature does not count"
    yield vector("envelope.open", name, given, cites=CITE, refused="signature_not_valid")
    given = {**good, "identity": given_identity()}
    yield vector("envelope.open", "another identity", given, cites=CITE, refused="identity_differs")
    raw = {"pieces": [good["ciphertext"], {"zeros": 1}]}
    given = {**good, "ciphertext": raw}
    name = "a blob that is not the act's"
    yield vector("envelope.open", name, given, cites=CITE, refused="ciphertext_differs")
    given = {**good, "ciphertext": {"zeros": 10}}
    name = "a blob cut by the operator is the operator's doing"
    yield vector("envelope.open", name, given, cites=CITE, refused="ciphertext_differs")
    yield from _make_unopenable(sealed)


def given_identity() -> str:
    """An identity that no envelope was sealed to."""
    return points.write_identity(points.clamped(Stream("nobody")(32)))


def _make_unopenable(sealed: Sealed) -> Iterator[Vector]:
    """Ciphertexts that are the act's own and yet hold no payload."""
    tender, random = sealed.tender, Stream("unopenable")
    identity = make_identity(random)
    recipient = points.recipient_of(identity)
    dealt = shares.deal(identity, 2, 3, random)
    out = io.BytesIO()
    stream.encrypt([bytes(65536)], recipient, out, random)
    zeros = out.getvalue()
    damaged = zeros[:300] + bytes([zeros[300] ^ 1]) + zeros[301:]
    for name, raw, code in (
        ("nothing but zeros", zeros, "statement_not_canonical"),
        ("damaged before it was signed", damaged, "ciphertext_damaged"),
    ):
        entry = {
            "part": "price",
            "ciphertext": canonical.digest(raw),
            "size": len(raw),
            "recipient": recipient,
            "commitments": list(dealt.commitments),
            "inner": CHECKPOINT,
            "boxes": [CHECKPOINT] * 3,
        }
        inner = RIVER.signed(b"")
        given = sealed.given(entry, points.write_identity(identity), raw, inner)
        yield vector("envelope.open", name, given, cites=CITE, refused=code)
    honest = sealed.envelope()
    act = json.loads(honest["live"]["act"]["text"])
    entry = {**act["envelopes"][0], "inner": CHECKPOINT}
    raw = base64.b64decode(honest["ciphertext"]["base64"])
    given = sealed.given(entry, honest["identity"], raw, RIVER.signed(b""))
    name = "another inner statement than the act names"
    yield vector("envelope.open", name, given, cites=CITE, refused="inner_differs")
    assert tender.committee.threshold == 2
