"""The invented Chinese purchases of the demo: one waits at each step, so that all have work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.demo.goods import (
    AIR_CONDITIONERS,
    BLACKBOARDS,
    CAMERAS,
    COMPUTERS,
    KITCHEN,
    MICROSCOPES,
    PIANOS,
    PRINTERS,
    PROJECTORS,
    SPORTS,
    TEACHERS,
    UNIFORMS,
    WATER,
)
from app.demo.telling import WHEN, Scene, Story, Telling
from app.rehearsal.cast import Cast, Player
from app.rehearsal.plot import Staff
from app.rehearsal.plots import BENCHES, DESKS, RAILINGS, SHELVES, Goods, school_goods
from app.rehearsal.timeline import Script
from kernel.blobs import Blobs

# Morning of a working Monday; all of the real tenders' stages are found on this day.
DEMO_INSTANT = datetime(2026, 9, 28, 1, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """One purchase of the demo in a line."""

    goods: Goods
    last: Scene
    closes: tuple[int, int]
    """Month and day of 2026."""
    budget: str
    prices: tuple[str, ...] = ()
    composite: bool = False
    question: str = ""
    unanswered: str = ""
    in_parts: bool = False
    papered: bool = False
    closes_hour: int = 1

    def story(self, blobs: Blobs) -> Story:
        """It, written out."""
        closes_at = datetime(2026, *self.closes, self.closes_hour, 30, tzinfo=UTC)
        plot = school_goods(
            blobs,
            self.goods,
            closes_at=closes_at,
            planned_start_on=(closes_at + WHEN[Scene.DRAFT]).date(),
            budget=self.budget,
            composite=self.composite,
        )
        return Story(
            plot,
            self.last,
            self.prices,
            self.question,
            self.unanswered,
            in_parts=self.in_parts,
            papered=self.papered,
        )


# Who has to do something at the demo's instant stands beside each.
LINES = (
    Line(PRINTERS, Scene.NEED, (11, 27), "180000.00"),  # the unit's head approves
    Line(KITCHEN, Scene.BUDGET, (11, 26), "420000.00"),  # finance allots
    Line(SPORTS, Scene.PLAN, (11, 25), "260000.00"),  # the approver approves the plan
    Line(COMPUTERS, Scene.DRAFT, (10, 22), "1500000.00"),  # the approver reads the draft
    Line(PROJECTORS, Scene.APPROVAL, (10, 21), "380000.00"),  # the holders make their keys
    Line(
        BENCHES,
        Scene.BIDS,
        (10, 13),
        "860000.00",
        ("815000.00", "798000.00", "842000.00"),
        composite=True,
        question="水槽可否用不锈钢？",
        unanswered="台面厚度12.7毫米可否视为符合？",
    ),  # suppliers may bid; the officer has a question to answer
    Line(
        AIR_CONDITIONERS,
        Scene.CLOSING,
        (9, 28),
        "520000.00",
        ("498000.00", "505000.00", "487600.00"),
        closes_hour=0,
    ),  # the holders open
    Line(
        SHELVES, Scene.QUALIFICATION, (9, 24), "640000.00", ("598000.00", "612000.00", "574500.00")
    ),  # the officer has the panel drawn
    Line(
        MICROSCOPES,
        Scene.DRAW,
        (9, 23),
        "720000.00",
        ("688000.00", "705000.00", "671000.00"),
        composite=True,
    ),  # five experts evaluate
    Line(
        BLACKBOARDS, Scene.REPORT, (9, 22), "900000.00", ("862000.00", "848000.00", "879000.00")
    ),  # the approver decides the award
    Line(
        CAMERAS, Scene.CHALLENGE, (9, 15), "350000.00", ("331000.00", "342000.00", "328500.00")
    ),  # the officer answers a challenge
    Line(
        UNIFORMS, Scene.COMPLAINT, (8, 25), "480000.00", ("455000.00", "462000.00", "449000.00")
    ),  # the reviewer decides a complaint
    Line(
        PIANOS, Scene.CONTRACT_DRAFT, (9, 8), "150000.00", ("141000.00", "138500.00", "145000.00")
    ),  # a supplier signs
    Line(
        WATER, Scene.CONTRACT, (8, 11), "230000.00", ("218000.00", "222000.00", "209900.00")
    ),  # the acceptor inspects
    Line(
        TEACHERS,
        Scene.INVOICES,
        (7, 21),
        "330000.00",
        ("312000.00", "318000.00", "306000.00"),
        in_parts=True,
        papered=True,
    ),  # finance matches an invoice, the treasurer releases a payment
    Line(RAILINGS, Scene.PAYMENT, (9, 22), "150000.00", ("142000.00", "139800.00")),  # too few bids
    Line(
        DESKS,
        Scene.PAYMENT,
        (6, 4),
        "1200000.00",
        ("1168000.00", "1092000.00", "1135000.00", "1179500.00"),
        composite=True,
        question="桌面高度可否采用无级升降？",
        papered=True,
    ),  # paid and closed
)


def county_scripts(
    cast: Cast, staff: Staff, suppliers: Sequence[Player]
) -> list[tuple[datetime, Script]]:
    """The purchases as scripts, each with the instant at which it begins."""
    stories = [line.story(cast.installation.blobs) for line in LINES]
    return [(story.begins_at, Telling(cast, staff, suppliers, story).script()) for story in stories]
