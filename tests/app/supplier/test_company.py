"""The company file: its documents are the firm's own people's, and no part of any bid."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.supplier import company_file
from app.supplier.company_file import DOCUMENTS_MAX, NewDocument
from app.supplier.firms import firm_of
from kernel.refusal import Refused
from tests.app.visiting import Visit, said
from tests.world import World

LICENCE = ("营业执照.pdf", b"%PDF-1.7 licence")


def test_a_document_is_kept_taken_and_removed(world: World, web: Flask) -> None:
    visit = Visit(web, world.supplier(1))
    page = visit.send(visit.open("/supply/company"), form=0, file=LICENCE, kind="licence")
    link = page.html.select_one("#documents table a")
    assert link.text == "营业执照.pdf"
    assert visit.browser.get(link["href"]).body == LICENCE[1]
    removed = visit.submit(page.forms[0])
    assert "档案里还没有文件" in removed
    visit.open(link["href"], status=404)


def test_a_document_is_nobody_elses(world: World, web: Flask) -> None:
    visit = Visit(web, world.supplier(1))
    page = visit.send(visit.open("/supply/company"), form=0, file=LICENCE, kind="licence")
    link = page.html.select_one("#documents table a")["href"]
    other = Visit(web, world.supplier(2))
    other.open(link, status=404)
    assert "营业执照.pdf" not in other.open("/supply/company")
    Visit(web, world.staff.officer).open("/supply/company", status=403)


def test_what_is_wrong_is_named_and_kept(world: World, web: Flask) -> None:
    visit = Visit(web, world.supplier(1))
    page = visit.send(visit.open("/supply/company"), form=0, name="年报", status=422)
    assert "请选择一个文件" in said(page)
    assert "请选择种类" in said(page)
    assert page.forms[0]["name"].value == "年报"
    page = visit.send(
        visit.open("/supply/company"), form=0, file=LICENCE, kind="tax", name="a/b.pdf", status=422
    )
    assert page.html.select_one("#name-error")


def test_a_document_that_runs_out_is_said(world: World, web: Flask) -> None:
    until = (world.clock.now() + timedelta(days=10)).date()
    visit = Visit(web, world.supplier(1))
    page = visit.send(
        visit.open("/supply/company"),
        form=0, file=LICENCE, kind="licence", valid_until=until.isoformat(),
    )  # fmt: skip
    assert page.html.h1.text == "企业档案：1项快到期或已过期"
    assert "更新企业档案" in visit.open("/desk")
    assert "1 document runs out" in visit.open("/en/desk")


def test_a_file_has_an_end(world: World) -> None:
    player = world.supplier(1)
    new = NewDocument("other", "a.txt", "text/plain", world.installation.blobs.put(b"a"), 1)
    with world.installation.journal.write() as work:
        firm = firm_of(work, player.actor)
        for _ in range(DOCUMENTS_MAX):
            company_file.add_document(work, player.actor, firm, new)
        with pytest.raises(Refused, match="company_file_full"):
            company_file.add_document(work, player.actor, firm, new)
