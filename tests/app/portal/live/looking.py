"""Looks at the pages of a played purchase."""

from __future__ import annotations

from flask.testing import FlaskClient

from app.rehearsal.play import Play
from procurement.plans import queries as plans
from tests.app.portal.reading import Page, read


def key_of(play: Play) -> str:
    """The number of a purchase, by which its page is asked for."""
    with play.installation.journal.read() as work:
        return plans.purchase(work.session, play.purchase).ocid


def tender_page(reader: FlaskClient, play: Play, language: str = "zh") -> Page:
    """The page of a purchase."""
    prefix = "" if language == "zh" else "/en"
    return read(reader, f"{prefix}/tenders/{key_of(play)}")
