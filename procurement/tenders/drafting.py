"""Drafting, returning, approving and cancelling a tender."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from journal import heads
from journal.models import SealedHeadRow
from journal.sequencer import place
from journal.work import Work
from kernel import canonical
from kernel.identifiers import new_id
from kernel.money import Money
from kernel.refusal import StaleWrite, enforce
from kernel.text import Text
from kernel.vocabulary import Action, Actor, Log, LotStage, Part, PurchaseStage, TenderStage
from procurement.parties import queries as parties
from procurement.parties.capacities import act
from procurement.plans import checks as plan_checks
from procurement.plans import queries as plans
from procurement.plans import rules as plan_rules
from procurement.plans.models import Purchase
from procurement.plans.services import end_without_result
from procurement.plans.stages import PURCHASE
from procurement.plans.standing import profile_at, purchase_subject
from procurement.profiles import Category, Profile
from procurement.tenders import checks, queries, rules
from procurement.tenders.commands import NamedHolder, TenderDraft
from procurement.tenders.content import (
    Content,
    content_of,
    criterion_record,
    document_record,
    present,
)
from procurement.tenders.entries import (
    TenderApproved,
    TenderCancelled,
    TenderDrafted,
    TenderReturned,
)
from procurement.tenders.lawful import require_lawful
from procurement.tenders.models import (
    Criterion,
    HolderKey,
    Item,
    Lot,
    Tender,
    TenderDocument,
)
from procurement.tenders.rows import add_criterion, add_document, add_lot
from procurement.tenders.stages import LOT_AT_CANCELLATION, TENDER
from procurement.tenders.standing import pinned_profile, subject_of
from signatures.sealed import text


def draft_tender(work: Work, actor: Actor, purchase_id: str, draft: TenderDraft) -> str:
    """Begin the tender of an approved purchase, with its lots, criteria, documents and holders."""
    purchase = plans.purchase_for_change(work.session, purchase_id)
    act(
        work,
        actor,
        Action.DRAFT_TENDER,
        purchase_subject(work, purchase),
        purchase=purchase.id,
    )
    PURCHASE.after(PurchaseStage(purchase.stage), Action.DRAFT_TENDER)
    enforce(checks.one_tender(known=_tender_of(work, purchase)))
    tender = Tender(
        id=new_id("ten"),
        purchase_id=purchase.id,
        buyer_id=purchase.buyer_id,
        profile=purchase.profile,
        category=purchase.category,
        currency=purchase.currency,
        stage=str(TENDER.start),
        version=1,
        drafted_by=actor.person,
        drafted_at=work.clock.now(),
    )
    _write_draft(work, tender, purchase, draft)
    work.record(actor, _drafted(tender, draft.holders))
    return tender.id


def edit_tender(work: Work, actor: Actor, tender_id: str, version: int, draft: TenderDraft) -> int:
    """Write the draft anew on top of the version that the officer saw; returns the new version.

    Keys that were registered stay, unless the holders or the threshold change.
    """
    tender = queries.tender_for_change(work.session, tender_id)
    act(
        work,
        actor,
        Action.DRAFT_TENDER,
        subject_of(work, tender),
        purchase=tender.purchase_id,
    )
    TENDER.after(TenderStage(tender.stage), Action.DRAFT_TENDER)
    if tender.version != version:
        raise StaleWrite("tender", tender.id)
    purchase = plans.purchase_for_change(work.session, tender.purchase_id)
    for lot in tender.lots:
        work.session.execute(delete(Item).where(Item.lot_id == lot.id))
    for rows in (Lot, Criterion, TenderDocument):
        work.session.execute(delete(rows).where(rows.tender_id == tender.id))
    tender.version += 1
    tender.returned_reason = None
    # Whoever changed it last is its author, and may not approve it.
    tender.drafted_by = actor.person
    work.session.expire(tender, ["lots", "criteria", "documents"])
    _write_draft(work, tender, purchase, draft)
    work.record(actor, _drafted(tender, draft.holders))
    return tender.version


def return_tender(work: Work, actor: Actor, tender_id: str, reason: str) -> str:
    """Send a draft back to the officer, also one that was approved and is not out yet."""
    tender = queries.tender_for_change(work.session, tender_id)
    act(
        work,
        actor,
        Action.RETURN_TENDER,
        subject_of(work, tender),
        purchase=tender.purchase_id,
    )
    stage = TENDER.after(TenderStage(tender.stage), Action.RETURN_TENDER)
    enforce(plan_checks.reason_given(reason))
    tender.stage, tender.returned_reason = str(stage), reason
    return work.record(actor, TenderReturned(object=tender.id, tender=tender.id, reason=reason))


def approve_tender(work: Work, actor: Actor, tender_id: str, version: int) -> str:
    """Release the version that the approver read, which somebody else drafted (GPL 61)."""
    tender = queries.tender_for_change(work.session, tender_id)
    act(
        work,
        actor,
        Action.APPROVE_TENDER,
        subject_of(work, tender),
        purchase=tender.purchase_id,
    )
    stage = TENDER.after(TenderStage(tender.stage), Action.APPROVE_TENDER)
    if tender.version != version:
        raise StaleWrite("tender", tender.id)
    profile = profile_at(tender.profile, work.clock.now())
    enforce(
        plan_rules.author_is_not_approver(
            profile=profile, author=tender.drafted_by, approver=actor.person
        )
    )
    purchase = plans.purchase(work.session, tender.purchase_id)
    content = content_of(tender)
    require_lawful(
        profile,
        category=Category(purchase.category),
        budget=Money.of_minor(purchase.budget_minor, purchase.currency),
        content=content,
    )
    enforce(rules.notice_complete(profile=profile, present=present(content)))
    tender.stage, tender.returned_reason = str(stage), None
    return work.record(
        actor,
        TenderApproved(
            object=tender.id,
            tender=tender.id,
            version=tender.version,
            content=_digest(content),
        ),
    )


def cancel_tender(
    work: Work,
    actor: Actor,
    tender_id: str,
    reason: Text,
) -> str:
    """End a tender without a result, before anything of it is awarded (Order 87 art. 29).

    The budget is free again and the needs may be planned anew. Nothing sealed is opened any more.
    """
    tender = queries.tender_for_change(work.session, tender_id)
    act(
        work,
        actor,
        Action.CANCEL_TENDER,
        subject_of(work, tender),
        purchase=tender.purchase_id,
    )
    stage = TENDER.after(TenderStage(tender.stage), Action.CANCEL_TENDER)
    enforce(rules.cancellation_reasoned(profile=pinned_profile(tender), reason=reason.zh))
    for lot in tender.lots:
        lot.stage = str(LOT_AT_CANCELLATION.after(LotStage(lot.stage), Action.CANCEL_TENDER))
    tender.stage, tender.cancelled_at = str(stage), work.clock.now()
    tender.cancelled_zh, tender.cancelled_en = reason.zh, reason.en
    end_without_result(work, tender.purchase_id, reason.zh)
    purchase = plans.purchase(work.session, tender.purchase_id)
    return work.record(
        actor,
        TenderCancelled(
            object=tender.id,
            tender=tender.id,
            ocid=purchase.ocid,
            reason=reason.as_record(),
            published=tender.published_at is not None,
            blinded_root=_blinded_root(work, tender),
        ),
    )


def _blinded_root(work: Work, tender: Tender) -> str | None:
    """All that is published of the acts when an open tender is cancelled (SEALED_BID 5).

    A last head is sealed, with every act in it, however many there are. None where no bid can have
    come, and where the root is public since the closing. The caller holds the tender against bids.
    """
    if tender.published_at is None or tender.closed_at is not None:
        return None
    place(work.session)
    entry = heads.seal_heads(work, [tender.id])[0]
    work.session.flush()
    return work.session.get_one(SealedHeadRow, (entry, str(Log.ACTS))).commitment


def _tender_of(work: Work, purchase: Purchase) -> str | None:
    known = queries.tender_of_purchase(work.session, purchase.id)
    return known.id if known else None


def _write_draft(work: Work, tender: Tender, purchase: Purchase, draft: TenderDraft) -> None:
    profile = profile_at(tender.profile, work.clock.now())
    _require_writable(work, tender, profile, draft)
    tender.title_zh, tender.title_en = draft.title.zh, draft.title.en
    tender.award_criteria = str(draft.award_criteria)
    tender.terms = draft.terms.as_record()
    tender.facts_zh = draft.facts.zh if draft.facts else ""
    tender.facts_en = draft.facts.en if draft.facts else ""
    tender.closes_at = draft.closes_at
    keys_stand = tender.threshold == draft.threshold and _named(work, tender) == list(draft.holders)
    tender.threshold, tender.holders = draft.threshold, len(draft.holders)
    work.session.add(tender)
    work.session.flush()
    for number, lot in enumerate(draft.lots, start=1):
        add_lot(work, tender, number, lot)
    for number, criterion in enumerate(draft.criteria, start=1):
        add_criterion(work, tender, criterion_record(number, criterion))
    for number, document in enumerate(draft.documents, start=1):
        add_document(work, tender, document_record(number, 1, document))
    if not keys_stand:
        _name_holders(work, tender, draft.holders)
    work.session.flush()
    work.session.expire(tender, ["lots", "criteria", "documents", "holder_keys"])
    budget = Money.of_minor(purchase.budget_minor, purchase.currency)
    if draft.lots:
        enforce(checks.lots_within_budget(total=content_of(tender).budget, budget=budget))


def _require_writable(work: Work, tender: Tender, profile: Profile, draft: TenderDraft) -> None:
    """What even a draft keeps, because rows and statements could not hold it otherwise."""
    outside = sum(holder.outside for holder in draft.holders)
    enforce(
        rules.committee_shape(
            profile=profile,
            holders=len(draft.holders),
            threshold=draft.threshold,
            outside=outside,
        )
    )
    enforce(checks.holders_distinct([holder.person_id for holder in draft.holders]))
    for holder in draft.holders:
        person = parties.person(work.session, holder.person_id)
        if holder.outside:
            enforce(
                checks.outside_holder(organization=person.organization_id, buyer=tender.buyer_id)
            )
    amounts = [lot.budget for lot in draft.lots] + [lot.ceiling for lot in draft.lots]
    enforce(plan_checks.currencies_agree(tender.currency, *(amount.currency for amount in amounts)))
    for lot in draft.lots:
        enforce(
            rules.max_price_within_budget(profile=profile, ceiling=lot.ceiling, budget=lot.budget)
        )
    enforce(checks.closing_to_the_millisecond(draft.closes_at))
    for document in draft.documents:
        enforce(checks.name_allowed(document.name))
    for words in _published_lines(draft):
        enforce(checks.line_allowed(words, allowed=text.allowed(words)))


def _published_lines(draft: TenderDraft) -> list[str]:
    """The words that stand in the signed notice, where only plain lines may."""
    texts = [draft.title, *(lot.title for lot in draft.lots)]
    texts += [criterion.title for criterion in draft.criteria]
    lines = [line for text in texts for line in (text.zh, text.en)]
    return lines + [document.name for document in draft.documents]


def _named(work: Work, tender: Tender) -> list[NamedHolder]:
    rows = work.session.scalars(
        select(HolderKey)
        .where(HolderKey.tender_id == tender.id, HolderKey.part == str(Part.PRICE))
        .order_by(HolderKey.index)
    )
    return [NamedHolder(row.person_id, row.outside) for row in rows]


def _name_holders(work: Work, tender: Tender, holders: Sequence[NamedHolder]) -> None:
    """Name the holders in their order, for each part; keys of other holders are of no use now."""
    work.session.execute(delete(HolderKey).where(HolderKey.tender_id == tender.id))
    tender.committee = tender.committee_digest = None
    tender.committee_document = tender.committee_entry_id = None
    for part in Part:
        for index, holder in enumerate(holders, start=1):
            work.session.add(
                HolderKey(
                    tender_id=tender.id,
                    part=str(part),
                    index=index,
                    person_id=holder.person_id,
                    outside=holder.outside,
                )
            )


def _drafted(tender: Tender, holders: Sequence[NamedHolder]) -> TenderDrafted:
    return TenderDrafted(
        object=tender.id,
        tender=tender.id,
        purchase=tender.purchase_id,
        version=tender.version,
        content=_digest(content_of(tender)),
        threshold=tender.threshold,
        holders=tender.holders,
        holder_persons=[holder.person_id for holder in holders],
    )


def _digest(content: Content) -> str:
    return canonical.digest_of(content.as_record())
