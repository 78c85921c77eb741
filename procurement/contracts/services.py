"""Use cases of contract and acceptance: drafted, signed by both, delivered, inspected."""

from __future__ import annotations

from datetime import datetime

from bidding.evaluation import loading
from journal.work import Work
from kernel import canonical
from kernel.clock import instant
from kernel.identifiers import new_id
from kernel.money import Money
from kernel.refusal import NotFound, Refusal, Refused, enforce
from kernel.vocabulary import Action, Actor, ContractStage, LotStage
from procurement.awards import queries as awards
from procurement.awards import rules as award_rules
from procurement.awards.models import Award
from procurement.challenges import queries as challenges
from procurement.challenges import rules as challenge_rules
from procurement.contracts import drafting, queries, rules
from procurement.contracts.accepting import (
    Inspection,
    Result,
    accept_delivery,
    check_inspection,
    prepare_acceptance,
    reject_delivery,
)
from procurement.contracts.drafting import ContractTerms
from procurement.contracts.entries import (
    ContractDrafted,
    ContractSignedByBuyer,
    ContractSignedBySupplier,
)
from procurement.contracts.models import Contract
from procurement.contracts.stages import CONTRACT, CONTRACTING
from procurement.parties.capacities import act
from procurement.parties.signing import (
    ExaminedPdf,
    ExaminedSignature,
    keep_next_pdf,
    keep_signature,
    same_statement,
)
from procurement.tenders.models import Lot
from procurement.tenders.standing import calendar_of, pinned_profile

__all__ = [
    "ContractTerms",
    "Inspection",
    "Result",
    "accept_delivery",
    "amount_of",
    "check_inspection",
    "draft_contract",
    "prepare_acceptance",
    "prepare_contract_signature",
    "reject_delivery",
    "sign_as_buyer",
    "sign_as_supplier",
    "signing_refusal",
]

CONTRACT_PDF = "contract-document"


def draft_contract(work: Work, actor: Actor, award_id: str, terms: ContractTerms) -> str:
    """Generate the contract of a published award; what differs from tender and bid is refused."""
    award = awards.award(work.session, award_id)
    lot = loading.lot_for_change(work.session, award.lot_id)
    work.session.refresh(award)
    tender = lot.tender
    profile = pinned_profile(tender)
    on = loading.lot_subject(work, lot, kind="award", id=award.id)
    act(work, actor, Action.DRAFT_CONTRACT, on, purchase=tender.purchase_id)
    CONTRACTING.after(LotStage(lot.stage), Action.DRAFT_CONTRACT)
    enforce(rules.award_stands(lapsed=award.lapsed_at is not None))
    known = queries.contract_of_award(work.session, award.id)
    enforce(rules.drafted_once(drafted=known is not None))
    awarded = drafting.awarded_terms(work, award, lot)
    proposed = awarded if terms.proposed is None else terms.proposed
    enforce(rules.matches_award(profile=profile, awarded=awarded, contracted=proposed))
    enforce(rules.payment_days_agreed(profile=profile, days=terms.payment_days))
    contract = _contract(work, actor, award, lot, terms)
    work.session.add(contract)
    work.session.flush()
    work.record(
        actor,
        ContractDrafted(
            object=contract.id,
            tender=tender.id,
            lot=lot.id,
            award=award.id,
            supplier=award.supplier_id,
            amount=amount_of(contract).as_record(),
            text=contract.digest,
            sign_until=instant(contract.sign_until),
        ),
    )
    return contract.id


def prepare_contract_signature(work: Work, contract_id: str) -> bytes:
    """The bytes that both parties sign; a PDF that says them in words is signed beside them."""
    return queries.contract(work.session, contract_id).statement


def sign_as_supplier(
    work: Work,
    actor: Actor,
    contract_id: str,
    examined: ExaminedSignature,
    *,
    pdf: ExaminedPdf | None = None,
) -> str:
    """Sign as the supplier, who goes first; not in standstill or suspension.

    `pdf` is the contract as a document, signed by the same person; the buyer signs over it.
    """
    lot, contract = _for_signing(work, contract_id)
    on = loading.lot_subject(
        work, lot, kind="contract", id=contract.id, organization=contract.supplier_id
    )
    act(work, actor, Action.SIGN_AS_SUPPLIER, on, purchase=contract.purchase_id)
    stage = CONTRACT.after(ContractStage(contract.stage), Action.SIGN_AS_SUPPLIER)
    CONTRACTING.after(LotStage(lot.stage), Action.SIGN_AS_SUPPLIER)
    due_at = _enforce_may_be_signed(work, lot, contract)
    same_statement(examined, contract.statement, kind="contract", id=contract.id)
    kept = keep_signature(work, actor, examined, kind="contract", subject_id=contract.id)
    _keep_document(work, actor, contract, pdf)
    contract.stage = str(stage)
    contract.supplier_signed_by, contract.supplier_signed_at = actor.person, work.clock.now()
    contract.supplier_document = kept.id
    work.session.flush()
    return work.record(
        actor,
        ContractSignedBySupplier(
            object=contract.id,
            tender=contract.tender_id,
            lot=lot.id,
            supplier=contract.supplier_id,
            text=contract.digest,
            document=kept.id,
            pdf=pdf.content if pdf else None,
            due_at=instant(due_at),
            late=work.clock.now() >= due_at,
        ),
    )


def sign_as_buyer(
    work: Work,
    actor: Actor,
    contract_id: str,
    examined: ExaminedSignature,
    *,
    pdf: ExaminedPdf | None = None,
) -> str:
    """Sign as the buyer, which brings the contract into force (GPL 46).

    A document that the supplier has signed is signed by both or not at all.
    """
    lot, contract = _for_signing(work, contract_id)
    on = loading.lot_subject(work, lot, kind="contract", id=contract.id)
    act(work, actor, Action.SIGN_AS_BUYER, on, purchase=contract.purchase_id)
    stage = CONTRACT.after(ContractStage(contract.stage), Action.SIGN_AS_BUYER)
    lot_stage = CONTRACTING.after(LotStage(lot.stage), Action.SIGN_AS_BUYER)
    due_at = _enforce_may_be_signed(work, lot, contract)
    same_statement(examined, contract.statement, kind="contract", id=contract.id)
    enforce(rules.document_signed_by_both(offered=contract.pdf, base=pdf.base if pdf else None))
    kept = keep_signature(work, actor, examined, kind="contract", subject_id=contract.id)
    _keep_document(work, actor, contract, pdf)
    contract.stage = str(stage)
    contract.buyer_signed_by, contract.buyer_signed_at = actor.person, work.clock.now()
    contract.buyer_document = kept.id
    lot.stage = str(lot_stage)
    work.session.flush()
    return work.record(
        actor,
        ContractSignedByBuyer(
            object=contract.id,
            tender=contract.tender_id,
            lot=lot.id,
            award=contract.award_id,
            supplier=contract.supplier_id,
            amount=amount_of(contract).as_record(),
            text=contract.digest,
            document=kept.id,
            pdf=pdf.content if pdf else None,
            due_at=instant(due_at),
            late=work.clock.now() >= due_at,
            lines=drafting.lines_as_records(contract.lines, contract.currency),
        ),
    )


def signing_refusal(work: Work, contract: Contract) -> Refusal | None:
    """Why nobody may sign a contract now, for its page; None if nothing stands in the way."""
    try:
        _enforce_may_be_signed(work, loading.lot(work.session, contract.lot_id), contract)
    except Refused as refused:
        return refused.refusal
    return None


def amount_of(contract: Contract) -> Money:
    """What a contract is about."""
    return Money.of_minor(contract.amount_minor, contract.currency)


def _keep_document(work: Work, actor: Actor, contract: Contract, pdf: ExaminedPdf | None) -> None:
    if pdf is not None:
        keep_next_pdf(work, actor, pdf, kind=CONTRACT_PDF, subject_id=contract.id)
        contract.pdf = pdf.content


def _contract(work: Work, actor: Actor, award: Award, lot: Lot, terms: ContractTerms) -> Contract:
    id = new_id("con")
    profile = pinned_profile(lot.tender)
    amount = Money.of_minor(award.amount_minor, award.currency)
    lines, standards = drafting.lines_of(lot, amount), drafting.standards_of(work, lot)
    text = drafting.contract_statement(
        work, id, award, lot, terms, lines=lines, standards=standards
    )
    return Contract(
        id=id,
        purchase_id=award.purchase_id,
        tender_id=award.tender_id,
        lot_id=lot.id,
        award_id=award.id,
        buyer_id=lot.tender.buyer_id,
        supplier_id=award.supplier_id,
        stage=str(CONTRACT.start),
        amount_minor=amount.minor,
        currency=amount.currency,
        payment_days=terms.payment_days,
        pays_from_acceptance=terms.from_acceptance,
        statement=text,
        digest=canonical.digest(text),
        standards=standards,
        drafted_by=actor.person,
        drafted_at=work.clock.now(),
        sign_until=rules.sign_by(
            profile=profile,
            calendar=calendar_of(profile),
            award_notice_at=award.published_at or work.clock.now(),
        ),
        lines=lines,
    )


def _for_signing(work: Work, contract_id: str) -> tuple[Lot, Contract]:
    """The lot, then its contract, both held: a challenge that comes meanwhile waits or is seen."""
    known = queries.contract(work.session, contract_id)
    lot = loading.lot_for_change(work.session, known.lot_id)
    return lot, queries.contract_for_change(work.session, contract_id)


def _enforce_may_be_signed(work: Work, lot: Lot, contract: Contract) -> datetime:
    """The award stands, nothing suspends it, the standstill is over; when a signature is late."""
    award = awards.award(work.session, contract.award_id)
    work.session.refresh(award)
    enforce(rules.award_stands(lapsed=award.lapsed_at is not None))
    if award.published_at is None:
        raise NotFound("award", award.id)
    profile = pinned_profile(lot.tender)
    now = work.clock.now()
    enforce(
        award_rules.standstill_over(
            profile=profile,
            calendar=calendar_of(profile),
            published_at=award.published_at,
            now=now,
        )
    )
    suspending = challenges.suspending(work.session, lot, now)
    enforce(challenge_rules.not_suspended(profile=profile, suspensions=suspending))
    waited = challenges.time_suspended(work.session, lot, since=award.published_at, now=now)
    return rules.signing_due(sign_until=contract.sign_until, suspended=waited)
