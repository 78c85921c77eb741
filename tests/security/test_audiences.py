"""Every route and method, asked for by every role: open to those it is declared for, and shut.

Whoever is refused is refused with the ids of things that are there and a valid form token, so that
nothing but the declaration shuts the door; whoever may come in sends forms without their token, so
that the check against forged forms, which comes after the door, ends the request.
"""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.demo.building import Demo
from app.web.access import is_open_to
from app.web.audience import audiences_of
from kernel.vocabulary import Audience, Role
from tests.security.addresses import Ids, address, routes
from tests.security.conftest import Strangers
from tests.security.people import STRANGE_ROLES, Browser, content_of

# Whole files: one reader of each is enough, and another test has them.
_HEAVY = {"log.whole", "ocds.file"}
# What ends or moves the very thing that is tested.
_NOT_SENT = {("DELETE", "/api/v1/session")}
# Within the buyers' pages this one is for officers, and its view says so.
_NARROWER = {"buyer.new_plan"}
# What a visit may write: what open data are kept of.
_OF_READING = {"ocds_record"}


def audiences(web: Flask, rule: Rule) -> frozenset[Audience]:
    return audiences_of(web.view_functions[rule.endpoint])


def refused(web: Flask, browser: Browser, there: tuple[Ids, ...]) -> list[str]:
    """Where a door stood open that is shut to this person."""
    faults = []
    for rule, method in routes(web):
        if is_open_to(browser.actor, audiences(web, rule)):
            continue
        path = address(rule, there[0])
        answer = browser.ask(method, path)
        to_log_in = answer.status_code == 303 and answer.location.startswith("/account/log-in?")
        if browser.actor is not None:
            good = answer.status_code == 403
        elif method == "GET" and not path.startswith("/api/"):
            good = to_log_in
        else:
            good = answer.status_code == 401
        if not good:
            faults.append(f"{browser.login} {method} {path}: {answer.status}")
    return faults


def admitted(web: Flask, browser: Browser) -> list[str]:
    """Where a door is shut that is open to this person."""
    faults = []
    for rule, method in routes(web):
        for_whom = audiences(web, rule)
        if not is_open_to(browser.actor, for_whom) or rule.endpoint in _HEAVY | _NARROWER:
            continue
        # What is anybody's is asked for by nobody, once.
        if Audience.PUBLIC in for_whom and browser.actor is not None:
            continue
        path = address(rule, {})
        if (method, path) in _NOT_SENT:
            continue
        answer = browser.ask(method, path, forged=True)
        shut = answer.status_code in (401, 403) or "/account/log-in?" in (answer.location or "")
        if (shut and rule.endpoint != "api.log_in") or answer.status_code >= 500:
            faults.append(f"{browser.login} {method} {path}: {answer.status}")
    return faults


@pytest.mark.parametrize("role", [None, *STRANGE_ROLES])
def test_a_person_with_one_role_or_none(
    demo: Demo, web: Flask, strangers: Strangers, there: tuple[Ids, ...], role: Role | None
) -> None:
    _look_at(demo, web, strangers[role], there)


def test_nobody(demo: Demo, web: Flask, nobody: Browser, there: tuple[Ids, ...]) -> None:
    _look_at(demo, web, nobody, there)


def _look_at(demo: Demo, web: Flask, browser: Browser, there: tuple[Ids, ...]) -> None:
    before = content_of(demo.installation.engine)
    assert refused(web, browser, there) == []
    assert content_of(demo.installation.engine) == before
    assert admitted(web, browser) == []
    after = content_of(demo.installation.engine)
    assert {name for name in before if after[name] != before[name]} <= _OF_READING


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "BREW"])
def test_a_method_that_a_route_does_not_take(web: Flask, nobody: Browser, method: str) -> None:
    """Nothing is done, and nothing of the request comes back."""
    for path in ("/", "/desk", "/tenders", "/account/log-in", "/static/x", "/health"):
        answer = nobody.client.open(path, method=method, headers={"X-Secret": "swordfish"})
        assert answer.status_code == 405, (method, path, answer.status)
        assert "swordfish" not in answer.text
