"""A real tender as a plot: the same lots, budgets, bids and times under the profile `ua-replay`."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from app.rehearsal.cast import Cast, Player
from app.rehearsal.plot import Office, Plot, Staff, engage
from app.replay.reading import RealBid, RealLot, RealTender
from kernel.text import Text
from kernel.vocabulary import Role
from procurement.parties.services import NewOrganization
from procurement.profiles import Category, Method, load_profile
from procurement.profiles.timetable import local_date
from procurement.tenders.commands import NewCriterion, NewItem, NewLot, Terms

PROFILE = "ua-replay"
SCHEME = "UA-EDR"
OPERATOR = NewOrganization("replay-operator", SCHEME, Text("重放运行方", "Replay operator"))
ADMINISTRATORS = ("Administrator One", "Administrator Two")

# Real data names no officials, so one office plays for every buyer.
OFFICE = Office(
    prefix="replay-",
    author="Unit author",
    unit_approver="Unit head",
    finance="Finance officer",
    treasurer="Treasurer",
    officer="Officer",
    approver="Approver",
    acceptor="Acceptor",
    reviewer="Reviewer",
    supervisor="Supervisor",
    holders=("Holder One", "Holder Two", "Holder Three"),
    panelists=("Expert",),
)
# Planning has no dates in the data; it is played in the hour before the tender opened.
PREPARATION = timedelta(hours=1)


def staff_for(cast: Cast, tender: RealTender) -> Staff:
    """The replay's office, with its roles for this tender's buyer."""
    authority = cast.firm("replay-authority", Text("重放监督方", "Replay authority"), scheme=SCHEME)
    agency = cast.firm("replay-agency", Text("重放采购代理", "Replay agency"), scheme=SCHEME)
    buyer = cast.firm(tender.buyer, _text(tender.buyer_name), scheme=SCHEME)
    staff = engage(cast, OFFICE, buyer=agency, unit=agency, authority=authority, experts=authority)
    for player, role in (
        (staff.author, Role.USING_UNIT),
        (staff.unit_approver, Role.UNIT_APPROVER),
        (staff.officer, Role.OFFICER),
        (staff.approver, Role.APPROVER),
        (staff.acceptor, Role.ACCEPTOR),
    ):
        cast.grant(player, [(role, buyer)])
    return replace(staff, buyer=buyer, unit=buyer)


def supplier_for(cast: Cast, bid: RealBid) -> Player:
    """The bidder's person, enrolled on first use."""
    firm = cast.firm(bid.bidder, _text(bid.bidder_name), scheme=SCHEME)
    return cast.player(
        f"bidder-{bid.bidder}", f"Bidder {bid.bidder}", firm, [(Role.SUPPLIER, firm)]
    )


def plot_of(tender: RealTender, *, profile: str = PROFILE) -> Plot:
    """The plot of a real tender; goods bought at the lowest price, as they all were."""
    return Plot(
        profile=profile,
        title=_text(tender.title),
        specification=_text(tender.title),
        category=Category.GOODS,
        lots=tuple(_lot(lot) for lot in tender.lots),
        award_criteria=Method.LOWEST_PRICE,
        criteria=(NewCriterion("price", Text("价格", "Price"), Decimal(100), objective=True),),
        terms=_terms(tender, profile),
        closes_at=tender.closes_at,
        planned_start_on=local_date(load_profile(profile), tender.opens_at),
        is_sample=False,
        panel_size=1,
    )


def award_time(lot: RealLot, closed_at: datetime) -> datetime:
    """When the real award was made, but never before the lot could be opened."""
    winner = lot.winner
    earliest = closed_at + timedelta(minutes=30)
    if winner is None or winner.award_at is None:
        return earliest
    return max(winner.award_at, earliest)


def _terms(tender: RealTender, profile: str) -> Terms:
    return Terms.of_profile(
        load_profile(profile),
        standard_goods=True,
        split_reason="Lots of the real tender" if len(tender.lots) > 1 else "",
        contact=_text(tender.buyer_name),
        opening_place=Text("网上开标", "Online"),
        delivery=Text("按合同约定", "As the contract says"),
    )


def _lot(lot: RealLot) -> NewLot:
    return NewLot(
        _text(lot.title),
        lot.budget,
        lot.budget,
        tuple(
            NewItem(
                _text(item.description),
                item.quantity,
                _text(item.unit).zh,
                _plain(item.classification),
                _plain(item.scheme),
            )
            for item in lot.items
        ),
    )


def _text(words: str) -> Text:
    """Ukrainian words stand in both places: the data has no other language."""
    return Text(_plain(words)[:300] or "—")


def _plain(words: str) -> str:
    """One line of what can be printed: real data has soft hyphens, line breaks, lone surrogates."""
    printable = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", words))
    return " ".join(printable.split())
