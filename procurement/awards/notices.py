"""The award notice as a statement, and the letters that go out with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bidding.evaluation import queries as evaluation
from bidding.evaluation.models import BidStanding, RankedBid
from bidding.opening.models import OpenedBid
from journal.work import Work
from kernel import canonical
from kernel.clock import instant
from kernel.money import Money
from kernel.text import Text
from procurement.awards import queries
from procurement.awards.models import Award, AwardLetter
from procurement.parties import queries as parties
from procurement.parties.signing import statement
from procurement.plans import queries as plans
from procurement.profiles import Profile
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot

_NOT_OPENED = Text("投标文件未能开启", "The bid could not be opened")
_BEHIND_ITS_BRAND = Text(
    "同品牌投标人中得分最高者获得推荐资格，其他同品牌投标人不作为中标候选人",
    "Of the bidders of one brand the best alone is a candidate",
)
_LEFT_OUT = Text(
    "同品牌投标人中报价最低者参加评标，其他投标无效",
    "Of the bidders of one brand the lowest price alone takes part",
)
_BRAND_CITES = "Order 87 art. 31"


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
        reason, cites = _reason(standing, place)
        letters.append(
            AwardLetter(
                award_id=award.id,
                bid_id=bid.id,
                bidder_id=bid.bidder_id,
                rank=place.rank if place else None,
                total_points=place.total_points if place else None,
                reason_zh=reason.zh if reason else "",
                reason_en=reason.en if reason else "",
                cites=cites,
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


def _reason(standing: BidStanding | None, place: RankedBid | None) -> tuple[Text | None, str]:
    """Why a bid could not win, if it was not for its place alone, and the rule that says so."""
    if standing is None:
        return _NOT_OPENED, ""
    if not standing.in_the_race:
        return Text(standing.reason_zh, standing.reason_en), standing.cites
    if place is None:
        return _LEFT_OUT, _BRAND_CITES
    return (None, "") if place.candidate else (_BEHIND_ITS_BRAND, _BRAND_CITES)
