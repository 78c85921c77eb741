"""The web application of an installation: which surfaces it has, and the frame around its pages."""

from __future__ import annotations

from flask import Flask, current_app, g, request
from sqlalchemy import select

from app.accounts.pages import own_pages
from app.accounts.tasks import account_tasks
from app.admin.routes import admin_pages, admin_tasks
from app.api import api
from app.browser_api import browser_api
from app.buyer.desk import buyer_tasks
from app.buyer.routes import buyer_pages
from app.container import Container
from app.database import engine_for
from app.demo.pages import demo_pages
from app.desk.routes import desk_pages
from app.documents.routes import signing_pages
from app.drafts.routes import draft_routes
from app.holder import holder_pages, holder_tasks
from app.outcome.routes import outcome_pages
from app.outcome.tasks import outcome_tasks
from app.oversight.routes import oversight_pages, oversight_tasks
from app.panel import panel_pages, panel_tasks
from app.portal.log_files import log_files
from app.portal.reading import DatabaseQueries, checkpoint
from app.portal.routes import portal
from app.publication.pages import DATA, data_pages
from app.publication.reading import Reading
from app.publication.routes import open_data
from app.settings import WrongSetting, read_settings
from app.supplier.routes import supplier_pages
from app.supplier.tasks import supplier_tasks
from app.uploads.routes import uploads
from app.web.factory import create_app
from app.web.language import root_without_language
from app.web.moments import OFFICE_ZONE
from app.web.site import PUBLIC_FOOTER, Person, Site, nav_for
from app.web.tasks import TaskSource
from app.wiring import clock_of, wire
from journal.models import EntryRow
from journal.work import Work
from kernel.text import Text
from kernel.vocabulary import Action
from procurement.parties import queries as parties
from procurement.parties.models import Organization

# What each surface has for the person at the desk.
TASK_SOURCES: tuple[TaskSource, ...] = (
    account_tasks,
    buyer_tasks,
    outcome_tasks,
    supplier_tasks,
    panel_tasks,
    holder_tasks,
    oversight_tasks,
    admin_tasks,
)


def application(container: Container) -> Flask:
    """The web application of an installation."""
    data = Reading(container.engine, container.journal)
    surfaces = [
        portal(DatabaseQueries(container, OFFICE_ZONE, log_url, record_url)),
        log_files(container),
        open_data(data),
        data_pages(data),
        api(container),
        draft_routes(container),
        desk_pages(container, TASK_SOURCES),
        own_pages(container),
        admin_pages(container),
        oversight_pages(container),
        signing_pages(container),
        panel_pages(container),
        holder_pages(container),
        supplier_pages(container),
        browser_api(container),
        uploads(container),
        buyer_pages(container),
        outcome_pages(container),
    ]
    if container.settings.demo:
        surfaces.append(demo_pages(container, TASK_SOURCES))
    return create_app(
        container,
        lambda: frame(container),
        surfaces,
        # The API is authorised by a bearer token, which no foreign page can send; what the verify
        # page is sent changes nothing.
        without_form_token=("api", "portal.check"),
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
        office = _operator(work)
        return Site(
            office=Text(office.name_zh, office.name_en) if office else Text("阳光采购", "Sunlit"),
            now=container.clock.now(),
            zone=OFFICE_ZONE,
            demo=container.settings.demo,
            demo_endpoint="demo.index" if container.settings.demo else None,
            checkpoint=checkpoint(work),
            origin=container.journal.origin,
            person=_person(work),
            sign_in_endpoint="account.log_in",
            nav=nav_for(g.get("actor"), current_app.view_functions),
            footer=(*PUBLIC_FOOTER, DATA),
        )


def _person(work: Work) -> Person | None:
    acting = g.get("actor")
    if acting is None:
        return None
    found = parties.person(work.session, acting.person)
    firm = parties.organization(work.session, found.organization_id)
    return Person(found.name, Text(firm.name_zh, firm.name_en), "account.leaving")


def log_url() -> str:
    """Where the log's files are for the reader of this request."""
    return f"{request.host_url.rstrip('/')}{root_without_language()}/log"


def record_url(ocid: str) -> str:
    """Where the open data of a purchase is: at one address, whatever the language of the page."""
    return f"{root_without_language()}/ocds/record/{ocid}"


def _operator(work: Work) -> Organization | None:
    """Who answers for the installation: named in the first entry of the journal."""
    return work.session.scalars(
        select(Organization)
        .join(EntryRow, EntryRow.object == Organization.id)
        .where(EntryRow.action == str(Action.FOUND_INSTALLATION))
        .limit(1)
    ).one_or_none()
