"""The oversight's routes: they read, and change nothing."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from app.container import Container
from app.oversight import reading
from app.web.access import actor
from app.web.audience import open_to
from app.web.files import private_file
from app.web.headers import DOCUMENT_POLICY
from app.web.language import say
from app.web.pages import page
from app.web.shown import Lamp
from app.web.tasks import Desk, Start, Task
from journal.work import Work
from kernel.text import Text
from kernel.vocabulary import Actor, Audience, Role

_WATCHING = frozenset({Role.SUPERVISOR, Role.AUDITOR})


def oversight_tasks(work: Work, who: Actor) -> Desk:
    """What presses, for those who watch over time limits."""
    if not any(who.has(role) for role in _WATCHING):
        return Desk()
    limits = reading.time_limits(work.session, work.now())
    return Desk(
        tasks=[
            Task(
                Text(f"查看期限：{one.what.zh}", f"Time limit: {one.what.en}"),
                one.url,
                note=one.title,
                due_at=one.due_at,
                lamp=one.lamp,
            )
            for one in limits
            if one.lamp in (Lamp.RED, Lamp.AMBER)
        ],
        starts=[Start(Text("看全部案卷", "All case files"), url_for("oversight.cases"))],
    )


def oversight_pages(container: Container) -> Blueprint:
    """The pages as a blueprint."""
    pages = Blueprint("oversight", __name__, url_prefix="/oversight")

    @pages.get("/cases")
    @open_to(Audience.SUPERVISOR, Audience.REVIEWER)
    def cases() -> Response:
        asked = " ".join(request.args.get("q", "").split())[:100]
        with container.journal.read() as work:
            after = request.args.get("after") or None
            return page("oversight/cases.html", reading.cases_page(work, asked, after))

    @pages.get("/cases/<key>")
    @open_to(Audience.SUPERVISOR, Audience.REVIEWER)
    def case(key: str) -> Response:
        with container.journal.read() as work:
            return page("oversight/case.html", reading.case_page(work, key, _audience()))

    @pages.get("/cases/<key>/entries.json")
    @open_to(Audience.SUPERVISOR, Audience.REVIEWER)
    def entries(key: str) -> Response:
        with container.journal.read() as work:
            data = reading.export(work, key, _audience())
        response = Response(data, mimetype="application/json")
        response.headers["Content-Disposition"] = f'attachment; filename="{key}.json"'
        response.headers["Content-Security-Policy"] = DOCUMENT_POLICY
        response.headers["Cache-Control"] = "private, no-store"
        return response

    @pages.get("/cases/<key>/papers/<digest>.pdf")
    @open_to(Audience.SUPERVISOR)
    def paper(key: str, digest: str) -> Response:
        """A signed PDF whole, the evaluation report among them: for supervisor and auditor."""
        with container.journal.read() as work:
            content, title = reading.signed_paper(work.session, key, digest)
        return private_file(container.blobs.open(content), f"{say(title)}.pdf", "application/pdf")

    return pages


def _audience() -> Audience:
    return reading.audience_of(frozenset(grant.role for grant in actor().grants))
