"""The pages for logging in and out."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, redirect, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from app.accounts import second_factor as second_factors
from app.accounts import services as accounts
from app.container import Container
from app.web.access import WEB, Visitor, actor
from app.web.addresses import local_address
from app.web.audience import open_to
from app.web.held import LogInPage, held_before
from app.web.pages import page
from app.web.refusals import words_of
from kernel.refusal import Refused
from kernel.text import Text
from kernel.vocabulary import Audience


@dataclass(frozen=True, slots=True)
class SecondFactorPage:
    """One-time codes: on, or the secret that the person's app has to be told once asked for."""

    on: bool = False
    secret: str = ""
    address: str = ""
    fault: Text | None = None


def account_pages(container: Container) -> Blueprint:
    """The pages of a person's own account."""
    pages = Blueprint("account", __name__)

    @pages.get("/account/log-in")
    @open_to(Audience.PUBLIC)
    def log_in() -> Response:
        onward = local_address(request.args.get("next", ""))
        if current_user.is_authenticated:
            return redirect(onward or url_for("portal.home"), 303)
        told = "password-set" in request.args
        return page("account/log_in.html", LogInPage(next=onward, password_set=told))

    @pages.post("/account/log-in")
    @open_to(Audience.PUBLIC)
    def check_log_in() -> Response:
        login = request.form.get("login", "").strip()
        onward = local_address(request.form.get("next", ""))
        try:
            done = accounts.log_in(
                container.journal,
                login,
                request.form.get("password", ""),
                address=request.remote_addr or "",
                kind=WEB,
                code=request.form.get("code", ""),
            )
        except Refused as refused:
            words = words_of(refused.refusal)
            view = LogInPage(login=login, next=onward, fault=words, held=held_before())
            return page("account/log_in.html", view, status=422)
        # A new session for a new person: what an earlier visitor left in the cookie is dropped.
        session.clear()
        login_user(Visitor(done.person, done.secret))
        held = held_before()
        if held is not None:
            return page("account/go_on.html", held)
        return redirect(onward or first_page(), 303)

    @pages.get("/account/log-out")
    @open_to(Audience.SIGNED_IN)
    def leaving() -> Response:
        return page("account/log_out.html", None)

    @pages.post("/account/log-out")
    @open_to(Audience.SIGNED_IN)
    def log_out() -> Response:
        with container.journal.write() as work:
            accounts.log_out(work, current_user.id)
        logout_user()
        session.clear()
        return redirect(url_for("portal.home"), 303)

    @pages.get("/account/second-factor")
    @open_to(Audience.SIGNED_IN)
    def second_factor() -> Response:
        return page("account/second_factor.html", _second_factor_page(container))

    @pages.post("/account/second-factor/secret")
    @open_to(Audience.SIGNED_IN)
    def propose_second_factor() -> Response:
        with container.journal.write() as work:
            if not accounts.has_second_factor(work, actor().person):
                accounts.propose_second_factor(work, actor().person)
        return redirect(url_for("account.second_factor"), 303)

    @pages.post("/account/second-factor")
    @open_to(Audience.SIGNED_IN)
    def confirm_second_factor() -> Response:
        try:
            with container.journal.write() as work:
                code = request.form.get("code", "")
                accounts.confirm_second_factor(work, actor().person, code)
        except Refused as refused:
            view = _second_factor_page(container, fault=words_of(refused.refusal))
            return page("account/second_factor.html", view, status=422)
        return redirect(url_for("account.second_factor"), 303)

    return pages


def _second_factor_page(container: Container, fault: Text | None = None) -> SecondFactorPage:
    person = actor().person
    with container.journal.read() as work:
        if accounts.has_second_factor(work, person):
            return SecondFactorPage(on=True, fault=fault)
        secret = accounts.proposed_second_factor(work, person)
        login = accounts.login_of(work, person)
    if secret is None:
        return SecondFactorPage(fault=fault)
    return SecondFactorPage(
        secret=second_factors.written(secret),
        address=second_factors.address(secret, login=login, host_name=container.settings.host_name),
        fault=fault,
    )


def first_page() -> str:
    """Where a person begins: at the desk, in an installation that has one."""
    return url_for("desk.index" if "desk.index" in current_app.view_functions else "portal.home")
