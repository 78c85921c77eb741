"""The whole way of the buyer's people by real posts: from a need to the published tender."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from app.drafts import services as drafts
from kernel.vocabulary import TenderStage
from procurement.plans import queries as plans
from procurement.tenders import queries as tenders
from tests.app.buyer.pages import form_to, write_file
from tests.app.visiting import Visit
from tests.world import CLOSES_AT, PUBLISHED_AT, World


def test_from_a_need_to_the_published_tender(world: World, web: Flask) -> None:
    staff = world.staff
    author, unit_approver = Visit(web, staff.author), Visit(web, staff.unit_approver)
    finance, officer, approver = (
        Visit(web, staff.finance),
        Visit(web, staff.officer),
        Visit(web, staff.approver),
    )

    # The unit writes a need, another person approves it.
    page = author.send(
        author.open("/needs/new"),
        title_zh="课桌椅采购",
        title_en="Desks",
        category="goods",
        specification_zh="学生课桌椅1000套。",
        estimate="1,200,000",
        unit=staff.unit.id,
        buyer=staff.buyer.id,
    )
    need = page.request.path.rsplit("/", 1)[1]
    assert "壹佰贰拾万元整" in page
    assert "要由使用单位的另一人审批" not in page  # only an approver could wonder
    page = unit_approver.open(f"/needs/{need}")
    page = unit_approver.send(page, form=form_to(page, "/return"), reason="写明标准")
    assert "写明标准" in page
    page = author.open(f"/needs/{need}/edit")
    author.send(page, specification_zh="学生课桌椅1000套，符合GB/T 3976。")
    page = unit_approver.open(f"/needs/{need}")
    page = unit_approver.send(page, form=form_to(page, "/approve"))
    assert "已批准" in page

    # What is approved is read and no longer offered as a form; what is sent is refused as before.
    page = author.open(f"/needs/{need}/edit")
    assert "需求已批准，不能再改" in page
    assert "title_zh" not in page.text

    # Finance allots.
    assert "下达预算" in finance.open("/desk")
    page = finance.send(finance.open(f"/budgets/new?need={need}"), code="2026-205-01")
    assert "额度够用" in page

    # The buyer plans and approves, and says so ahead.
    page = officer.open(f"/plans/new?need={need}")
    with world.installation.journal.read() as work:
        (line,) = plans.budget_lines(work.session, staff.buyer.id, 2026)
    page = officer.send(page, budget_line=line.id, planned_start_on="2026-04-02")
    plan = page.request.path.rsplit("/", 1)[1]
    page = approver.open(f"/plans/{plan}")
    approver.send(page, form=form_to(page, "/approve"))
    page = officer.open(f"/plans/{plan}")
    page = officer.send(page, form=form_to(page, "/intention"))
    assert "意向已公开" in page

    # The file, part by part, in any order.
    world.clock.set(PUBLISHED_AT - timedelta(hours=8))
    page = write_file(officer, plan, staff)
    assert "已完成7项，共7项" in page
    page = officer.send(page, form=form_to(page, "/save"))
    assert page.request.path.startswith("/buying/tenders/ten_")
    tender = page.request.path.rsplit("/", 1)[1]
    page = officer.open(f"/buying/tenders/{tender}/checks")
    assert "可以审批" in page
    page = approver.open(f"/buying/tenders/{tender}/approval")
    page = approver.send(page, form=form_to(page, "/return"), reason="交货期写清楚")
    page = officer.open(f"/buying/tenders/{tender}")
    assert "交货期写清楚" in page
    page = officer.open(f"/buying/tenders/{tender}/parts/basics")
    page = officer.send(page, form=form_to(page, "/basics"), delivery_zh="合同签订后30日内送到")
    page = officer.send(page, form=form_to(page, "/save"))
    assert "第2版" in page
    page = approver.open(f"/buying/tenders/{tender}/approval")
    page = approver.send(page, form=form_to(page, "/approve"))
    assert "第2版已批准" in page

    # Keys, the committee's list, the notice.
    assert "还不能确定名单" in officer.open(f"/buying/tenders/{tender}/committee")
    play = world.play()
    play.tender = tender
    play.make_keys()
    page = officer.open(f"/buying/tenders/{tender}/committee")
    page = officer.sign(page, form=form_to(page, "/committee"))
    assert "开标人名单已确定" in page
    world.clock.set(PUBLISHED_AT)
    page = officer.open(f"/buying/tenders/{tender}/publish")
    page = officer.sign(page, form=form_to(page, "/publish"), seen=True)
    with world.installation.journal.read() as work:
        found = tenders.tender(work.session, tender)
        assert found.stage == TenderStage.OPEN
        assert found.closes_at == CLOSES_AT
        assert found.notices[0].pdf
        assert [document.name for document in found.documents] == ["采购文件.pdf"]
        for kind in ("tender-basics", "tender-lots"):
            assert drafts.find(work, staff.officer.person, kind, plan) is None
    assert "看公开页面" in page
