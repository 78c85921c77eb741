"""The evaluation report for the buyer: page, signed paper, and figures for a spreadsheet."""

from __future__ import annotations

from flask import Blueprint, Response

from app.container import Container
from app.outcome.reading import report as reading
from app.outcome.reading.report import RANKING_HEADS, SHEET_HEADS
from app.outcome.reading.seeing import lot_of
from app.web.access import actor
from app.web.audience import open_to
from app.web.files import private_file
from app.web.language import say
from app.web.pages import page
from app.web.site import site
from app.web.spreadsheet import Kind, attached, written
from bidding.evaluation.concluding import REPORT_PDF
from kernel.refusal import NotFound
from kernel.vocabulary import Audience
from procurement.parties import queries as parties

_TABLES = {
    "ranking": (RANKING_HEADS, reading.ranking_rows),
    "scores": (SHEET_HEADS, reading.sheet_rows),
}


def report_routes(pages: Blueprint, container: Container) -> None:
    """What can be read of a report; nothing here changes anything."""

    @pages.get("/buying/lots/<lot>/evaluation")
    @open_to(Audience.BUYER)
    def report(lot: str) -> Response:
        with container.journal.read() as work:
            view = reading.report_page(work, lot_of(work, actor(), lot))
        return page("outcome/report.html", view)

    @pages.get("/buying/lots/<lot>/evaluation.pdf")
    @open_to(Audience.BUYER)
    def report_paper(lot: str) -> Response:
        with container.journal.read() as work:
            kept = parties.last_pdf(work.session, REPORT_PDF, lot_of(work, actor(), lot).id)
        if kept is None:
            raise NotFound("evaluation_report", lot)
        return private_file(container.blobs.open(kept.content), "评审报告.pdf", "application/pdf")

    @pages.get("/buying/lots/<lot>/evaluation/<any(ranking,scores):table>.<any(csv,xlsx):kind>")
    @open_to(Audience.BUYER)
    def report_table(lot: str, table: str, kind: str) -> Response:
        heads, rows = _TABLES[table]
        with container.journal.read() as work:
            view = reading.report_page(work, lot_of(work, actor(), lot))
        form = Kind(kind)
        file = written(form, [say(head) for head in heads], rows(view), site().zone)
        return attached(form, f"{table}-{view.head.number}", file)
