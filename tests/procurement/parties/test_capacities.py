"""Excluding capacities: one after the other, and at the same time (GPL 61, requirement 131)."""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import Engine

from kernel.refusal import Refused
from kernel.vocabulary import Action, Actor, Grant, Role
from procurement.parties import capacities
from tests.world import World

PURCHASE = "pur_one"


def test_two_acts_at_once_do_not_slip_past_a_pair(engine: Engine, tmp_path: Path) -> None:
    """Officer and acceptor in one purchase, both begun before either commits: one is refused."""
    world = World(engine, tmp_path)
    journal, buyer = world.installation.journal, world.staff.buyer.id
    person = world.staff.officer.person
    actor = Actor(person, frozenset({Grant(Role.OFFICER, buyer), Grant(Role.ACCEPTOR, buyer)}))
    both_read, codes = threading.Barrier(2, timeout=20), []

    def acting(action: Action) -> None:
        try:
            with journal.write() as work:
                on = capacities.subject(
                    work,
                    "purchase",
                    PURCHASE,
                    organization=buyer,
                    purchase=PURCHASE,
                    profile="cn-gov",
                )
                both_read.wait()
                capacities.act(work, actor, action, on, purchase=PURCHASE)
            codes.append("done")
        except Refused as refused:
            codes.append(refused.refusal.code)

    threads = [
        threading.Thread(target=acting, args=(action,))
        for action in (Action.ANSWER_QUESTION, Action.ACCEPT_DELIVERY)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(codes) == ["done", "excluded_role"]
