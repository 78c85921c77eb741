"""The scenes after the opening of a lot, up to the award: who qualifies, who scores, who wins."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from functools import partial

from app.documents import papers
from app.documents.papers import Paper
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from bidding.evaluation import queries
from bidding.evaluation import services as evaluation
from bidding.evaluation.services import Declared, Opinion, PanelPlan, Points, Qualification
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import LotStage, system_actor
from procurement.awards import queries as award_queries
from procurement.awards import services as awards
from procurement.awards.notices import AwardNotice, amount_of
from procurement.profiles import load_profile
from procurement.tenders import queries as tenders
from procurement.tenders.models import Criterion

# What a member gives a bid for a criterion, by the bidder's registered identifier.
Scoring = Callable[[Player, str, Criterion], Decimal]

DISQUALIFIED = Text("资格审查不合格", "Not qualified")
PLAUSIBLE = Text("成本构成合理", "The costs are plausible")
IMPLAUSIBLE = Text("无法证明报价合理性", "The costs do not explain the price")


def seven_tenths(_member: Player, _bidder: str, criterion: Criterion) -> Decimal:
    """The same for everybody, where a play is not about the scores."""
    return (criterion.weight * Decimal("0.7")).quantize(Decimal("0.0001"))


class Judging:
    """One lot of a play, from its opened bids to its published award."""

    def __init__(self, play: Play, lot: str) -> None:
        self.play = play
        self.lot = lot
        self.journal = play.installation.journal

    @property
    def stage(self) -> LotStage:
        """The stage the lot is in."""
        with self.journal.read() as work:
            return LotStage(tenders.lot(work.session, self.lot).stage)

    def qualify(
        self,
        *,
        failed: Mapping[str, str] | None = None,
        declared: Mapping[str, Declared] | None = None,
    ) -> None:
        """The officer decides about each opened bid; `failed` has the rule by the bidder."""
        failed, declared = failed or {}, declared or {}
        decisions = [
            Qualification(
                bid,
                bidder not in failed,
                DISQUALIFIED if bidder in failed else None,
                failed.get(bidder, ""),
                declared.get(bidder, Declared()),
            )
            for bidder, bid in self.play.opened(self.lot).items()
        ]
        with self.journal.write() as work:
            evaluation.qualify_bids(work, self.play.staff.officer.actor, self.lot, decisions)

    def seat_panel(self, *, size: int | None = None) -> None:
        """The panel is drawn, and each member declares that there are no ties."""
        self.draw_panel(size=size)
        for member in self.members():
            with self.journal.read() as work:
                statement = evaluation.prepare_declaration(work, member.actor, self.lot, ())
            examined = self.play.cast.examined(member, statement)
            with self.journal.write() as work:
                evaluation.declare_interests(work, member.actor, self.lot, (), examined)

    def draw_panel(self, *, size: int | None = None) -> None:
        """The officer has the panel drawn by lot."""
        plan = PanelPlan(size or self.play.plot.panel_size)
        with self.journal.read() as work:
            commitment = evaluation.prepare_draw(work, self.lot)
        stamp = evaluation.stamp_draw(self.play.installation.examiner, commitment)
        with self.journal.write() as work:
            evaluation.draw_panel(work, self.play.staff.officer.actor, self.lot, plan, stamp=stamp)

    def members(self) -> list[Player]:
        """The people who sit on the panel now."""
        with self.journal.read() as work:
            seated = {seat.person_id for seat in queries.seated(work.session, self.lot)}
        return [one for one in self.play.cast.players.values() if one.person in seated]

    def check_compliance(self) -> None:
        """Every member finds every qualified bid compliant."""
        with self.journal.read() as work:
            standing = queries.standings(work.session, self.lot)
            qualified = [bid for bid, row in standing.items() if row.qualified]
        for member in self.members():
            with self.journal.write() as work:
                evaluation.check_compliance(
                    work, member.actor, self.lot, [Opinion(bid, True) for bid in qualified]
                )

    def score(self, scoring: Scoring = seven_tenths) -> None:
        """Each member fills in and signs a sheet alone, where anything is scored."""
        with self.journal.read() as work:
            criteria = list(queries.scored_criteria(work.session, self.play.tender).values())
            racing = set(queries.racing(work.session, self.lot))
        if not criteria:
            return
        bids = {bid: bidder for bidder, bid in self.play.opened(self.lot).items() if bid in racing}
        for member in self.members():
            given = [
                Points(bid, criterion.id, scoring(member, bidder, criterion))
                for bid, bidder in bids.items()
                for criterion in criteria
            ]
            with self.journal.read() as work:
                statement = evaluation.prepare_score_sheet(work, member.actor, self.lot, given)
            examined = self.play.cast.examined(member, statement)
            with self.journal.write() as work:
                evaluation.score_bids(work, member.actor, self.lot, given, examined)

    def answer_price_questions(self, *, not_believed: Collection[str] = ()) -> None:
        """Every price that is questioned is explained, and the explanation is accepted.

        Except for the bidders in `not_believed`, whose bids the panel turns away.
        """
        with self.journal.read() as work:
            asked = list(evaluation.triggers_of(work, tenders.lot(work.session, self.lot)))
        if not asked:
            return
        minutes = load_profile(self.play.plot.profile).abnormal_reply_minutes_min.value
        firms = {bid: bidder for bidder, bid in self.play.opened(self.lot).items()}
        suppliers = {
            player.firm.identifier: player
            for player in self.play.bidders.get(self.lot, {}).values()
        }
        member = self.members()[0]
        for bid in asked:
            with self.journal.write() as work:
                question = evaluation.question_price(
                    work, member.actor, bid, "请说明报价的成本构成。", minutes=minutes
                )
            with self.journal.write() as work:
                supplier = suppliers[firms[bid]]
                evaluation.answer_price(work, supplier.actor, question, "成本表如下。")
            with self.journal.write() as work:
                believed = firms[bid] not in not_believed
                words = PLAUSIBLE if believed else IMPLAUSIBLE
                evaluation.judge_price(work, member.actor, question, believed, words)

    def rank(self) -> None:
        """The bids are ranked."""
        with self.journal.write() as work:
            evaluation.rank_bids(work, system_actor("ranking"), self.lot)

    def sign_report(self) -> None:
        """Every member signs the report."""
        for member in self.members():
            with self.journal.read() as work:
                statement = evaluation.prepare_report_signature(work, self.lot)
            examined = self.play.cast.examined(member, statement)
            pdf = self.play.paper(
                member,
                Paper.REPORT,
                self.lot,
                partial(papers.report_to_sign, self.play.installation, member.actor, self.lot),
            )
            with self.journal.write() as work:
                evaluation.sign_report(work, member.actor, self.lot, examined, pdf=pdf)

    def evaluate(
        self, scoring: Scoring = seven_tenths, *, not_believed: Collection[str] = ()
    ) -> None:
        """All that the panel does, from its draw to the signed report."""
        self.seat_panel()
        self.check_compliance()
        self.answer_price_questions(not_believed=not_believed)
        self.score(scoring)
        self.rank()
        self.sign_report()

    def first(self) -> str:
        """The bid that is ranked first of those whose award did not lapse."""
        with self.journal.read() as work:
            return award_queries.candidates(work.session, self.lot)[0].bid_id

    def decide(self, bid: str | None = None) -> str:
        """The approver decides for the first-ranked bid; returns the award."""
        with self.journal.write() as work:
            return awards.decide_award(
                work, self.play.staff.approver.actor, self.lot, bid or self.first()
            )

    def announce(self, award: str, *, address: str = "陕西省") -> None:
        """The officer signs and publishes the award notice, and letters go to the losers."""
        officer = self.play.staff.officer
        notice = AwardNotice(address)
        with self.journal.read() as work:
            statement = awards.prepare_award_notice(work, award, notice)
        examined = self.play.cast.examined(officer, statement)
        pdf = self.play.paper(
            officer,
            Paper.AWARD_NOTICE,
            award,
            lambda: papers.award_notice_to_sign(
                self.play.installation, officer.actor, award, notice, statement
            ),
            statement,
        )
        with self.journal.write() as work:
            awards.publish_award(work, officer.actor, award, notice, examined, pdf=pdf)

    def award(self) -> str:
        """Decide and announce; returns the award."""
        made = self.decide()
        self.announce(made)
        return made

    def lapse(self, code: str, reason: str, cites: str) -> None:
        """The officer lets the award lapse; the report stands for the next-ranked."""
        with self.journal.read() as work:
            award = award_queries.live_award(work.session, self.lot)
            if award is None:
                raise NotFound("award", self.lot)
            award_id = award.id
        with self.journal.write() as work:
            awards.lapse_award(work, self.play.staff.officer.actor, award_id, code, reason, cites)

    def fail(self, reason: Text, cites: str) -> None:
        """The officer ends the lot without a result."""
        with self.journal.write() as work:
            evaluation.fail_lot(work, self.play.staff.officer.actor, self.lot, reason, cites)

    def awarded(self) -> tuple[str, str]:
        """Who won and for how much: identifier and amount."""
        with self.journal.read() as work:
            award = award_queries.live_award(work.session, self.lot)
            if award is None:
                raise NotFound("award", self.lot)
            firm = next(f for f in self.play.cast.firms.values() if f.id == award.supplier_id)
            amount = amount_of(award)
        return firm.identifier, str(amount)
