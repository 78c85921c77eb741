"""Amending an open tender by a signed corrigendum."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from journal.work import Work
from kernel.clock import instant
from kernel.money import Money
from kernel.refusal import Refusal, enforce
from kernel.vocabulary import Action, Actor, TenderStage
from procurement.parties.capacities import act
from procurement.parties.signing import (
    ExaminedPdf,
    ExaminedSignature,
    keep_signature,
    same_statement,
)
from procurement.plans import queries as plans
from procurement.plans.models import Purchase
from procurement.plans.standing import calendar_of
from procurement.profiles import Category
from procurement.tenders import checks, queries, rules
from procurement.tenders.commands import Amendment
from procurement.tenders.content import Content, amended, changed, content_of, present
from procurement.tenders.entries import TenderAmended
from procurement.tenders.lawful import asked
from procurement.tenders.models import Criterion, Tender
from procurement.tenders.notices import notice_statement
from procurement.tenders.prepared_notices import (
    Judged,
    Prepared,
    add_notice,
    frame_of,
    keep_paper,
)
from procurement.tenders.rows import add_criterion, add_document
from procurement.tenders.stages import TENDER
from procurement.tenders.standing import pinned_profile, subject_of
from signatures.sealed import text


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
    judged = Judged(amended(before, amendment), pinned_profile(tender))
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
    keep_paper(work, actor, tender, pdf)
    return add_notice(work, tender, prepared, kept, pdf, entry)


def _corrigendum(session: Session, origin: str, tender: Tender, amendment: Amendment) -> Prepared:
    last = queries.last_notice(session, tender.id)
    known = {document.number for document in tender.documents}
    named = [change.number for change in amendment.documents if change.number is not None]
    enforce(checks.documents_known(numbers=named, known=known))
    frame = frame_of(
        session,
        origin,
        tender,
        number=last.number + 1,
        previous=last.digest,
        changes=amendment.changes.as_record(),
    )
    content, profile = amended(content_of(tender), amendment), pinned_profile(tender)
    return Prepared(content, profile, frame, notice_statement(frame, content, profile))


def _require_amendable(
    work: Work,
    tender: Tender,
    amendment: Amendment,
    prepared: Prepared,
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
    prepared: Judged,
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
