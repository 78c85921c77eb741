"""A signature beside a challenge, an award beside a cancellation: one comes first, and is seen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from app.rehearsal.contracting import Contracting
from app.rehearsal.judging import Judging
from kernel.refusal import Refused
from kernel.text import Text
from kernel.vocabulary import ContractStage, LotStage
from procurement.contracts import queries, services
from tests.procurement.challenges.test_services import file


def test_no_contract_is_signed_under_a_challenge(awarded: Judging) -> None:
    contracting = Contracting(awarded.play, awarded.lot)
    contracting.draft()
    supplier, approver = contracting.supplier, awarded.play.staff.approver
    with awarded.journal.read() as work:
        statement = services.prepare_contract_signature(work, contracting.contract)
    for_supplier = awarded.play.cast.examined(supplier, statement)
    for_buyer = awarded.play.cast.examined(approver, statement)
    with awarded.journal.write() as work:
        services.sign_as_supplier(work, supplier.actor, contracting.contract, for_supplier)

    def sign() -> str:
        try:
            with awarded.journal.write() as work:
                services.sign_as_buyer(work, approver.actor, contracting.contract, for_buyer)
        except Refused as refused:
            return refused.refusal.code
        return "signed"

    def challenge() -> str:
        return file(awarded, awarded.play.cast.players["supplier2"])

    with ThreadPoolExecutor(2) as pool:
        signing, filing = pool.submit(sign), pool.submit(challenge)
        assert filing.result()
        outcome = signing.result()
    with awarded.journal.read() as work:
        stage = queries.contract(work.session, contracting.contract).stage
    expected = {"signed": ContractStage.IN_FORCE, "suspended": ContractStage.OFFERED}
    assert stage == expected[outcome]


def test_no_award_is_decided_in_a_cancelled_tender(reported: Judging) -> None:
    """A cancellation holds the tender alone, and every step of a lot holds it shared."""
    first = reported.first()

    def decide() -> str:
        try:
            reported.decide(first)
        except Refused as refused:
            return refused.refusal.code
        return "decided"

    def cancel() -> str:
        try:
            reported.play.cancel(Text("重大变故"))
        except Refused as refused:
            return refused.refusal.code
        return "cancelled"

    with ThreadPoolExecutor(2) as pool:
        deciding, cancelling = pool.submit(decide), pool.submit(cancel)
        outcome = (deciding.result(), cancelling.result())
    stages = {
        ("decided", "wrong_stage"): LotStage.DECIDED,
        ("decided", "cancelled"): LotStage.CANCELLED,
        ("wrong_stage", "cancelled"): LotStage.CANCELLED,
    }
    assert reported.stage is stages[outcome]
