"""The evaluation report is the buyer's to read once there is a ranking, and nobody else's."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.app.outcome import lots
from tests.app.visiting import Visit
from tests.world import World

TAILS = ("evaluation", "evaluation.pdf", "evaluation/scores.csv", "evaluation/ranking.xlsx")


@pytest.mark.parametrize("tail", TAILS)
def test_before_the_ranking_there_is_no_report(world: World, web: Flask, tail: str) -> None:
    lot = lots.qualified(world)
    lot.judging.seat_panel()
    lot.judging.check_compliance()
    lot.judging.answer_price_questions()
    lot.judging.score()
    Visit(web, world.staff.officer).open(f"{lot.url}/{tail}", status=404)


def test_a_report_by_price_alone_has_no_points(world: World, web: Flask) -> None:
    lot = lots.reported(world)
    for player in (world.staff.officer, world.staff.approver):
        page = Visit(web, player).open(f"{lot.url}/evaluation")
        assert page.html.h1.get_text(strip=True) == "评审报告"
        assert len(page.html.select("tbody tr")) >= 3
        assert "去定标" in page
    assert "Evaluation report" in Visit(web, world.staff.officer).open(f"/en{lot.url}/evaluation")


@pytest.mark.parametrize("tail", TAILS)
def test_the_report_is_nobody_elses(world: World, web: Flask, tail: str) -> None:
    lot = lots.reported(world)
    for player in (world.staff.acceptor, world.staff.finance, world.supplier(1)):
        page = Visit(web, player).browser.get(f"{lot.url}/{tail}", status="*")
        assert page.status_int in (403, 404)
        assert "评审报告" not in page
