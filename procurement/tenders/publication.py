"""Publishing a tender's signed notice, and amending it by signed corrigenda."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from journal.work import Work
from kernel.clock import instant
from kernel.identifiers import new_id
from kernel.money import Money
from kernel.refusal import NotFound, Refusal, enforce
from kernel.vocabulary import Action, Actor, PurchaseStage, TenderStage
from procurement.parties import queries as parties
from procurement.parties.capacities import act
from procurement.parties.models import SignedDocument
from procurement.parties.signing import (
    ExaminedPdf,
    ExaminedSignature,
    keep_pdf,
    keep_signature,
    same_statement,
)
from procurement.plans import queries as plans
from procurement.plans import rules as plan_rules
from procurement.plans.models import Purchase
from procurement.plans.services import show_needs
from procurement.plans.stages import PURCHASE
from procurement.plans.standing import calendar_of, profile_at
from procurement.profiles import Category, Profile
from procurement.profiles.timetable import earliest_closing_on, local_date
from procurement.tenders import checks, queries, rules
from procurement.tenders.commands import Amendment
from procurement.tenders.content import Content, amended, changed, content_of, present
from procurement.tenders.entries import TenderAmended, TenderPublished
from procurement.tenders.lawful import asked
from procurement.tenders.models import Criterion, Notice, Tender
from procurement.tenders.notices import NoticeFrame, notice_statement, rest_of
from procurement.tenders.rows import add_criterion, add_document
from procurement.tenders.stages import TENDER
from procurement.tenders.standing import pinned_profile, subject_of
from signatures.sealed import text
from signatures.sealed.committee import fingerprint_of

_NO_CHANGES = {"zh": "", "en": ""}


@dataclass(frozen=True, slots=True)
class _Judged:
    """What a tender says, and the edition by which that is judged."""

    content: Content
    profile: Profile


@dataclass(frozen=True, slots=True)
class _Prepared(_Judged):
    """A notice that may be published now: its frame, what it says, and its bytes."""

    frame: NoticeFrame
    statement: bytes


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
    judged = _Judged(content_of(tender), profile_at(tender.profile, at))
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
    _keep_document(work, actor, tender, pdf)
    return _add_notice(work, tender, prepared, kept, pdf, entry)


def prepare_amendment(session: Session, origin: str, tender_id: str, amendment: Amendment) -> bytes:
    """The bytes of the corrigendum that the officer signs; it names the last notice."""
    tender = queries.tender(session, tender_id)
    return _corrigendum(session, origin, tender, amendment).statement


def amendment_asked(
    session: Session, tender_id: str, amendment: Amendment, *, at: datetime
) -> list[Refusal]:
    """What stands in the way of a corrigendum at `at`: all of it, before anybody signs."""
    tender = queries.tender(session, tender_id)
    before = content_of(tender)
    judged = _Judged(amended(before, amendment), pinned_profile(tender))
    purchase = plans.purchase(session, tender.purchase_id)
    parts = changed(before, judged.content)
    found = _amendment_asked(tender, purchase, amendment, judged, parts, at)
    return [refusal for refusal in found if refusal is not None]


def amend_tender(
    work: Work,
    actor: Actor,
    tender_id: str,
    amendment: Amendment,
    examined: ExaminedSignature,
    *,
    pdf: ExaminedPdf | None = None,
) -> str:
    """Publish a signed corrigendum; bids must name it from here on. Returns the notice's id.

    Subject and qualification stay, and a late change moves the closing (Order 87 art. 27).
    """
    tender = queries.tender_for_change(work.session, tender_id)
    act(
        work,
        actor,
        Action.AMEND_TENDER,
        subject_of(work, tender),
        purchase=tender.purchase_id,
    )
    stage = TENDER.after(TenderStage(tender.stage), Action.AMEND_TENDER)
    before = content_of(tender)
    prepared = _corrigendum(work.session, work.origin, tender, amendment)
    parts = changed(before, prepared.content)
    _require_amendable(work, tender, amendment, prepared, parts)
    same_statement(examined, prepared.statement, kind="tender", id=tender.id)
    kept = keep_signature(work, actor, examined, kind="notice", subject_id=tender.id)
    _apply(work, tender, before, prepared.content)
    tender.stage = str(stage)
    purchase = plans.purchase(work.session, tender.purchase_id)
    entry = work.record(
        actor,
        TenderAmended(
            object=tender.id,
            tender=tender.id,
            ocid=purchase.ocid,
            notice=examined.digest,
            statement=examined.statement.decode(),
            number=prepared.frame.number,
            previous=prepared.frame.previous or "",
            closes_at=instant(prepared.content.closes_at),
            closes_at_before=instant(before.closes_at),
            changed=sorted(parts),
            changes=amendment.changes.as_record(),
            content=prepared.content.as_record(),
            pdf=pdf.content if pdf else None,
            certificate=kept.signer_certificate,
        ),
    )
    _keep_document(work, actor, tender, pdf)
    return _add_notice(work, tender, prepared, kept, pdf, entry)


def _first_notice(session: Session, origin: str, tender: Tender, at: datetime) -> _Prepared:
    enforce(checks.committee_set(tender.committee_digest))
    frame = _frame(session, origin, tender, number=1, previous=None, changes=_NO_CHANGES)
    content, profile = content_of(tender), profile_at(tender.profile, at)
    return _Prepared(content, profile, frame, notice_statement(frame, content, profile))


def _corrigendum(session: Session, origin: str, tender: Tender, amendment: Amendment) -> _Prepared:
    last = queries.last_notice(session, tender.id)
    known = {document.number for document in tender.documents}
    named = [change.number for change in amendment.documents if change.number is not None]
    enforce(checks.documents_known(numbers=named, known=known))
    frame = _frame(
        session,
        origin,
        tender,
        number=last.number + 1,
        previous=last.digest,
        changes=amendment.changes.as_record(),
    )
    content, profile = amended(content_of(tender), amendment), pinned_profile(tender)
    return _Prepared(content, profile, frame, notice_statement(frame, content, profile))


def _frame(
    session: Session,
    origin: str,
    tender: Tender,
    *,
    number: int,
    previous: str | None,
    changes: dict[str, str],
) -> NoticeFrame:
    if tender.committee_digest is None:
        raise NotFound("committee", tender.id)
    return NoticeFrame(
        origin=origin,
        tender=tender.id,
        ocid=plans.purchase(session, tender.purchase_id).ocid,
        buyer=parties.organization(session, tender.buyer_id).identifier,
        number=number,
        previous=previous,
        committee=tender.committee_digest,
        changes=changes,
    )


def _require_publishable(
    work: Work,
    tender: Tender,
    purchase: Purchase,
    prepared: _Prepared,
    early_reason: str | None,
) -> None:
    """Every rule that a tender keeps on the day it is published."""
    for refusal in _publication_asked(tender, purchase, prepared, work.clock.now(), early_reason):
        enforce(refusal)


def _publication_asked(
    tender: Tender,
    purchase: Purchase,
    prepared: _Judged,
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


def _require_amendable(
    work: Work,
    tender: Tender,
    amendment: Amendment,
    prepared: _Prepared,
    parts: frozenset[str],
) -> None:
    """Every rule that a change of an open tender keeps (Order 87 art. 27)."""
    purchase = plans.purchase(work.session, tender.purchase_id)
    now = work.clock.now()
    for refusal in _amendment_asked(tender, purchase, amendment, prepared, parts, now):
        enforce(refusal)


def _amendment_asked(
    tender: Tender,
    purchase: Purchase,
    amendment: Amendment,
    prepared: _Judged,
    parts: frozenset[str],
    now: datetime,
) -> Iterator[Refusal | None]:
    profile, content = prepared.profile, prepared.content
    yield checks.closes_later(now=now, closes_at=tender.closes_at)
    yield checks.amendment_changes_something(parts)
    yield rules.amendment_leaves_subject_alone(profile=profile, changed=parts)
    yield rules.closing_never_earlier(
        profile=profile, closes_at=tender.closes_at, wanted=content.closes_at
    )
    yield checks.closes_later(now=now, closes_at=content.closes_at)
    yield checks.closing_to_the_millisecond(content.closes_at)
    yield rules.amendment_closing_late_enough(
        profile=profile,
        calendar=calendar_of(profile),
        now=now,
        closes_at=tender.closes_at,
        wanted=content.closes_at,
        # More time alone changes nothing that a bid is made of.
        affects_bids=bool(parts - {"closes_at"}),
    )
    for document in content.documents:
        yield checks.name_allowed(document["name"])
        yield checks.line_allowed(document["name"], allowed=text.allowed(document["name"]))
    yield from asked(
        profile,
        category=Category(tender.category),
        budget=Money.of_minor(purchase.budget_minor, purchase.currency),
        content=content,
    )
    yield rules.notice_complete(profile=profile, present=present(content))
    yield checks.text_present(amendment.changes.zh, what="changes")


def _apply(work: Work, tender: Tender, before: Content, after: Content) -> None:
    """Make the rows say what the corrigendum says; old versions of documents stay."""
    tender.closes_at, tender.terms = after.closes_at, after.terms
    tender.facts_zh, tender.facts_en = after.facts["zh"], after.facts["en"]
    for document in after.documents:
        if document not in before.documents:
            add_document(work, tender, document)
    if after.criteria != before.criteria:
        work.session.execute(delete(Criterion).where(Criterion.tender_id == tender.id))
        for criterion in after.criteria:
            add_criterion(work, tender, criterion)
    tender.version += 1
    work.session.flush()
    work.session.expire(tender, ["criteria", "documents"])
    if content_of(tender) != after:
        raise RuntimeError("the rows do not say what the signed corrigendum says")


def _keep_document(work: Work, actor: Actor, tender: Tender, pdf: ExaminedPdf | None) -> None:
    if pdf is not None:
        keep_pdf(work, actor, pdf, kind="notice-document", subject_id=tender.id)


def _add_notice(
    work: Work,
    tender: Tender,
    prepared: _Prepared,
    kept: SignedDocument,
    pdf: ExaminedPdf | None,
    entry: str,
) -> str:
    notice = Notice(
        id=new_id("not"),
        tender_id=tender.id,
        number=prepared.frame.number,
        statement=prepared.statement,
        digest=kept.content,
        previous=prepared.frame.previous,
        document_id=kept.id,
        pdf=pdf.content if pdf else None,
        closes_at=prepared.content.closes_at,
        changes_zh=prepared.frame.changes["zh"],
        changes_en=prepared.frame.changes["en"],
        rest=rest_of(prepared.frame, prepared.content),
        published_at=work.clock.now(),
        entry_id=entry,
    )
    work.session.add(notice)
    work.session.flush()
    work.session.expire(tender, ["notices"])
    return notice.id
