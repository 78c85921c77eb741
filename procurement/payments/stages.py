"""The life of an invoice, from its arrival to its payment."""

from __future__ import annotations

from kernel.lifecycle import Lifecycle
from kernel.vocabulary import Action, InvoiceStage

_SUBMITTED, _RETURNED, _MATCHED = (
    InvoiceStage.SUBMITTED,
    InvoiceStage.RETURNED,
    InvoiceStage.MATCHED,
)
_PREPARED, _RELEASED, _PAID = InvoiceStage.PREPARED, InvoiceStage.RELEASED, InvoiceStage.PAID

INVOICE: Lifecycle[InvoiceStage] = Lifecycle(
    "invoice",
    _SUBMITTED,
    {
        (_SUBMITTED, Action.RETURN_INVOICE): _RETURNED,
        (_SUBMITTED, Action.MATCH_INVOICE): _MATCHED,
        (_MATCHED, Action.PREPARE_PAYMENT): _PREPARED,
        (_PREPARED, Action.RELEASE_PAYMENT): _RELEASED,
        (_RELEASED, Action.SETTLE_PAYMENT): _PAID,
    },
    begins_with=(Action.SUBMIT_INVOICE,),
)
