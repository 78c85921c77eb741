"""Every route says for whom it is, and only named ones take a form without its token."""

from __future__ import annotations

import pytest
from flask import Flask

from app.container import Container
from app.surfaces import application
from app.web.access import ROLES
from app.web.audience import audiences_of
from kernel.vocabulary import Audience


@pytest.fixture
def web(container: Container) -> Flask:
    """The application with all its surfaces."""
    return application(container)


def test_every_route_declares_its_audience(web: Flask) -> None:
    silent = {name for name, view in web.view_functions.items() if not audiences_of(view)}
    assert not silent


def test_every_audience_of_a_route_can_be_answered(web: Flask) -> None:
    answered = set(ROLES) | {Audience.PUBLIC, Audience.SIGNED_IN}
    used = frozenset().union(*(audiences_of(view) for view in web.view_functions.values()))
    assert used <= answered


def test_only_the_api_and_what_changes_nothing_goes_without_a_form_token(web: Flask) -> None:
    tokens = web.extensions["csrf"]
    assert {blueprint.name for blueprint in tokens._exempt_blueprints} <= {"api"}
    assert tokens._exempt_views <= {"app.portal.routes.check"}


def test_reading_changes_nothing(web: Flask) -> None:
    """A route that answers GET answers nothing else: what changes something has its own."""
    mixed = {
        rule.endpoint
        for rule in web.url_map.iter_rules()
        if "GET" in rule.methods and rule.methods - {"GET", "HEAD", "OPTIONS"}
    }
    assert mixed <= {"api.nothing"}
