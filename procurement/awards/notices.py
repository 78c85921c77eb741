"""The award notice as a statement, and the letters that go out with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bidding.evaluation import queries as evaluation
from bidding.opening.models import OpenedBid
from journal.work import Work
from kernel import canonical
from kernel.clock import instant
from kernel.money import Money
from procurement.awards import queries
from procurement.awards.models import Award, AwardLetter
from procurement.parties import queries as parties
from procurement.parties.signing import statement
from procurement.plans import queries as plans
from procurement.profiles import Profile
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot

_NOT_OPENED_ZH = "投标文件未能开启"
_NOT_OPENED_EN = "The bid could not be opened"


@dataclass(frozen=True, slots=True)
class AwardNotice:
    """What the officer adds to what the rows already say: the winner's published address."""

    winner_address: str = ""


def amount_of(award: Award) -> Money:
    """The amount of an award: the bid's own price."""
    return Money.of_minor(award.amount_minor, award.currency)


def rest_of(work: Work, award: Award, notice: AwardNotice) -> dict[str, Any]:
    """What the notice says at length and its statement names by digest (87-69)."""
    lot = work.session.get_one(Lot, award.lot_id)
    return {
        "winner_address": notice.winner_address,
        "items": [
            {
                "number": item.number,
                "description": {"zh": item.description_zh, "en": item.description_en},
                "quantity": format(item.quantity, "f"),
                "unit": item.unit,
            }
            for item in lot.items
        ],
        "documents": [
            {"name": document.name, "digest": document.content}
            for document in tenders.documents(work.session, award.tender_id)
        ],
        "experts": queries.panel_names(work.session, award.lot_id),
    }


def notice_statement(work: Work, award: Award, profile: Profile, rest: Mapping[str, Any]) -> bytes:
    """The bytes of the notice that the officer signs."""
    purchase = plans.purchase(work.session, award.purchase_id)
    buyer = parties.organization(work.session, purchase.buyer_id)
    winner = parties.organization(work.session, award.supplier_id)
    lot = work.session.get_one(Lot, award.lot_id)
    return statement(
        "award-notice",
        work.origin,
        tender=award.tender_id,
        lot=award.lot_id,
        award=award.id,
        ocid=purchase.ocid,
        title={"zh": lot.title_zh, "en": lot.title_en},
        buyer={"identifier": buyer.identifier, "name": buyer.name_zh},
        winner={"identifier": winner.identifier, "name": winner.name_zh},
        rank=award.rank,
        amount=amount_of(award).as_record(),
        reason={"zh": award.reason_zh, "en": award.reason_en},
        cites=award.cites,
        decided_at=instant(award.decided_at),
        notice_period_workdays=profile.award_notice_period_workdays.value,
        rest=canonical.digest_of(rest),
    )


def fields_present(rest: Mapping[str, Any]) -> frozenset[str]:
    """Which of the fields that an award notice may have to have it has (GPR art. 43, 87-69)."""
    always = {"buyer", "title", "number", "winner", "amount", "notice_period"}
    return frozenset(always | {name for name, value in rest.items() if value})


def letters_for(work: Work, award: Award, sent_at: datetime) -> list[AwardLetter]:
    """One letter to each bidder who did not win: his own place, points and reason (87-69)."""
    standings = evaluation.standings(work.session, award.lot_id)
    ranked = {row.bid_id: row for row in evaluation.ranked_bids(work.session, award.lot_id)}
    bids = work.session.scalars(
        select(OpenedBid).where(OpenedBid.lot_id == award.lot_id, OpenedBid.id != award.bid_id)
    )
    letters = []
    for bid in bids:
        standing, place = standings.get(bid.id), ranked.get(bid.id)
        letters.append(
            AwardLetter(
                award_id=award.id,
                bid_id=bid.id,
                bidder_id=bid.bidder_id,
                rank=place.rank if place else None,
                total_points=place.total_points if place else None,
                reason_zh=_reason(standing.reason_zh if standing else _NOT_OPENED_ZH, place),
                reason_en=standing.reason_en if standing else _NOT_OPENED_EN,
                cites=standing.cites if standing else "",
                sent_at=sent_at,
            )
        )
    return letters


def letter_digest(letter: AwardLetter) -> str:
    """The digest of a letter's content, by which the journal names it."""
    return canonical.digest_of(
        {
            "award": letter.award_id,
            "bid": letter.bid_id,
            "rank": letter.rank,
            "total_points": None
            if letter.total_points is None
            else format(letter.total_points, "f"),
            "reason": {"zh": letter.reason_zh, "en": letter.reason_en},
            "cites": letter.cites,
        }
    )


def _reason(given: str, place: object | None) -> str:
    """Who is not ranked and was not turned away stands behind another bid of the same brand."""
    if given or place is not None:
        return given
    return "同品牌投标人中另有排名在先者（87号令第31条）"
