"""People who sign for the tests of the sealed bid, and a tender with holders, bidders and bids.

The signatures here are Ed25519 over the statement, written as JSON: a real signature scheme, small
enough that these tests need no certificate authority. `test_with_cms.py` plays the same with CMS.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from kernel import canonical
from signatures import merkle
from signatures.sealed import bids, chains, committee, examining, receipts, release
from signatures.sealed.judging import Signed
from signatures.sealed.payload import Attachment

ORIGIN = "sunlit.example/journal/7b1c4a52f8d04e3f9a6c2d1e0f5b8a97"
TENDER = "tnd_5xk3qzv7d2mw4hjr6ynb8tfpcg"
LOT = "lot_2fqk7v3xw5mz6hjr4ynb8tdpca"
BUYER = "11330100002489357K"
NOTICE = canonical.digest(b"the notice")
CLIENT = canonical.digest(b"the client build")
CHECKPOINT = canonical.digest(b"a checkpoint")
OPENED_AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
CLOSES_AT = datetime(2026, 3, 20, 1, 30, tzinfo=UTC)


class Stream:
    """Bytes that look random and are the same in every run: SHA-256 of a seed and a counter."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._counter = 0

    def __call__(self, size: int) -> bytes:
        made = b""
        while len(made) < size:
            made += hashlib.sha256(f"{self._seed}/{self._counter}".encode()).digest()
            self._counter += 1
        return made[:size]


@dataclass(frozen=True)
class Certificate:
    fingerprint: str
    person_serial_number: str | None
    common_name: str | None


@dataclass(frozen=True)
class Found:
    """What the tests' own verifier finds about a signature."""

    passed: bool
    awaits_revocation_data: bool
    signer: Certificate | None
    organization_identifier: str | None
    signature_value_digest: str | None
    code: str | None = None


@dataclass(frozen=True)
class Person:
    """A person with a key, a name and a firm."""

    name: str
    organization: str | None
    person: str | None = None
    stale: bool = False

    @property
    def key(self) -> SigningKey:
        return SigningKey(hashlib.sha256(self.name.encode()).digest())

    @property
    def certificate(self) -> Certificate:
        serial = self.person or f"IDCCN-{canonical.digest(self.name.encode())[7:19]}"
        public = bytes(self.key.verify_key)
        return Certificate(canonical.digest(public), serial, self.name)

    def sign(self, statement: bytes) -> bytes:
        body = {
            "public": bytes(self.key.verify_key).hex(),
            "signature": self.key.sign(statement).signature.hex(),
        }
        return json.dumps(body).encode()

    def signed(self, statement: bytes) -> Signed:
        return Signed(statement, self.sign(statement))


@dataclass
class Registry:
    """Whom the tests' authority has certified; everybody else's signature does not count."""

    people: dict[str, Person] = field(default_factory=dict)

    def enrol(self, *people: Person) -> None:
        for person in people:
            self.people[bytes(person.key.verify_key).hex()] = person

    def verify(self, statement: bytes, cms: bytes) -> Found:
        try:
            body = json.loads(cms)
            person = self.people[body["public"]]
            signature = bytes.fromhex(body["signature"])
            VerifyKey(bytes.fromhex(body["public"])).verify(statement, signature)
        except (KeyError, ValueError, BadSignatureError):
            return Found(False, False, None, None, None, "not_good")
        return Found(
            not person.stale,
            person.stale,
            person.certificate,
            person.organization,
            canonical.digest(signature),
        )


OFFICER = Person("the officer", BUYER)
HOLDERS = (
    Person("holder one", BUYER),
    Person("holder two", BUYER),
    Person("holder three", "123301000000000000"),
)
RIVER = Person("Wang of River Works", "91330106MA27XL0W1T")
STONE = Person("Li of Stone & Sons", "91330108MA2B0QRX4M")


class Tender:
    """A tender from its committee to its opening, with the tests' own people."""

    def __init__(
        self,
        *,
        holders: tuple[Person, ...] = HOLDERS,
        threshold: int = 2,
        parts: tuple[str, ...] = ("technical", "price"),
        seed: str = "tender",
        officer: Person = OFFICER,
        registry: Registry | None = None,
    ) -> None:
        self.random = Stream(seed)
        self.registry = registry or Registry()
        self.registry.enrol(officer, *holders, RIVER, STONE)
        self.holders = holders
        self.keys = {
            (part, index): committee.make_identity(self.random)
            for part in parts
            for index in range(1, len(holders) + 1)
        }
        self.holder_statements = [
            holders[index - 1].signed(
                committee.holder_statement(
                    origin=ORIGIN,
                    tender=TENDER,
                    part=part,
                    index=index,
                    identity=identity,
                    made_at=OPENED_AT,
                )
            )
            for (part, index), identity in self.keys.items()
        ]
        self.committee_statement = officer.signed(
            committee.committee_statement(
                origin=ORIGIN,
                tender=TENDER,
                threshold=threshold,
                holders=[each.statement for each in self.holder_statements],
            )
        )
        self.committee = self.read_committee()
        self.blobs: dict[str, bytes] = {}
        self.boxes: dict[str, bytes] = {}
        self.accepted: list[examining.ExaminedAct] = []
        self.leaves: list[bytes] = []

    def read_committee(self) -> committee.Committee:
        return committee.read_committee(
            self.committee_statement,
            self.holder_statements,
            origin=ORIGIN,
            tender=TENDER,
            verify=self.registry.verify,
        )

    def files(self, part: str, bidder: Person) -> list[Attachment]:
        if part == "price":
            read_out = b'{"total":"4860000.00"}'
            return [
                Attachment.of_bytes("readout.json", read_out),
                Attachment.of_bytes("offer.json", f'{{"of":"{bidder.name}"}}'.encode()),
            ]
        return [Attachment.of_bytes("技术方案.pdf", b"%PDF-1.7 " + bidder.name.encode())]

    def seal(self, bidder: Person, **changes: object) -> list[bids.SealedEnvelope]:
        sealed = []
        for part in self.committee.parts:
            out = io.BytesIO()
            values = {
                "lot": LOT,
                "part": part,
                "bidder": bidder.organization,
                "files": self.files(part, bidder),
                "sign": bidder.sign,
                "out": out,
                "random": self.random,
            }
            envelope = bids.seal_envelope(self.committee, **{**values, **changes})
            self.blobs[envelope.entry["ciphertext"]] = out.getvalue()
            self.boxes.update(zip(envelope.entry["boxes"], envelope.boxes, strict=True))
            sealed.append(envelope)
        return sealed

    def act(self, bidder: Person, sealed: list[bids.SealedEnvelope], **changes: object) -> bytes:
        previous = self.previous(bidder)
        values = {
            "lot": LOT,
            "bidder": bidder.organization,
            "seq": len(previous) + 1,
            "prev": previous[-1].act.digest if previous else None,
            "notice": NOTICE,
            "client": CLIENT,
            "signers": [bidder.certificate.fingerprint],
            "envelopes": [each.entry for each in sealed],
        }
        return bids.bid_act(self.committee, **{**values, **changes})

    def withdrawal(self, bidder: Person) -> bytes:
        previous = self.previous(bidder)
        return bids.withdrawal_act(
            origin=ORIGIN,
            tender=TENDER,
            lot=LOT,
            bidder=str(bidder.organization),
            seq=len(previous) + 1,
            prev=previous[-1].act.digest,
        )

    def previous(self, bidder: Person) -> list[examining.Accepted]:
        return [
            examining.Accepted(each.act, each.signer)
            for each in self.accepted
            if each.act.bidder == bidder.organization
        ]

    def head(self, digest: str) -> examining.CiphertextHead | None:
        blob = self.blobs.get(digest)
        return blob and examining.ciphertext_head(io.BytesIO(blob), len(blob))

    def examine(
        self,
        signed: Signed,
        bidder: Person,
        envelopes: list[bids.SealedEnvelope],
        **changes: object,
    ) -> examining.ExaminedAct:
        values = {
            "committee": self.committee,
            "lot": LOT,
            "bidder": bidder.organization,
            "notice": NOTICE,
            "previous": self.previous(bidder),
            "boxes_by_part": {each.part: each.boxes for each in envelopes},
            "ciphertexts": self.head,
            "verify": self.registry.verify,
        }
        return examining.examine_bid(signed, **{**values, **changes})

    def examine_withdrawal(self, signed: Signed, bidder: Person) -> examining.ExaminedAct:
        return examining.examine_withdrawal(
            signed,
            origin=ORIGIN,
            tender=TENDER,
            lot=LOT,
            bidder=str(bidder.organization),
            previous=self.previous(bidder),
            verify=self.registry.verify,
        )

    def accept(self, examined: examining.ExaminedAct) -> bytes:
        receipt = receipts.make_receipt(
            examined.act,
            signature=examined.signature,
            token=None,
            accepted_at=OPENED_AT + timedelta(minutes=len(self.leaves)),
            checkpoint=CHECKPOINT,
            random=self.random,
        )
        self.accepted.append(examined)
        self.leaves.append(receipt)
        return receipt

    def bid(self, bidder: Person) -> list[bids.SealedEnvelope]:
        envelopes = self.seal(bidder)
        self.accept(self.examine(bidder.signed(self.act(bidder, envelopes)), bidder, envelopes))
        return envelopes

    def withdraw(self, bidder: Person) -> None:
        self.accept(self.examine_withdrawal(bidder.signed(self.withdrawal(bidder)), bidder))

    @property
    def acts(self) -> list[chains.Act]:
        return [each.act for each in self.accepted]

    def closing(self, closed_at: datetime = CLOSES_AT) -> bytes:
        root = receipts.tree_root([merkle.leaf_hash(each) for each in self.leaves])
        return receipts.closing_statement(
            origin=ORIGIN,
            tender=TENDER,
            size=len(self.leaves),
            root=receipts.root_text(root),
            closed_at=closed_at,
        )

    def work(self, index: int = 1) -> release.Work:
        return release.Work(
            closing=self.closing(),
            leaves=self.leaves,
            acts={each.act.digest: each.signed for each in self.accepted},
            boxes=self.boxes,
        )

    def terms(self, **changes: object) -> release.Terms:
        values = {
            "committee": self.committee,
            "notices": {NOTICE},
            "closes_at": CLOSES_AT,
            "objection_minutes": 30,
            "bids_min": 1,
            "anchored": lambda closing: None,
        }
        return release.Terms(**{**values, **changes})

    def checked(
        self, part: str, work: release.Work | None = None, **changes: object
    ) -> release.CheckedWork:
        values = {
            "terms": self.terms(),
            "lot": LOT,
            "part": part,
            "now": CLOSES_AT + timedelta(minutes=30),
            "verify": self.registry.verify,
        }
        return release.check_work(work or self.work(), **{**values, **changes})

    def releases(self, part: str, indices: tuple[int, ...] = (1, 3)) -> list[release.Release]:
        live = self.live(part)
        return [
            release.read_release(
                self.release(part, index), committee=self.committee, lot=LOT, part=part, live=live
            )
            for index in indices
        ]

    def release(self, part: str, index: int, work: release.Work | None = None) -> bytes:
        return release.make_release(
            self.checked(part, work),
            index=index,
            identity=self.keys[part, index],
            checkpoint=CHECKPOINT,
            released_at=CLOSES_AT + timedelta(minutes=31),
        )

    def live(self, part: str) -> tuple[release.LiveEnvelope, ...]:
        return release.live_envelopes(self.committee, self.acts, lot=LOT, part=part)
