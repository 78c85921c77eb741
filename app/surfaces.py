"""The web application of an installation: which surfaces it has, and the frame around its pages."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Flask, g
from sqlalchemy import select

from app.api import api
from app.container import Container
from app.database import engine_for
from app.settings import WrongSetting, read_settings
from app.web.factory import create_app
from app.web.site import Checkpoint, Person, Site
from app.wiring import clock_of, wire
from journal.checkpoints import latest_checkpoint
from journal.models import CheckpointRow
from journal.work import Work
from kernel.text import Text
from procurement.parties import queries as parties
from procurement.parties.models import Organization

# The office's zone. All of China keeps one time; a profile of another land names its own.
ZONE = ZoneInfo("Asia/Shanghai")


def application(container: Container) -> Flask:
    """The web application of an installation."""
    return create_app(
        container,
        lambda: frame(container),
        [api(container)],
        # The API is authorised by a bearer token, which no foreign page can send.
        without_form_token=("api",),
    )


def from_environment() -> Flask:
    """The web application that the environment describes, on a database that runs already."""
    settings = read_settings()
    if not settings.database_url:
        raise WrongSetting(
            "A web process needs DATABASE_URL; `sunlit serve` starts all that it takes."
        )
    engine = engine_for(settings.database_url)
    return application(wire(settings, engine, clock_of(settings)))


def frame(container: Container) -> Site:
    """What surrounds a page: the office, the person, and how far the log has come."""
    with container.journal.read() as work:
        office = work.session.scalars(
            select(Organization).order_by(Organization.registered_at, Organization.id).limit(1)
        ).one_or_none()
        return Site(
            office=Text(office.name_zh, office.name_en) if office else Text("阳光采购", "Sunlit"),
            now=container.clock.now(),
            zone=ZONE,
            demo=container.settings.demo,
            checkpoint=_checkpoint(work),
            person=_person(work),
            sign_in_endpoint="account.log_in",
        )


def _person(work: Work) -> Person | None:
    acting = g.get("actor")
    if acting is None:
        return None
    found = parties.person(work.session, acting.person)
    firm = parties.organization(work.session, found.organization_id)
    return Person(found.name, Text(firm.name_zh, firm.name_en), "account.leaving")


def _checkpoint(work: Work) -> Checkpoint | None:
    newest = latest_checkpoint(work.session)
    if newest is None:
        return None
    at = work.session.scalars(
        select(CheckpointRow.signed_at).order_by(CheckpointRow.number.desc()).limit(1)
    ).one()
    return Checkpoint(newest.size, f"sha256:{newest.root.hex()}", at)
