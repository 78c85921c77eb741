"""A corrected price confirmed by signature, and a low price explained, by its bidder alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from app.rehearsal.judging import Judging
from bidding.evaluation import binding, services
from bidding.evaluation.prices import PriceLine
from bidding.evaluation.services import Detail
from kernel.money import UnitPrice
from kernel.vocabulary import TenderStage
from procurement.profiles import load_profile
from tests.app.visiting import Visit, said
from tests.world import World

MINUTES = load_profile("cn-gov").abnormal_reply_minutes_min.value
UNIT_SUM = Detail(lines=(PriceLine(UnitPrice(Decimal(1090), "CNY"), Decimal(1000)),))


@pytest.fixture
def judging(world: World) -> Judging:
    """Three bids before a panel that has found them compliant."""
    play = world.tender(bids=3, stage=TenderStage.CLOSED)
    [lot] = play.lots
    world.clock.advance(timedelta(minutes=11))
    play.release(lot)
    play.open(lot)
    judging = Judging(play, lot)
    judging.qualify()
    judging.seat_panel()
    judging.check_compliance()
    return judging


def corrected(judging: Judging, world: World) -> str:
    """The correction of the first supplier's price."""
    bid = judging.play.opened(judging.lot)[world.supplier(1).firm.identifier]
    member = judging.members()[0].actor
    with judging.journal.write() as work:
        return services.correct_price(work, member, bid, UNIT_SUM, minutes=MINUTES)


def questioned(judging: Judging, world: World) -> str:
    """The question about the first supplier's price."""
    bid = judging.play.opened(judging.lot)[world.supplier(1).firm.identifier]
    member = judging.members()[0].actor
    with judging.journal.write() as work:
        return services.question_price(work, member, bid, "请说明成本构成。", minutes=MINUTES)


def test_a_correction_is_confirmed_by_signature(world: World, web: Flask, judging: Judging) -> None:
    path = f"/supply/corrections/{corrected(judging, world)}"
    visit = Visit(web, world.supplier(1))
    assert "确认修正后的报价" in visit.open("/desk")
    page = visit.open(path)
    assert "壹佰零玖万元整" in page
    signing = visit.open(f"{path}?answer=confirmed")
    assert "请先勾选这一项" in said(visit.sign(signing, status=422))
    done = visit.sign(signing, understood=True)
    assert done.html.h1.text == "您已确认修正后的报价"
    again = visit.sign(signing, understood=True, status=422)
    assert again.html.select_one(".govuk-error-summary")
    assert "确认修正后的报价" not in visit.open("/desk")
    visit.open(f"/en{path}")


def test_a_correction_is_not_confirmed(world: World, web: Flask, judging: Judging) -> None:
    path = f"/supply/corrections/{corrected(judging, world)}"
    visit = Visit(web, world.supplier(1))
    signing = visit.open(f"{path}?answer=refused")
    assert "您的投标立即无效" in said(signing)
    done = visit.sign(signing, understood=True)
    assert done.html.h1.text == "修正后的报价没有得到确认，投标无效"


def test_the_signature_has_to_say_what_the_button_says(
    world: World, web: Flask, judging: Judging
) -> None:
    correction = corrected(judging, world)
    visit = Visit(web, world.supplier(1))
    signing = visit.open(f"/supply/corrections/{correction}?answer=refused")
    signing.forms[0].action = f"/supply/corrections/{correction}/confirmed"
    page = visit.sign(signing, understood=True, status=422)
    assert page.html.select_one(".govuk-error-summary")
    with judging.journal.read() as work:
        assert binding.correction(work.session, correction).confirmed is None


def test_what_the_panel_asks_is_shown_to_its_bidder_alone(
    world: World, web: Flask, judging: Judging
) -> None:
    paths = (
        f"/supply/corrections/{corrected(judging, world)}",
        f"/supply/price-questions/{questioned(judging, world)}",
        "/supply/corrections/cor_unknown",
        "/supply/price-questions/prq_unknown",
    )
    for path in paths:
        Visit(web, world.supplier(2)).open(path, status=404)
        Visit(web, judging.members()[0]).open(path, status=403)


def test_a_correction_too_late(world: World, web: Flask, judging: Judging) -> None:
    path = f"/supply/corrections/{corrected(judging, world)}"
    visit = Visit(web, world.supplier(1))
    signing = visit.open(f"{path}?answer=confirmed")
    world.clock.advance(timedelta(minutes=MINUTES))
    assert visit.sign(signing, understood=True, status=422)
    assert visit.open(path).html.h1.text == "确认时间已过，投标无效"


def test_a_low_price_is_explained_once_with_evidence(
    world: World, web: Flask, judging: Judging
) -> None:
    path = f"/supply/price-questions/{questioned(judging, world)}"
    visit = Visit(web, world.supplier(1))
    assert "说明报价为什么低" in visit.open("/desk")
    page = visit.open(path)
    assert "请写下说明" in said(visit.send(page, answer="", status=422))
    # More than a usual form may hold: this one takes files.
    evidence = ("成本表.pdf", b"x" * (3 << 20))
    done = visit.send(page, answer="自产自销，无中间环节。", file_1=evidence)
    assert done.html.h1.text == "说明已收到，等待评审"
    assert "附1份材料" in said(done)
    again = visit.send(page, answer="再说一遍", status=422)
    assert "自产自销" in said(again)
    visit.open(f"/en{path}")


def test_a_low_price_explained_too_late(world: World, web: Flask, judging: Judging) -> None:
    path = f"/supply/price-questions/{questioned(judging, world)}"
    visit = Visit(web, world.supplier(1))
    page = visit.open(path)
    world.clock.advance(timedelta(minutes=MINUTES))
    visit.send(page, answer="晚了", status=422)
    assert visit.open(path).html.h1.text == "说明时间已过"
