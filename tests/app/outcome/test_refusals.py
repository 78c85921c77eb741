"""The no of each page: who may not, what is missing, what has changed meanwhile, a second click."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask import Flask
from webtest import TestResponse

from app.rehearsal import sealed
from app.rehearsal.cast import Player
from app.rehearsal.disputing import Disputing
from kernel.money import Money
from kernel.vocabulary import LotStage, Role
from procurement.challenges.services import ChallengeItem
from tests.app.outcome import lots
from tests.app.visiting import Visit
from tests.world import World


def chosen(page: TestResponse, prefix: str, value: str = "passed") -> dict[str, str]:
    """The same choice for every field of a form whose name begins so."""
    return {name: value for name in page.forms[0].fields if str(name).startswith(prefix)}


def errors(page: TestResponse) -> Iterator[str]:
    """What the page says is wrong."""
    return (one.get_text() for one in page.html.select(".govuk-error-summary a"))


def post(web: Flask, player: Player, path: str, **fields: str) -> TestResponse:
    """A form sent by somebody whose page shows none, with a good token."""
    visit = Visit(web, player)
    token = visit.open("/account/log-out").forms[0]["csrf_token"].value
    return visit.browser.post(path, {"csrf_token": token, **fields}, status="*")


def test_whose_step_it_is_stands_there_and_a_post_is_refused(world: World, web: Flask) -> None:
    lot = lots.opened(world)
    page = Visit(web, world.staff.approver).open(f"{lot.url}/panel")
    assert "这一步由采购经办人办理，您没有这个身份" in page
    assert page.html.select("main form") == []
    answer = post(web, world.staff.approver, f"{lot.url}/panel", size="5")
    assert answer.status_int == 422
    assert "您没有办理此事的权限" in answer
    assert lot.judging.members() == []
    for player in (world.staff.acceptor, world.supplier(1)):
        assert post(web, player, f"{lot.url}/panel", size="5").status_int in (403, 404)


def test_the_record_is_signed_with_ones_own_key_and_once(world: World, web: Flask) -> None:
    lot = lots.closed(world)
    world.clock.advance(timedelta(minutes=11))
    lot.play.release(lot.id)
    sealed.open_lot(world.installation, lot.play.tender, lot.id)
    visit = Visit(web, world.staff.officer)
    page = visit.open(f"{lot.url}/opening-record")
    assert "还没有签名" in visit.send(page, status=422)
    wrong = visit.sign(page, signer=world.staff.approver.signer, status=422)
    assert list(errors(wrong))
    visit.sign(page)
    again = visit.sign(page, status=422)
    assert list(errors(again))
    assert "这份待签文件已经签过" in again


def test_every_requirement_is_judged_and_each_no_has_its_reason(world: World, web: Flask) -> None:
    lot = lots.opened(world, bids=4)
    visit = Visit(web, world.staff.officer)
    page = visit.open(f"{lot.url}/qualification")
    missing = visit.send(page, status=422)
    assert len([one for one in errors(missing) if "合格或不合格" in one]) == 4
    fields = chosen(page, "c-") | {"c-1-0": "failed"}
    bare = visit.send(page, status=422, **fields)
    assert len(list(errors(bare))) == 2
    assert bare.forms[0]["c-1-0"].value == "failed"
    why = {"reason-1-zh": "营业执照已过期", "cites-1": "GPL art. 22"}
    done = visit.send(page, **fields, **why, **{"brand-0": "晨光"})
    assert "资格不合格" in done
    assert "营业执照已过期" in done
    assert lot.judging.stage is LotStage.QUALIFIED
    twice = visit.send(page, status=422, **fields, **why)
    assert "可能已经办过" in twice
    assert "资格审查完成" in twice


def test_too_few_qualified_end_the_lot(world: World, web: Flask) -> None:
    lot = lots.opened(world)
    visit = Visit(web, world.staff.officer)
    page = visit.open(f"{lot.url}/qualification")
    fields = chosen(page, "c-") | {"c-0-0": "failed", "reason-0-zh": "无", "cites-0": "GPL 22"}
    page = visit.send(page, **fields)
    assert "本包没有结果" in page.html.h1.text
    assert "有效投标人2家" in page


def test_the_panel_has_its_shape(world: World, web: Flask) -> None:
    lot = lots.qualified(world)
    visit = Visit(web, world.staff.officer)
    page = visit.open(f"{lot.url}/panel")
    for size in ("3", "6", "9", "many", ""):
        refused = visit.send(page, size=size, status=422)
        assert refused.forms[0]["size"].value == size
        assert refused.html.select_one("#size-error"), size
    drawn = visit.send(page, size="5")
    assert "第1次抽取的依据" in drawn
    assert "本系统的时间戳" in drawn
    assert visit.send(page, size="5", status=422)


def test_a_lot_fails_for_a_lawful_ground_and_knowingly(world: World, web: Flask) -> None:
    lot = lots.qualified(world)
    visit = Visit(web, world.staff.officer)
    page = visit.open(f"{lot.url}/failure")
    bare = visit.send(page, reason_zh="预算取消", status=422)
    assert len(list(errors(bare))) == 2
    assert bare.forms[0]["reason_zh"].value == "预算取消"
    page = visit.send(page, ground="need_gone", reason_zh="预算取消", sure="1")
    assert lot.judging.stage is LotStage.FAILED
    assert "预算取消" in page


def test_another_than_the_first_needs_a_reason_and_its_rule(world: World, web: Flask) -> None:
    lot = lots.reported(world)
    visit = Visit(web, world.staff.approver)
    page = visit.open(f"{lot.url}/award")
    first, second = (option[0] for option in page.forms[0].fields["bid"][0].options[:2])
    assert first == lot.judging.first()
    unticked = visit.send(page, bid=first, status=422)
    assert "知道定标会记入公开日志" in unticked
    bare = visit.send(page, bid=second, sure="1", status=422)
    assert bare.html.select_one("#reason_zh-error")
    assert lot.judging.stage is LotStage.REPORTED
    visit.send(page, bid=second, sure="1", reason_zh="第一名放弃", cites="GPR art. 43")
    assert lot.judging.stage is LotStage.DECIDED
    twice = visit.send(page, bid=first, sure="1")
    assert twice.request.path == lot.url


def test_after_the_time_to_decide_only_the_first_is_left(world: World, web: Flask) -> None:
    lot = lots.reported(world)
    world.clock.advance(20 * lots.DAY)
    visit = Visit(web, world.staff.approver)
    page = visit.open(f"{lot.url}/award")
    assert "只能选第一名" in page
    assert "已超时" in page
    second = page.forms[0].fields["bid"][0].options[1][0]
    late = visit.send(
        page, bid=second, sure="1", reason_zh="更合适", cites="GPR art. 43", status=422
    )
    assert late.html.select_one("#bid-error")


def test_what_is_signed_is_what_is_published(world: World, web: Flask) -> None:
    lot = lots.reported(world)
    lot.judging.decide()
    visit = Visit(web, world.staff.officer)
    page = visit.open(f"{lot.url}/award-notice")
    assert visit.send(page, status=422).html.select_one("#winner_address-error")
    ready = visit.send(page, winner_address="西安市")
    changed = visit.sign(ready, winner_address="咸阳市", status=422)
    assert "别人刚刚改动过同一内容" in changed
    assert lot.judging.stage is LotStage.DECIDED
    visit.sign(visit.send(page, winner_address="西安市"))
    assert lot.judging.stage is LotStage.AWARDED


def test_an_award_lapses_for_a_reason(world: World, web: Flask) -> None:
    lot = lots.awarded(world)
    visit = Visit(web, world.staff.officer)
    page = visit.open(f"{lot.url}/lapse")
    assert len(list(errors(visit.send(page, reason="放弃", status=422)))) == 3
    page = visit.send(
        page, code="winner_refused", reason="书面放弃", cites="Order 87 art. 70", sure="1"
    )
    assert lot.judging.stage is LotStage.REPORTED
    assert "书面放弃" in page


def test_a_challenge_is_answered_and_a_complaint_decided(world: World, web: Flask) -> None:
    lot = lots.awarded(world)
    dispute = Disputing(lot.play, world.supplier(2), lot.id)
    challenge = dispute.file(ChallengeItem("评分有误"))
    url = f"/buying/challenges/{challenge}"
    assert "这一步由采购经办人办理" in Visit(web, world.staff.approver).open(url)
    officer = Visit(web, world.staff.officer)
    page = officer.open(url)
    assert "暂停签合同" in page
    assert len(list(errors(officer.send(page, outcome="rejected", status=422)))) == 1
    page = officer.send(page, outcome="rejected", answer_zh="评分符合采购文件。")
    assert "质疑不成立" in page
    dispute.complain([1], "答复没有理由")
    reviewer = Visit(web, world.staff.reviewer)
    page = reviewer.open(f"/complaints/{challenge}")
    ruled = {"decision_zh": "评分有误，中标无效。", "cites": "Order 94 art. 32", "sure": "1"}
    mixed = reviewer.send(page, ruling="dismissed", remedy="lapse_award", **ruled, status=422)
    assert mixed.html.select_one("#remedy-error")
    assert mixed.forms[0]["decision_zh"].value == ruled["decision_zh"]
    page = reviewer.send(page, ruling="upheld", remedy="lapse_award", **ruled)
    assert "中标无效" in page
    assert lot.judging.stage is LotStage.REPORTED


def test_who_took_part_does_not_decide_the_complaint(world: World, web: Flask) -> None:
    lot = lots.awarded(world)
    dispute = Disputing(lot.play, world.supplier(2), lot.id)
    challenge = dispute.file(ChallengeItem("评分有误"))
    dispute.answer("rejected")
    dispute.complain([1], "答复没有理由")
    authority = world.staff.reviewer.firm
    world.cast.grant(world.staff.approver, [(Role.REVIEWER, authority)])
    page = Visit(web, world.staff.approver).open(f"/complaints/{challenge}")
    assert page.html.select("main form") == []
    assert page.html.select_one(".sl-note--warn .sl-muted")


def test_a_contract_waits_while_a_challenge_suspends_it(world: World, web: Flask) -> None:
    lot = lots.awarded(world)
    world.clock.advance(timedelta(hours=1))
    officer = Visit(web, world.staff.officer)
    page = officer.open(f"{lot.url}/contract")
    many = officer.send(page, payment_days="364", status=422)
    assert many.html.select_one("#payment_days-error")
    page = officer.send(page, payment_days="30")
    assert officer.open(f"{lot.url}/contract").request.path == page.request.path
    Disputing(lot.play, world.supplier(2), lot.id).file(ChallengeItem("评分有误"))
    page = officer.open(page.request.path)
    assert "质疑" in page.html.select_one(".sl-note--warn").text


def test_who_bought_does_not_accept(world: World, web: Flask) -> None:
    lot = lots.in_force(world)
    world.cast.grant(world.staff.officer, [(Role.ACCEPTOR, world.staff.buyer)])
    url = f"/buying/contracts/{lot.contracting.contract}/inspection"
    page = Visit(web, world.staff.officer).open(url)
    assert "您已是本项目的采购经办人，不能再以验收人的身份办理" in page
    assert page.html.select("main form") == []


def test_a_delivery_that_fails_one_standard_is_rejected(world: World, web: Flask) -> None:
    lot = lots.in_force(world)
    world.clock.advance(lots.DAY)
    visit = Visit(web, world.staff.acceptor)
    page = visit.open(f"/buying/contracts/{lot.contracting.contract}/inspection")
    assert len(list(errors(visit.send(page, status=422)))) == len(chosen(page, "s-")) + 1
    found = chosen(page, "s-") | {"s-0": "failed", "note-0": "桌面开裂"}
    early = visit.send(page, delivered_at="2026-01-01T08:00", status=422, **found)
    assert early.html.select_one("#delivered_at-error"), "nothing is signed that will be refused"
    assert early.html.select_one("[data-sign]") is None
    local = world.clock.now() + timedelta(hours=7)
    check = visit.send(page, delivered_at=local.strftime("%Y-%m-%dT%H:%M"), **found)
    assert "验收不合格" in check.html.h1.text
    back = visit.submit(check.forms[0], name="again")
    assert back.html.select_one("#note-0")["value"] == "桌面开裂"
    done = visit.sign(check)
    assert "第1次验收：不合格" in done
    assert "桌面开裂" in done
    assert "第2次验收" in visit.open(f"{done.request.path}/inspection").html.h1.text


def test_two_people_pay(world: World, web: Flask) -> None:
    lot = lots.in_force(world)
    lot.delivering.accept()
    invoice = lot.delivering.invoice()
    lot.delivering.match(invoice)
    lot.delivering.prepare(invoice)
    authority = world.staff.finance.firm
    world.cast.grant(world.staff.finance, [(Role.TREASURER, authority)])
    visit = Visit(web, world.staff.finance)
    page = visit.open(f"/invoices/{invoice}")
    assert page.html.select_one(".sl-note--warn")
    assert page.html.select("main form") == []
    treasurer = Visit(web, world.staff.treasurer)
    page = treasurer.open(f"/invoices/{invoice}")
    released = treasurer.sign(page)
    twice = treasurer.sign(page, status=422)
    assert "这份待签文件已经签过" in twice
    future = (world.clock.now() + 3 * lots.DAY).date().isoformat()
    wrong = treasurer.send(released, reference="国库-1", paid_on=future, status=422)
    assert wrong.html.select_one("#paid_on-error")
    assert wrong.forms[0]["reference"].value == "国库-1"
    world.clock.advance(60 * lots.DAY)
    day = (world.clock.now()).date().isoformat()
    paid = treasurer.send(released, reference="国库-1", paid_on=day)
    assert "逾期利息" in paid


def test_an_invoice_that_does_not_match_goes_back(world: World, web: Flask) -> None:
    lot = lots.in_force(world)
    lot.delivering.accept()
    invoice = lot.delivering.invoice(amount=Money.parse("5.00", "CNY"))
    visit = Visit(web, world.staff.finance)
    page = visit.open(f"/invoices/{invoice}")
    assert "三方不一致" in page
    assert post(web, world.staff.finance, f"/invoices/{invoice}/match").status_int == 422
    bare = visit.send(page, code="amount", status=422)
    assert bare.html.select_one("#reason-error")
    done = visit.send(page, code="amount", reason="金额应为合同总价")
    assert "已退回" in done
    assert "金额应为合同总价" in done
    assert "已退回" in visit.open("/payments")
