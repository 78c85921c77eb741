"""Who may see a lot, and what stands above its pages."""

from __future__ import annotations

from flask import current_app, url_for
from sqlalchemy.orm import Session

from app.outcome.views import Head
from bidding.evaluation import loading
from journal.work import Work
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Actor, LotStage, Role
from procurement.plans import queries as plans
from procurement.profiles import Profile
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import pinned_profile
from reports import labels

BUYING = (Role.OFFICER, Role.APPROVER)


def lot_of(work: Work, actor: Actor, lot_id: str) -> Lot:
    """A published lot for the buyer's officer or approver; NotFound for anybody else."""
    lot = loading.lot(work.session, lot_id)
    if lot.tender.published_at is None or not buys_for(actor, lot.tender.buyer_id):
        raise NotFound("lot", lot_id)
    return lot


def buys_for(actor: Actor, buyer: str) -> bool:
    """Whether the person runs purchases for this buyer or approves them."""
    return any(buyer in actor.organizations(role) for role in BUYING)


def head_of(work: Work, lot: Lot) -> Head:
    """What stands above every page of a lot."""
    tender = lot.tender
    return Head(
        id=lot.id,
        title=Text(lot.title_zh, lot.title_en),
        number=plans.purchase(work.session, tender.purchase_id).ocid,
        tender=tender.id,
        tender_url=tender_url(tender),
        public_url=public_url(work.session, tender),
        lots=len(tender.lots),
        stage=labels.LOT_STAGES[LotStage(lot.stage)],
    )


def tender_url(tender: Tender) -> str:
    """The buyer's page of a tender, where that surface is there."""
    if "buyer.tender" in current_app.view_functions:
        return url_for("buyer.tender", tender=tender.id)
    return ""


def public_url(session: Session, tender: Tender) -> str:
    """The public page of a tender."""
    return url_for("portal.tender", key=plans.purchase(session, tender.purchase_id).ocid)


def profile_of(lot: Lot) -> Profile:
    """The rules of the lot's tender."""
    return pinned_profile(lot.tender)
