"""Random people try random verbs at random stages and times; what must hold, holds at every step.

A step is either done, with its entry, or refused as a lawful no that leaves no row changed. It is
never anything else: another exception here is a bug of the system, and the steps are the proof.
"""

from __future__ import annotations

import itertools
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import URL, Engine

from app.jobs import proceeding, timekeeping
from app.rehearsal.cast import Player
from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.judging import Judging
from app.rehearsal.play import Play
from app.wiring import wire
from kernel.money import Money
from kernel.refusal import NotFound, Refused, StaleWrite
from kernel.vocabulary import Action, LotStage, TenderStage
from procurement.authority import RIGHTS
from procurement.contracts.models import Contract
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot
from tests.journeys.evidence import holds, nothing_reached
from tests.properties import invariants
from tests.properties.attempts import ATTEMPTS
from tests.properties.scene import NOTHING, Scene
from tests.world import CLOSES_AT, PUBLISHED_AT, START, World
from tests.worlds import database_of

SUPPLIERS = 5
# All starts together: some ten minutes on two cores.
LONG_SECONDS = float(os.environ.get("WALK_SECONDS", "120"))
LONG_AT_ONCE = 3
LAWFUL_NO = (Refused, NotFound, StaleWrite)
# After how many of the scenes that `Walk` knows a walk begins.
STARTS = {
    "nothing": 0,
    "a plan": 3,
    "a draft": 5,
    "an open tender": 6,
    "a closed tender": 8,
    "opened bids": 9,
    "qualified bids": 10,
    "a signed report": 11,
    "an award": 12,
    "a contract": 13,
}
SPANS = {
    "a second": timedelta(seconds=1),
    "half an hour": timedelta(minutes=31),
    "a day": timedelta(days=1),
    "four days": timedelta(days=4),
}


@dataclass
class Ground:
    """An installation with its people, of which every walk gets a copy."""

    world: World
    server: Engine
    database: str
    postgres: URL
    folder: Path
    number: Iterator[int]

    @contextmanager
    def copied(self) -> Iterator[World]:
        """The installation as it was on its first day, in a database and a folder of its own."""
        var = self.folder / f"walk-{next(self.number)}"
        shutil.copytree(self.folder / "first" / "var", var)
        self.world.clock.set(START)
        with database_of((self.server, self.database), self.postgres) as engine:
            world, known = self.world, self.world.installation.settings
            world.installation = wire(
                replace(known, var=var), engine, world.clock, stamper=world.stamper
            )
            world.cast.installation = world.installation
            yield world
        shutil.rmtree(var)


@pytest.fixture(scope="module")
def ground(
    template: tuple[Engine, str], postgres: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ground]:
    """Everybody enrolled; nothing bought yet."""
    folder = tmp_path_factory.mktemp("walks")
    server, _ = template
    with database_of(template, postgres) as engine:
        world = World(engine, folder / "first")
        for number in range(1, SUPPLIERS + 1):
            world.supplier(number)
        # A database is copied only while nobody is connected to it.
        engine.dispose()
        name = engine.url.database or ""
        yield Ground(world, server, name, postgres, folder, itertools.count())


class Walk(RuleBasedStateMachine):
    """One purchase, from wherever it starts, as far as chance takes it."""

    def __init__(self, ground: Ground, start: str) -> None:
        super().__init__()
        self.start = start
        self._ground = ground.copied()
        self.world = self._ground.__enter__()
        self.engine = self.world.installation.engine
        self.play: Play = self.world.play()
        self.scene = Scene(self.play)
        staff = self.world.staff
        suppliers = [self.world.supplier(number) for number in range(1, SUPPLIERS + 1)]
        self.people: list[Player] = [*staff.everybody, *suppliers]

    def teardown(self) -> None:
        """Whatever happened, the record of it can be checked by anybody."""
        try:
            if self.scene.purchase != NOTHING:
                folder = self.world.installation.settings.var / "evidence"
                folder.mkdir()
                holds(self.world, folder, reached=nothing_reached)
        finally:
            self._ground.__exit__(None, None, None)

    # Where a walk starts

    @initialize(
        prices=st.lists(st.integers(50_000_000, 120_000_001), min_size=3, max_size=SUPPLIERS),
    )
    def begins(self, prices: list[int]) -> None:
        """Some scenes as they should go, with bids of any price in any order."""
        for scene in self._scenes(prices)[: STARTS[self.start]]:
            try:
                scene()
            except Refused:
                # Prices may leave too few bids, and then the purchase has ended already.
                return

    def _scenes(self, prices: list[int]) -> list[Callable[[], object]]:
        play, clock = self.play, self.world.clock

        def bid() -> None:
            for number, price in enumerate(prices, 1):
                play.bid(self.world.supplier(number), play.lots[0], Money.of_minor(price, "CNY"))

        def close() -> None:
            clock.set(CLOSES_AT)
            timekeeping.keep_time(self.world.installation)
            clock.advance(timedelta(minutes=31))

        def contracting() -> Contracting:
            return self._contracting()

        return [
            play.plan,
            play.intend,
            lambda: clock.set(PUBLISHED_AT),
            play.draft,
            lambda: (play.make_keys(), play.set_committee()),
            play.publish,
            bid,
            close,
            lambda: (play.release(play.lots[0]), play.open(play.lots[0])),
            lambda: self._judging().qualify(),
            lambda: self._judging().evaluate(),
            lambda: self._judging().award(),
            lambda: contracting().conclude(),
        ]

    # What may happen at any time

    @rule(
        action=st.sampled_from(sorted(ATTEMPTS)), who=st.integers(0, 100), number=st.integers(0, 99)
    )
    def anybody_tries(self, action: Action, who: int, number: int) -> None:
        """Any person tries any verb."""
        person = self.people[who % len(self.people)]
        done = self._tries(action, person, number)
        named = {right.role for right in RIGHTS[action]}
        if done and action is not Action.READ_SEALED:
            assert any(person.actor.has(role) for role in named), f"{person.login} did {action}"

    @rule(pick=st.integers(0, 99), who=st.integers(0, 6), number=st.integers(0, 99))
    def somebody_with_the_role_tries(self, pick: int, who: int, number: int) -> None:
        """A person who holds a role for a verb that the stage knows tries it."""
        live = [action for action in self.scene.live() if action in ATTEMPTS]
        if live:
            action = live[pick % len(live)]
            named = {right.role for right in RIGHTS[action]}
            able = [one for one in self.people if any(one.actor.has(role) for role in named)]
            if able:
                self._tries(action, able[who % len(able)], number)

    @rule(picks=st.lists(st.integers(0, 99), max_size=6), who=st.integers(0, 6))
    def several_with_the_role_try(self, picks: list[int], who: int) -> None:
        """One after the other, so that chance comes further than one step at a time."""
        for pick in picks:
            self.somebody_with_the_role_tries(pick, who + pick, pick)

    @rule(span=st.sampled_from(sorted(SPANS)))
    def time_passes(self, span: str) -> None:
        """Time goes on, and with it what time alone demands."""
        self.world.clock.advance(SPANS[span])
        timekeeping.keep_time(self.world.installation)
        proceeding.void_unconfirmed_bids(self.world.installation)

    @precondition(lambda self: self.scene.lot != NOTHING)
    @rule()
    def the_closing_comes(self) -> None:
        """The instant of the closing, if it lies ahead."""
        with self.scene.journal.read() as work:
            closes_at = tenders.lot(work.session, self.scene.lot).tender.closes_at
        if closes_at > self.world.clock.now():
            self.world.clock.set(closes_at)
            timekeeping.keep_time(self.world.installation)

    @precondition(lambda self: self.scene.lot != NOTHING)
    @rule()
    def the_play_goes_on(self) -> None:
        """The next scene as it should go, if nothing that happened stands in its way."""
        self._meet_the_play()
        with suppress(*LAWFUL_NO):
            self._next_scene()()

    # What holds after each step

    @invariant()
    def the_rows_are_lawful(self) -> None:
        """Money, time, hands, rows and their entries."""
        invariants.check_money_and_time(self.engine)
        invariants.check_rows_and_entries(self.engine)
        invariants.check_exclusions(self.engine, self.play.plot.profile)
        invariants.check_ranking(self.engine)

    # How

    def _tries(self, action: Action, person: Player, number: int) -> bool:
        """One attempt: done with its entry, or refused without a trace. Whether it was done."""
        self.scene.number = number
        self._meet_the_play()
        before, known = invariants.fingerprint(self.engine), invariants.entries(self.engine)
        try:
            ATTEMPTS[action](self.scene, person)
        except LAWFUL_NO:
            assert invariants.fingerprint(self.engine) == before
            return False
        recorded = invariants.entries(self.engine) - known
        verbs = {action, Action.REPLACE_BID} if action is Action.SUBMIT_BID else {action}
        assert sum(recorded[verb] for verb in verbs) == 1, recorded
        assert invariants.fingerprint(self.engine) != before
        return True

    def _meet_the_play(self) -> None:
        """What was made by attempts is known to the play as well."""
        play, scene = self.play, self.scene
        play.purchase, play.tender = scene.purchase, scene.tender
        play.lots = tuple(scene.all(Lot.id))

    def _judging(self) -> Judging:
        return Judging(self.play, self.play.lots[0])

    def _contracting(self) -> Contracting:
        made = Contracting(self.play, self.play.lots[0])
        made.contract = self.scene.last(Contract.id, Contract.drafted_at)
        return made

    def _next_scene(self) -> Callable[[], object]:
        """What comes next in the stage that tender and lot are in."""
        play, lot = self.play, self.play.lots[0]
        if play.stage in (TenderStage.DRAFT, TenderStage.APPROVED):
            return lambda: (play.make_keys(), play.set_committee(), play.publish())
        if play.stage is not TenderStage.CLOSED:
            return lambda: None
        scenes: dict[LotStage, Callable[[], object]] = {
            LotStage.SEALED: lambda: play.leave_sealed(lot) or (play.release(lot), play.open(lot)),
            LotStage.OPENED: lambda: self._judging().qualify(),
            LotStage.QUALIFIED: lambda: self._judging().evaluate(),
            LotStage.EVALUATED: lambda: self._judging().sign_report(),
            LotStage.REPORTED: lambda: self._judging().award(),
            LotStage.DECIDED: lambda: self._judging().lapse("refused", "放弃", "GPR art. 49"),
            LotStage.AWARDED: self._contracting().conclude,
            LotStage.CONTRACTED: self._paid,
        }
        return scenes.get(self._judging().stage, lambda: None)

    def _paid(self) -> None:
        made = Delivering(self._contracting())
        self.world.clock.advance(timedelta(days=1))
        made.accept()
        made.pay(made.invoice(number="25617000000012345678"), "GK-2026-1")
        made.close()


def walk(ground: Ground, start: str, *, examples: int, steps: int, anew: bool) -> None:
    """Let Hypothesis walk."""
    run_state_machine_as_test(
        lambda: Walk(ground, start),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # A failing walk is short already; to shrink it would cost minutes a try.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            print_blob=True,
            derandomize=not anew,
        ),
    )


@pytest.mark.parametrize("start", STARTS)
def test_short_walks(ground: Ground, start: str) -> None:
    """Some walks from each stage, the same for every change until the system changes."""
    walk(ground, start, examples=3, steps=25, anew=False)


@pytest.mark.slow
@pytest.mark.parametrize("start", STARTS)
def test_long_walks(
    ground: Ground, start: str, record_property: Callable[[str, object], None]
) -> None:
    """Many and longer ones, each time others, until the time for this start is over.

    By time and not by number, since a step from one start costs many times one from another, and
    the whole must end on a slow machine too.
    """
    until = time.monotonic() + LONG_SECONDS
    walks = 0
    while walks == 0 or time.monotonic() < until:
        walk(ground, start, examples=LONG_AT_ONCE, steps=60, anew=True)
        walks += LONG_AT_ONCE
    record_property("walks", walks)
