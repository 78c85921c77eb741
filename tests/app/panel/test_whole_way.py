"""A panel's whole way at the pages, from the invitation to the signed report."""

from __future__ import annotations

from typing import Any

from webtest import TestResponse

from app.jobs.proceeding import rank_ready_lots
from app.rehearsal.cast import Player
from bidding.evaluation import queries
from kernel.vocabulary import LotStage
from procurement.plans.queries import purchase
from tests.app.panel.conftest import Room
from tests.app.visiting import Visit


def answers(page: TestResponse, start: str, value: str) -> dict[str, Any]:
    """Every field of the page's form whose name begins so, with this value."""
    return {name: value for name in page.forms[0].fields if name and name.startswith(start)}


def _declare(room: Room, visit: Visit) -> None:
    form = visit.open(room.at("interests"))
    none: dict[str, Any] = {
        name: "none" for name in form.forms[0].fields if name and name.startswith("tie-")
    }
    assert len(none) == 3
    check = visit.send(form, **none)
    assert "没有需要回避的关系" in check
    lot = visit.sign(check)
    assert lot.request.path == room.at()
    assert "符合性审查" in lot.html.h1.text


def _comply(room: Room, visit: Visit) -> None:
    form = visit.open(room.at("compliance"))
    yes: dict[str, Any] = {
        name: "yes" for name in form.forms[0].fields if name and name.startswith("rule-")
    }
    done = visit.send(form, **yes, sure=True)
    assert "您的意见" in done


def _score(room: Room, visit: Visit, member: Player) -> None:
    form = visit.open(room.at("scores"))
    typed: dict[str, Any] = {}
    for name in form.forms[0].fields:
        if name and name.startswith("points-"):
            typed[name] = "20"
        elif name and name.startswith("reason-"):
            typed[name] = f"{member.name}：方案完整"
    check = visit.send(form, **typed)
    assert "签名后不能修改" in check
    assert "方案完整" in check
    visit.sign(check)


def test_five_members_go_the_whole_way(room: Room) -> None:
    visits = {member.person: room.visit(member) for member in room.members}
    for visit in visits.values():
        _declare(room, visit)
    for visit in visits.values():
        assert "3份投标" in visit.open(room.at("bids"))
        _comply(room, visit)
    for member in room.members:
        _score(room, visits[member.person], member)
    last = visits[room.members[0].person].open(room.at("scores"))
    assert "全部评分表已提交" in last
    assert rank_ready_lots(room.world.installation) == [room.lot]
    for member in room.members[:-1]:
        report = visits[member.person].open(room.at("report"))
        assert "排名第一" in report
        form = visits[member.person].open(room.at("report/sign"))
        assert "已签名" in visits[member.person].sign(form)
    dissenter = visits[room.members[-1].person]
    form = dissenter.open(room.at("report/dissent"))
    check = dissenter.send(form, dissent="第二名的方案更完整")
    assert "第二名的方案更完整" in check
    done = dissenter.sign(check)
    assert "报告已于" in done
    assert room.judging.stage is LotStage.REPORTED
    with room.judging.journal.read() as work:
        seats = queries.seated(work.session, room.lot)
        for sheet in queries.sheets(work.session, seats):
            assert {score.reason for score in sheet.scores} != {""}
        rows = queries.report_signatures(work.session, room.lot)
        assert [row.dissent for row in rows if row.dissent] == ["第二名的方案更完整"]
    the_buyer_reads_it(room)
    the_supervisor_reads_it(room)


def the_buyer_reads_it(room: Room) -> None:
    """Whoever decides reads the dissent, every point with its reason, and the signed paper."""
    approver = Visit(room.web, room.world.staff.approver)
    path = f"/buying/lots/{room.lot}"
    assert f"{path}/evaluation" in {
        one["href"] for one in approver.open(path).html.select("main a")
    }
    assert f"{path}/evaluation" in str(approver.open(f"{path}/award").html.main)
    page = approver.open(f"{path}/evaluation")
    assert "第二名的方案更完整" in page
    for member in room.members:
        assert f"{member.name}：方案完整" in page
    assert "已签5人，共5人" in page
    paper = approver.browser.get(f"{path}/evaluation.pdf")
    assert paper.body.startswith(b"%PDF-")
    # The five members, and the time stamp that makes the last signature last.
    assert paper.body.count(b"/ByteRange") == 6
    assert paper.headers["Cache-Control"] == "private, no-store"
    sheets = (
        approver.browser.get(f"{path}/evaluation/scores.csv").body.decode("utf-8-sig").splitlines()
    )
    assert len(sheets) == 1 + 5 * 3 * 2  # heads, then members, bids, scored criteria
    ranking = approver.browser.get(f"{path}/evaluation/ranking.csv").body.decode("utf-8-sig")
    assert len(ranking.splitlines()) == 1 + 3
    assert approver.browser.get(f"{path}/evaluation/ranking.xlsx").body.startswith(b"PK")


def the_supervisor_reads_it(room: Room) -> None:
    """The case file names each signed document in words, and gives its PDF whole."""
    supervisor = Visit(room.web, room.world.staff.supervisor)
    with room.judging.journal.read() as work:
        key = purchase(work.session, room.judging.play.purchase).ocid
    page = supervisor.open(f"/oversight/cases/{key}")
    links = [one["href"] for one in page.html.select("main a") if one.text == "下载"]
    assert "评审报告（PDF）" in page
    assert "利害关系申报" in page
    assert "评分表" in page
    assert supervisor.browser.get(links[-1]).body.startswith(b"%PDF-")
    supervisor.open(f"/oversight/cases/{key}/papers/sha256:{'0' * 64}.pdf", status=404)
    Visit(room.web, room.world.staff.reviewer).open(links[-1], status=403)
