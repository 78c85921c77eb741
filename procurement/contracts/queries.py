"""Reads of contracts and acceptances."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kernel.refusal import NotFound
from kernel.vocabulary import ContractStage
from procurement.awards.models import Award
from procurement.contracts.models import Acceptance, Contract
from procurement.plans.models import Need


def contract(session: Session, contract_id: str) -> Contract:
    """A contract by its id; NotFound if there is none."""
    found = session.get(Contract, contract_id)
    if found is None:
        raise NotFound("contract", contract_id)
    return found


def contract_for_change(session: Session, contract_id: str) -> Contract:
    """A contract, held until the transaction ends, as it is now: money moves under this lock."""
    found = session.get(Contract, contract_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("contract", contract_id)
    return found


def contract_of_award(session: Session, award_id: str) -> Contract | None:
    """The contract of an award, once it is drafted."""
    return session.scalars(select(Contract).where(Contract.award_id == award_id)).one_or_none()


def contracts_of_purchase(session: Session, purchase_id: str) -> list[Contract]:
    """The contracts of a purchase that came into force, with their lines."""
    return list(
        session.scalars(
            select(Contract)
            .where(
                Contract.purchase_id == purchase_id,
                Contract.stage.not_in((str(ContractStage.DRAFTED), str(ContractStage.OFFERED))),
            )
            .options(selectinload(Contract.lines))
            .order_by(Contract.buyer_signed_at)
        )
    )


def contracts_of_supplier(session: Session, organization_id: str) -> list[Contract]:
    """A firm's contracts, newest first."""
    return list(
        session.scalars(
            select(Contract)
            .where(Contract.supplier_id == organization_id)
            .order_by(Contract.drafted_at.desc())
        )
    )


def contracts_in(session: Session, stages: Sequence[ContractStage]) -> list[Contract]:
    """The contracts in these stages, oldest first; drafts of lapsed awards wait for nobody."""
    return list(
        session.scalars(
            select(Contract)
            .join(Award, Award.id == Contract.award_id)
            .where(Contract.stage.in_([str(stage) for stage in stages]), Award.lapsed_at.is_(None))
            .order_by(Contract.drafted_at)
        )
    )


def acceptances(session: Session, contract_id: str) -> list[Acceptance]:
    """The inspections of a contract in order."""
    return list(
        session.scalars(
            select(Acceptance)
            .where(Acceptance.contract_id == contract_id)
            .order_by(Acceptance.number)
        )
    )


def accepted(session: Session, contract_id: str) -> Acceptance | None:
    """The inspection that accepted the delivery, if there is one."""
    return session.scalars(
        select(Acceptance).where(Acceptance.contract_id == contract_id, Acceptance.accepted)
    ).one_or_none()


def needs(session: Session, purchase_id: str) -> list[Need]:
    """The needs that a purchase answers: their units accept, and may be services to the public."""
    return list(session.scalars(select(Need).where(Need.purchase_id == purchase_id)))
