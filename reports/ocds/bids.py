"""The section `bids`: what was opened. There is nothing here of a lot before it is open, whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bidding.evaluation import binding
from bidding.evaluation.models import BidStanding
from bidding.opening.models import OpenedBid
from procurement.parties.models import Organization
from reports.ocds import parties
from reports.ocds.values import Object, filled, value, when


def opened(
    bids: Sequence[OpenedBid],
    firms: Mapping[str, Organization],
    accepted: Mapping[str, datetime],
    standings: Mapping[str, BidStanding],
    winners: Collection[str] = (),
) -> Object:
    """The bids of opened lots. `accepted` is when each act was received, by the act's id.

    `standings` holds what may be told of the evaluation by now; a bid without one is pending.
    """
    return filled(
        details=[
            filled(
                id=bid.id,
                date=when(accepted.get(bid.act_id)),
                status=_status(bid, standings, winners),
                tenderers=[parties.reference(firms[bid.bidder_id])],
                value=value(binding.read_out_price(bid)) if bid.state == "open" else None,
                relatedLots=[bid.lot_id],
            )
            for bid in bids
        ],
        statistics=[
            statistic
            for lot in dict.fromkeys(bid.lot_id for bid in bids)
            for statistic in _statistics(lot, [bid for bid in bids if bid.lot_id == lot], standings)
        ],
    )


def _status(bid: OpenedBid, standings: Mapping[str, BidStanding], winners: Collection[str]) -> str:
    if bid.state != "open":
        return "withdrawn"
    if bid.id in winners:
        return "valid"
    standing = standings.get(bid.id)
    if standing is None:
        return "pending"
    return "valid" if standing.in_the_race else "disqualified"


def _statistics(
    lot: str, bids: Sequence[OpenedBid], standings: Mapping[str, BidStanding]
) -> list[Object]:
    found: list[Object] = [
        {"id": f"bids-{lot}", "measure": "bids", "value": len(bids), "relatedLot": lot}
    ]
    judged = [standings[bid.id] for bid in bids if bid.id in standings]
    if judged:
        valid = sum(one.in_the_race for one in judged)
        found.append(
            {"id": f"valid-{lot}", "measure": "validBids", "value": valid, "relatedLot": lot}
        )
    return found
