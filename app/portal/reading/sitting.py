"""What the opening page shows: the journal's public entries, and nothing that they do not say."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.portal.reading import facts, outcomes
from app.portal.reading.outcomes import Told
from app.portal.reading.record import story_of
from app.portal.reading.standing import status_at
from app.portal.reading.tenders import find
from app.portal.views.outcomes import LotOpening
from app.portal.views.sitting import HolderAtOpening, LotSitting, OpeningPage
from app.web.shown import (
    BEFORE_CLOSING,
    Countdown,
    CountdownKind,
    Stage,
    StageName,
    StageState,
    Status,
    When,
    WhenKind,
)
from journal.work import Work
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Action, LotStage, Part
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import pinned_profile

_STEPS = (
    StageName.CLOSED,
    StageName.SET_LOGGED,
    StageName.HOLDERS_PRESENT,
    StageName.ONE_BY_ONE,
    StageName.READ_OUT,
)


def opening_page(work: Work, key: str, now: datetime) -> OpeningPage:
    """The opening of a published tender; before its closing nothing but the clock."""
    purchase, tender = find(work.session, key)
    if tender is None or tender.published_at is None:
        raise NotFound("tender", key)
    status = Status(
        work.session.scalars(select(status_at(now)).where(Tender.id == tender.id)).one()
    )
    profile = pinned_profile(tender)
    page = OpeningPage(
        key=purchase.ocid,
        number=purchase.ocid,
        title=Text(tender.title_zh, tender.title_en),
        status=status,
        threshold=tender.threshold,
        updated_at=now,
        clock=(
            Countdown(CountdownKind.BIDDING, tender.closes_at) if status in BEFORE_CLOSING else None
        ),
    )
    if status in BEFORE_CLOSING:
        return page
    told = outcomes.told(work.session, tender, story_of(work, tender.id, set()))
    from_at = tender.closes_at + timedelta(minutes=profile.objection_minutes.value)
    return OpeningPage(
        key=page.key,
        number=page.number,
        title=page.title,
        status=status,
        threshold=tender.threshold,
        updated_at=now,
        releases_from=from_at if now < from_at else None,
        lots=tuple(
            _sitting(work, told, lot, opening)
            for lot, opening in zip(_lots(told), outcomes.openings(told), strict=True)
        ),
    )


def _lots(told: Told) -> list[Lot]:
    """The lots that `outcomes.openings` tells of, in its order."""
    if told.story.last(Action.CLOSE_TENDER) is None:
        return []
    return [
        lot
        for lot in told.tender.lots
        if lot.stage != str(LotStage.CANCELLED) or lot.id in told.opened
    ]


def _sitting(work: Work, told: Told, lot: Lot, opening: LotOpening) -> LotSitting:
    stop = outcomes.lot_stop(told, lot)
    opened = told.story.last(Action.OPEN_LOT, lot.id) is not None
    holders = _holders(work, told, lot)
    return LotSitting(
        opening=opening,
        stages=_stages(told, lot, holders, opened=opened, ended=stop is not None and not opened),
        holders=holders,
        opened=opened,
        ended=stop.reason if stop is not None and not opened else None,
    )


def _holders(work: Work, told: Told, lot: Lot) -> tuple[HolderAtOpening, ...]:
    committee = facts.committee(work.session, told.tender)
    if committee is None:
        return ()
    released: dict[int, list[datetime]] = {}
    for seen in told.story.entries:
        if seen.action is Action.RELEASE_SHARES and seen.body["lot"] == lot.id:
            index = seen.body["index"]
            if isinstance(index, int):
                released.setdefault(index, []).append(seen.at)
    return tuple(
        HolderAtOpening(
            name=holder.name,
            body=holder.body,
            outside=holder.outside,
            released=len(released.get(number, ())),
            parts=len(Part),
            at=max(released[number]) if number in released else None,
        )
        for number, holder in enumerate(committee.holders, 1)
    )


def _stages(
    told: Told, lot: Lot, holders: tuple[HolderAtOpening, ...], *, opened: bool, ended: bool
) -> tuple[Stage, ...]:
    closing = told.story.last(Action.CLOSE_TENDER)
    opening = told.story.last(Action.OPEN_LOT, lot.id)
    signed = told.story.last(Action.SIGN_OPENING_RECORD, lot.id)
    came = sum(holder.done for holder in holders)
    enough = came >= told.tender.threshold
    done = (True, closing is not None, enough or opened, opened, signed is not None)
    first = next((place for place, is_done in enumerate(done) if not is_done), len(done))
    whens = (
        told.tender.closes_at,
        closing.at if closing else None,
        max((h.at for h in holders if h.at is not None), default=None) if enough else None,
        opening.at if opening else None,
        signed.at if signed else None,
    )
    people = Text(f"{came}人", f"{came} people" if came != 1 else "1 person")
    stages = []
    for place, name in enumerate(_STEPS):
        state = StageState.DONE if place < first else StageState.NEXT
        if place == first:
            state = StageState.STOP if ended else StageState.NOW
        at = whens[place]
        stages.append(
            Stage(
                name,
                state,
                When(WhenKind.ON, at) if at is not None else None,
                people if name is StageName.HOLDERS_PRESENT and came else None,
            )
        )
        if ended and place == first:
            break
    return tuple(stages)
