"""The portal on queries in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.portal.asking import EntryNumber
from app.portal.rulebook import profile_page
from tests.app.portal import samples
from tests.app.portal.memory import MemoryQueries, make_app

STATES = {
    "open": samples.OPEN,
    "lots": samples.LOTTED,
    "opening": samples.OPENING,
    "awarded": samples.AWARDED,
    "paid": samples.PAID,
    "stopped": samples.STOPPED,
}


@pytest.fixture(scope="session")
def portal_app() -> tuple[MemoryQueries, Flask]:
    """One tender in every state, found by the name of the state; answers 1 to 5 by number."""
    queries = MemoryQueries(tenders={key: replace(page, key=key) for key, page in STATES.items()})
    queries.answers = {
        EntryNumber(47_902): samples.PROVED,
        **{EntryNumber(n): one for n, one in enumerate(samples.ANSWERS.values(), start=1)},
    }
    queries.profiles = {name: profile_page(name) for name in ("cn-gov", "ua-replay")}
    return queries, make_app(queries)


@pytest.fixture
def queries(portal_app: tuple[MemoryQueries, Flask]) -> MemoryQueries:
    """The queries behind `client`, which have been asked nothing yet."""
    found, _app = portal_app
    found.asked.clear()
    return found


@pytest.fixture
def client(portal_app: tuple[MemoryQueries, Flask]) -> FlaskClient:
    """A reader without cookies."""
    _queries, app = portal_app
    return app.test_client()
