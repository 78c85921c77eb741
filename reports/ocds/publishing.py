"""Publishing a release: its bytes are made and kept in the transaction of the event itself."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from bidding.envelopes.entries import TenderClosed
from bidding.evaluation.entries import LotFailed
from bidding.opening.entries import LotLeftSealed, LotOpened
from journal.entries import Entry
from journal.work import Handler, Work
from kernel import canonical
from kernel.clock import parse_instant
from kernel.vocabulary import Actor
from procurement.awards.entries import AwardLapsed, AwardPublished
from procurement.challenges.entries import ComplaintDecided
from procurement.contracts.entries import ContractSignedByBuyer, DeliveryAccepted
from procurement.payments.entries import PaymentSettled, PurchaseClosed
from procurement.plans.entries import IntentionPublished, PlanApproved
from procurement.plans.models import Purchase
from procurement.tenders.entries import (
    QuestionAnswered,
    TenderAmended,
    TenderCancelled,
    TenderPublished,
)
from procurement.tenders.models import Tender
from reports.ocds.models import OcdsRelease
from reports.ocds.releases import Event, build, purchase_of
from reports.ocds.rows import Rows
from reports.ocds.values import Object, when

PUBLISHED: tuple[type[Entry], ...] = (
    PlanApproved,
    IntentionPublished,
    TenderPublished,
    QuestionAnswered,
    TenderAmended,
    TenderCancelled,
    TenderClosed,
    LotLeftSealed,
    LotOpened,
    LotFailed,
    AwardPublished,
    AwardLapsed,
    ComplaintDecided,
    ContractSignedByBuyer,
    DeliveryAccepted,
    PaymentSettled,
    PurchaseClosed,
)
"""The kinds of entries whose verbs `reports.ocds.tags` gives a tag; a test compares."""

# One statement takes the process and gives the date: later than the last by a millisecond, however
# the clock stands. What comes to the same process meanwhile waits.
_TAKE = text(
    """
    INSERT INTO ocds_process AS p (ocid, first_at, last_at) VALUES (:ocid, :now, :now)
    ON CONFLICT (ocid) DO UPDATE
      SET last_at = greatest(excluded.last_at, p.last_at + interval '1 millisecond')
    RETURNING last_at
    """
)


def handlers(base_url: str) -> Mapping[type[Entry], Sequence[Handler]]:
    """A handler for each kind of entry whose verb makes a release.

    `base_url` is where the installation's pages are: releases name published files by address.
    """

    def handle(work: Work, _actor: Actor, entry: Entry, id: str) -> None:
        work.at_the_end(lambda: publish(work, entry, id, base_url))

    return dict.fromkeys(PUBLISHED, (handle,))


def publish(work: Work, entry: Entry, id: str, base_url: str) -> None:
    """Build the release of an event and keep its bytes, which never change again."""
    event = Event(entry.action, entry, id, work.now())
    purchase = _purchase(work, event)
    at = _date(work, purchase.ocid, event.at)
    release = build(Event(event.action, entry, id, at), Rows(work.session, purchase, base_url))
    line = written(release)
    work.session.add(
        OcdsRelease(
            id=id,
            ocid=purchase.ocid,
            tag=release["tag"][0],
            date=at,
            body=gzip.compress(line, mtime=0),
            size=len(line),
            digest=canonical.digest(line),
        )
    )
    work.session.flush()


def written(value: Object) -> bytes:
    """An object as one line of JSON. Members keep their order, for people who read it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _date(work: Work, ocid: str, now: datetime) -> datetime:
    cut: Any = parse_instant(when(now) or "")
    found: datetime = work.session.execute(_TAKE, {"ocid": ocid, "now": cut}).scalar_one()
    return found


def _purchase(work: Work, event: Event) -> Purchase:
    named, id = purchase_of(event)
    if named == "purchase":
        return work.session.get_one(Purchase, id)
    return work.session.scalars(
        select(Purchase).join(Tender, Tender.purchase_id == Purchase.id).where(Tender.id == id)
    ).one()
