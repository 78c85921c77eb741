"""Taking in a bidder's act, from whichever surface: examined, accepted, or noted as refused."""

from __future__ import annotations

from contextlib import suppress

from app.container import Container
from app.jobs.timekeeping import latest_checkpoint_digest
from app.receipts import ReceiptKeys
from bidding.envelopes.examining import Submission
from bidding.envelopes.services import Receipt, accept_act, receipt_again, refuse_act
from kernel import canonical
from kernel.refusal import Refused
from kernel.vocabulary import Actor


def receive(container: Container, actor: Actor, given: Submission) -> Receipt:
    """Accept an act and give its receipt; the same act sent again gets the same receipt.

    An attempt that is refused is noted in a transaction of its own (Order 87 art. 33), since the
    refused one leaves nothing behind.
    """
    with container.journal.read() as work:
        again = receipt_again(work, actor, canonical.digest(given.signed.statement))
    if again is not None:
        return again
    checkpoint = latest_checkpoint_digest(container)
    try:
        with container.journal.read() as work:
            examined = container.examiner.submission(
                work.session, actor, given, checkpoint=checkpoint
            )
        with container.journal.write() as work:
            return accept_act(work, actor, examined, signer=ReceiptKeys(container.keys))
    except Refused as refused:
        # A tender in whose stage nothing can be refused any more has nothing to note either.
        with suppress(Refused), container.journal.write() as work:
            refuse_act(work, actor, given.tender_id, refused.refusal)
        raise
