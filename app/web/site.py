"""What surrounds every page: whose installation it is, who is signed in, how far the log is."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, g
from flask_babel import lazy_gettext as _l

from kernel.text import Text
from kernel.vocabulary import Actor, Role

SITE = "sunlit.site"


@dataclass(frozen=True, slots=True)
class Entry:
    """A way in, drawn in the header or the footer: its place in the map of routes and its word."""

    key: str
    """What a page names as `current` when it stands below this entry."""
    endpoint: str
    label: Any
    """A lazy word of the catalogue."""


# Five at most (BRAND.md section 4). The installation adds the surfaces that it has.
PUBLIC_NAV = (
    Entry("tenders", "portal.tenders", _l("找项目")),
    Entry("verify", "portal.verify", _l("核验")),
    Entry("rules", "portal.rules", _l("规则")),
    Entry("help", "portal.help", _l("帮助")),
)
# What stands in the header of somebody who is logged in, by role; the first that fits is taken, and
# an entry whose surface is not there is left out.
DESK = Entry("desk", "desk.index", _l("工作台"))
FIND = Entry("tenders", "portal.tenders", _l("找项目"))
HELP = Entry("help", "portal.help", _l("帮助"))
ROLE_NAV: tuple[tuple[frozenset[Role], tuple[Entry, ...]], ...] = (
    (
        frozenset({Role.OFFICER, Role.APPROVER, Role.USING_UNIT, Role.UNIT_APPROVER}),
        (
            DESK,
            Entry("needs", "buyer.needs", _l("需求")),
            Entry("plans", "buyer.plans", _l("计划")),
            Entry("files", "buyer.tenders", _l("项目")),
            HELP,
        ),
    ),
    (
        frozenset({Role.SUPPLIER}),
        (
            Entry("desk", "desk.index", _l("我的工作")),
            FIND,
            Entry("company", "supplier.company", _l("企业档案")),
            Entry("self-test", "supplier.self_test", _l("自测")),
            HELP,
        ),
    ),
    (
        frozenset({Role.FINANCE, Role.TREASURER}),
        (
            DESK,
            Entry("budgets", "buyer.budgets", _l("预算")),
            Entry("payments", "outcome.payment_list", _l("付款")),
            FIND,
            HELP,
        ),
    ),
    (
        frozenset({Role.ADMINISTRATOR}),
        (
            DESK,
            Entry("people", "admin.people", _l("人员")),
            Entry("organizations", "admin.organizations", _l("单位名录")),
            Entry("settings", "admin.settings", _l("设置")),
            HELP,
        ),
    ),
    (
        frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.REVIEWER}),
        (DESK, Entry("cases", "oversight.cases", _l("案卷")), FIND, HELP),
    ),
    (
        frozenset({Role.PANELIST, Role.BUYER_PANELIST}),
        (DESK, Entry("panel", "panel.index", _l("我的评审")), FIND, HELP),
    ),
    (
        frozenset({Role.HOLDER}),
        (DESK, Entry("keys", "holder.index", _l("我的密钥")), FIND, HELP),
    ),
)
SIGNED_IN_NAV = (DESK, FIND, *PUBLIC_NAV[1:2], HELP)


def nav_for(actor: Actor | None, known: Container[str]) -> tuple[Entry, ...]:
    """The header's entries for a visitor; `known` are the endpoints that there are."""
    wanted: tuple[Entry, ...] = PUBLIC_NAV
    if actor is not None:
        fitting = (e for roles, e in ROLE_NAV if any(actor.has(role) for role in roles))
        wanted = next(fitting, SIGNED_IN_NAV)
    return tuple(entry for entry in wanted if entry.endpoint in known)


PUBLIC_FOOTER = (
    Entry("rules", "portal.rules", _l("适用规则和参数")),
    Entry("verify", "portal.verify", _l("自己核验")),
    Entry("accessibility", "portal.accessibility", _l("无障碍声明")),
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The newest signed head of the public log."""

    size: int
    root: str
    at: datetime
    anchored_at: datetime | None = None
    """When an outside time stamp was put on it, if one was."""
    witnesses: int = 0
    """How many outsiders have signed it."""


@dataclass(frozen=True, slots=True)
class Person:
    """The person who is signed in, as the header names them."""

    name: str
    organization: Text | None
    sign_out_endpoint: str
    account_endpoint: str = "own.account"


@dataclass(frozen=True, slots=True)
class Site:
    """The frame of a page, made anew for each request."""

    office: Text
    """The county's name, as in `青山县`."""
    now: datetime
    zone: ZoneInfo
    help: Text | None = None
    """Telephone, hours and counter of the help that a person gives."""
    demo: bool = False
    demo_endpoint: str | None = None
    """Where the demonstration names its people and moves its clock."""
    checkpoint: Checkpoint | None = None
    origin: str = ""
    """Name of this installation's log: what is signed here names it, and `sign.js` compares."""
    person: Person | None = None
    sign_in_endpoint: str | None = None
    nav: tuple[Entry, ...] = PUBLIC_NAV
    footer: tuple[Entry, ...] = PUBLIC_FOOTER

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("the frame's time needs its zone")
        if len(self.nav) > 5:
            raise ValueError("the header holds five entries at most")


def site() -> Site:
    """The frame of the present request."""
    if "site" not in g:
        make: Callable[[], Site] = current_app.extensions[SITE]
        g.site = make()
    found: Site = g.site
    return found
