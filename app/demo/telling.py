"""A purchase of the demo, told scene by scene up to the one at which it waits for a visitor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum, auto
from functools import cached_property

from app.rehearsal.cast import Cast, Player
from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.disputing import Disputing
from app.rehearsal.judging import Judging, Scoring
from app.rehearsal.play import Play
from app.rehearsal.plot import Plot, Staff
from app.rehearsal.timeline import Script
from bidding.evaluation.services import Declared
from kernel.money import Money
from kernel.text import Text
from procurement.challenges.services import ChallengeItem
from procurement.tenders.models import Criterion


class Scene(StrEnum):
    """What happens in a purchase, in its order. A story ends after one of them."""

    NEED = auto()
    BUDGET = auto()
    PLAN = auto()
    INTENTION = auto()
    DRAFT = auto()
    APPROVAL = auto()
    NOTICE = auto()
    QUESTION = auto()
    ANSWER = auto()
    BIDS = auto()
    CLOSING = auto()
    OPENING = auto()
    QUALIFICATION = auto()
    DRAW = auto()
    REPORT = auto()
    DECISION = auto()
    AWARD_NOTICE = auto()
    CHALLENGE = auto()
    COMPLAINT = auto()
    CONTRACT_DRAFT = auto()
    CONTRACT = auto()
    ACCEPTANCE = auto()
    INVOICES = auto()
    PAYMENT = auto()


def _days(days: int, hours: int = 0, minutes: int = 0) -> timedelta:
    return timedelta(days=days, hours=hours, minutes=minutes)


# When each scene plays, counted from the closing.
WHEN: Mapping[Scene, timedelta] = {
    Scene.NEED: _days(-64),
    Scene.BUDGET: _days(-64, 1),
    Scene.PLAN: _days(-64, 2),
    Scene.INTENTION: _days(-64, 3),
    Scene.DRAFT: _days(-28),
    Scene.APPROVAL: _days(-28, 1),
    Scene.NOTICE: _days(-28, 2),
    Scene.QUESTION: _days(-26),
    Scene.ANSWER: _days(-25),
    Scene.BIDS: _days(-24),
    Scene.CLOSING: _days(0),
    Scene.OPENING: _days(0, 0, 15),
    Scene.QUALIFICATION: _days(0, 4),
    Scene.DRAW: _days(1),
    Scene.REPORT: _days(1, 2),
    Scene.DECISION: _days(3),
    Scene.AWARD_NOTICE: _days(3, 5),
    Scene.CHALLENGE: _days(7),
    Scene.COMPLAINT: _days(14),
    Scene.CONTRACT_DRAFT: _days(14),
    Scene.CONTRACT: _days(14, 3),
    Scene.ACCEPTANCE: _days(40),
    Scene.INVOICES: _days(40, 2),
    Scene.PAYMENT: _days(47),
}
_DISPUTE = (Scene.CHALLENGE, Scene.COMPLAINT)
_ADDRESS = "陕西省咸阳市秦都区"
_ANSWER = Text("可以，但须符合采购文件列明的标准。", "Yes, within the standard that is named.")
_SMALL_MAKER = Declared(small=True, manufacturer_declared=True, domestic_cost_share=Decimal(1))


@dataclass(frozen=True, slots=True)
class Story:
    """A purchase, who bids for what price, and after which scene it waits."""

    plot: Plot
    last: Scene
    prices: Sequence[str] = ()
    question: str = ""
    unanswered: str = ""
    # Two invoices, of which one is prepared for payment and the other has just come in.
    in_parts: bool = False
    # Whether every paper is signed too, and not the notice alone: drawing them takes time.
    papered: bool = False

    @property
    def begins_at(self) -> datetime:
        """When its first scene plays."""
        return self.plot.closes_at + WHEN[Scene.NEED]


class Telling:
    """One story under way."""

    def __init__(self, cast: Cast, staff: Staff, suppliers: Sequence[Player], story: Story) -> None:
        self.story = story
        self.suppliers = suppliers[: len(story.prices)]
        self.play = Play(cast, staff, story.plot)
        self.play.papered = story.papered
        self._need = self._line = self._question = self._award = self._invoice = ""
        self._acts: Mapping[Scene, Callable[[], object]] = {
            Scene.NEED: self._needs,
            Scene.BUDGET: self._budgets,
            Scene.PLAN: self._plans,
            Scene.INTENTION: self._intends,
            Scene.DRAFT: lambda: self.play.draft(approved=False),
            Scene.APPROVAL: self.play.approve_draft,
            Scene.NOTICE: self._publishes,
            Scene.QUESTION: self._asks,
            Scene.ANSWER: self._answers,
            Scene.CLOSING: self.play.close,
            Scene.QUALIFICATION: self._qualifies,
            Scene.DRAW: self._draws,
            Scene.REPORT: self._reports,
            Scene.DECISION: self._decides,
            Scene.AWARD_NOTICE: lambda: self.judging.announce(self._award, address=_ADDRESS),
            Scene.CHALLENGE: self._challenges,
            Scene.COMPLAINT: self._complains,
            Scene.CONTRACT_DRAFT: lambda: self.contracting.draft(),
            Scene.CONTRACT: lambda: self.contracting.sign(),
            Scene.ACCEPTANCE: lambda: self.delivering.accept(),
            Scene.INVOICES: self._invoices,
            Scene.PAYMENT: self._pays,
        }

    def script(self) -> Script:
        """Its scenes, each at its time, up to the last one or to where the clock stops."""
        closes_at = self.story.plot.closes_at
        for scene in Scene:
            if scene in _DISPUTE and self.story.last not in _DISPUTE:
                continue
            yield closes_at + WHEN[scene]
            if scene is Scene.BIDS:
                yield from self._bids()
            elif scene is Scene.OPENING:
                if self.play.leave_sealed(self.lot):
                    return
                self.play.release(self.lot)
                self.play.open(self.lot)
            else:
                self._acts[scene]()
            if scene is self.story.last:
                return

    @property
    def lot(self) -> str:
        """The one lot of a story."""
        [lot] = self.play.lots
        return lot

    @cached_property
    def judging(self) -> Judging:
        """Its lot after the opening."""
        return Judging(self.play, self.lot)

    @cached_property
    def contracting(self) -> Contracting:
        """Its lot after the award."""
        return Contracting(self.play, self.lot)

    @property
    def delivering(self) -> Delivering:
        """Its contract in force."""
        return Delivering(self.contracting)

    @cached_property
    def dispute(self) -> Disputing:
        """One who did not win, and is not content."""
        winner = self.contracting.supplier
        loser = next(one for one in self.suppliers if one is not winner)
        return Disputing(self.play, loser, self.lot)

    def _needs(self) -> None:
        self._need = self.play.write_need()

    def _budgets(self) -> None:
        self.play.approve_need(self._need)
        if self.story.last is not Scene.BUDGET:
            self._line = self.play.allot()

    def _plans(self) -> None:
        self.play.make_plan(self._need, self._line)

    def _intends(self) -> None:
        self.play.approve_plan()
        self.play.intend()

    def _publishes(self) -> None:
        self.play.make_keys()
        self.play.set_committee()
        self.play.publish()

    def _asks(self) -> None:
        if self.story.question:
            self._question = self.play.ask(self.suppliers[0], self.story.question)

    def _answers(self) -> None:
        if self._question:
            self.play.answer(self._question, _ANSWER)

    def _bids(self) -> Script:
        """One after the other, until shortly before the closing."""
        if not self.suppliers:
            return
        if self.story.unanswered:
            self.play.ask(self.suppliers[1], self.story.unanswered)
        now, closes_at = self.play.clock.now(), self.story.plot.closes_at
        step = (closes_at - now) / (len(self.suppliers) + 1)
        for number, (supplier, price) in enumerate(
            zip(self.suppliers, self.story.prices, strict=True), 1
        ):
            yield now + step * number
            self.play.bid(
                supplier,
                self.lot,
                Money.parse(price, "CNY"),
                technical={"技术方案.txt": f"{supplier.firm.name.zh}的技术方案（样例）".encode()},
                delivery="合同签订后30日内",
            )

    def _qualifies(self) -> None:
        self.judging.qualify(declared={self.suppliers[1].firm.identifier: _SMALL_MAKER})

    def _draws(self) -> None:
        if self.story.last is Scene.DRAW:
            self.judging.draw_panel()
        else:
            self.judging.seat_panel()

    def _reports(self) -> None:
        judging = self.judging
        judging.check_compliance()
        judging.answer_price_questions()
        judging.score(_scoring(self.suppliers))
        judging.rank()
        judging.sign_report()

    def _decides(self) -> None:
        self._award = self.judging.decide()

    def _challenges(self) -> None:
        self.dispute.file(ChallengeItem("技术响应的评分与采购文件不一致", "87号令第55条"))

    def _complains(self) -> None:
        self.dispute.answer("rejected")
        self.dispute.complain((1,), "答复没有说明评分依据。")

    def _invoices(self) -> None:
        if not self.story.in_parts:
            self._invoice = self.delivering.invoice("25617000000012345678")
            return
        quantity = int(self.story.plot.lots[0].items[0].quantity)
        first = self.delivering.part(quantity // 2, "25617000000023456789")
        self.delivering.match(first)
        self.delivering.prepare(first)
        self.delivering.part(quantity - quantity // 2, "25617000000034567890")

    def _pays(self) -> None:
        self.delivering.pay(self._invoice, "GK-2026-0731-0042")
        self.delivering.close()


def _scoring(suppliers: Sequence[Player]) -> Scoring:
    """Scores that differ a little from bidder to bidder and from member to member."""
    order = {supplier.firm.identifier: place for place, supplier in enumerate(suppliers)}

    def score(member: Player, bidder: str, criterion: Criterion) -> Decimal:
        share = Decimal("0.92") - Decimal("0.05") * order[bidder]
        own = Decimal(sum(member.login.encode()) % 5) / 100
        return (criterion.weight * (share - own)).quantize(Decimal("0.1"))

    return score
