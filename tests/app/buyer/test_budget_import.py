"""Budget lines out of a list: looked at first, and all of them or none."""

from __future__ import annotations

from flask import Flask

from procurement.plans import queries as plans
from tests.app.buyer.pages import form_to
from tests.app.visiting import Visit
from tests.world import World


def _lines(world: World) -> dict[str, int]:
    with world.installation.journal.read() as work:
        found = plans.budget_lines_of_year(work.session, 2026)
        return {line.code: line.amount_minor for line in found}


def _send(visit: Visit, text: str | bytes, status: int = 200):  # type: ignore[no-untyped-def]
    page = visit.open("/budgets/import")
    form = form_to(page, "/budgets/import")
    if isinstance(text, bytes):
        return visit.send(page, form=form, status=status, file=("lines.csv", text))
    return visit.send(page, form=form, status=status, rows=text)


def test_a_list_is_shown_first_and_then_allotted(world: World, web: Flask) -> None:
    finance, buyer = Visit(web, world.staff.finance), world.staff.buyer.name.zh
    page = _send(finance, f"预算单位,年度,预算指标编号,指标金额\n{buyer},2026,A-1,\"1,200,000\"\n"
                          f"{buyer},2026,A-2,300.50\n")  # fmt: skip
    assert "核对2个指标" in page
    assert "新指标" in page
    assert not _lines(world)
    finance.send(page, form=form_to(page, "/confirm"))
    assert _lines(world) == {"A-1": 120_000_000, "A-2": 30_050}


def test_a_file_in_the_encoding_of_chinese_excel_is_read(world: World, web: Flask) -> None:
    finance, buyer = Visit(web, world.staff.finance), world.staff.buyer.name.zh
    page = _send(finance, f"{buyer},2026,A-1,5\n".encode("gb18030"))
    finance.send(page, form=form_to(page, "/confirm"))
    assert _lines(world) == {"A-1": 500}


def test_each_fault_is_named_and_nothing_is_imported(world: World, web: Flask) -> None:
    finance, buyer = Visit(web, world.staff.finance), world.staff.buyer.name.zh
    page = _send(
        finance,
        f"{buyer}\t2026\tA-1\t100\nNobody\t26\t\t-1\n{buyer}\t2026\tA-1\t7\n{buyer}\t2026\n",
        status=422,
    )
    said = page.html.select_one("tbody").get_text(" ", strip=True)
    for words in ("没有叫“Nobody”的采购人", "年度写四位数字", "编号要填写", "大于零", "与第1行重复",
                  "有2列", "第2行", "第4行"):  # fmt: skip
        assert words in said
    assert not _lines(world)
    assert "Nobody" in page.html.select_one("textarea").text


def test_no_cell_is_a_fault_of_ours(world: World, web: Flask) -> None:
    """Whatever stands in a cell of a file: a preview or words about what is wrong."""
    page = Visit(web, world.staff.finance).open("/budgets/import")
    form = page.forms[form_to(page, "/budgets/import")]
    good = [world.staff.buyer.name.zh, "2026", "A-1", "100"]
    for cell in ("9" * 5000, "1e999999999", "NaN", "\u0663", "=1+1", "\u202e", "\x00"):
        for column in range(len(good)):
            row = "\t".join([*good[:column], cell, *good[column + 1 :]])
            form["file"] = ("lines.csv", row.encode())
            assert form.submit(status="*").status_int in (200, 422), (cell, column)
    assert not _lines(world)


def test_an_empty_list_is_asked_for_again(world: World, web: Flask) -> None:
    assert "粘贴表格，或选一个CSV文件" in _send(Visit(web, world.staff.finance), "", status=422)


def test_what_changed_after_the_preview_is_looked_at_again(world: World, web: Flask) -> None:
    finance, buyer = Visit(web, world.staff.finance), world.staff.buyer.name.zh
    first = _send(finance, f"{buyer},2026,A-1,100\n")
    second = _send(finance, f"{buyer},2026,A-1,200\n")
    finance.send(second, form=form_to(second, "/confirm"))
    page = finance.send(first, form=form_to(first, "/confirm"), status=409)
    assert "预览之后指标有变化" in page
    assert _lines(world) == {"A-1": 20_000}


def test_a_line_is_not_cut_below_what_is_reserved(world: World, web: Flask) -> None:
    play = world.play()
    play.plan()
    before, buyer = _lines(world), world.staff.buyer.name.zh
    (code,) = before
    page = _send(Visit(web, world.staff.finance), f"{buyer},2026,{code},1\n", status=422)
    assert "不能低于已占用金额" in page
    assert _lines(world) == before


def test_the_import_is_for_finance(world: World, web: Flask) -> None:
    for who in (world.staff.officer, world.staff.approver):
        Visit(web, who).open("/budgets/import", status=403)
