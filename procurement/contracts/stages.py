"""The life of a contract, and what its signing does to its lot."""

from __future__ import annotations

from kernel.lifecycle import Lifecycle
from kernel.vocabulary import Action, ContractStage, LotStage

_DRAFTED, _OFFERED = ContractStage.DRAFTED, ContractStage.OFFERED
_IN_FORCE, _ACCEPTED, _CLOSED = (
    ContractStage.IN_FORCE,
    ContractStage.ACCEPTED,
    ContractStage.CLOSED,
)

CONTRACT: Lifecycle[ContractStage] = Lifecycle(
    "contract",
    _DRAFTED,
    {
        # The supplier signs first; the buyer's signature then brings the contract into force.
        (_DRAFTED, Action.SIGN_AS_SUPPLIER): _OFFERED,
        (_OFFERED, Action.SIGN_AS_BUYER): _IN_FORCE,
        (_IN_FORCE, Action.REJECT_DELIVERY): _IN_FORCE,
        (_IN_FORCE, Action.ACCEPT_DELIVERY): _ACCEPTED,
        (_ACCEPTED, Action.SUBMIT_INVOICE): _ACCEPTED,
        # Taken with the payment that settles the whole amount; those before it leave it open.
        (_ACCEPTED, Action.SETTLE_PAYMENT): _CLOSED,
    },
    begins_with=(Action.DRAFT_CONTRACT,),
)

CONTRACTING: Lifecycle[LotStage] = Lifecycle(
    "lot",
    LotStage.AWARDED,
    {
        (LotStage.AWARDED, Action.DRAFT_CONTRACT): LotStage.AWARDED,
        (LotStage.AWARDED, Action.SIGN_AS_SUPPLIER): LotStage.AWARDED,
        (LotStage.AWARDED, Action.SIGN_AS_BUYER): LotStage.CONTRACTED,
    },
)
