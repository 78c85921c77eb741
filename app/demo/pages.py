"""The demo's own page: who can be played, and the control that moves the clock.

It exists only under `SUNLIT_DEMO=1`; another installation does not have the routes at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from flask import Blueprint, redirect, send_file, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.container import Container
from app.demo.building import KEYS_PASSPHRASE, PASSWORD, PEOPLE_FOLDER
from app.demo.clock import FileClock
from app.demo.due import next_due
from app.jobs.proceeding import proceed
from app.jobs.timekeeping import keep_time
from app.web.audience import open_to
from app.web.pages import page
from app.web.tasks import TaskSource, most_pressing_first
from journal.work import Work
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Audience, Role
from procurement.parties import queries as parties
from procurement.parties.models import Account, Organization, Person, RoleGrant
from procurement.plans.models import Purchase
from procurement.tenders.models import Tender
from reports import labels
from signatures.development import PASSWORD as P12_PASSWORD

_FILE = re.compile(r"[a-z0-9_-]+\.(p12|age)")
# Whom the many real tenders need; nobody is to log in as them.
_EXTRAS = ("replay-", "bidder-")
# An address of documentation (RFC 5737): nobody acts here, the desks are only read.
_NOWHERE = "192.0.2.1"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who can be played."""

    login: str
    name: str
    organization: Text
    roles: tuple[Text, ...]
    person: str = ""
    files: tuple[tuple[str, Text], ...] = ()
    """What this person would keep at home, by file name: the certificate, and keys of tenders."""
    tasks: tuple[Text, ...] = ()
    """What waits for this person now, the most pressing first."""


@dataclass(frozen=True, slots=True)
class Coming:
    """What is due next."""

    at: datetime
    what: Text
    tender_key: str
    tender_title: Text


@dataclass(frozen=True, slots=True)
class DemoPage:
    """The page of the demo."""

    now: datetime
    password: str
    p12_password: str
    keys_passphrase: str
    people: tuple[DemoPerson, ...]
    coming: Coming | None


def demo_pages(container: Container, sources: Sequence[TaskSource]) -> Blueprint:
    """The demo's page as a blueprint, for an installation that is one.

    `sources` tell what waits for each person, as on the desks.
    """
    if not container.settings.demo:
        raise ValueError("only a demonstration has these pages")
    routes = Blueprint("demo", __name__, url_prefix="/demo")
    folder = container.settings.var / PEOPLE_FOLDER

    @routes.get("/")
    @open_to(Audience.PUBLIC)
    def index() -> Response:
        with container.journal.read() as work:
            people = tuple(
                replace(
                    one,
                    files=_files(work, folder, one.login),
                    tasks=_tasks(work, sources, one.person),
                )
                for one in _people(work)
            )
            view = DemoPage(
                work.now(), PASSWORD, P12_PASSWORD, KEYS_PASSPHRASE, people, _coming(work)
            )
        return page("demo/index.html", view)

    @routes.get("/files/<name>")
    @open_to(Audience.PUBLIC)
    def file(name: str) -> Response:
        """A file of an invented person. In a real installation nobody's key is on the server."""
        if not _FILE.fullmatch(name) or not (folder / name).is_file():
            raise NotFound("file", name)
        return send_file(folder / name, mimetype="application/octet-stream", as_attachment=True)

    @routes.post("/go-on")
    @open_to(Audience.PUBLIC)
    def go_on() -> Response:
        go_to_next_due(container)
        return redirect(url_for(".index"), 303)

    return routes


def go_to_next_due(container: Container) -> datetime | None:
    """Move the demo's clock to what is due next, and let time do its work; None if nothing is."""
    clock = container.clock
    if not isinstance(clock, FileClock):  # a clock that others look at is nobody's to move
        raise NotFound("demo", "clock")
    with container.journal.read() as work:
        due = next_due(work.session, clock.now())
    if due is None:
        return None
    clock.set(due.at)
    keep_time(container)
    proceed(container)
    keep_time(container)
    return due.at


def _coming(work: Work) -> Coming | None:
    due = next_due(work.session, work.now())
    if due is None:
        return None
    row = work.session.execute(
        select(Purchase.ocid, Tender.title_zh, Tender.title_en)
        .join(Tender, Tender.purchase_id == Purchase.id)
        .where(Tender.id == due.tender)
    ).one()
    return Coming(due.at, due.what, row.ocid, Text(row.title_zh, row.title_en))


def _people(work: Work) -> tuple[DemoPerson, ...]:
    rows = work.session.execute(
        select(
            Account.login,
            Person.name,
            Organization.name_zh,
            Organization.name_en,
            Person.id,
            RoleGrant.role,
        )
        .join(Person, Person.id == Account.person_id)
        .join(Organization, Organization.id == Person.organization_id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            Account.disabled_at.is_(None),
            RoleGrant.confirmed_at.is_not(None),
            RoleGrant.revoked_at.is_(None),
            *(Account.login.not_like(f"{prefix}%") for prefix in _EXTRAS),
        )
    )
    roles: dict[tuple[str, str, str, str, str], set[Role]] = {}
    for row in rows:
        roles.setdefault((row[0], row[1], row[2], row[3], row[4]), set()).add(Role(row.role))
    ordered = sorted(roles.items(), key=lambda item: (_place(item[1]), item[0][0]))
    return tuple(
        DemoPerson(login, name, Text(zh, en), _named(held), person)
        for (login, name, zh, en, person), held in ordered
    )


def _tasks(work: Work, sources: Sequence[TaskSource], person: str) -> tuple[Text, ...]:
    actor = parties.actor_for(work.session, person, _NOWHERE)
    found = [task for source in sources for task in source(work, actor).tasks]
    return tuple(task.title for task in most_pressing_first(found))


def _files(work: Work, folder: Path, login: str) -> tuple[tuple[str, Text], ...]:
    """The certificate, and the keys of each tender under the tender's name, the newest first."""
    names = {
        path.stem.removeprefix(f"{login}-"): path.name for path in folder.glob(f"{login}-*.age")
    }
    tenders = work.session.scalars(
        select(Tender).where(Tender.id.in_(names)).order_by(Tender.drafted_at.desc(), Tender.id)
    )
    keys = [
        (names[one.id], Text(f"密钥：{one.title_zh}", f"Keys: {one.title_en or one.title_zh}"))
        for one in tenders
    ]
    own = folder / f"{login}.p12"
    return ((own.name, Text("证书", "Certificate")), *keys) if own.is_file() else tuple(keys)


def _place(held: set[Role]) -> int:
    return min(_ORDER.index(role) for role in held)


def _named(held: set[Role]) -> tuple[Text, ...]:
    return tuple(labels.ROLES[role] for role in sorted(held, key=_ORDER.index))


# In the order in which a purchase meets them; administrators, whom it does not need, come last.
_ORDER: Sequence[Role] = (
    *(role for role in Role if role is not Role.ADMINISTRATOR),
    Role.ADMINISTRATOR,
)
