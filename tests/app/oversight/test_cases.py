"""The case file: all that the table opens to those who watch, and no hint of a sealed bid."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import cast
from urllib.parse import quote

import pytest
from flask import Flask

from app.jobs.timekeeping import publish_record
from app.rehearsal.cast import Player
from app.rehearsal.judging import Judging
from app.surfaces import application
from bidding.evaluation import services as evaluation
from bidding.evaluation.prices import PriceLine
from bidding.evaluation.services import Detail
from kernel.money import Money, UnitPrice
from kernel.text import Text
from kernel.vocabulary import Role
from tests.app.portal.live.looking import key_of
from tests.app.visiting import Visit
from tests.world import CLOSES_AT, World


@pytest.fixture
def web(world: World) -> Flask:
    return application(world.installation)


@pytest.fixture
def auditor(world: World) -> Player:
    firm = world.cast.firm("113306240000000001", Text("安陵县审计局", "Anling Audit Office"))
    return world.cast.player("auditor", "温衡", firm, [(Role.AUDITOR, firm)])


@pytest.fixture
def complying(world: World) -> Judging:
    """A lot whose bids were found to comply."""
    return cast(Judging, world.reached["complying"])


def told(visit: Visit, key: str) -> tuple[str, str]:
    """The case file and its export, without what differs from moment to moment."""
    page = visit.open(f"/oversight/cases/{key}")
    listed = visit.open(f"/oversight/cases?q={key}")
    data = visit.browser.get(f"/oversight/cases/{key}/entries.json").text
    return str(page.html.main) + str(listed.html.main), data


def test_sealed_bids_leave_no_trace_in_the_case_file(
    world: World, web: Flask, auditor: Player
) -> None:
    play = world.tender(bids=0)
    publish_record(world.installation)
    visit = Visit(web, auditor)
    before = told(visit, key_of(play))
    for number in (1, 2, 3):
        play.bid(world.supplier(number), play.lots[0], Money.parse("980000.00", "CNY"))
    publish_record(world.installation)
    assert told(visit, key_of(play)) == before


def test_the_whole_chain_after_closing(world: World, web: Flask, auditor: Player) -> None:
    play = world.tender(bids=3)
    world.clock.set(CLOSES_AT)
    play.close()
    world.clock.advance(timedelta(minutes=11))
    play.release(play.lots[0])
    play.open(play.lots[0])
    publish_record(world.installation)
    visit = Visit(web, auditor)
    page = visit.open(f"/oversight/cases/{key_of(play)}")
    text = page.html.main.get_text(" ", strip=True)
    assert "开标记录已签名" in text or "签名" in text
    assert re.search(r"有效", text)
    data = json.loads(visit.browser.get(f"/oversight/cases/{key_of(play)}/entries.json").text)
    assert any(entry["number"] is not None for entry in data["entries"])
    assert all(entry["fields"] for entry in data["entries"])
    english = visit.open(f"/en/oversight/cases/{key_of(play)}")
    assert "Who acted in what capacity" in english


def test_only_those_who_watch_come_in(world: World, web: Flask, auditor: Player) -> None:
    play = world.tender()
    for path in ("/oversight/cases", f"/oversight/cases/{key_of(play)}"):
        Visit(web, auditor).open(path)
        Visit(web, world.staff.officer).open(path, status=403)
        assert Visit(web).open(path).request.path == "/account/log-in"
    Visit(web, auditor).open("/oversight/cases/ocds-none", status=404)


def test_nothing_found_is_said(world: World, web: Flask, auditor: Player) -> None:
    assert "没有符合的项目" in Visit(web, auditor).open(f"/oversight/cases?q={quote('没有这个')}")


def test_a_bidders_answer_to_a_corrected_price_is_among_the_signatures(
    world: World, complying: Judging, web: Flask, auditor: Player
) -> None:
    play, lot = complying.play, complying.lot
    player, bid = next(
        (player, play.opened(lot)[player.firm.identifier]) for player in play.bidders[lot].values()
    )
    detail = Detail(lines=(PriceLine(UnitPrice(Decimal(1090), "CNY"), Decimal(1000)),))
    with complying.journal.write() as work:
        member = complying.members()[0].actor
        correction = evaluation.correct_price(work, member, bid, detail, minutes=60)
    with complying.journal.read() as work:
        statement = evaluation.prepare_confirmation(work, correction, confirmed=True)
    examined = world.cast.examined(player, statement)
    with complying.journal.write() as work:
        evaluation.confirm_correction(work, player.actor, correction, examined, confirmed=True)
    text = Visit(web, auditor).open(f"/oversight/cases/{key_of(play)}").html.main.get_text()
    assert "投标人确认修正后的报价" in text
