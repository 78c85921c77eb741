"""The scenes of a dispute: challenge, answer, complaint, decision."""

from __future__ import annotations

from collections.abc import Sequence

from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from kernel.text import Text
from procurement.challenges import services as challenges
from procurement.challenges.rules import About
from procurement.challenges.services import Answer, ChallengeItem, NewChallenge, Ruling

ANSWERED = Text("评审符合采购文件的规定。", "The evaluation followed the documents.")
DECISION_CITES = "Order 94 art. 29"


class Disputing:
    """One supplier's dispute about a lot, or about the whole tender where no lot is named."""

    def __init__(self, play: Play, supplier: Player, lot: str | None) -> None:
        self.play = play
        self.supplier = supplier
        self.lot = lot
        self.journal = play.installation.journal
        self.challenge = ""

    def file(self, *items: ChallengeItem, about: About = About.RESULT) -> str:
        """The supplier challenges; the signing is suspended at once."""
        new = NewChallenge(self.play.tender, self.supplier.firm.id, about, items, self.lot)
        with self.journal.write() as work:
            self.challenge = challenges.file_challenge(work, self.supplier.actor, new)
        return self.challenge

    def answer(self, outcome: str, words: Text = ANSWERED) -> None:
        """The buyer's officer answers: `upheld`, `partly` or `rejected`."""
        with self.journal.write() as work:
            challenges.answer_challenge(
                work, self.play.staff.officer.actor, self.challenge, Answer(outcome, words)
            )

    def complain(self, items: Sequence[int], text: str) -> None:
        """The supplier goes on to the reviewing body."""
        with self.journal.write() as work:
            challenges.file_complaint(work, self.supplier.actor, self.challenge, items, text)

    def decide(self, ruling: str, remedy: str, decision: Text) -> None:
        """The reviewer, who had no part in the purchase, decides."""
        ruled = Ruling(ruling, remedy, decision, DECISION_CITES)
        with self.journal.write() as work:
            challenges.decide_complaint(work, self.play.staff.reviewer.actor, self.challenge, ruled)
