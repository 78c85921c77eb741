"""What a purchase in a play is about, and who plays which part in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.rehearsal.cast import Cast, Firm, Player
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import Role
from procurement.profiles import Category, Method
from procurement.tenders.commands import NewCriterion, NewDocument, NewLot, Terms


@dataclass(frozen=True, slots=True)
class Plot:
    """A purchase before anybody has done anything."""

    profile: str
    title: Text
    specification: Text
    category: Category
    lots: tuple[NewLot, ...]
    award_criteria: Method
    criteria: tuple[NewCriterion, ...]
    terms: Terms
    closes_at: datetime
    planned_start_on: date
    documents: tuple[NewDocument, ...] = ()
    facts: Text | None = None
    threshold: int = 2
    survey_respondents: int = 3
    is_sample: bool = False
    # A start before the lead time of the intention needs a reason (P01).
    early_reason: str | None = None
    panel_size: int = 5
    signing_pause: timedelta = field(default=timedelta(minutes=1))

    @property
    def budget(self) -> Money:
        """The budget of all lots together."""
        first, *others = (lot.budget for lot in self.lots)
        return sum(others, first)


@dataclass(frozen=True, slots=True)
class Staff:
    """The people on the buyer's side and around it. Nobody here has two parts that exclude."""

    buyer: Firm
    unit: Firm
    author: Player
    unit_approver: Player
    finance: Player
    treasurer: Player
    officer: Player
    approver: Player
    acceptor: Player
    holders: tuple[Player, ...]
    panelists: tuple[Player, ...]
    reviewer: Player
    supervisor: Player

    @property
    def everybody(self) -> tuple[Player, ...]:
        """All of them, for pages that list people."""
        named = (
            self.author,
            self.unit_approver,
            self.finance,
            self.treasurer,
            self.officer,
            self.approver,
            self.acceptor,
            self.reviewer,
            self.supervisor,
        )
        return (*named, *self.holders, *self.panelists)


@dataclass(frozen=True, slots=True)
class Office:
    """Names of a set of people, from which a staff is engaged."""

    prefix: str
    author: str
    unit_approver: str
    finance: str
    treasurer: str
    officer: str
    approver: str
    acceptor: str
    reviewer: str
    supervisor: str
    holders: tuple[str, ...]
    panelists: tuple[str, ...]


def engage(
    cast: Cast, office: Office, *, buyer: Firm, unit: Firm, authority: Firm, experts: Firm
) -> Staff:
    """Enrol an office's people once and give them their roles for a buyer.

    The first holder is the buyer's own, the others are of the overseeing authority (SEALED_BID 2).
    """

    def person(login: str, name: str, firm: Firm, role: Role, for_firm: Firm) -> Player:
        player = cast.player(f"{office.prefix}{login}", name, firm, [(role, for_firm)])
        cast.grant(player, [(role, for_firm)])
        return player

    holders = tuple(
        person(f"holder{n}", name, buyer if n == 1 else authority, Role.HOLDER, authority)
        for n, name in enumerate(office.holders, 1)
    )
    # A draw is among everybody on the expert list, so that there is one for all offices.
    cast.panelists = cast.panelists or tuple(
        person(f"expert{n}", name, experts, Role.PANELIST, experts)
        for n, name in enumerate(office.panelists, 1)
    )
    return Staff(
        buyer=buyer,
        unit=unit,
        author=person("unit", office.author, unit, Role.USING_UNIT, unit),
        unit_approver=person("unithead", office.unit_approver, unit, Role.UNIT_APPROVER, unit),
        finance=person("finance", office.finance, authority, Role.FINANCE, authority),
        treasurer=person("treasurer", office.treasurer, authority, Role.TREASURER, authority),
        officer=person("officer", office.officer, buyer, Role.OFFICER, buyer),
        approver=person("approver", office.approver, buyer, Role.APPROVER, buyer),
        acceptor=person("acceptor", office.acceptor, unit, Role.ACCEPTOR, buyer),
        holders=holders,
        panelists=cast.panelists,
        reviewer=person("reviewer", office.reviewer, authority, Role.REVIEWER, authority),
        supervisor=person("supervisor", office.supervisor, authority, Role.SUPERVISOR, authority),
    )
