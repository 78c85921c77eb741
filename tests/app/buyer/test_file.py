"""The tender file: its parts, the saving of the whole, findings, and what is refused."""

from __future__ import annotations

import pytest
from flask import Flask

from app.drafts import services as drafts
from app.rehearsal.play import Play
from procurement.tenders import queries as tenders
from tests.app.buyer.pages import CRITERIA, PDF, fill, form_to, upload, write_file
from tests.app.visiting import Visit
from tests.world import World


@pytest.fixture
def play(world: World) -> Play:
    """An approved plan with its intention; no tender yet."""
    made = world.play()
    made.plan()
    made.intend()
    return made


def test_what_cannot_be_read_is_named_and_kept(world: World, web: Flask, play: Play) -> None:
    officer = Visit(web, world.staff.officer)
    page = fill(officer, play.purchase, "lots", status=422, lots="课桌\t\tviel\t10\t否", items="")
    assert "第1行的“预算”看不懂：viel" in page
    page = officer.open(f"/buying/tenders/{play.purchase}/parts/lots")
    assert "课桌\t\tviel" in page.forms[form_to(page, "/lots")]["lots"].value
    page = officer.open(f"/buying/tenders/{play.purchase}")
    page = officer.send(page, form=form_to(page, "/save"), status=422)
    assert "没有保存，先改正这些" in page
    assert page.html.select('.govuk-error-summary a[href$="/parts/lots#lots"]')


def test_a_draft_is_seen_by_its_person_alone(world: World, web: Flask, play: Play) -> None:
    officer = Visit(web, world.staff.officer)
    fill(officer, play.purchase, "basics", status=422, contact_zh="", title_zh="改了的名称")
    approver = Visit(web, world.staff.approver)
    assert "改了的名称" not in approver.open(f"/buying/tenders/{play.purchase}")
    approver.open(f"/buying/tenders/{play.purchase}/parts/basics", status=404)


def test_findings_name_the_rule_and_lead_to_the_field(world: World, web: Flask, play: Play) -> None:
    officer, approver = Visit(web, world.staff.officer), Visit(web, world.staff.approver)
    bad = CRITERIA.replace("售后服务\t\t25", "注册资本\t\t20")
    page = write_file(officer, play.purchase, world.staff, criteria=bad)
    page = officer.send(page, form=form_to(page, "/save"))
    tender = page.request.path.rsplit("/", 1)[1]
    page = officer.open(f"/buying/tenders/{tender}/checks")
    assert "审批前要改正2处" in page
    assert "应为100，现为95" in page
    assert "注册资本（注册资本）" in page
    assert "招标投标管理办法》第55条" in page
    assert page.html.select('a[href$="/parts/criteria#criteria"]')
    english = officer.open(f"/en/buying/tenders/{tender}/checks")
    assert english.html.h1.text == "2 things to mend before the approval"
    page = approver.open(f"/buying/tenders/{tender}/approval")
    assert not any(form.action.endswith("/approve") for form in page.forms.values())
    # The use case says the same to whoever sends it all the same.
    token = page.forms[form_to(page, "/return")]["csrf_token"].value
    sent = approver.browser.post(
        f"/buying/tenders/{tender}/approve", {"csrf_token": token, "version": "1"}, status=422
    )
    assert "现为95" in sent


def test_the_simulator_scores_what_is_typed(world: World, web: Flask, play: Play) -> None:
    officer = Visit(web, world.staff.officer)
    page = officer.open(f"/buying/tenders/{play.purchase}/parts/criteria")
    form = page.forms[form_to(page, "/criteria")]
    form["criteria"] = CRITERIA
    form["price_1"], form["quality_1"] = "1000000", "50"
    form["price_2"], form["quality_2"] = "800000", "40"
    page = form.submit(name="want", value="simulate")
    assert [row.get_text(" ", strip=True)[:5] for row in page.html.select("tbody th")] == [
        "第1名：甲",
        "第2名：乙",
    ]
    form = page.forms[form_to(page, "/criteria")]
    form["quality_1"] = "61"
    assert "价格以外的分最多60分" in form.submit(name="want", value="simulate")


def test_stale_parts_are_not_saved_over_anothers(world: World, web: Flask, play: Play) -> None:
    staff = world.staff
    officer = Visit(web, staff.officer)
    page = write_file(officer, play.purchase, staff)
    seen = officer.send(page, form=form_to(page, "/save"))
    tender = seen.request.path.rsplit("/", 1)[1]
    page = fill(officer, tender, "basics", delivery_zh="30日内")
    # Another officer of the office saves a new version meanwhile.
    other = world.cast.player("officer2", "钱进", staff.officer.firm, [])
    from kernel.vocabulary import Role

    world.cast.grant(other, [(Role.OFFICER, staff.buyer)])
    second = Visit(web, other)
    changed = fill(second, tender, "terms", small_rate="12")
    second.send(changed, form=form_to(changed, "/save"))
    stale = officer.send(page, form=form_to(page, "/save"), status=409)
    assert "别人刚刚改动过同一内容" in stale
    assert "您填这些部分的时候" in stale
    with world.installation.journal.read() as work:
        assert tenders.tender(work.session, tender).version == 2
        assert drafts.find(work, staff.officer.person, "tender-basics", play.purchase)
    # Whoever has looked again saves on top; the other's change stays.
    page = officer.open(f"/buying/tenders/{tender}/parts/basics")
    assert "别人保存了新的一版" in page
    page = officer.send(page, form=form_to(page, "/basics"))
    officer.send(page, form=form_to(page, "/save"))
    with world.installation.journal.read() as work:
        found = tenders.tender(work.session, tender)
        assert found.version == 3
        assert found.terms["small_rate"] == "0.12"
        assert found.terms["delivery"]["zh"] == "30日内"


def test_saving_twice_makes_one_tender(world: World, web: Flask, play: Play) -> None:
    officer = Visit(web, world.staff.officer)
    page = write_file(officer, play.purchase, world.staff)
    officer.send(page, form=form_to(page, "/save"))
    again = officer.send(page, form=form_to(page, "/save"), status=409)
    assert "别人刚刚改动过" in again


def test_a_document_is_hostile_until_examined(world: World, web: Flask, play: Play) -> None:
    officer = Visit(web, world.staff.officer)
    page = upload(officer, play.purchase, "a.pdf", b"MZ not a pdf", status=422)
    assert "只收PDF、DOCX" in page
    page = upload(officer, play.purchase, "a.docx", PDF, status=422)
    assert "内容是PDF" in page
    page = upload(officer, play.purchase, "a.pdf", PDF)
    page = upload(officer, play.purchase, "b.pdf", PDF + b"%")
    assert "a.pdf" in page
    page = officer.send(page, form=form_to(page, "/documents/remove"))
    assert "a.pdf" not in page.html.select_one(".sl-tasks").text
    # Larger than a form may be elsewhere, and taken here.
    page = upload(officer, play.purchase, "c.pdf", PDF[:-6] + b" " * (3 << 20) + b"%%EOF\n")
    assert "c.pdf" in page


def test_autosave_cannot_smuggle_a_document_in(world: World, web: Flask, play: Play) -> None:
    officer = Visit(web, world.staff.officer)
    token = officer.open(f"/buying/tenders/{play.purchase}/parts/documents").forms[0]["csrf_token"]
    officer.browser.post(
        f"/drafts/tender-documents/{play.purchase}",
        {"csrf_token": token.value, "documents": '{"content":"sha256:00"}', "version": "0"},
    )
    assert "还没有文件" in officer.open(f"/buying/tenders/{play.purchase}/parts/documents")


def test_discarding_goes_back_to_what_is_saved(world: World, web: Flask, play: Play) -> None:
    officer = Visit(web, world.staff.officer)
    page = fill(officer, play.purchase, "terms", small_rate="15")
    page = officer.open(f"/buying/tenders/{play.purchase}/parts/terms")
    page = officer.send(page, form=form_to(page, "/discard"))
    assert page.forms[form_to(page, "/terms")]["small_rate"].value == "10"
