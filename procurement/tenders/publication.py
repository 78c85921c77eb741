"""Publishing a tender by its signed notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from journal.work import Work
from kernel.clock import instant
from kernel.money import Money
from kernel.refusal import Refusal, enforce
from kernel.vocabulary import Action, Actor, PurchaseStage, TenderStage
from procurement.parties.capacities import act
from procurement.parties.signing import (
    ExaminedPdf,
    ExaminedSignature,
    keep_signature,
    same_statement,
)
from procurement.plans import queries as plans
from procurement.plans import rules as plan_rules
from procurement.plans.models import Purchase
from procurement.plans.services import show_needs
from procurement.plans.stages import PURCHASE
from procurement.plans.standing import calendar_of, profile_at
from procurement.profiles import Category
from procurement.profiles.timetable import earliest_closing_on, local_date
from procurement.tenders import checks, queries, rules
from procurement.tenders.content import content_of, present
from procurement.tenders.entries import TenderPublished
from procurement.tenders.lawful import asked
from procurement.tenders.models import Tender
from procurement.tenders.notices import notice_statement
from procurement.tenders.prepared_notices import (
    Judged,
    Prepared,
    add_notice,
    frame_of,
    keep_paper,
)
from procurement.tenders.stages import TENDER
from procurement.tenders.standing import subject_of
from signatures.sealed.committee import fingerprint_of

_NO_CHANGES = {"zh": "", "en": ""}


def prepare_notice(session: Session, origin: str, tender_id: str, *, at: datetime) -> bytes:
    """The bytes of the notice that the officer signs, as the draft and the law stand at `at`."""
    return _first_notice(session, origin, queries.tender(session, tender_id), at).statement


def publication_asked(
    session: Session, tender_id: str, *, at: datetime, early_reason: str | None = None
) -> list[Refusal]:
    """What stands in the way of publishing the tender at `at`: all of it, for the officer to see.

    `publish_tender` asks the same rules in the same order, and ends with the first.
    """
    tender = queries.tender(session, tender_id)
    judged = Judged(content_of(tender), profile_at(tender.profile, at))
    purchase = plans.purchase(session, tender.purchase_id)
    found = [checks.committee_set(tender.committee_digest)]
    found += _publication_asked(tender, purchase, judged, at, early_reason)
    return [refusal for refusal in found if refusal is not None]


def publish_tender(
    work: Work,
    actor: Actor,
    tender_id: str,
    examined: ExaminedSignature,
    *,
    pdf: ExaminedPdf | None = None,
    early_reason: str | None = None,
) -> str:
    """Publish the signed notice; from here on the tender is open. Returns the notice's id.

    `pdf` is the signed notice document, rendered, signed and examined before; `early_reason`
    says why the intention's lead time was not waited for, where it was not (requirement 006).
    """
    tender = queries.tender_for_change(work.session, tender_id)
    act(
        work,
        actor,
        Action.PUBLISH_TENDER,
        subject_of(work, tender),
        purchase=tender.purchase_id,
    )
    stage = TENDER.after(TenderStage(tender.stage), Action.PUBLISH_TENDER)
    now = work.clock.now()
    purchase = plans.purchase_for_change(work.session, tender.purchase_id)
    bought = PURCHASE.after(PurchaseStage(purchase.stage), Action.PUBLISH_TENDER)
    enforce(checks.committee_set(tender.committee_digest))
    prepared = _first_notice(work.session, work.origin, tender, now)
    _require_publishable(work, tender, purchase, prepared, early_reason)
    same_statement(examined, prepared.statement, kind="tender", id=tender.id)
    kept = keep_signature(work, actor, examined, kind="notice", subject_id=tender.id)
    tender.stage, tender.published_at = str(stage), now
    tender.profile_edition = prepared.profile.edition
    purchase.stage = str(bought)
    purchase.early_reason = early_reason or purchase.early_reason
    show_needs(work, purchase.id)
    earliest = earliest_closing_on(
        prepared.profile, calendar_of(prepared.profile), local_date(prepared.profile, now)
    )
    entry = work.record(
        actor,
        TenderPublished(
            object=tender.id,
            tender=tender.id,
            ocid=purchase.ocid,
            buyer=tender.buyer_id,
            notice=examined.digest,
            statement=examined.statement.decode(),
            number=1,
            profile=prepared.profile.name,
            edition=prepared.profile.edition,
            committee=prepared.frame.committee,
            fingerprint=fingerprint_of(prepared.frame.committee),
            closes_at=instant(tender.closes_at),
            earliest_closing_on=earliest.on.isoformat(),
            calendar=earliest.edition,
            title=prepared.content.title,
            content=prepared.content.as_record(),
            pdf=pdf.content if pdf else None,
            early_reason=early_reason,
            certificate=kept.signer_certificate,
        ),
    )
    keep_paper(work, actor, tender, pdf)
    return add_notice(work, tender, prepared, kept, pdf, entry)


def _first_notice(session: Session, origin: str, tender: Tender, at: datetime) -> Prepared:
    enforce(checks.committee_set(tender.committee_digest))
    frame = frame_of(session, origin, tender, number=1, previous=None, changes=_NO_CHANGES)
    content, profile = content_of(tender), profile_at(tender.profile, at)
    return Prepared(content, profile, frame, notice_statement(frame, content, profile))


def _require_publishable(
    work: Work,
    tender: Tender,
    purchase: Purchase,
    prepared: Prepared,
    early_reason: str | None,
) -> None:
    """Every rule that a tender keeps on the day it is published."""
    for refusal in _publication_asked(tender, purchase, prepared, work.clock.now(), early_reason):
        enforce(refusal)


def _publication_asked(
    tender: Tender,
    purchase: Purchase,
    prepared: Judged,
    now: datetime,
    early_reason: str | None,
) -> Iterator[Refusal | None]:
    profile, content = prepared.profile, prepared.content
    calendar, today = calendar_of(profile), local_date(profile, now)
    yield from asked(
        profile,
        category=Category(tender.category),
        budget=Money.of_minor(purchase.budget_minor, purchase.currency),
        content=content,
    )
    yield rules.notice_complete(profile=profile, present=present(content))
    yield plan_rules.intention_led(
        profile=profile,
        calendar=calendar,
        intended_on=local_date(profile, purchase.intended_at) if purchase.intended_at else None,
        starts_on=today,
        reason=early_reason or purchase.early_reason or "",
    )
    yield checks.closes_later(now=now, closes_at=content.closes_at)
    yield rules.closing_late_enough(
        profile=profile, calendar=calendar, issued_on=today, closes_at=content.closes_at
    )
    yield rules.documents_available_long_enough(
        profile=profile,
        calendar=calendar,
        published_on=today,
        # They can be had for as long as bids can be made (requirement 018).
        available_until=local_date(profile, content.closes_at),
    )
    yield checks.possession_shown(
        [
            f"{key.part}/{key.index}"
            for key in tender.holder_keys
            if key.possession_document_id is None
        ]
    )
