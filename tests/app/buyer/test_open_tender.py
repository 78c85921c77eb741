"""While a tender is open: questions, corrigenda with their effect, and the end without a result."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.rehearsal.play import Play
from kernel.vocabulary import TenderStage
from procurement.tenders import queries as tenders
from tests.app.buyer.pages import PDF, form_to
from tests.app.visiting import Visit
from tests.world import CLOSES_AT, World


@pytest.fixture
def play(world: World) -> Play:
    """An open tender, a day after its notice."""
    return world.tender()


def test_a_question_is_answered_once_without_its_asker(
    world: World, web: Flask, play: Play
) -> None:
    supplier, officer = world.supplier(1), Visit(web, world.staff.officer)
    play.ask(supplier, "可以分两批交货吗？")
    desk = officer.open("/desk")
    assert "答复1条询问" in desk
    page = officer.open(f"/buying/tenders/{play.tender}/questions")
    assert "可以分两批交货吗" in page
    assert supplier.firm.name.zh not in page
    assert supplier.name not in page
    place = form_to(page, page.html.select("form")[-1]["action"].rsplit("/", 1)[1])
    empty = officer.send(page, form=place, status=422)
    assert "请填写“" in empty
    done = officer.send(page, form=place, answer_zh="可以，第二批不晚于20日。")
    assert "没有待答复的询问" in done
    again = officer.browser.post(
        page.forms[place].action,
        {"csrf_token": page.forms[place]["csrf_token"].value, "answer_zh": "改口"},
        status=422,
    )
    assert "改口" not in Visit(web).open(f"/tenders/{play.plot and _ocid(world, play)}")
    assert again.status_int == 422


def test_a_corrigendum_says_what_it_does_to_the_closing(
    world: World, web: Flask, play: Play
) -> None:
    officer = Visit(web, world.staff.officer)
    world.clock.set(CLOSES_AT - timedelta(days=5))
    page = officer.open(f"/buying/tenders/{play.tender}/amend")
    assert "截止至少顺延到2026年5月8日" in page
    page = officer.send(
        page,
        form=form_to(page, "/amend"),
        changes_zh="补充图纸要求。",
        facts_zh="另须提供安装图纸。",
    )
    assert "还不能发布更正" in page
    assert "第27条" in page
    page = officer.open(f"/buying/tenders/{play.tender}/amend")
    page = officer.send(page, form=form_to(page, "/documents"), number="1", file=("图纸.pdf", PDF))
    assert "替换第1份" in page
    page = officer.send(page, form=form_to(page, "/amend"), closes_at="2026-05-08T09:30")
    assert "另须提供安装图纸" in page
    assert "投标截止从2026年4月28日" in page
    page = officer.sign(page, form=form_to(page, "/amend/publish"))
    assert page.request.path == f"/buying/tenders/{play.tender}"
    with world.installation.journal.read() as work:
        found = tenders.tender(work.session, play.tender)
        assert [notice.number for notice in found.notices] == [1, 2]
        assert found.notices[1].pdf
        assert found.facts_zh == "另须提供安装图纸。"
        assert [(one.number, one.version) for one in tenders.documents(work.session, found.id)] == [
            (1, 1),
            (1, 2),
        ]


def test_a_corrigendum_changes_terms_and_says_from_what_to_what(
    world: World, web: Flask, play: Play
) -> None:
    """Order 87 art. 27 bars subject and qualification alone; what is left alone stays."""
    officer = Visit(web, world.staff.officer)
    path = f"/buying/tenders/{play.tender}/amend"
    page = officer.open(path)
    assert "第27条" in page
    untouched = officer.send(page, form=form_to(page, "/amend"), changes_zh="没有改动。")
    assert "投标保证金" not in untouched
    page = officer.open(path)
    page = officer.send(
        page,
        form=form_to(page, "/amend"),
        changes_zh="收保证金。",
        closes_at="2026-05-08T09:30",
        bid_security="12000.00",
        bid_security_form="guarantee",
    )
    assert "投标保证金" in page
    assert "¥12,000.00" in page
    page = officer.sign(page, form=form_to(page, "/amend/publish"))
    with world.installation.journal.read() as work:
        found = tenders.tender(work.session, play.tender)
        assert found.terms["bid_security"] == {"amount": "12000.00", "currency": "CNY"}
        assert found.terms["contact"]
    # More than the law allows is refused before anything is signed.
    page = officer.open(path)
    page = officer.send(
        page, form=form_to(page, "/amend"), changes_zh="多收。", bid_security="900000.00"
    )
    assert "还不能发布更正" in page
    assert not page.html.select("[data-sign]")


def test_a_corrigendum_never_moves_the_closing_earlier(
    world: World, web: Flask, play: Play
) -> None:
    officer = Visit(web, world.staff.officer)
    page = officer.open(f"/buying/tenders/{play.tender}/amend")
    page = officer.send(
        page,
        form=form_to(page, "/amend"),
        changes_zh="提前。",
        closes_at="2026-04-27T09:30",
    )
    assert "还不能发布更正" in page
    assert not page.html.select("[data-sign]")


def test_a_tender_ends_for_a_reason_and_for_good(world: World, web: Flask, play: Play) -> None:
    officer = Visit(web, world.staff.officer)
    page = officer.open(f"/buying/tenders/{play.tender}/cancel")
    assert "终止后不能恢复" in page
    unsure = officer.send(page, form=form_to(page, "/cancel"), reason_zh="预算取消。", status=422)
    assert "要先勾选这一项" in unsure
    done = officer.send(unsure, form=form_to(unsure, "/cancel"), reason_zh="预算取消。", sure=True)
    assert "已终止" in done
    with world.installation.journal.read() as work:
        assert tenders.tender(work.session, play.tender).stage == TenderStage.CANCELLED
    officer.open(f"/buying/tenders/{play.tender}/cancel", status=404)
    officer.open(f"/buying/tenders/{play.tender}/amend", status=404)
    assert "可以编入采购计划" in officer.open("/needs").text or "可以编入计划" in officer.open(
        "/needs"
    )


def test_signing_anothers_statement_publishes_nothing(world: World, web: Flask, play: Play) -> None:
    officer = Visit(web, world.staff.officer)
    page = officer.open(f"/buying/tenders/{play.tender}/amend")
    page = officer.send(
        page, form=form_to(page, "/amend"), changes_zh="更正。", facts_zh="新的需求。"
    )
    # The approver's key under the officer's log-in.
    page = officer.sign(
        page,
        form=form_to(page, "/amend/publish"),
        signer=world.staff.approver.signer,
        status=422,
    )
    with world.installation.journal.read() as work:
        assert len(tenders.tender(work.session, play.tender).notices) == 1


def _ocid(world: World, play: Play) -> str:
    from procurement.plans import queries as plans

    with world.installation.journal.read() as work:
        return plans.purchase(work.session, play.purchase).ocid
