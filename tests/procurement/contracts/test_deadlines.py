"""Each open time limit stands at its light until what it waits for is done (requirement 128)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.judging import Judging
from bidding.evaluation import deadlines as reports
from bidding.evaluation.deadlines import Deadline, Limit
from kernel.vocabulary import LotStage
from procurement.awards import deadlines as awards
from procurement.challenges import deadlines as challenges
from procurement.contracts import deadlines as contracts
from procurement.payments import deadlines as payments
from procurement.profiles import load_profile
from procurement.profiles.timetable import Light
from procurement.tenders.standing import calendar_of
from tests.procurement.challenges.test_services import answer, complain, file

PROFILE = load_profile("cn-gov")
MICROSECOND = timedelta(microseconds=1)


def _open(judging: Judging) -> list[Deadline]:
    with judging.journal.read() as work:
        return [
            *reports.open_deadlines(work.session),
            *awards.open_deadlines(work.session),
            *challenges.open_deadlines(work.session),
            *contracts.open_deadlines(work.session, judging.play.clock.now()),
            *payments.open_deadlines(work.session),
        ]


def test_lights_go_from_green_to_red() -> None:
    start = datetime(2026, 4, 28, 2, 0, tzinfo=UTC)
    found = reports.report_deadline(
        stage=LotStage.EVALUATED,
        lot="lot_1",
        tender="ten_1",
        ranked_at=start,
        profile=PROFILE,
        calendar=calendar_of(PROFILE),
    )
    assert found is not None
    # Two working days: 29 and 30 April.
    assert found.due_at == datetime(2026, 4, 30, 16, 0, tzinfo=UTC)
    assert found.light(PROFILE, start) is Light.GREEN
    assert found.light(PROFILE, found.due_at - MICROSECOND) is Light.AMBER
    assert found.light(PROFILE, found.due_at) is Light.RED
    assert [found.late(found.due_at - MICROSECOND), found.late(found.due_at)] == [False, True]


@pytest.mark.parametrize("stage", [stage for stage in LotStage if stage != LotStage.EVALUATED])
def test_nothing_is_waited_for_in_other_stages(stage: LotStage) -> None:
    now = datetime(2026, 4, 28, 2, 0, tzinfo=UTC)
    calendar = calendar_of(PROFILE)
    assert (
        reports.report_deadline(
            stage=stage, lot="l", tender="t", ranked_at=now, profile=PROFILE, calendar=calendar
        )
        is None
    )


def test_one_limit_follows_the_other(reported: Judging) -> None:
    """From the signed report to the last payment something is always waited for, and once only."""
    assert [one.limit for one in _open(reported)] == [Limit.DECISION]
    award = reported.decide()
    assert [one.limit for one in _open(reported)] == [Limit.NOTICE]
    reported.announce(award)
    assert [one.limit for one in _open(reported)] == [Limit.SIGNING]
    supplier = reported.play.cast.players["supplier2"]
    challenge = file(reported, supplier)
    assert [one.limit for one in _open(reported)] == [Limit.ANSWER, Limit.SIGNING]
    answer(reported, challenge)
    complain(reported, supplier, challenge, (1,))
    assert [one.limit for one in _open(reported)] == [Limit.RULING, Limit.SIGNING]


def test_payment_is_waited_for_until_it_is_settled(in_force: Contracting) -> None:
    judging = Judging(in_force.play, in_force.lot)
    assert _open(judging) == []
    delivering = Delivering(in_force)
    delivering.accept()
    invoice = delivering.invoice()
    delivering.match(invoice)
    (waiting,) = _open(judging)
    assert (waiting.limit, waiting.object) == (Limit.PAYMENT, invoice)
    assert waiting.due_at == datetime(2026, 5, 28, 16, 0, tzinfo=UTC)
    payment = delivering.prepare(invoice)
    delivering.release(payment)
    assert len(_open(judging)) == 1
    delivering.settle(payment)
    assert _open(judging) == []


def test_suspension_moves_the_signing(awarded: Judging) -> None:
    (before,) = _open(awarded)
    challenge = file(awarded, awarded.play.cast.players["supplier2"])
    awarded.play.clock.advance(timedelta(days=3))
    answer(awarded, challenge)
    (after,) = _open(awarded)
    assert after.due_at - before.due_at == timedelta(days=3)
