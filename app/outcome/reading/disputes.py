"""Challenges and complaints: for the buyer who answers, and for the reviewer who decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.outcome import words
from app.outcome.act_views import ChallengeItem, ChallengePage
from app.outcome.permits import Permit, permit
from app.outcome.reading.seeing import BUYING, buys_for, public_url
from app.outcome.reading.telling import due_of, firms, record_of
from app.outcome.views import ChallengeRow
from app.web.forms import Form
from journal.work import Work
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Action, Actor, ChallengeStage, Role
from procurement.challenges import queries, rules
from procurement.challenges.deadlines import challenge_deadline
from procurement.challenges.models import Challenge, Suspension
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot, Tender
from procurement.tenders.standing import pinned_profile, subject_of

_ACTIONS = (
    Action.FILE_CHALLENGE,
    Action.ANSWER_CHALLENGE,
    Action.FILE_COMPLAINT,
    Action.DECIDE_COMPLAINT,
)
_WHOLE = Text("整个项目", "The whole tender")


def challenge_for_buyer(work: Work, actor: Actor, challenge_id: str) -> Challenge:
    """A challenge of a purchase of the actor's; NotFound for others."""
    found = queries.challenge(work.session, challenge_id)
    tender = tenders.tender(work.session, found.tender_id)
    if not buys_for(actor, tender.buyer_id):
        raise NotFound("challenge", challenge_id)
    return found


def complaint_for_reviewer(work: Work, challenge_id: str) -> Challenge:
    """A challenge that went on to the reviewing body; NotFound for one that did not."""
    found = queries.challenge(work.session, challenge_id)
    if found.complained_at is None:
        raise NotFound("complaint", challenge_id)
    return found


def challenges_of_buyer(work: Work, actor: Actor) -> list[Challenge]:
    """The challenges of everything that the actor buys or approves, oldest first."""
    buyers = {firm for role in BUYING for firm in actor.organizations(role)}
    return list(
        work.session.scalars(
            select(Challenge)
            .join(Tender, Tender.id == Challenge.tender_id)
            .where(Tender.buyer_id.in_(buyers))
            .order_by(Challenge.filed_at)
        )
    )


def complaints(work: Work) -> list[Challenge]:
    """Every complaint there is, the most urgent first."""
    return list(
        work.session.scalars(
            select(Challenge)
            .where(Challenge.complained_at.is_not(None))
            .order_by(Challenge.decision_due_at)
        )
    )


def challenges_of_lot(session: Session, lot: Lot) -> list[Challenge]:
    """The challenges that concern a lot: its own, and those of the whole tender."""
    return [
        row
        for row in queries.challenges_of_tender(session, lot.tender_id)
        if row.lot_id in (None, lot.id)
    ]


def rows_of(work: Work, found: Iterable[Challenge], *, endpoint: str) -> list[ChallengeRow]:
    """Challenges as a list shows them."""
    return [_row(work, row, endpoint) for row in found]


def is_open(challenge: Challenge) -> bool:
    """Whether somebody has to act on it."""
    return ChallengeStage(challenge.stage) in (ChallengeStage.FILED, ChallengeStage.COMPLAINED)


def challenge_page(work: Work, actor: Actor, challenge: Challenge, form: Form) -> ChallengePage:
    """One challenge with its form, for whoever acts on it now."""
    session = work.session
    tender = tenders.tender(session, challenge.tender_id)
    taken = set(challenge.complaint_items or ())
    buys = buys_for(actor, tender.buyer_id)
    return ChallengePage(
        id=challenge.id,
        lot=_lot_words(session, challenge),
        lot_url=url_for("outcome.lot", lot=challenge.lot_id) if challenge.lot_id and buys else None,
        tender_url=public_url(session, tender),
        supplier=firms(session, [challenge.supplier_id])[challenge.supplier_id],
        about=words.named(words.ABOUT, challenge.about),
        stage=words.CHALLENGE_STAGES[ChallengeStage(challenge.stage)],
        filed_at=challenge.filed_at,
        items=[
            ChallengeItem(item["number"], item["text"], item["cites"], item["number"] in taken)
            for item in challenge.items
        ],
        due=due_of(challenge_deadline(challenge), work, pinned_profile(tender)),
        suspended_until=_suspended_until(work, challenge),
        outcome=_named(words.OUTCOMES, challenge.outcome),
        answer=_text(challenge.answer_zh, challenge.answer_en),
        answered_at=challenge.answered_at,
        complaint=challenge.complaint_text,
        complained_at=challenge.complained_at,
        ruling=_named(words.RULINGS, challenge.ruling),
        remedy=_named(words.REMEDIES, challenge.remedy),
        decision=_text(challenge.decision_zh, challenge.decision_en),
        decision_cites=challenge.decision_cites or "",
        decided_at=challenge.decided_at,
        permit=permit_for(work, actor, challenge, tender),
        form=form,
        record=record_of(session, [challenge.id], _ACTIONS),
    )


def permit_for(work: Work, actor: Actor, challenge: Challenge, tender: Tender) -> Permit | None:
    """Whether the actor may take the step that the challenge waits for; None if it waits for none.

    Only the reviewing body's pages offer its step, and only the buyer's theirs.
    """
    stage = ChallengeStage(challenge.stage)
    on = subject_of(work, tender)
    if stage is ChallengeStage.FILED:
        return permit(actor, Action.ANSWER_CHALLENGE, on)
    if stage is ChallengeStage.COMPLAINED and actor.has(Role.REVIEWER):
        apart = rules.reviewer_apart(
            profile=pinned_profile(tender),
            reviewer=actor.person,
            buyers_people=queries.buyers_people(work.session, tender.purchase_id, tender.buyer_id),
        )
        return permit(actor, Action.DECIDE_COMPLAINT, on, apart)
    return None


def _row(work: Work, challenge: Challenge, endpoint: str) -> ChallengeRow:
    session = work.session
    tender = tenders.tender(session, challenge.tender_id)
    return ChallengeRow(
        url=url_for(endpoint, challenge=challenge.id),
        lot=_lot_words(session, challenge),
        supplier=firms(session, [challenge.supplier_id])[challenge.supplier_id],
        about=words.named(words.ABOUT, challenge.about),
        filed_at=challenge.filed_at,
        stage=words.CHALLENGE_STAGES[ChallengeStage(challenge.stage)],
        due=due_of(challenge_deadline(challenge), work, pinned_profile(tender)),
        suspends_until=_suspended_until(work, challenge),
    )


def _lot_words(session: Session, challenge: Challenge) -> Text:
    tender = tenders.tender(session, challenge.tender_id)
    if challenge.lot_id is None:
        return Text(
            f"{tender.title_zh}（{_WHOLE.zh}）",
            f"{tender.title_en or tender.title_zh} ({_WHOLE.en.lower()})",
        )
    lot = session.get_one(Lot, challenge.lot_id)
    return Text(lot.title_zh, lot.title_en)


def _suspended_until(work: Work, challenge: Challenge) -> datetime | None:
    rows: Sequence[Suspension] = queries.suspensions_of_challenge(work.session, challenge.id)
    running = [row.until_at for row in rows if work.clock.now() < row.until_at]
    return max(running, default=None)


def _named(table: Mapping[str, Text], code: str | None) -> Text | None:
    return None if code is None else words.named(table, code)


def _text(zh: str | None, en: str | None) -> Text | None:
    return None if zh is None else Text(zh, en or "")
