"""One browser for each person, logged in once: with a form's token, and a bearer token of the API.

For each role that the declaration of audiences names there is a stranger: a person who holds that
role for a body that has no part in any purchase. One person holds no role at all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from app.accounts import services as accounts
from app.container import Container
from app.models import metadata
from app.web.access import API, ROLES
from kernel.text import Text
from kernel.vocabulary import Actor, Role
from procurement.parties import queries as parties
from procurement.parties import services as enrolling
from procurement.parties.models import Account
from procurement.parties.services import NewOrganization, NewPerson

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
# Sessions and tries are written by whoever asks; nothing of a purchase is in them.
_OF_VISITS = frozenset({"login_session", "login_attempt"})
STRANGE_ROLES = tuple(sorted(frozenset().union(*ROLES.values())))


@dataclass
class Browser:
    """A person at the pages and at the API; nobody, where there is no log-in."""

    web: Flask
    client: FlaskClient
    login: str | None = None
    actor: Actor | None = None
    bearer: str = ""

    @cached_property
    def token(self) -> str:
        """The token that this session's forms carry."""
        page = "/account/log-out" if self.login else "/account/log-in"
        found = _TOKEN.search(self.client.get(page).text)
        assert found is not None
        return found[1]

    def ask(self, method: str, path: str, *, forged: bool = False, **options: Any) -> TestResponse:
        """Send a request as this person's browser, or their program, does it.

        Forged: as another site makes the browser send it, without the form's token.
        """
        headers = dict(options.pop("headers", {}))
        options.setdefault("buffered", True)  # a file that is sent is read and closed
        if path.startswith("/api/"):
            if self.bearer:
                headers.setdefault("Authorization", f"Bearer {self.bearer}")
            # Tries of passwords are counted by address, and other tests log in from this one.
            if path.endswith("/session"):
                options["environ_overrides"] = {"REMOTE_ADDR": "203.0.113.9"}
            # A program has no cookies.
            return self.web.test_client().open(path, method=method, headers=headers, **options)
        if not forged and method not in ("GET", "HEAD", "OPTIONS"):
            headers.setdefault("X-CSRFToken", self.token)
        return self.client.open(path, method=method, headers=headers, **options)


def browser_of(web: Flask, container: Container, login: str | None, password: str) -> Browser:
    """A browser in which this person has logged in through the page."""
    client = web.test_client()
    if login is None:
        return Browser(web, client)
    page = client.get("/account/log-in").text
    found = _TOKEN.search(page)
    assert found is not None
    sent = client.post(
        "/account/log-in",
        data={"login": login, "password": password, "csrf_token": found[1]},
    )
    assert sent.status_code == 303, login
    with container.journal.write() as work:
        account = parties.account_by_login(work.session, login)
        assert account is not None
        bearer = accounts.begin_session(work, account.person_id, API)
        actor = parties.actor_for(work.session, account.person_id, "127.0.0.1")
    return Browser(web, client, login, actor, bearer)


def enrol_strangers(container: Container) -> Mapping[Role | None, str]:
    """A stranger for each role, and one without any; their log-ins. Their password is admin1's."""
    with container.journal.write() as work:
        first, second = (_actor(work.session, f"admin{number}") for number in (1, 2))
        hashed = work.session.get_one(Account, first.person).password_hash
        body = enrolling.register_organization(
            work, first, NewOrganization("11610000MB2A99999X", "CN-USCC", Text("远山县林业局"))
        )
        firm = enrolling.register_organization(
            work, first, NewOrganization("91610000MA6TX9999Z", "CN-USCC", Text("远山商贸有限公司"))
        )
        logins: dict[Role | None, str] = {}
        for role in (None, *STRANGE_ROLES):
            logins[role] = login = f"stranger-{role or 'none'}".replace("_", "-")
            home = firm if role is Role.SUPPLIER else body
            person = enrolling.enrol_person(work, first, home, NewPerson("远客", login, hashed))
            if role is not None:
                grant = enrolling.propose_grant(work, first, person, role, home)
                enrolling.confirm_grant(work, second, grant)
    return logins


def content_of(engine: Engine) -> Mapping[str, str]:
    """A digest of every row of every table but those of visits: what a refusal must not change."""
    with engine.connect() as connection:
        return {name: _digest(connection, name) for name in metadata.tables if _counts(name)}


def _counts(table: str) -> bool:
    return table not in _OF_VISITS


def _digest(connection: Any, table: str) -> str:
    rows = connection.execute(text(f'SELECT md5(t::text) FROM "{table}" t ORDER BY 1')).scalars()
    return hashlib.sha256("".join(rows).encode()).hexdigest()


def _actor(session: Any, login: str) -> Actor:
    account = parties.account_by_login(session, login)
    assert account is not None
    return parties.actor_for(session, account.person_id, "127.0.0.1")
