"""The pages of one award, of one contract, and of what a corrigendum changed, as a stranger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from flask.testing import FlaskClient

from app.jobs.timekeeping import publish_record
from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.judging import Judging
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import TenderStage
from procurement.tenders.commands import Amendment, NewCriterion, Terms
from tests.app.portal.live.looking import key_of
from tests.app.portal.reading import Page, read
from tests.world import CLOSES_AT, World
from tests.worlds import played

SECRET_INVOICE = "25617000000012345678"


def both(reader: FlaskClient, path: str) -> tuple[Page, Page]:
    """The page in both languages."""
    pages = read(reader, path), read(reader, f"/en{path}")
    assert all(page.status == 200 and page.is_closed for page in pages)
    return pages


def test_award_and_contract_stand_on_their_own_once_they_are_public(
    world: World, reader: FlaskClient
) -> None:
    """Nothing before its moment; then who, why, until when, and the signed papers."""
    play = played(world, stage=TenderStage.CLOSED, bids=4)
    world.clock.advance(timedelta(minutes=11))
    [lot] = play.lots
    play.release(lot)
    play.open(lot)
    judging = Judging(play, lot)
    judging.qualify()
    judging.evaluate()
    award = judging.decide()
    base = f"/tenders/{key_of(play)}"
    assert read(reader, f"{base}/awards/{award}").status == 404
    judging.announce(award)
    publish_record(world.installation)
    zh, en = both(reader, f"{base}/awards/{award}")
    assert "采购审批人" in zh.text
    assert "综合评分法" in zh.text
    assert "第52条" in zh.text
    assert "still be challenged" in en.text or "challenge" in en.text
    assert f"{base}/awards/{award}" in read(reader, base).html

    contracting = Contracting(play, lot)
    world.clock.advance(timedelta(days=10))
    contracting.draft()
    path = f"{base}/contracts/{contracting.contract}"
    assert read(reader, path).status == 404
    contracting.sign()
    world.clock.advance(timedelta(days=20))
    publish_record(world.installation)
    zh, en = both(reader, path)
    assert "履行中" in zh.text
    assert "大写" in zh.text
    assert "还没有验收" in zh.text
    assert path in read(reader, f"{base}/awards/{award}").html
    delivering = Delivering(contracting)
    delivering.accept()
    delivering.pay(delivering.invoice(SECRET_INVOICE), "GK-2026-0731-0043")
    publish_record(world.installation)
    zh, en = both(reader, path)
    assert "已验收并付清" in zh.text
    assert "合格" in zh.text
    assert "paid in full" in en.text
    assert SECRET_INVOICE not in zh.html
    assert path in read(reader, base).html
    # Nobody finds it below another tender, and no id is guessed.
    other = key_of(played(world))
    assert read(reader, f"/tenders/{other}/contracts/{contracting.contract}").status == 404
    assert read(reader, f"/tenders/{other}/awards/{award}").status == 404
    assert read(reader, f"{base}/awards/%00").status == 404
    assert read(reader, f"{base}/contracts/con_nobody").status == 404


def test_pages_have_an_etag_and_cost_a_304_when_nothing_changed(
    world: World, reader: FlaskClient
) -> None:
    play = played(world)
    play.amend(_amendment(world, play.tender))
    publish_record(world.installation)
    path = f"/tenders/{key_of(play)}/versions/2"
    first = reader.get(path)
    again = reader.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")


def test_a_corrigendum_is_shown_field_by_field(world: World, reader: FlaskClient) -> None:
    """Old and new, the closing time first, each version with its entry; from page and record."""
    play = played(world)
    base = f"/tenders/{key_of(play)}"
    assert read(reader, f"{base}/versions/2").status == 404
    assert read(reader, f"{base}/versions/1").status == 404
    play.amend(_amendment(world, play.tender))
    publish_record(world.installation)
    zh, en = both(reader, f"{base}/versions/2")
    assert "更正公告（1）改了什么" in zh.text
    assert "投标截止从" in zh.text
    assert "2026年5月20日" in zh.text
    assert "不收" in zh.text
    assert "¥12,000.00" in zh.text
    assert "评分：延长保修" in zh.text
    assert "没有" in zh.text
    assert "Corrigendum 1" in en.text
    assert zh.with_class("sl-proof")
    assert f"{base}/versions/2" in read(reader, base).html
    assert read(reader, f"{base}/versions/3").status == 404


def test_a_draft_of_a_corrigendum_is_nobody_s(world: World, reader: FlaskClient) -> None:
    play = played(world, stage=TenderStage.APPROVED)
    assert read(reader, f"/tenders/{key_of(play)}/versions/2").status == 404


def _amendment(world: World, tender: str) -> Amendment:
    from procurement.tenders import queries
    from procurement.tenders.content import content_of

    with world.installation.journal.read() as work:
        content = content_of(queries.tender(work.session, tender))
    terms = Terms.from_record(content.terms)
    scored = [one for one in content.criteria if one["kind"] == "quality"]
    first = scored[0]
    criteria = tuple(
        _criterion(one, Decimal(5) if one is first else Decimal(0)) for one in content.criteria
    )
    extra = NewCriterion("quality", Text("延长保修", "Longer warranty"), Decimal(5))
    return Amendment(
        closes_at=CLOSES_AT.replace(month=5, day=20),
        changes=Text("收保证金，增加保修一项。", "A security is asked; warranty is scored."),
        criteria=(*criteria, extra),
        terms=replace(
            terms, bid_security=Money.parse("12000.00", "CNY"), bid_security_form="guarantee"
        ),
    )


def _criterion(record: dict[str, object], less: Decimal) -> NewCriterion:
    title, rule = record["title"], record["rule"]
    return NewCriterion(
        str(record["kind"]),
        Text(title["zh"], title["en"]),  # type: ignore[index]
        Decimal(str(record["weight"])) - less,
        objective=bool(record["objective"]),
        rule=Text(rule["zh"], rule["en"]) if rule["zh"] else None,  # type: ignore[index]
        justification=str(record["justification"]),
    )


def test_the_public_lists_are_files_for_a_spreadsheet(world: World, reader: FlaskClient) -> None:
    """As filtered, in the reader's language; a list that is none is not found."""

    def fetched(path: str) -> bytes:
        with reader.get(path) as found:
            assert found.status_code == 200, path
            return found.get_data()

    key = key_of(played(world))
    for path in ("/lists/tenders.csv", "/lists/tenders.csv?status=open"):
        text = fetched(path).decode("utf-8-sig")
        assert text.startswith("编号,名称,采购人,状态,预算,币种,投标截止")
        assert key in text
        assert "1200000.00,CNY,2026-" in text
        assert "+08:00" in text
    assert key not in fetched("/lists/tenders.csv?q=没有这个").decode()
    assert fetched("/en/lists/tenders.csv")[3:].startswith(b"Number,Title")
    for name in ("awards", "plans", "tenders"):
        assert fetched(f"/lists/{name}.xlsx").startswith(b"PK")
        assert fetched(f"/lists/{name}.csv").startswith(b"\xef\xbb\xbf")
    assert reader.get("/lists/people.csv").status_code == 404
    assert "下载表格" in read(reader, "/tenders").text
    nothing = read(reader, "/tenders?q=没有这个")
    assert "没有符合的项目" in nothing.text
    assert "/lists/awards.csv" in nothing.html
    assert "/lists/plans.xlsx" in nothing.html
    assert "/lists/tenders.csv" not in nothing.html  # it would hold nothing
