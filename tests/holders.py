"""A key holder's client in tests: as it should be, and bent where a test says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from app.jobs.timekeeping import latest_checkpoint_digest
from app.rehearsal import sealed
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from bidding.opening import queries
from kernel import canonical
from procurement.tenders import queries as tenders
from procurement.tenders.standing import pinned_profile
from signatures.sealed import release
from signatures.sealed.judging import Signed


def downloaded(play: Play, holder: Player, part: str, lot: str | None = None) -> release.Work:
    """What the server hands out to a holder for one lot and part."""
    lot = lot or play.lots[0]
    with play.installation.journal.read() as work:
        known = play.installation.examiner.committee(
            work.session, tenders.tender(work.session, play.tender)
        )
        index = sealed.index_of(work.session, holder, play.tender, part)
        row = tenders.lot(work.session, lot)
        return queries.work_for_holder(work.session, known, row, part, index)


def terms_of(play: Play, **changes: Any) -> release.Terms:
    """What a holder knows of the tender from its signed notices."""
    with play.installation.journal.read() as work:
        tender = tenders.tender(work.session, play.tender)
        profile = pinned_profile(tender)
        known: dict[str, Any] = {
            "committee": play.installation.examiner.committee(work.session, tender),
            "notices": [each.digest for each in tenders.notice_chain(work.session, play.tender)],
            "closes_at": tender.closes_at,
            "objection_minutes": profile.objection_minutes.value,
            "bids_min": profile.bidders_min_to_open.value,
            "anchored": lambda _closing: None,
        }
    return release.Terms(**(known | changes))


def checked(
    play: Play,
    holder: Player,
    part: str,
    *,
    given: release.Work | None = None,
    now: datetime | None = None,
    **terms: Any,
) -> release.CheckedWork:
    """What the client makes of its work; `terms` change what it knows."""
    now = now or play.clock.now()
    return release.check_work(
        given or downloaded(play, holder, part),
        terms=terms_of(play, **terms),
        lot=play.lots[0],
        part=part,
        now=now,
        verify=play.installation.examiner.verify_at(now),
    )


def released(
    play: Play,
    holder: Player,
    part: str,
    *,
    work: release.CheckedWork | None = None,
    signer: Player | None = None,
    change: Callable[[dict[str, Any]], object] | None = None,
) -> Signed:
    """A holder's signed release; `change` alters the statement before it is signed."""
    with play.installation.journal.read() as reading:
        index = sealed.index_of(reading.session, holder, play.tender, part)
    made = release.make_release(
        work or checked(play, holder, part),
        index=index,
        identity=holder.identities[(play.tender, part)],
        checkpoint=latest_checkpoint_digest(play.installation),
        released_at=play.clock.now(),
    )
    if change is not None:
        stated: Any = canonical.decode(made)
        change(stated)
        made = canonical.encode(stated)
    return Signed(made, (signer or holder).signs(made))


def sends(play: Play, holder: Player, part: str, signed: Signed) -> str:
    """Send a release to the server as this person."""
    return sealed.send_release(play.installation, holder, play.tender, play.lots[0], part, signed)
