"""Every page opens for its people in both languages, and for nobody else."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.rehearsal.play import Play
from kernel.vocabulary import TenderStage
from tests.app.visiting import Visit
from tests.world import World

NEED = {"author": 200, "unit_approver": 200, "officer": 200, "finance": 403, "acceptor": 404}
FILE = {"officer": 200, "approver": 200, "author": 404, "acceptor": 404, "finance": 403}


def _need(world: World, play: Play) -> str:
    from procurement.plans import queries as plans

    with world.installation.journal.read() as work:
        return plans.needs_of_purchase(work.session, play.purchase)[0].id


def _heading(visit: Visit, path: str) -> str:
    page = visit.open(path)
    assert len(page.html.select("h1")) == 1, path
    return page.html.h1.get_text(" ", strip=True)


def test_every_page_in_both_languages_before_the_notice(world: World, web: Flask) -> None:
    play = world.tender(stage=TenderStage.APPROVED)
    need, key = _need(world, play), play.tender
    pages = {
        "author": ["/needs", "/needs/new", f"/needs/{need}"],
        "finance": ["/budgets", "/budgets/new", "/desk"],
        "officer": [
            "/needs", f"/needs/{need}", "/plans", "/plans/new", f"/plans/{play.purchase}",
            "/buying/tenders", *_of(key), f"/buying/tenders/{key}/cancel", "/desk",
        ],
        "approver": ["/plans", f"/plans/{play.purchase}", *_of(key), "/desk"],
    }  # fmt: skip
    _walk(world, web, pages)


def test_every_page_in_both_languages_while_it_is_open(world: World, web: Flask) -> None:
    play = world.tender()
    key = play.tender
    pages = {
        "officer": [
            "/buying/tenders", *_of(key), f"/buying/tenders/{key}/questions",
            f"/buying/tenders/{key}/amend", f"/buying/tenders/{key}/cancel", "/desk",
        ],
        "approver": [*_of(key), f"/buying/tenders/{key}/questions"],
    }  # fmt: skip
    _walk(world, web, pages)


def test_every_part_in_both_languages(world: World, web: Flask) -> None:
    play = world.play()
    play.plan()
    parts = ("basics", "lots", "criteria", "documents", "terms", "holders", "dates")
    pages = [f"/buying/tenders/{play.purchase}/parts/{name}" for name in parts]
    _walk(world, web, {"officer": [f"/buying/tenders/{play.purchase}", *pages]})


@pytest.mark.parametrize(("who", "status"), NEED.items())
def test_a_need_is_for_its_unit_and_its_buyer(
    world: World, web: Flask, who: str, status: int
) -> None:
    play = world.play()
    play.plan()
    visit = Visit(web, getattr(world.staff, who))
    visit.open(f"/needs/{_need(world, play)}", status=status)


@pytest.mark.parametrize(("who", "status"), FILE.items())
def test_a_file_is_for_its_buyer(world: World, web: Flask, who: str, status: int) -> None:
    play = world.play()
    play.plan()
    visit = Visit(web, getattr(world.staff, who))
    visit.open(f"/buying/tenders/{play.purchase}", status=status)
    visit.open(f"/plans/{play.purchase}", status=status)


def test_what_the_law_keeps_apart_is_not_offered(world: World, web: Flask) -> None:
    """Who wrote a need is told that another approves it; a supplier sees nothing of it."""
    play = world.play()
    play.plan()
    supplier = Visit(web, world.supplier(1))
    supplier.open("/needs", status=403)
    supplier.open(f"/buying/tenders/{play.purchase}", status=403)
    officer = Visit(web, world.staff.officer)
    page = officer.open("/plans")
    token = officer.open("/account/log-out").forms[0]["csrf_token"].value
    assert page.status_int == 200
    # Made by the officer, so the officer may not approve it, whatever is sent.
    officer.browser.post(f"/plans/{play.purchase}/approve", {"csrf_token": token}, status=422)


def _of(key: str) -> list[str]:
    base = f"/buying/tenders/{key}"
    return [
        base,
        *(f"{base}/{name}" for name in ("checks", "preview", "approval", "committee", "publish")),
    ]


def _walk(world: World, web: Flask, pages: dict[str, list[str]]) -> None:
    for who, paths in pages.items():
        visit = Visit(web, getattr(world.staff, who))
        for path in paths:
            chinese, english = _heading(visit, path), _heading(visit, f"/en{path}")
            assert re.search("[一-鿿]", chinese), path
            assert english, path
