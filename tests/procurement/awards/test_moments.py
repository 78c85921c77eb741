"""Which moments have come: each at its edge, and one lot never tells of another."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.rehearsal.play import Play
from journal.disclose import show
from journal.models import EntryRow
from kernel.text import Text
from kernel.vocabulary import Action, Audience, LotStage
from procurement.awards.moments import LotFacts, Moments, TenderFacts, come
from procurement.disclosure import DISCLOSURE, Moment
from tests.world import PUBLISHED_AT, START, World

SEALED = LotFacts(LotStage.SEALED, opened=False, announced=False)
OPENED = LotFacts(LotStage.OPENED, opened=True, announced=False)
DECIDED = LotFacts(LotStage.DECIDED, opened=True, announced=False)
AWARDED = LotFacts(LotStage.AWARDED, opened=True, announced=True)
LAPSED = LotFacts(LotStage.REPORTED, opened=True, announced=True)
LEFT_SEALED = LotFacts(LotStage.FAILED, opened=False, announced=False)
FAILED = LotFacts(LotStage.FAILED, opened=True, announced=False)
CANCELLED = LotFacts(LotStage.CANCELLED, opened=False, announced=False)

DRAFT = TenderFacts(published=False, closed=False, lots=(SEALED,))
OPEN = TenderFacts(published=True, closed=False, lots=(SEALED,))


def closed(*lots: LotFacts) -> TenderFacts:
    """A tender that was closed, with these lots."""
    return TenderFacts(published=True, closed=True, lots=lots)


@pytest.mark.parametrize(
    ("facts", "moments"),
    [
        (DRAFT, set()),
        (OPEN, {Moment.AT_PUBLICATION}),
        # On cancellation before the closing nothing of the bids is told (SEALED_BID 5).
        (TenderFacts(published=True, closed=False, lots=(CANCELLED,)), {Moment.AT_PUBLICATION}),
        (closed(SEALED), {Moment.AT_PUBLICATION, Moment.AT_CLOSING}),
        (closed(LEFT_SEALED), {Moment.AT_PUBLICATION, Moment.AT_CLOSING, Moment.AT_AWARD}),
        (closed(OPENED), {Moment.AT_PUBLICATION, Moment.AT_CLOSING, Moment.AT_OPENING}),
        (closed(OPENED, SEALED), {Moment.AT_PUBLICATION, Moment.AT_CLOSING}),
        (closed(DECIDED), {Moment.AT_PUBLICATION, Moment.AT_CLOSING, Moment.AT_OPENING}),
        (closed(AWARDED, DECIDED), {Moment.AT_PUBLICATION, Moment.AT_CLOSING, Moment.AT_OPENING}),
    ],
)
def test_moments_that_have_come(facts: TenderFacts, moments: set[Moment]) -> None:
    """Beside the first of all, which is always there; an intention comes no later than a notice."""
    if Moment.AT_PUBLICATION in moments:
        moments = moments | {Moment.AT_INTENTION}
    assert {one for one in Moment if come(one, facts)} == moments | {Moment.AT_ONCE}


@pytest.mark.parametrize("lots", [(AWARDED,), (AWARDED, FAILED), (LAPSED,), (FAILED,)])
def test_the_award_moment_does_not_go_back(lots: tuple[LotFacts, ...]) -> None:
    """What was published stays so when an award lapses (87-70)."""
    assert come(Moment.AT_AWARD, closed(*lots))


def test_never_is_never() -> None:
    """Whatever has happened."""
    assert not come(Moment.NEVER, closed(AWARDED))


def seen_before_the_tender(play: Play) -> dict[str, object]:
    """What everybody sees of the newest need and of its plan, by the verb."""
    told = (Action.WRITE_NEED, Action.APPROVE_NEED, Action.MAKE_PLAN)
    with play.installation.journal.read() as work:
        newest = [
            work.session.scalars(
                select(EntryRow.id)
                .where(EntryRow.action == str(action))
                .order_by(EntryRow.seq.desc())
                .limit(1)
            ).one()
            for action in told
        ]
        shown = show(
            work.session,
            newest,
            disclosure=DISCLOSURE,
            audience=Audience.PUBLIC,
            reached=Moments(work.session).reached,
        )
        return {str(each.value("act")): each.body for each in shown if each.value("act")}


def test_a_need_is_told_with_the_intention_and_stays_told(world: World) -> None:
    """财库〔2020〕10号: the intention tells what is needed; before it nothing is told."""
    world.clock.set(START)
    play = world.play()
    play.plan()
    assert seen_before_the_tender(play) == {}
    play.intend()
    told = seen_before_the_tender(play)
    assert set(told) == {"need.write", "need.approve", "plan.make"}
    need = told["need.write"]
    assert isinstance(need, dict)
    assert need["title"] == play.plot.title.as_record()
    world.clock.set(PUBLISHED_AT)
    play.draft()
    play.cancel(Text("采购任务取消", "The purchase is no longer needed"))
    assert seen_before_the_tender(play) == told


def test_without_an_intention_a_need_is_told_with_the_notice(world: World) -> None:
    world.clock.set(START)
    play = world.play(world.plot(early_reason="紧急"))
    play.plan()
    world.clock.set(PUBLISHED_AT)
    play.draft()
    play.make_keys()
    play.set_committee()
    assert seen_before_the_tender(play) == {}
    play.publish()
    assert set(seen_before_the_tender(play)) == {"need.write", "need.approve", "plan.make"}
