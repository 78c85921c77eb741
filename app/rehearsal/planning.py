"""The first scenes of a purchase: need, budget, plan, intention."""

from __future__ import annotations

from app.container import Container
from app.rehearsal.cast import Cast
from app.rehearsal.plot import Plot, Staff
from kernel.clock import FixedClock
from procurement.plans import queries as plan_queries
from procurement.plans import services as plans
from procurement.plans.commands import Allotment, NewNeed, NewPlan

OCID_PREFIX = "ocds-sunlit-demo"


class Planning:
    """A purchase before its tender."""

    def __init__(self, cast: Cast, staff: Staff, plot: Plot) -> None:
        self.cast = cast
        self.installation: Container = cast.installation
        self.staff = staff
        self.plot = plot
        self.purchase = ""

    @property
    def clock(self) -> FixedClock:
        """The clock of the play."""
        clock = self.installation.clock
        if not isinstance(clock, FixedClock):
            raise TypeError("a play needs a clock that can be set")
        return clock

    def plan(self, *, returned: str = "") -> str:
        """The unit writes and approves a need, finance allots, the buyer plans and approves.

        With a reason in `returned` the need goes back to its author once.
        """
        need = self.write_need(returned=returned)
        self.approve_need(need)
        self.make_plan(need, self.allot())
        self.approve_plan()
        return self.purchase

    def write_need(self, *, returned: str = "") -> str:
        """The unit writes a need, and once more if it is sent back for the reason `returned`."""
        plot, staff = self.plot, self.staff
        new = NewNeed(
            staff.unit.id,
            staff.buyer.id,
            plot.title,
            plot.specification,
            plot.category,
            plot.budget,
            survey_respondents=plot.survey_respondents,
        )
        with self.installation.journal.write() as work:
            need = plans.write_need(work, staff.author.actor, new)
        if returned:
            with self.installation.journal.write() as work:
                plans.return_need(work, staff.unit_approver.actor, need, returned)
            with self.installation.journal.write() as work:
                plans.rewrite_need(work, staff.author.actor, need, new)
        return need

    def approve_need(self, need: str) -> None:
        """The unit's approver approves the need."""
        with self.installation.journal.write() as work:
            plans.approve_need(work, self.staff.unit_approver.actor, need)

    def allot(self) -> str:
        """Finance allots the money; returns the budget line, numbered on in its buyer's year."""
        buyer, year = self.staff.buyer.id, self.clock.now().year
        with self.installation.journal.write() as work:
            code = f"{year}-{len(plan_queries.budget_lines(work.session, buyer, year)) + 1:04}"
            return plans.allot_budget(
                work, self.staff.finance.actor, Allotment(buyer, code, year, self.plot.budget)
            )

    def make_plan(self, need: str, line: str) -> str:
        """The officer plans the purchase."""
        plot, staff = self.plot, self.staff
        with self.installation.journal.write() as work:
            self.purchase = plans.make_plan(
                work,
                staff.officer.actor,
                NewPlan(
                    staff.buyer.id,
                    (need,),
                    line,
                    plot.profile,
                    plot.title,
                    plot.category,
                    plot.budget,
                    plot.planned_start_on,
                    is_sample=plot.is_sample,
                ),
                ocid_prefix=OCID_PREFIX,
            )
        return self.purchase

    def approve_plan(self) -> None:
        """The buyer's approver approves the plan."""
        with self.installation.journal.write() as work:
            plans.approve_plan(work, self.staff.approver.actor, self.purchase)

    def intend(self) -> None:
        """The officer says ahead what will be bought."""
        with self.installation.journal.write() as work:
            plans.publish_intention(
                work,
                self.staff.officer.actor,
                self.purchase,
                self.plot.specification,
                early_reason=self.plot.early_reason,
            )
