"""The report signed by all, or standing with the signatures it has (87-58, 61)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.jobs import proceeding
from app.rehearsal.cast import Player
from app.rehearsal.judging import Judging
from bidding.evaluation import queries, services
from kernel.refusal import Refused
from kernel.vocabulary import Action, LotStage, system_actor
from tests.recorded import last_body

MICROSECOND = timedelta(microseconds=1)
# Ranked on 28 April 2026: two working days are the 29th and the 30th (P16).
REPORT_DUE = datetime(2026, 4, 30, 16, 0, tzinfo=UTC)


@pytest.fixture
def ranked(complying: Judging) -> Judging:
    """The same lot with its ranking, whose report nobody has signed."""
    complying.score()
    complying.rank()
    return complying


def _sign(judging: Judging, member: Player, dissent: str | None = None) -> bool:
    with judging.journal.read() as work:
        statement = services.prepare_report_signature(work, judging.lot, dissent=dissent)
    examined = judging.play.cast.examined(member, statement)
    with judging.journal.write() as work:
        return services.sign_report(work, member.actor, judging.lot, examined, dissent=dissent)


def test_report_stands_with_the_last_signature(ranked: Judging) -> None:
    members = ranked.members()
    for member in members[:4]:
        assert _sign(ranked, member) is False
        assert ranked.stage is LotStage.EVALUATED
    with pytest.raises(Refused, match="report_signed_already"):
        _sign(ranked, members[0])
    assert _sign(ranked, members[4]) is True
    assert ranked.stage is LotStage.REPORTED
    with ranked.journal.read() as work:
        assert queries.ranking(work.session, ranked.lot).reported_at is not None


def test_dissent_is_signed_with_its_reason(ranked: Judging) -> None:
    """87-61: who disagrees says so under his own signature, and the report still stands."""
    dissenter, *others = ranked.members()
    _sign(ranked, dissenter, "技术分的理由不充分")
    for member in others:
        _sign(ranked, member)
    assert ranked.stage is LotStage.REPORTED
    with ranked.journal.read() as work:
        rows = queries.report_signatures(work.session, ranked.lot)
        kept = [queries.signed_statement(work.session, row.document_id) for row in rows]
    assert [row.dissent for row in rows].count("技术分的理由不充分") == 1
    assert len(set(kept)) == 2


def test_silence_is_consent_once_the_time_is_over(ranked: Judging) -> None:
    """87-61, requirement 092: late by nothing is late, and a microsecond before is not."""
    officer = ranked.play.staff.officer
    signing, *silent = ranked.members()
    _sign(ranked, signing)
    ranked.play.clock.set(REPORT_DUE - MICROSECOND)
    with pytest.raises(Refused, match="report_time_runs"), ranked.journal.write() as work:
        services.conclude_report(work, officer.actor, ranked.lot)
    ranked.play.clock.set(REPORT_DUE)
    for stranger in (signing, ranked.play.staff.approver, ranked.play.staff.supervisor):
        with pytest.raises(Refused, match="not_authorised"), ranked.journal.write() as work:
            services.conclude_report(work, stranger.actor, ranked.lot)
    with ranked.journal.write() as work:
        services.conclude_report(work, officer.actor, ranked.lot)
    assert ranked.stage is LotStage.REPORTED
    with ranked.journal.read() as work:
        ranking = queries.ranking(work.session, ranked.lot)
    assert ranking.reported_at == REPORT_DUE
    kept = last_body(ranked.journal, Action.CONCLUDE_REPORT)
    assert (kept["signed"], kept["silent"]) == (1, 4)
    assert kept["silent_members"] == sorted(member.person for member in silent)
    assert "Order 87 art. 61" in kept["cites"]
    with pytest.raises(Refused, match="wrong_stage"):
        _sign(ranked, silent[0])


def test_a_report_that_nobody_signed_does_not_stand(ranked: Judging) -> None:
    ranked.play.clock.set(REPORT_DUE)
    with pytest.raises(Refused, match="report_unsigned"), ranked.journal.write() as work:
        services.conclude_report(work, system_actor("silence"), ranked.lot)


def test_the_system_concludes_when_the_time_is_over(ranked: Judging) -> None:
    _sign(ranked, ranked.members()[0], "技术分的理由不充分")
    ranked.play.clock.set(REPORT_DUE - MICROSECOND)
    assert proceeding.conclude_silent_reports(ranked.play.installation) == []
    ranked.play.clock.set(REPORT_DUE)
    assert proceeding.conclude_silent_reports(ranked.play.installation) == [ranked.lot]
    assert ranked.stage is LotStage.REPORTED
    assert proceeding.conclude_silent_reports(ranked.play.installation) == []
