"""The end of a purchase."""

from __future__ import annotations

from journal.work import Work
from kernel.money import Money
from kernel.refusal import enforce
from kernel.vocabulary import Action, Actor, PurchaseStage
from procurement.parties.capacities import act
from procurement.payments import matching, queries, rules
from procurement.payments.entries import (
    PurchaseClosed,
)
from procurement.plans import queries as plans
from procurement.plans.budgets import keep_reserved
from procurement.plans.stages import PURCHASE
from procurement.plans.standing import purchase_subject
from procurement.tenders import queries as tenders


def close_purchase(work: Work, actor: Actor, purchase_id: str) -> None:
    """End a purchase whose lots are all over; what was not spent goes back to the budget line."""
    purchase = plans.purchase_for_change(work.session, purchase_id)
    act(
        work,
        actor,
        Action.CLOSE_PURCHASE,
        purchase_subject(work, purchase),
        purchase=purchase.id,
    )
    stage = PURCHASE.after(PurchaseStage(purchase.stage), Action.CLOSE_PURCHASE)
    lots = queries.lots_of_purchase(work.session, purchase.id)
    enforce(
        rules.lots_over(
            open_lots=[
                lot.id
                for lot, contract in lots
                if not matching.over(lot.stage, contract.stage if contract else None)
            ]
        )
    )
    waiting = queries.challenges_open(work.session, purchase.id)
    enforce(rules.no_challenge_open(challenges=waiting))
    spent = Money.of_minor(
        sum(contract.paid_minor for _, contract in lots if contract), purchase.currency
    )
    returned = Money.of_minor(purchase.reserved_minor, purchase.currency) - spent
    keep_reserved(work, purchase, spent)
    purchase.stage = str(stage)
    work.session.flush()
    tender = tenders.tender_of_purchase(work.session, purchase.id)
    work.record(
        actor,
        PurchaseClosed(
            object=purchase.id,
            tender=tender.id if tender else None,
            spent=spent.as_record(),
            returned=returned.as_record(),
            lots=[{"lot": lot.id, "stage": lot.stage} for lot, _ in lots],
        ),
    )
