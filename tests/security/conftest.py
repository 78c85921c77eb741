"""The demonstration with strangers in it, and a browser for each person."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask import Flask

from app.demo.building import PASSWORD, Demo
from app.surfaces import application
from kernel.vocabulary import Role
from tests.security.addresses import Ids, things
from tests.security.people import Browser, browser_of, enrol_strangers

Strangers = Mapping[Role | None, Browser]


@pytest.fixture(scope="session")
def web(demo: Demo) -> Flask:
    """The demonstration's web application."""
    return application(demo.installation)


@pytest.fixture(scope="session")
def nobody(web: Flask, demo: Demo) -> Browser:
    """A browser in which nobody has logged in."""
    return browser_of(web, demo.installation, None, PASSWORD)


@pytest.fixture(scope="session")
def strangers(web: Flask, demo: Demo) -> Strangers:
    """By each role, and by none, somebody who has no part in any purchase."""
    logins = enrol_strangers(demo.installation)
    return {
        role: browser_of(web, demo.installation, login, PASSWORD) for role, login in logins.items()
    }


@pytest.fixture(scope="session")
def there(demo: Demo) -> tuple[Ids, ...]:
    """What there is in the demonstration: all of it belongs to others than the strangers."""
    return things(demo.installation.engine)
