"""The panel's pages: who comes in, what is not shown yet, what is refused and kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from webtest import TestResponse

from app.drafts import services as drafts
from app.panel.reading import SHEET_DRAFT
from app.rehearsal.cast import Player
from app.rehearsal.judging import Judging
from app.rehearsal.plots import school_goods
from app.surfaces import application
from bidding.evaluation import queries
from bidding.evaluation import services as evaluation
from bidding.evaluation.services import Points
from kernel.vocabulary import LotStage, TenderStage
from procurement.profiles import load_profile
from procurement.profiles.model import PriceVisible, Profile
from tests.app.panel.conftest import Room, declare, opened
from tests.app.visiting import Visit
from tests.snapshots import draw_panel
from tests.world import CLOSES_AT, PLANNED_START_ON, World


def fields(page: TestResponse, start: str, value: str) -> dict[str, Any]:
    """Every field of the page's form whose name begins so, with this value."""
    return {name: value for name in page.forms[0].fields if name and name.startswith(start)}


def score(room: Room, member: Player, points: Callable[[int], str]) -> None:
    """A member signs a sheet, without the pages."""
    with room.judging.journal.read() as work:
        criteria = list(queries.scored_criteria(work.session, room.judging.play.tender))
        racing = queries.racing(work.session, room.lot)
        given = [
            Points(bid, criterion, Decimal(points(place)), "理由")
            for place, bid in enumerate(racing)
            for criterion in criteria
        ]
        statement = evaluation.prepare_score_sheet(work, member.actor, room.lot, given)
    examined = room.judging.play.cast.examined(member, statement)
    with room.judging.journal.write() as work:
        evaluation.score_bids(work, member.actor, room.lot, given, examined)


@pytest.fixture
def scoring(room: Room) -> Room:
    """The same panel once every bid was found to comply."""
    declare(room.judging, *room.members)
    room.judging.check_compliance()
    return room


def test_only_the_seated_come_in(room: Room) -> None:
    seated = {member.person for member in room.members}
    spare = next(one for one in room.world.staff.panelists if one.person not in seated)
    for step in ("", "interests", "bids", "compliance", "prices", "scores", "report"):
        Visit(room.web, spare).open(room.at(step), status=404)
    Visit(room.web, room.world.staff.officer).open(room.at(), status=403)
    assert "没有被抽为" in Visit(room.web, spare).open("/panel")
    assert Visit(room.web).open(room.at()).request.path == "/account/log-in"


def test_before_the_declaration_there_are_names_and_nothing_else(room: Room) -> None:
    visit = room.visit(room.members[0])
    page = visit.open(room.at())
    assert page.html.h1.text == "下一步：申报利害关系"
    assert "西安育新教具有限公司" in page
    assert "980,000" not in page
    assert "offer.json" not in page
    refused = visit.open(room.at("bids"), status=422)
    assert "980,000" not in refused
    assert "利害关系" in refused


def test_a_conflict_ends_the_seat_and_the_next_follows(room: Room) -> None:
    member = room.members[0]
    visit = room.visit(member)
    form = visit.open(room.at("interests"))
    empty = visit.send(form, status=422)
    assert "请选择“您或近亲属与" in empty
    ties = fields(form, "tie-", "none")
    first = next(iter(ties))
    check = visit.send(form, **ties | {first: "employment"})
    assert check.html.h1.text == "签名后您将退出本包评审"
    left = visit.sign(check)
    assert left.html.h1.text == "您已退出这个评审"
    assert "受雇" in left
    visit.open(room.at("bids"), status=404)
    assert member.person not in {one.person for one in room.members}
    assert len(room.members) == 5


def test_an_old_tie_does_not_recuse_and_one_of_tomorrow_is_no_date(room: Room) -> None:
    visit = room.visit(room.members[0])
    form = visit.open(room.at("interests"))
    ties = fields(form, "tie-", "none")
    first = next(iter(ties))
    ended = first.replace("tie-", "ended-")
    ahead = visit.send(form, status=422, **ties | {first: "share", ended: "2030-01-01"})
    assert "结束日期不能在今天之后" in ahead
    check = visit.send(ahead, **ties | {first: "share", ended: "2015-01-01"})
    assert check.html.h1.text == "核对申报并签名"


def test_somebody_elses_signature_is_refused(room: Room) -> None:
    member, other = room.members[:2]
    visit = room.visit(member)
    form = visit.open(room.at("interests"))
    check = visit.send(form, **fields(form, "tie-", "none"))
    refused = visit.sign(check, signer=other.signer, status=422)
    assert "签名证书不是您本人登记的证书" in refused


def test_files_go_to_members_who_declared_and_to_nobody_else(room: Room) -> None:
    member, other = room.members[:2]
    declare(room.judging, member)
    visit = room.visit(member)
    page = visit.open(room.at("bids"))
    link = page.html.select_one("a[download]")["href"]
    got = visit.browser.get(link)
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert got.headers["Cache-Control"] == "private, no-store"
    assert got.content_type == "application/octet-stream"
    room.visit(other).open(link, status=422)
    visit.open(f"{link[:-4]}0000", status=404)
    Visit(room.web, room.world.supplier(1)).open(link, status=403)


def test_a_no_needs_its_reason_and_is_sent_once(room: Room) -> None:
    declare(room.judging, *room.members)
    visit = room.visit(room.members[0])
    form = visit.open(room.at("compliance"))
    rules = fields(form, "rule-", "yes")
    first = next(iter(rules))
    bare = visit.send(form, status=422, **rules | {first: "no"})
    assert "写明不符合的地方" in bare
    reason = "reason-" + first.split("-")[1]
    unsure = visit.send(bare, status=422, **{reason: "交货期写40日"})
    assert "交货期写40日" in unsure
    assert "要先勾选这一项" in unsure
    done = visit.send(unsure, sure=True)
    assert "交货期不超过30日：交货期写40日" in done
    again = visit.send(unsure, sure=True)
    assert again.html.h1.text == "您的意见已提交"
    # Nothing of it is shown to the others before all have spoken.
    assert "交货期写40日" not in room.visit(room.members[1]).open(room.at("compliance"))


def test_a_draft_is_kept_and_a_sheet_must_be_whole(scoring: Room) -> None:
    member = scoring.members[0]
    visit = scoring.visit(member)
    form = visit.open(scoring.at("scores"))
    points = fields(form, "points-", "20")
    first = next(iter(points))
    kept = visit.browser.post(
        form.forms[0].action,
        {**{"csrf_token": form.forms[0]["csrf_token"].value, "then": "keep"}, first: "12.5"},
    ).follow()
    assert kept.forms[0][first].value == "12.5"
    assert "上次保存" in kept
    with scoring.judging.journal.read() as work:
        assert drafts.find(work, member.person, SHEET_DRAFT, scoring.lot) is not None
    assert "12.5" not in scoring.visit(scoring.members[1]).open(scoring.at("scores"))
    part = visit.send(kept, status=422, **{first: "35.5"})
    assert "要在0和35之间" in part
    assert "：请填写“理由”" in part
    # There is no way around the form to the signature.
    assert visit.open(scoring.at("scores/sign")).request.path == scoring.at("scores")


def test_a_sheet_changed_in_another_window_is_not_signed(scoring: Room) -> None:
    visit = scoring.visit(scoring.members[0])
    form = visit.open(scoring.at("scores"))
    whole = fields(form, "points-", "20") | fields(form, "reason-", "可")
    check = visit.send(form, **whole)
    first = next(iter(whole))
    visit.send(form, **whole | {first: "1"})
    assert "别人刚刚改动过同一内容" in visit.sign(check, status=422)


def test_nobody_sees_points_before_every_sheet_is_in(scoring: Room) -> None:
    *others, last = scoring.members
    for member in others:
        score(scoring, member, lambda place: f"1{place}.25")
    waiting = scoring.visit(others[0]).open(scoring.at("scores"))
    assert waiting.html.h1.text == "您的评分表已签名，还等1位成员"
    assert others[1].name not in waiting
    assert "10.25" not in scoring.visit(last).open(scoring.at("scores"))
    scoring.visit(last).open(scoring.at("scores/signed"), status=404)
    score(scoring, last, lambda place: f"2{place}.75")
    spread = scoring.visit(others[0]).open(scoring.at("scores"))
    assert spread.html.h1.text == "全部评分表已提交"
    assert "10.25–20.75" in spread
    assert others[1].name in spread


def test_a_low_price_is_asked_about_answered_and_judged(world: World) -> None:
    judging = opened(world, ("480000.00", "1050000.00", "1100000.00"))
    judging.qualify()
    judging.seat_panel()
    judging.check_compliance()
    room = Room(world, judging, application(world.installation))
    visit = room.visit(room.members[0])
    page = visit.open(room.at("prices"))
    assert "必须询问" in page
    ask = visit.open(page.html.find("a", string="请投标人说明报价")["href"])
    short = visit.send(ask, status=422, text="请说明成本构成", minutes="5")
    assert "请说明成本构成" in short
    asked = visit.send(short, minutes="30")
    assert "还没有答复" in asked
    with judging.journal.read() as work:
        [(bid, question)] = queries.price_questions(work.session, room.lot).items()
        question_id = question.id
    early = visit.open(room.at(f"prices/{bid}/judgement"))
    assert "现在不能认定" in early
    supplier = world.supplier(1)
    with judging.journal.write() as work:
        evaluation.answer_price(work, supplier.actor, question_id, "成本表如下")
    form = visit.open(room.at(f"prices/{bid}/judgement"))
    assert "成本表如下" in form
    done = visit.send(form, accepted="yes", judgement="成本构成合理", sure=True)
    assert "成本构成合理" in done
    assert visit.open(room.at()).html.h1.text == "下一步：打分"


def test_a_price_that_contradicts_itself_is_corrected_once(scoring: Room) -> None:
    visit = scoring.visit(scoring.members[0])
    bid = scoring.judging.play.opened(scoring.lot)[scoring.world.supplier(1).firm.identifier]
    form = visit.open(scoring.at(f"prices/{bid}/correction"))
    wrong = visit.send(form, status=422, lines="980\t一千\t否", sure=True)
    assert "第1行的“数量”看不懂" in wrong
    same = visit.send(wrong, status=422, lines="980\t1000\t否")
    assert same.html.select_one(".govuk-error-summary")
    done = visit.send(same, lines="981\t1000\t否")
    assert "等投标人确认" in done


def test_hidden_prices_are_not_in_any_page(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a profile locks quality first. No such profile is shipped, so its value is changed."""

    def later(*_args: object) -> Profile:
        known = load_profile("cn-gov")
        late = replace(known.price_visible_to_panel, value=PriceVisible.AFTER_QUALITY)
        return replace(known, price_visible_to_panel=late)

    declare(room.judging, *room.members)
    room.judging.check_compliance()
    for module in ("bidding.evaluation.queries", "app.panel.sitting"):
        monkeypatch.setattr(f"{module}.pinned_profile", later)
    visit = room.visit(room.members[0])
    page = visit.open(room.at("bids"))
    assert "readout.json" not in page
    assert "offer.json" in page
    for step in ("", "bids", "compliance", "prices", "scores"):
        assert "980,000" not in visit.open(room.at(step))
        assert "980000" not in visit.open(room.at(step))
    with room.judging.journal.read() as work:
        bid = queries.racing(work.session, room.lot)[0]
    visit.open(room.at(f"prices/{bid}/question"), status=404)
    for member in room.members:
        score(room, member, lambda place: f"2{place}")
    assert "980,000" in visit.open(room.at("prices"))


def test_the_desk_says_what_waits_and_until_when(scoring: Room) -> None:
    member = scoring.members[0]
    visit = scoring.visit(member)
    assert "打分：" in visit.open("/desk")
    for one in scoring.members:
        score(scoring, one, lambda place: f"2{place}")
    assert "今天没有要办的事" in visit.open("/desk")
    scoring.judging.rank()
    desk = visit.open("/desk")
    assert "核对并签署评审报告" in desk
    report = visit.open(scoring.at("report"))
    assert "视为同意" in report
    scoring.world.clock.advance(timedelta(days=7))
    assert "已超时" in visit.open("/desk")


def test_a_report_is_signed_once(scoring: Room) -> None:
    for one in scoring.members:
        score(scoring, one, lambda place: f"2{place}")
    scoring.judging.rank()
    visit = scoring.visit(scoring.members[0])
    form = visit.open(scoring.at("report/sign"))
    visit.sign(form)
    again = visit.sign(form)
    assert again.request.path == scoring.at("report")
    assert "同意，去签名" not in again
    assert visit.open(scoring.at("report/dissent")).request.path == scoring.at("report")
    empty = scoring.visit(scoring.members[1]).open(scoring.at("report/dissent"))
    assert "要写明不同意见和理由" in scoring.visit(scoring.members[1]).send(empty, status=422)
    assert scoring.judging.stage is LotStage.EVALUATED


def test_every_page_opens_in_both_languages_at_every_stage(world: World) -> None:
    judging = opened(world)
    draw_panel(judging)
    room = Room(world, judging, application(world.installation))
    visit = room.visit(room.members[0])

    def walk(*steps: str) -> None:
        for prefix in ("", "/en"):
            for path in ("/panel", *map(room.at, steps)):
                assert visit.open(prefix + path).html.h1.text.strip(), path

    walk("", "interests")
    declare(judging, *room.members)
    walk("", "interests", "bids", "compliance")
    judging.qualify()
    walk("", "bids", "compliance", "prices")
    judging.check_compliance()
    walk("", "bids", "compliance", "prices", "scores")
    for member in room.members:
        score(room, member, lambda place: f"2{place}")
    walk("", "scores", "scores/signed")
    judging.rank()
    walk("", "report", "report/sign", "report/dissent", "scores")
    judging.sign_report()
    walk("", "bids", "compliance", "prices", "scores", "report")
    # Nobody declares any more, and no page leads there.
    assert visit.open(room.at("interests")).request.path == room.at()
    assert not visit.open(room.at()).html.select('a[href$="/interests"]')


def test_where_price_alone_decides_there_is_no_sheet(world: World) -> None:
    plot = school_goods(
        world.installation.blobs,
        composite=False,
        closes_at=CLOSES_AT,
        planned_start_on=PLANNED_START_ON,
    )
    play = world.tender(stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED, plot=plot)
    judging = Judging(play, play.lots[0])
    judging.qualify()
    judging.seat_panel()
    judging.check_compliance()
    room = Room(world, judging, application(world.installation))
    visit = room.visit(room.members[0])
    assert "只比报价，不打分" in visit.open(room.at())
    assert visit.open(room.at("scores")).request.path == room.at()
    judging.rank()
    report = visit.open(room.at("report"))
    assert "排名第一" in report
    assert not report.html.select('a[href*="scores"]')
