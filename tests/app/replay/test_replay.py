"""The oracle: for each real lot the system awards to whom it was really awarded, to the cent."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.documents.papers import SIGNER_FIELD
from app.replay.documents import signed_notices
from app.replay.playing import Outcome
from app.replay.reading import RealData
from app.replay.running import replay
from journal.audit import audit
from kernel.blobs import FileBlobs
from procurement.tenders.models import Notice
from signatures import pades
from signatures.trust import Trust
from tests.app.replay.making import FIRST, SECOND, read, row, tender, two_bids

LOTS = 162
# Twelve lots of ten tenders, of every kind that the data has.
KINDS = {
    "UA-2026-09-11-013006-a": "two lots",
    "UA-2026-09-09-014105-a": "four lots, one with a single bid",
    "UA-2026-08-27-011740-a": "two lots, one with a single bid, and a disqualification",
    "UA-2026-09-21-011898-a": "a tie of two",
    "UA-2026-09-30-006891-a": "a tie among four",
    "UA-2026-10-05-005577-a": "ten bids and a tie",
    "UA-2026-09-15-005918-a": "soft hyphens in the title, and a disqualification",
    "UA-2026-10-07-012191-a": "a space that does not break",
    "UA-2026-09-16-012567-a": "line breaks, eight bids, and a disqualification",
}


def differing(outcome: Outcome) -> list[dict[str, str | None]]:
    """The lots that came out otherwise, as the report holds them."""
    return [lot.as_record() for lot in outcome.lots if not lot.agrees]


def test_all_lots_agree(real: RealData, engine: Engine, tmp_path: Path) -> None:
    outcome = replay(real, engine, tmp_path)
    assert differing(outcome) == []
    assert len(outcome.lots) == LOTS
    assert outcome.refused == []
    with Session(engine) as session:
        origin = (tmp_path / "var" / "keys" / "log.vkey").read_text().split("+")[0]
        assert audit(session, origin) == []


def some(real: RealData) -> RealData:
    """The tenders of `KINDS`."""
    return RealData(tuple(each for each in real.tenders if each.id in KINDS), ())


def test_lots_of_each_kind_with_signed_notices(
    real: RealData, engine: Engine, tmp_path: Path
) -> None:
    outcome = replay(some(real), engine, tmp_path, notice=signed_notices)
    assert differing(outcome) == []
    assert (len(outcome.lots), outcome.refused) == (12, [])
    assert notices_signed(engine, tmp_path) == len(KINDS)


def notices_signed(engine: Engine, folder: Path) -> int:
    """How many notices have a PDF whose signature is found good again, from what was stored."""
    blobs = FileBlobs(folder / "var" / "blobs")
    trust = Trust.from_directory(folder / "var" / "trust")
    with Session(engine) as session:
        notices = session.execute(select(Notice.pdf, Notice.published_at)).all()
    for pdf, published_at in notices:
        verdicts = pades.verify_pdf(
            blobs.read(pdf), trust, published_at, expected_fields=(SIGNER_FIELD,)
        )
        assert [verdict.passed for verdict in verdicts] == [True]
    return len(notices)


@pytest.mark.slow
def test_all_lots_agree_with_signed_notices(real: RealData, engine: Engine, tmp_path: Path) -> None:
    outcome = replay(real, engine, tmp_path, notice=signed_notices)
    assert differing(outcome) == []
    assert len(outcome.lots) == LOTS
    notices_signed(engine, tmp_path)


def test_limit_counts_lots_that_can_be_compared(
    real: RealData, engine: Engine, tmp_path: Path
) -> None:
    done: list[tuple[int, int]] = []
    outcome = replay(
        real,
        engine,
        tmp_path,
        limit=2,
        progress=lambda each, whole, _outcome: done.append((each, whole)),
    )
    assert (len(outcome.lots), done) == (2, [(1, 2), (2, 2)])


def test_who_really_won_without_the_lowest_bid_differs(engine: Engine, tmp_path: Path) -> None:
    """The oracle can fail: nothing of the real result goes into the award."""
    rows = [row("10000001", "90000.0", "won"), row("10000002", "89999.99")]
    outcome = replay(read(tmp_path, rows=rows), engine, tmp_path)
    [lot] = outcome.lots
    assert not lot.agrees
    assert (lot.awarded_winner, lot.awarded_amount) == ("10000002", "89999.99")


def test_what_a_rule_stops_is_told_and_the_rest_is_played(engine: Engine, tmp_path: Path) -> None:
    """A bid above the budget is void, so this lot has no valid winner; the other tender goes on."""
    rows = [
        row("10000001", "100000.01", "won"),
        row("10000002", "100000.02"),
        *two_bids(tenderID=SECOND),
    ]
    data = read(tmp_path, [tender(FIRST), tender(SECOND)], rows)
    outcome = replay(data, engine, tmp_path)
    assert [
        (lot.tender, lot.agrees) for lot in sorted(outcome.lots, key=lambda one: one.tender)
    ] == [
        (FIRST, False),
        (SECOND, True),
    ]
    [stopped] = outcome.refused
    assert (stopped.file, stopped.line, stopped.field) == ("t.jsonl", 1, "(tender)")


def test_nothing_to_play(engine: Engine, tmp_path: Path) -> None:
    outcome = replay(read(tmp_path, b"", b""), engine, tmp_path)
    assert (outcome.lots, len(outcome.refused)) == ([], 1)
