"""Examination of a submitted act: everything that needs no lock, done before any lock is taken.

Signatures, digests, points, headers and the time-stamp token are looked at here (SEALED_BID 4);
`services.accept_act` is short and trusts only what it finds again inside its lock.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from sqlalchemy.orm import Session

from bidding.envelopes import queries
from kernel.blobs import Blobs
from kernel.clock import Clock
from kernel.refusal import NotFound, Refused, enforce, refuse
from kernel.vocabulary import Actor, Role
from procurement.parties import queries as parties
from procurement.parties.models import Organization
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender
from signatures import cms
from signatures.sealed.committee import Committee, read_committee
from signatures.sealed.examining import (
    CiphertextHead,
    ExaminedAct,
    ciphertext_head,
    examine_bid,
    examine_withdrawal,
)
from signatures.sealed.judging import Judgement, Signed, Verify
from signatures.timestamps import Stamper, TokenVerdict, verify_token
from signatures.trust import Trust
from signatures.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Submission:
    """What a bidder sends: the signed act and, for a bid, the boxes of each part."""

    tender_id: str
    lot_id: str
    kind: str
    signed: Signed
    boxes: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExaminedSubmission:
    """A submission that may be accepted if nothing has changed when the lock is held."""

    tender_id: str
    lot_id: str
    bidder_id: str
    examined: ExaminedAct
    verdict: Mapping[str, object]
    token: bytes | None
    checkpoint: str


@dataclass(frozen=True, slots=True)
class ClosingStamp:
    """A good time-stamp token over the closing: when, and whether somebody outside made it."""

    token: bytes
    stamped_at: datetime
    outside: bool


class Examiner:
    """Holds what examinations share: trust, blobs, the stamper, and committees already read."""

    def __init__(
        self, *, origin: str, trust: Trust, blobs: Blobs, stamper: Stamper | None, clock: Clock
    ) -> None:
        self.origin = origin
        self.trust = trust
        self.blobs = blobs
        self.stamper = stamper
        self.clock = clock
        # A committee never changes after publication, and its digest names it (SEALED_BID 2).
        self._committees: dict[tuple[str, str], Committee] = {}

    def verify_at(self, at: datetime) -> Verify:
        """Judge a statement's signature at an instant."""

        def verify(statement: bytes, signature: bytes) -> Judgement:
            return cms.verify_statement(statement, signature, self.trust, at)

        return verify

    def committee(self, session: Session, tender: Tender) -> Committee:
        """The committee of a published tender, with every signature and rule checked once."""
        if tender.committee_digest is None:
            raise NotFound("committee", tender.id)
        key = (tender.committee_digest, self.trust.digest)
        if key not in self._committees:
            package = tenders.committee_package(session, tender.id)
            buyer = parties.organization(session, tender.buyer_id)
            self._committees[key] = read_committee(
                Signed(package.committee.statement, package.committee.cms),
                [Signed(each.holder.statement, each.holder.cms) for each in package.holders],
                origin=self.origin,
                tender=tender.id,
                verify=self.verify_at(tender.published_at or self.clock.now()),
                buyer=buyer.identifier,
            )
        return self._committees[key]

    def submission(
        self, session: Session, actor: Actor, given: Submission, *, checkpoint: str
    ) -> ExaminedSubmission:
        """Examine a submission by the firm the actor supplies for; the first fault refuses.

        `checkpoint` is the digest of the latest public checkpoint, which the receipt will name.
        """
        tender = tenders.tender(session, given.tender_id)
        if given.lot_id not in {lot.id for lot in tender.lots}:
            raise NotFound("lot", given.lot_id)
        bidder = _firm(session, actor)
        previous = [
            queries.as_accepted(row)
            for row in queries.acts_of_bidder(session, given.lot_id, bidder.identifier)
        ]
        verify = self.verify_at(self.clock.now())
        if given.kind == "withdrawal":
            examined = examine_withdrawal(
                given.signed,
                origin=self.origin,
                tender=tender.id,
                lot=given.lot_id,
                bidder=bidder.identifier,
                previous=previous,
                verify=verify,
            )
        else:
            examined = examine_bid(
                given.signed,
                committee=self.committee(session, tender),
                lot=given.lot_id,
                bidder=bidder.identifier,
                notice=tenders.notice_chain(session, tender.id)[-1].digest,
                previous=previous,
                boxes_by_part=given.boxes,
                ciphertexts=self._ciphertext_head,
                verify=verify,
            )
        # `verify` above is ours and gives a whole verdict, which is kept beside the act.
        verdict = cast(Verdict, examined.judgement)
        return ExaminedSubmission(
            tender_id=tender.id,
            lot_id=given.lot_id,
            bidder_id=bidder.id,
            examined=examined,
            verdict=verdict.as_record(),
            token=self._token(given.signed.cms),
            checkpoint=checkpoint,
        )

    def _ciphertext_head(self, digest: str) -> CiphertextHead | None:
        try:
            size = self.blobs.size(digest)
            with self.blobs.open(digest) as stream:
                return ciphertext_head(stream, size)
        except NotFound:
            return None

    def closing_stamp(self, statement: bytes) -> ClosingStamp | None:
        """Have the statement of a closing stamped; None if no good token can be had now."""
        token = self._stamped(statement)
        return None if token is None else self.judge_closing(statement, token)

    def judge_closing(self, statement: bytes, token: bytes) -> ClosingStamp | None:
        """What a token over a closing proves; None if it proves nothing.

        Whether it comes from outside is said by the trust, never by the stamper.
        """
        found = self._judged(statement, token)
        if not found.passed or found.gen_time is None:
            return None
        return ClosingStamp(token, found.gen_time, found.outside)

    def proved_at(self, signature: bytes, token: bytes) -> TokenVerdict:
        """What a token over an act's SignatureValue proves, judged now."""
        return self._judged(cms.statement_signature(signature), token)

    def _token(self, signature: bytes) -> bytes | None:
        """A token over the SignatureValue; one that could not be had stays null (SEALED_BID 5)."""
        return self._stamped(cms.statement_signature(signature))

    def _stamped(self, octets: bytes) -> bytes | None:
        """A token that is good: a bad one would be in the receipt for ever and prove nothing."""
        if self.stamper is None:
            return None
        try:
            token = self.stamper.stamp(hashlib.sha256(octets).digest())
        except Refused:
            return None
        return token if self._judged(octets, token).passed else None

    def _judged(self, octets: bytes, token: bytes) -> TokenVerdict:
        imprint = hashlib.sha256(octets).digest()
        return verify_token(token, imprint, self.trust, self.clock.now())


def _firm(session: Session, actor: Actor) -> Organization:
    """The one firm for which the person may bid."""
    firms = sorted(actor.organizations(Role.SUPPLIER))
    if len(firms) != 1:
        enforce(refuse("not_authorised", "DESIGN 3", wanted=["supplier/own"], firms=len(firms)))
    return parties.organization(session, firms[0])


def boxes_as_stored(boxes: tuple[bytes, ...]) -> list[str]:
    """Boxes as the row keeps them."""
    return [base64.b64encode(box).decode() for box in boxes]


def boxes_as_given(stored: list[str]) -> tuple[bytes, ...]:
    """Boxes as the bidder gave them."""
    return tuple(base64.b64decode(box, validate=True) for box in stored)
