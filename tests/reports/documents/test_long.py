"""Long documents: two hundred items, long words of both scripts, and no minutes to draw them."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from kernel.text import Text
from procurement.tenders import services as tenders
from procurement.tenders.commands import NewItem, NewLot
from reports.documents.instructions import instructions_pdf
from reports.documents.notice import ITEMS_SHOWN_MAX, notice_pdf
from reports.documents.rendering import ROWS_IN_A_TABLE, pieces
from tests.world import World

LONG = (
    "Mikroprozessorgesteuerte Hochleistungszentrifuge HochleistungszentrifugeMk2048000000000000000"
    "（含转子、离心管架、冷却循环水机及三年现场维保服务，符合YY/T 0657—2017）"
)


def test_two_hundred_and_ten_items(world: World) -> None:
    plot = world.plot()
    [lot] = plot.lots
    items = tuple(
        NewItem(Text(f"{LONG}{number}", f"{LONG} {number}"), Decimal("1.25"), "台")
        for number in range(1, ITEMS_SHOWN_MAX + 11)
    )
    plot = world.plot()
    object.__setattr__(
        plot, "lots", (NewLot(lot.title, lot.budget, lot.ceiling, items, lot.reserved_for_small),)
    )
    play = world.play(plot)
    play.plan()
    play.intend()
    play.draft()
    play.make_keys()
    play.set_committee()
    began = time.process_time()
    with world.installation.journal.read() as work:
        statement = tenders.prepare_notice(
            work.session, work.origin, play.tender, at=world.clock.now()
        )
        short = notice_pdf(work.session, play.tender, statement)
        whole = instructions_pdf(work.session, play.tender)
    assert time.process_time() - began < 60
    said = re.sub(r"\s", "", "".join(page.extract_text() for page in _pages(short)))
    assert f"{ITEMS_SHOWN_MAX}" in said
    assert "另有10项，见采购文件。" in said
    said = re.sub(r"\s", "", "".join(page.extract_text() for page in _pages(whole)))
    assert re.sub(r"\s", "", f"{LONG}210") in said
    # The head of the table stands on each page of it.
    assert said.count("序号内容数量单位") >= 210 // ROWS_IN_A_TABLE


def _pages(pdf: bytes) -> list:  # type: ignore[type-arg]
    return list(PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize("rows", [0, 1, ROWS_IN_A_TABLE, ROWS_IN_A_TABLE + 1, 200])
def test_pieces_hold_every_row_once(rows: int) -> None:
    made = [list(piece) for piece in pieces(range(rows))]
    assert [row for piece in made for row in piece] == list(range(rows))
    assert all(0 < len(piece) <= ROWS_IN_A_TABLE for piece in made)
