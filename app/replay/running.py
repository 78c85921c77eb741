"""A whole replay: read, play under one clock, write the report."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from app.accounts.passwords import hash_password
from app.container import Container
from app.jobs import timekeeping
from app.rehearsal.cast import Cast
from app.rehearsal.timeline import Script, perform
from app.replay.playing import NoticeMaker, Outcome, play_tender
from app.replay.reading import RealData, RealTender
from app.replay.staging import ADMINISTRATORS, OPERATOR, PREPARATION
from app.settings import Settings
from app.wiring import wire
from kernel.clock import FixedClock
from kernel.refusal import Refused
from signatures.development import DevelopmentPki
from signatures.stampers import DevelopmentStamper

# One checkpoint a simulated day keeps receipts naming something recent without a tick an hour.
CHECKPOINT_EVERY = timedelta(days=1)

Progress = Callable[[int, int, Outcome], None]


def chosen(data: RealData, limit: int | None) -> tuple[RealTender, ...]:
    """The tenders with a lot that can be compared, up to `limit` such lots."""
    found: list[RealTender] = []
    lots = 0
    for tender in data.tenders:
        compared = sum(lot.is_compared for lot in tender.lots)
        if compared and (limit is None or lots < limit):
            found.append(tender)
            lots += compared
    return tuple(found)


def stage(engine: Engine, folder: Path, *, starts_at: datetime) -> tuple[Container, Cast]:
    """An installation for a replay, with a development PKI of its own and a clock that is set."""
    clock = FixedClock(starts_at)
    pki = DevelopmentPki.create(folder / "pki", clock)
    trust = folder / "var" / "trust"
    trust.mkdir(parents=True, exist_ok=True)
    pki.trust().to_directory(trust)
    settings = replace(Settings(), var=folder / "var", demo=True)
    installation = wire(settings, engine, clock, stamper=DevelopmentStamper(pki, clock))
    cast = Cast(installation, pki, password_hash=hash_password("replay"), keep_keys=False)
    cast.found(OPERATOR, ADMINISTRATORS)
    return installation, cast


def replay(
    data: RealData,
    engine: Engine,
    folder: Path,
    *,
    limit: int | None = None,
    notice: Callable[[Cast], NoticeMaker] | None = None,
    progress: Progress = lambda _done, _all, _outcome: None,
) -> Outcome:
    """Play the tenders through the real use cases; what the system awarded is in the outcome."""
    tenders = chosen(data, limit)
    outcome = Outcome(refused=list(data.refused))
    if not tenders:
        return outcome
    starts_at = min(tender.opens_at for tender in tenders) - 2 * PREPARATION
    installation, cast = stage(engine, folder, starts_at=starts_at)
    make_notice = notice(cast) if notice else None
    done = 0
    published_at = datetime.min.replace(tzinfo=UTC)

    def counted(tender: RealTender) -> Script:
        nonlocal done
        try:
            yield from play_tender(cast, tender, outcome, notice=make_notice)
        except Refused as refused:
            outcome.stopped(tender, refused.refusal)
        done += 1
        progress(done, len(tenders), outcome)

    def keep_record() -> None:
        nonlocal published_at
        if installation.clock.now() - published_at >= CHECKPOINT_EVERY:
            timekeeping.publish_record(installation)
            published_at = installation.clock.now()

    clock = installation.clock
    if not isinstance(clock, FixedClock):
        raise TypeError("a replay needs a clock that can be set")
    perform(
        [(tender.opens_at - PREPARATION, counted(tender)) for tender in tenders],
        clock,
        before_each=keep_record,
    )
    timekeeping.publish_record(installation)
    return outcome


def write_report(outcome: Outcome, path: Path) -> None:
    """The report, as `{"lots": […], "refused": […]}`."""
    record = {
        "lots": [lot.as_record() for lot in outcome.lots],
        "refused": [dirty.as_record() for dirty in outcome.refused],
    }
    path.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
