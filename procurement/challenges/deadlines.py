"""Time limits of answer and ruling (P20, P21)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bidding.evaluation.deadlines import Deadline, Limit
from kernel.vocabulary import ChallengeStage
from procurement.challenges.models import Challenge


def challenge_deadline(challenge: Challenge) -> Deadline | None:
    """What a challenge waits for: the buyer's answer, or the reviewer's ruling; else nothing."""
    stage = ChallengeStage(challenge.stage)
    if stage is ChallengeStage.FILED:
        return Deadline(
            Limit.ANSWER,
            challenge.id,
            challenge.tender_id,
            challenge.filed_at,
            challenge.answer_due_at,
        )
    if stage is ChallengeStage.COMPLAINED and challenge.complained_at and challenge.decision_due_at:
        return Deadline(
            Limit.RULING,
            challenge.id,
            challenge.tender_id,
            challenge.complained_at,
            challenge.decision_due_at,
        )
    return None


def open_deadlines(session: Session) -> list[Deadline]:
    """The answers and rulings that are waited for, the most urgent first."""
    waiting = (ChallengeStage.FILED, ChallengeStage.COMPLAINED)
    rows = session.scalars(
        select(Challenge).where(Challenge.stage.in_([str(stage) for stage in waiting]))
    )
    found = [challenge_deadline(row) for row in rows]
    return sorted((one for one in found if one is not None), key=lambda one: one.due_at)
