"""Acceptance: every standard of the contract passed or failed, under the acceptor's signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bidding.evaluation import loading
from journal.work import Work
from kernel import canonical
from kernel.canonical import JsonValue
from kernel.clock import instant
from kernel.identifiers import new_id
from kernel.refusal import enforce
from kernel.vocabulary import Action, Actor, ContractStage, Role
from procurement.challenges import queries as challenges
from procurement.challenges import rules as challenge_rules
from procurement.contracts import queries, rules
from procurement.contracts.entries import DeliveryAccepted, DeliveryRejected
from procurement.contracts.models import Acceptance, Contract
from procurement.contracts.stages import CONTRACT
from procurement.parties.capacities import act
from procurement.parties.signing import (
    ExaminedPdf,
    ExaminedSignature,
    keep_pdf,
    keep_signature,
    same_statement,
    statement,
)
from procurement.tenders.standing import pinned_profile

ACCEPTANCE_PDF = "acceptance-document"


@dataclass(frozen=True, slots=True)
class Result:
    """One standard of the contract, passed or failed."""

    code: str
    passed: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found at a delivery; `opinions` are those of the users of a public service."""

    results: tuple[Result, ...]
    delivered_at: datetime
    opinions: tuple[str, ...] = ()


def prepare_acceptance(work: Work, contract_id: str, inspection: Inspection) -> bytes:
    """The bytes that the acceptor signs: every standard with what was found (GPR 45)."""
    contract = queries.contract(work.session, contract_id)
    results: list[JsonValue] = [*_records(inspection.results)]
    return statement(
        "acceptance",
        work.origin,
        tender=contract.tender_id,
        contract=contract.id,
        text=contract.digest,
        number=len(queries.acceptances(work.session, contract.id)) + 1,
        delivered_at=instant(inspection.delivered_at),
        results=canonical.digest_of(results),
        failed=[result.code for result in inspection.results if not result.passed],
        opinions=canonical.digest_of(list(inspection.opinions)),
    )


def check_inspection(work: Work, contract_id: str, inspection: Inspection) -> None:
    """Refuse what no signature would make good: before anybody signs, and when it is signed."""
    contract = queries.contract(work.session, contract_id)
    profile = pinned_profile(loading.lot(work.session, contract.lot_id).tender)
    results = {result.code: result.passed for result in inspection.results}
    standards = [standard["code"] for standard in contract.standards]
    needs = queries.needs(work.session, contract.purchase_id)
    enforce(rules.judged_once_each(codes=[result.code for result in inspection.results]))
    enforce(rules.every_standard_judged(profile=profile, standards=standards, results=results))
    enforce(
        rules.users_heard(
            profile=profile,
            public_service=any(need.public_service for need in needs),
            opinions=len(inspection.opinions),
        )
    )
    enforce(
        rules.delivered_before(
            delivered_at=inspection.delivered_at,
            signed_at=contract.buyer_signed_at,
            now=work.clock.now(),
        )
    )


def accept_delivery(
    work: Work,
    actor: Actor,
    contract_id: str,
    inspection: Inspection,
    examined: ExaminedSignature,
    *,
    pdf: ExaminedPdf | None = None,
) -> str:
    """Accept what was delivered; refused unless every standard is judged and passed.

    `pdf` is the acceptance as a document, signed by the same acceptor.
    """
    contract, made = _inspect(
        work, actor, contract_id, inspection, examined, Action.ACCEPT_DELIVERY, pdf
    )
    work.record(
        actor,
        DeliveryAccepted(
            object=contract.id,
            tender=contract.tender_id,
            lot=contract.lot_id,
            acceptance=made.id,
            document=made.document_id,
            pdf=pdf.content if pdf else None,
            delivered_at=instant(made.delivered_at),
            results=made.results,
            opinions=made.opinions,
        ),
    )
    return made.id


def reject_delivery(
    work: Work,
    actor: Actor,
    contract_id: str,
    inspection: Inspection,
    examined: ExaminedSignature,
    *,
    pdf: ExaminedPdf | None = None,
) -> str:
    """Reject what failed a standard; the supplier delivers again and is inspected again."""
    contract, made = _inspect(
        work, actor, contract_id, inspection, examined, Action.REJECT_DELIVERY, pdf
    )
    work.record(
        actor,
        DeliveryRejected(
            object=contract.id,
            tender=contract.tender_id,
            lot=contract.lot_id,
            acceptance=made.id,
            document=made.document_id,
            pdf=pdf.content if pdf else None,
            delivered_at=instant(made.delivered_at),
            results=made.results,
            opinions=made.opinions,
        ),
    )
    return made.id


def _inspect(
    work: Work,
    actor: Actor,
    contract_id: str,
    inspection: Inspection,
    examined: ExaminedSignature,
    action: Action,
    pdf: ExaminedPdf | None,
) -> tuple[Contract, Acceptance]:
    """What accepting and rejecting have in common."""
    known = queries.contract(work.session, contract_id)
    lot = loading.lot_for_change(work.session, known.lot_id)
    contract = queries.contract_for_change(work.session, contract_id)
    needs = queries.needs(work.session, contract.purchase_id)
    units = {need.unit_id for need in needs}
    on = loading.lot_subject(
        work,
        lot,
        kind="contract",
        id=contract.id,
        organization=_accepting_organization(actor, contract.buyer_id, units),
    )
    act(work, actor, action, on, purchase=contract.purchase_id)
    stage = CONTRACT.after(ContractStage(contract.stage), action)
    profile = pinned_profile(lot.tender)
    accepted = action is Action.ACCEPT_DELIVERY
    results = {result.code: result.passed for result in inspection.results}
    check_inspection(work, contract.id, inspection)
    enforce(rules.acceptance_follows(profile=profile, accepted=accepted, results=results))
    enforce(rules.rejection_follows(accepted=accepted, results=results))
    now = work.clock.now()
    suspending = challenges.suspending(work.session, lot, now)
    enforce(challenge_rules.not_suspended(profile=profile, suspensions=suspending))
    prepared = prepare_acceptance(work, contract.id, inspection)
    same_statement(examined, prepared, kind="contract", id=contract.id)
    kept = keep_signature(work, actor, examined, kind="acceptance", subject_id=contract.id)
    made = Acceptance(
        id=new_id("acc"),
        contract_id=contract.id,
        number=len(queries.acceptances(work.session, contract.id)) + 1,
        accepted=accepted,
        results=_records(inspection.results),
        opinions=list(inspection.opinions),
        delivered_at=inspection.delivered_at,
        inspected_by=actor.person,
        inspected_at=now,
        document_id=kept.id,
    )
    work.session.add(made)
    if pdf is not None:
        keep_pdf(work, actor, pdf, kind=ACCEPTANCE_PDF, subject_id=made.id)
    contract.stage = str(stage)
    work.session.flush()
    return contract, made


def _accepting_organization(actor: Actor, buyer: str, units: set[str]) -> str:
    """The organization for which the actor accepts: a using unit of the purchase, or the buyer."""
    for organization in sorted(actor.organizations(Role.ACCEPTOR)):
        if organization == buyer or organization in units:
            return organization
    return buyer


def _records(results: Sequence[Result]) -> list[Any]:
    """The results by code; a statement holds no yes and no, so that they are words."""
    return [
        {
            "code": result.code,
            "found": "passed" if result.passed else "failed",
            "note": result.note,
        }
        for result in sorted(results, key=lambda result: result.code)
    ]
