"""The one place where the application gets its templates, words and filters.

`install_pages(app, make_site)` is all that wiring calls; a route then returns
`page("portal/tender.html", view)`, where `view` is one dataclass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template
from flask_babel import Babel
from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from app.web import digests, moments, words
from app.web.assets import asset
from app.web.govuk import choices, govuk
from app.web.icons import icon, logo_mark, sprite
from app.web.language import (
    CHINESE,
    HTML_LANGUAGES,
    LOCALES,
    OWN_NAMES,
    LanguagePrefix,
    language,
    other_language,
    requested_locale,
    same_page_in,
    say,
)
from app.web.site import SITE, Site, site
from kernel.money import Money
from kernel.text import Text
from reports import amounts
from reports.citing import sources_named

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
WORDS = Path(__file__).resolve().parent.parent / "locale"


# The replayed tenders of Ukraine are published in their own words, in both languages' place.
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")


def install_pages(app: Flask, make_site: Callable[[], Site]) -> None:
    """Give an application its templates, both languages, and the frame of its pages."""
    app.extensions[SITE] = make_site
    app.jinja_loader = FileSystemLoader(TEMPLATES)
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(WORDS))
    Babel(app, default_locale=LOCALES[CHINESE], locale_selector=requested_locale)
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.autoescape = select_autoescape(default=True)
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(FILTERS)
    environment.globals.update(GLOBALS)
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]


def page(template: str, view: Any, *, status: int = 200) -> Response:
    """Render a page from one view model."""
    return make_response(render_template(template, page=view), status)


def _in_words(value: Text | Any) -> Markup:
    """Published words, marked with their language where they are not the page's."""
    shown = say(value)
    if isinstance(value, Text) and _CYRILLIC.search(shown):
        return Markup('<span lang="uk">{}</span>').format(shown)
    if isinstance(value, Text) and language() != CHINESE and not value.en:
        return Markup('<span lang="{}">{}</span>').format(HTML_LANGUAGES[CHINESE], shown)
    return Markup("{}").format(shown)


def _brief(at: datetime) -> str:
    return moments.brief(at, language(), site().zone, site().now)


def _with_weekday(at: datetime) -> str:
    return moments.with_weekday(at, language(), site().zone, site().now)


def _day(on: date) -> str:
    if isinstance(on, datetime):
        on = moments.local(on, site().zone).date()
    return moments.day(on, language(), moments.local(site().now, site().zone).date())


def _clock_time(at: datetime) -> str:
    """Hours, minutes and seconds by the office's clock."""
    return f"{moments.local(at, site().zone):%H:%M:%S}"


def _sources(cites: str | Iterable[str]) -> str:
    """The sources of a rule in words, nothing where none is given."""
    named = sources_named(cites)
    return say(named) if named else ""


FILTERS: dict[str, Callable[..., Any]] = {
    "words": _in_words,
    "say": say,
    "sources": _sources,
    "moment": lambda at: moments.full(at, language(), site().zone),
    "deadline": lambda at: moments.deadline(at, language(), site().zone),
    "brief": _brief,
    "with_weekday": _with_weekday,
    "day": _day,
    "clock_time": _clock_time,
    "hour": lambda at: f"{moments.local(at, site().zone):%H:%M}",
    "zone": lambda at: moments.zone_name(at, language(), site().zone),
    "iso": lambda at: (
        moments.local(at, site().zone).isoformat() if isinstance(at, datetime) else at.isoformat()
    ),
    "duration": lambda left: words.duration_words(left, language()),
    "left": lambda until: moments.remaining(until, site().now),
    "amount": lambda money: amounts.amount(money, language()),
    "figure": amounts.figure,
    "capitals": amounts.capitals,
    "points": amounts.points,
    "whole": amounts.whole,
    "size": amounts.size,
    "decimal": amounts.decimal,
    "digest": digests.shorten,
    "grouped": digests.grouped,
    "when": lambda value: words.when_words(value, language(), site().zone, site().now),
}

GLOBALS: dict[str, Any] = {
    "site": site,
    # English parts its sentences with a space, Chinese does not.
    "gap": lambda: "" if language() == CHINESE else " ",
    "language": language,
    "html_language": lambda: HTML_LANGUAGES[language()],
    "other_language": lambda: {
        "name": OWN_NAMES[other_language()],
        "html": HTML_LANGUAGES[other_language()],
        "url": same_page_in(other_language()),
    },
    "asset": asset,
    # Which surfaces there are: a page links to another surface only where it exists.
    "endpoints": lambda: current_app.view_functions,
    "icon": icon,
    "logo_mark": logo_mark,
    "sprite": sprite,
    "govuk": govuk,
    "choices": choices,
    "status_words": words.STATUS,
    "status_icons": words.STATUS_ICONS,
    "stage_words": words.STAGE,
    "stage_state_words": words.STAGE_STATE,
    "lamp_words": words.LAMP,
    "lamp_icons": words.LAMP_ICONS,
    "bid_words": words.BID,
    "part_words": words.PART,
    "has_capitals": lambda money: isinstance(money, Money) and money.currency == "CNY",
}
