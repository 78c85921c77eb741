"""What comes after closing: the opening of each lot, its result, and why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.portal.reading.record import Seen, Story, joined
from app.portal.views import Criterion, LotOpening, LotResult, OpenedBid, RankedBid, Stop
from app.web.refusals import sentences
from app.web.shown import BidState
from bidding.envelopes.models import BidAct, Closing
from bidding.evaluation import binding
from bidding.evaluation.models import BidStanding
from bidding.evaluation.models import RankedBid as RankedRow
from bidding.opening.models import OpenedBid as OpenedRow
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import Action, LotStage
from procurement.awards.models import Award
from procurement.parties.models import Organization
from procurement.profiles.loader import citation
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import pinned_profile

_HIGHEST = "总分最高（{points}分）。", "The highest total: {points} points."
_LOWEST = "评审价最低。", "The lowest evaluated price."
_SMALL = Text("评审价经扣除", "evaluated at a reduced price")
_SAME_BRAND = Text("同品牌另有得分更高者，不作为候选人", "behind a bid of the same brand")
_CAUSE = Text(
    "未能开启，原因代码：{code}。按规则{state}。",
    "It could not be opened, for cause {code}. By the rules it counts as {state}.",
)
_CAUSE_STATES = {
    "revoked": Text("视为撤销投标", "revoked"),
    "withdrawn": Text("视为撤回投标", "withdrawn"),
}
_TOO_FEW = Text(
    "截止时有{bids}份投标，少于{least}份，全部保持密封。",
    "{bids} bids at closing, fewer than {least}: all stay sealed.",
)
_ALL_ENDED = Text("各包均没有结果。", "No lot came to a result.")
_LAPSED = Text("中标资格已失效。", "The award has lapsed.")


@dataclass(frozen=True, slots=True)
class Told:
    """What the pages of one tender's outcome are made from, each kind read once for all lots."""

    tender: Tender
    story: Story
    opened: Mapping[str, Sequence[OpenedRow]]
    standings: Mapping[str, BidStanding]
    ranked: Mapping[str, RankedRow]
    bound: Mapping[str, Money]
    """What ranked bids were compared by: the price read out, or the one corrected and confirmed."""
    awards: Mapping[str, Award]
    firms: Mapping[str, Text]
    counts: Mapping[str, int]
    lots: Sequence[Lot]
    """The lots to tell of."""

    def lot_title(self, lot: Lot) -> Text | None:
        """The lot's name, where there is more than one."""
        return Text(lot.title_zh, lot.title_en) if len(self.tender.lots) > 1 else None


def lot_titles(tender: Tender) -> dict[str, Text]:
    """The lots' names by their ids; none where the only lot is the tender itself."""
    if len(tender.lots) < 2:
        return {}
    return {lot.id: Text(lot.title_zh, lot.title_en) for lot in tender.lots}


def delivery_promised(session: Session, award: str) -> Text | None:
    """The delivery that was read out of the bid that won."""
    bid = session.scalars(
        select(OpenedRow).join(Award, Award.bid_id == OpenedRow.id).where(Award.id == award)
    ).one()
    said = str((bid.readout or {}).get("delivery", "")).strip()
    return Text(said) if said else None


def told(session: Session, tender: Tender, story: Story, lots: Sequence[Lot] | None = None) -> Told:
    """Read what may be told after closing; before it there is nothing here, whatever the rows hold.

    Evaluation and ranking are read only if the journal shows their entry to the public by now.
    """
    closed = session.get(Closing, tender.id) is not None
    ranked_lots = [
        str(seen.body["lot"]) for seen in story.entries if seen.action is Action.RANK_BIDS
    ]
    qualified_lots = [
        str(seen.body["lot"]) for seen in story.entries if seen.action is Action.QUALIFY_BIDS
    ]
    opened: dict[str, list[OpenedRow]] = {}
    for bid in session.scalars(
        select(OpenedRow)
        .where(OpenedRow.tender_id == tender.id)
        .order_by(OpenedRow.lot_id, OpenedRow.position)
    ):
        opened.setdefault(bid.lot_id, []).append(bid)
    awards = {
        award.lot_id: award
        for award in session.scalars(
            select(Award)
            .where(Award.tender_id == tender.id, Award.published_at.is_not(None))
            .order_by(Award.published_at)
        )
    }
    bidders = {bid.bidder_id for bids in opened.values() for bid in bids}
    return Told(
        tender=tender,
        story=story,
        opened=opened,
        standings={
            row.bid_id: row
            for row in session.scalars(
                select(BidStanding).where(BidStanding.lot_id.in_(qualified_lots))
            )
        },
        ranked={
            row.bid_id: row
            for row in session.scalars(select(RankedRow).where(RankedRow.lot_id.in_(ranked_lots)))
        },
        bound=binding.binding_prices(session, *ranked_lots),
        awards=awards,
        firms={
            row.id: Text(row.name_zh, row.name_en)
            for row in session.execute(
                select(Organization.id, Organization.name_zh, Organization.name_en).where(
                    Organization.id.in_(bidders)
                )
            )
        },
        counts=_live_counts(session, tender.id) if closed else {},
        lots=tender.lots if lots is None else lots,
    )


def _live_counts(session: Session, tender: str) -> dict[str, int]:
    """How many bids the closing fixed for each lot: the bidders whose last act is a bid."""
    last = (
        select(BidAct.lot_id, BidAct.bidder, func.max(BidAct.seq).label("seq"))
        .where(BidAct.tender_id == tender)
        .group_by(BidAct.lot_id, BidAct.bidder)
        .subquery()
    )
    rows = session.execute(
        select(BidAct.lot_id, func.count())
        .join(
            last,
            (BidAct.lot_id == last.c.lot_id)
            & (BidAct.bidder == last.c.bidder)
            & (BidAct.seq == last.c.seq),
        )
        .where(BidAct.tender_id == tender, BidAct.kind == "bid")
        .group_by(BidAct.lot_id)
    )
    return {row[0]: row[1] for row in rows}


def openings(told: Told) -> tuple[LotOpening, ...]:
    """Each lot's set as it was closed; its bids once it was opened whole, and not before."""
    closing = told.story.last(Action.CLOSE_TENDER)
    if closing is None:
        return ()
    return tuple(
        LotOpening(
            lot=told.lot_title(lot),
            count=told.counts.get(lot.id, 0),
            root=str(closing.body["root"]),
            proof=closing.proof,
            bids=_opened_bids(told, lot),
            number=lot.number if told.story.last(Action.OPEN_LOT, lot.id) else None,
        )
        for lot in told.lots
        if lot.stage != str(LotStage.CANCELLED) or lot.id in told.opened
    )


def _opened_bids(told: Told, lot: Lot) -> tuple[OpenedBid, ...]:
    opening = told.story.last(Action.OPEN_LOT, lot.id)
    if opening is None:
        return ()
    return tuple(_opened_bid(told, bid, opening) for bid in told.opened.get(lot.id, ()))


def _opened_bid(told: Told, bid: OpenedRow, opening: Seen) -> OpenedBid:
    bidder = told.firms[bid.bidder_id]
    if bid.state != "open":
        cause = _cause(bid.cause or "", bid.state)
        return OpenedBid(bidder, BidState.FAILED, bid.opened_at, cause=cause, proof=opening.proof)
    said = str((bid.readout or {}).get("delivery", "")).strip()
    return OpenedBid(
        bidder,
        BidState.OPEN,
        bid.opened_at,
        price=_price(bid),
        delivery=Text(said) if said else None,
        proof=opening.proof,
    )


def _cause(code: str, state: str) -> Text:
    known = sentences().get(code)
    if known is not None and "{" not in known.zh:
        return known
    words = _CAUSE_STATES[state]
    return Text(
        _CAUSE.zh.format(code=code, state=words.zh), _CAUSE.en.format(code=code, state=words.en)
    )


def _price(bid: OpenedRow) -> Money:
    return Money.of_minor(bid.price_minor or 0, bid.currency or "")


def results(told: Told) -> tuple[LotResult, ...]:
    """The lots that have come to an end, with a winner or with the reason why there is none."""
    made = []
    for lot in told.lots:
        award = told.awards.get(lot.id)
        if award is not None and award.lapsed_at is None:
            made.append(result_of(told, lot, award))
        elif len(told.tender.lots) > 1 and (stop := lot_stop(told, lot)) is not None:
            made.append(LotResult(told.lot_title(lot), None, stop.reason))
        elif award is not None:
            reason = Text(
                f"{_LAPSED.zh}{award.lapsed_reason}", f"{_LAPSED.en} {award.lapsed_reason}"
            )
            made.append(LotResult(told.lot_title(lot), None, reason))
    return tuple(made)


def result_of(told: Told, lot: Lot, award: Award) -> LotResult:
    """The result that an award told, whether or not it still stands."""
    columns = _columns(told)
    return LotResult(
        lot=told.lot_title(lot),
        winner=told.firms[award.supplier_id],
        price=Money.of_minor(award.amount_minor, award.currency),
        reason=_why(told, award),
        notice=told.story.proof(Action.PUBLISH_AWARD, award.id),
        published_at=award.published_at,
        columns=columns,
        bids=_ranking(told, lot, award, columns),
        formula=_formula(told) if columns else None,
        award=award.id,
    )


def _why(told: Told, award: Award) -> Text:
    if award.reason_zh.strip():
        return Text(award.reason_zh, award.reason_en)
    place = told.ranked.get(award.bid_id)
    if place is None or place.total_points is None:
        return Text(*_LOWEST)
    points = _shown(place.total_points)
    return Text(*(words.format(points=points) for words in _HIGHEST))


def _columns(told: Told) -> tuple[Criterion, ...]:
    """Price and the rest: each member's points for each criterion are nobody else's."""
    if told.tender.award_criteria != "composite" or not told.ranked:
        return ()
    price = sum((one.weight for one in told.tender.criteria if one.kind == "price"), Decimal(0))
    other = sum((one.weight for one in told.tender.criteria if one.kind == "quality"), Decimal(0))
    return (
        Criterion(Text("价格", "Price"), _whole(price)),
        Criterion(Text("质量", "Quality"), _whole(other)),
    )


def _ranking(
    told: Told, lot: Lot, award: Award, columns: Sequence[Criterion]
) -> tuple[RankedBid, ...]:
    bids = [bid for bid in told.opened.get(lot.id, ()) if bid.state == "open"]
    ranked = [(told.ranked[bid.id], bid) for bid in bids if bid.id in told.ranked]
    if not ranked:
        return ()
    ranked.sort(key=lambda pair: (pair[0].rank, pair[1].position))
    first = tuple(
        RankedBid(
            rank=row.rank,
            bidder=told.firms[bid.bidder_id],
            price=told.bound[bid.id],
            scores=(_shown(row.price_points), _shown(row.quality_points)) if columns else (),
            total=_shown(row.total_points),
            won=bid.id == award.bid_id,
            notes=_notes(row, told.bound[bid.id]),
        )
        for row, bid in ranked
    )
    return first + tuple(
        RankedBid(
            rank=None,
            bidder=told.firms[bid.bidder_id],
            price=_price(bid),
            notes=_turned_away(told.standings.get(bid.id)),
        )
        for bid in bids
        if bid.id not in told.ranked
    )


def _notes(row: RankedRow, price: Money) -> tuple[Text, ...]:
    found = [_SMALL] if row.evaluation_price < price.amount else []
    return (*found, *(() if row.candidate else (_SAME_BRAND,)))


def _turned_away(standing: BidStanding | None) -> tuple[Text, ...]:
    if standing is None or not standing.reason_zh.strip():
        return ()
    reason = Text(standing.reason_zh, standing.reason_en)
    cites = Text(standing.cites) if standing.cites else None
    found = joined(one for one in (reason, cites) if one is not None)
    return (found,) if found else ()


def _formula(told: Told) -> Text:
    weight = sum((one.weight for one in told.tender.criteria if one.kind == "price"), Decimal(0))
    return Text(
        f"价格得分 = 最低评审价 ÷ 评审价 × {_whole(weight)}，保留两位小数。"
        "质量得分是各评委评分的平均。",
        f"Price points = lowest evaluated price ÷ evaluated price × {_whole(weight)}, to two"
        " places. Quality points are the mean of the panel's scores.",
    )


def lot_stop(told: Told, lot: Lot) -> Stop | None:
    """Why a lot ended without a result, as its entry says it."""
    failed = told.story.last(Action.FAIL_LOT, lot.id)
    if failed is not None and (reason := failed.text("reason")) is not None:
        return Stop(reason, failed.at, _cites(told, failed))
    sealed = told.story.last(Action.LEAVE_SEALED, lot.id)
    if sealed is None:
        return None
    said = {"bids": sealed.body["bids"], "least": sealed.body["bids_min"]}
    reason = Text(_TOO_FEW.zh.format(**said), _TOO_FEW.en.format(**said))
    return Stop(reason, sealed.at, _cites(told, sealed))


def stop(told: Told) -> Stop | None:
    """Why the whole tender ended without a result; None while any lot has one or may get one."""
    cancelled = told.story.last(Action.CANCEL_TENDER)
    if cancelled is not None and (reason := cancelled.text("reason")) is not None:
        return Stop(reason, cancelled.at)
    if any(lot.stage != str(LotStage.FAILED) for lot in told.tender.lots):
        return None
    stops = [found for lot in told.tender.lots if (found := lot_stop(told, lot)) is not None]
    if not stops:
        return None
    last = max(stops, key=lambda one: one.at)
    return last if len(told.tender.lots) == 1 else Stop(_ALL_ENDED, last.at, last.cites)


def _cites(told: Told, seen: Seen) -> Text | None:
    """The rules that the entry cites, as the pinned profile calls them."""
    cites, profile = seen.body.get("cites"), pinned_profile(told.tender)
    return joined(citation(profile, str(one)) for one in cites) if isinstance(cites, list) else None


def _shown(points: Decimal | None) -> Decimal | None:
    return None if points is None else points.quantize(Decimal("0.01"), "ROUND_HALF_UP")


def _whole(points: Decimal) -> Decimal:
    return points.quantize(1) if points % 1 == 0 else points.normalize()
