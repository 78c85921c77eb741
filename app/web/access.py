"""Who may come in: every request passes here, and a route that names no audience is closed.

This is a courtesy of the surface, so that people see their own pages. What they may do is asked of
`procurement.authority` by each use case.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask, current_app, g, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.exceptions import Forbidden, NotFound, Unauthorized
from werkzeug.wrappers import Response

from app.accounts import services as accounts
from app.container import Container
from app.web.audience import audiences_of
from kernel.vocabulary import Actor, Audience, Role
from procurement.parties import queries as parties

# Whose roles open the pages of an audience. `PUBLIC`, `SIGNED_IN` and `NOBODY` ask for none.
ROLES: dict[Audience, frozenset[Role]] = {
    Audience.SUPPLIER: frozenset({Role.SUPPLIER}),
    Audience.BUYER: frozenset(
        {Role.USING_UNIT, Role.UNIT_APPROVER, Role.OFFICER, Role.APPROVER, Role.ACCEPTOR}
    ),
    Audience.HOLDER: frozenset({Role.HOLDER}),
    Audience.PANEL: frozenset({Role.PANELIST, Role.BUYER_PANELIST}),
    Audience.FINANCE: frozenset({Role.FINANCE, Role.TREASURER}),
    Audience.REVIEWER: frozenset({Role.REVIEWER}),
    Audience.SUPERVISOR: frozenset({Role.SUPERVISOR, Role.AUDITOR}),
    Audience.ADMIN: frozenset({Role.ADMINISTRATOR}),
}
WEB, API = "web", "api"
_BEARER = "Bearer "


class Visitor(UserMixin):  # type: ignore[misc]
    """A person who is logged in. The cookie holds the session's secret, not the person."""

    def __init__(self, person: str, secret: str) -> None:
        self.person = person
        self.id = secret


def install_access(app: Flask, container: Container) -> None:
    """Close every route, but to those it is declared for."""
    manager = LoginManager(app)
    app.jinja_env.globals["may_open"] = may_open

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(secret: str) -> Visitor | None:
        return _visitor(container, secret, WEB)

    @app.before_request
    def let_in() -> Response | None:
        if request.endpoint is None:
            return None  # no such page: the routing says so
        # No name of ours holds a NUL, and the database takes none.
        if "\0" in request.path or any("\0" in value for value in _asked()):
            raise NotFound
        view = current_app.view_functions[request.endpoint]
        return _answer_to(audiences_of(view), container)


def bearer_visitor(container: Container) -> Visitor | None:
    """The person whose token an API request carries. A cookie never counts there."""
    header = request.headers.get("Authorization", "")
    if not header.startswith(_BEARER):
        return None
    return _visitor(container, header.removeprefix(_BEARER).strip(), API)


def actor() -> Actor:
    """The person of the present request as an actor, with the roles that hold now."""
    found: Actor | None = g.get("actor")
    if found is None:
        raise Unauthorized
    return found


def is_open_to(who: Actor | None, audiences: frozenset[Audience]) -> bool:
    """Whether somebody belongs to one of the audiences; None is somebody who is not logged in."""
    if Audience.PUBLIC in audiences:
        return True
    if who is None:
        return False
    if Audience.SIGNED_IN in audiences:
        return True
    return any(who.has(role) for audience in audiences for role in ROLES.get(audience, ()))


def may_open(endpoint: str) -> bool:
    """Whether the present visitor may open a page: what leads to a closed door is not drawn."""
    view = current_app.view_functions.get(endpoint)
    return view is not None and is_open_to(g.get("actor"), audiences_of(view))


def _answer_to(audiences: frozenset[Audience], container: Container) -> Response | None:
    if not audiences or Audience.NOBODY in audiences:
        raise NotFound
    is_api = request.path.startswith("/api/")
    if audiences == {Audience.PUBLIC} and is_api:
        return None
    visitor = bearer_visitor(container) if is_api else _cookie_visitor()
    if visitor is not None:
        with container.journal.read() as work:
            address = request.remote_addr or ""
            g.actor = parties.actor_for(work.session, visitor.person, address)
    if is_open_to(g.get("actor"), audiences):
        return None
    if visitor is not None:
        raise Forbidden
    if is_api or request.method not in ("GET", "HEAD"):
        raise Unauthorized
    return redirect(url_for("account.log_in", next=request.full_path.rstrip("?")), 303)


def _asked() -> Iterator[str]:
    return (value for values in request.args.listvalues() for value in values)


def _cookie_visitor() -> Visitor | None:
    return current_user._get_current_object() if current_user.is_authenticated else None


def _visitor(container: Container, secret: str, kind: str) -> Visitor | None:
    person = accounts.person_of_session(container.journal, secret, kind, container.session_limits)
    return Visitor(person, secret) if person else None
