"""Hostile words in a whole purchase, put there by real use cases: they come out as words alone.

Names of people and bodies, titles in both languages, specifications, terms, criteria, names of
files, questions and answers: each holds markup with a mark of its own.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import URL, Engine
from werkzeug.http import parse_options_header

from app.jobs import timekeeping
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from app.rehearsal.plots import Goods, school_goods
from app.surfaces import application
from app.web.files import private_file
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import Role
from procurement.tenders.commands import NewCriterion, keep_document
from tests.security.people import browser_of
from tests.sweeps.crawling import walk
from tests.world import CLOSES_AT, PASSWORD, PLANNED_START_ON, PUBLISHED_AT, World
from tests.worlds import database_of

MARK = "xqz"
FILE_NAME = f'../../<b {MARK}>\u202egpj.exe";\r\nX-Evil: 1\x07' + "长" * 250 + ".txt"


def hostile(what: str) -> str:
    """Words that are markup, a way out of an attribute, a template and a link of script."""
    return f"<{MARK} {what}>\"'><svg onload={MARK}()>{{{{7*7}}}}</script>&amp;"


def words(what: str) -> Text:
    return Text(f"标{hostile(what)}", f"en {hostile(what)}")


@pytest.fixture(scope="module")
def world(
    template: tuple[Engine, str], postgres: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """An installation with its people."""
    folder: Path = tmp_path_factory.mktemp("texts")
    with database_of(template, postgres) as engine:
        made = World(engine, folder)
        yield made


@pytest.fixture(scope="module")
def play(world: World) -> Play:
    """A tender that is open for bids, of which every word is hostile."""
    cast = world.cast
    goods = Goods(words("title"), words("specification"), words("item"), 10, "套<b>")
    blobs = world.installation.blobs
    plot = school_goods(blobs, goods, closes_at=CLOSES_AT, planned_start_on=PLANNED_START_ON)
    plot = replace(
        plot,
        documents=(keep_document(blobs, f'<{MARK}>".txt', "text/html", b"<script>x</script>"),),
        facts=words("facts"),
        criteria=tuple(
            NewCriterion(
                one.kind,
                Text(f"{one.title.zh}{hostile('zh')}", f"{one.title.en}{hostile('en')}"),
                one.weight,
                objective=one.objective,
            )
            for one in plot.criteria
        ),
        terms=replace(
            plot.terms,
            contact=words("contact"),
            opening_place=words("place"),
            delivery=words("delivery"),
        ),
    )
    firm = cast.firm("91610000MA6TXA0XQZ", words("firm"), size="small")
    evil = cast.player("evil", f"史{hostile('name')}", firm, [(Role.SUPPLIER, firm)])
    played = Play(cast, world.staff, plot)
    played.plan()
    played.intend()
    world.clock.set(PUBLISHED_AT)
    played.draft()
    played.make_keys()
    played.set_committee()
    played.publish()
    world.clock.set(PUBLISHED_AT + timedelta(days=2))
    asked = played.ask(evil, hostile("question"))
    world.clock.set(PUBLISHED_AT + timedelta(days=3))
    played.answer(asked, words("answer"))
    [lot] = played.lots
    _bid(played, evil, lot)
    timekeeping.keep_time(world.installation)
    return played


def _bid(play: Play, evil: Player, lot: str) -> None:
    play.bid(
        evil,
        lot,
        Money.parse("1000000.00", "CNY"),
        technical={f"<{MARK} file>.txt": b"<script>x</script>"},
        delivery=hostile("delivery"),
    )


@pytest.fixture(scope="module")
def web(world: World, play: Play) -> Flask:
    return application(world.installation)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "login",
    [None, "unit", "unithead", "officer", "approver", "finance", "holder1", "evil", "reviewer",
     "supervisor", "admin1"],
)  # fmt: skip
def test_pages_show_it_as_words(web: Flask, login: str | None, language: str) -> None:
    """In every page that somebody meets: as letters, and never as a tag, a script or a template."""
    met = walk(web, login, language=language, password=PASSWORD)
    live = re.compile(rf"<(?:{MARK}|svg onload)|>49<")
    assert {
        path: page.text[found.start() - 80 : found.end() + 40]
        for path, page in met.pages.items()
        if (found := live.search(page.text))
    } == {}
    parsed = [
        path
        for path, page in met.pages.items()
        if page.html.find(MARK) or page.html.select("[onload]")
    ]
    assert parsed == []
    # It was there to be seen.
    assert any(MARK in page.text for page in met.pages.values())


def test_open_data_hold_it_as_json(web: Flask, world: World, play: Play) -> None:
    nobody = browser_of(web, world.installation, None, PASSWORD)
    records = nobody.ask("GET", "/ocds/releases")
    assert records.mimetype == "application/json"
    assert records.headers["X-Content-Type-Options"] == "nosniff"
    assert MARK in records.text


def test_a_document_is_carried_away_and_runs_nothing(web: Flask, world: World) -> None:
    nobody = browser_of(web, world.installation, None, PASSWORD)
    found = walk(web, None)
    documents = {
        link["href"]
        for page in found.pages.values()
        for link in page.html.select("a[href*='/documents/']")
    }
    assert documents
    for path in documents:
        answer = nobody.ask("GET", path)
        kind, options = parse_options_header(answer.headers["Content-Disposition"])
        assert kind == "attachment"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "/" not in unquote(options["filename"])


def test_a_hostile_file_name_stays_in_its_header(web: Flask) -> None:
    """As RFC 6266 has it: no line end, no control, whatever the name."""
    with web.test_request_context("/"):
        answer = private_file(io.BytesIO(b"x"), FILE_NAME, "text/plain")
    named = answer.headers["Content-Disposition"]
    answer.close()
    assert named.startswith("attachment; ")
    assert not re.search(r"[\x00-\x1f\x7f]", named)
    assert named.isascii()
    assert "X-Evil" not in answer.headers
