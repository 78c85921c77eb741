"""A bidder confirms the record of an opening (Order 87 art. 42).

Who keeps silent is taken to accept it once the bids are judged; who disagrees objects.
"""

from __future__ import annotations

from bidding.opening import queries, rules
from bidding.opening.entries import OpeningConfirmed
from bidding.opening.models import OpeningConfirmation
from bidding.opening.stages import OPENING
from journal.work import Work
from kernel.identifiers import new_id
from kernel.refusal import enforce
from kernel.vocabulary import Action, Actor, LotStage, Role
from procurement.parties import queries as parties
from procurement.parties.capacities import act, subject
from procurement.parties.signing import ExaminedSignature, keep_signature, same_statement
from procurement.tenders import queries as tenders

CONFIRMATION = "opening-confirmation"


def confirm_opening(work: Work, actor: Actor, lot_id: str, examined: ExaminedSignature) -> str:
    """Keep a bidder's signature under the record that officer and holders sign; returns its id."""
    found = tenders.lot(work.session, lot_id)
    tender = tenders.tender_for_bid(work.session, found.tender_id)
    lot = queries.lot_for_change(work.session, lot_id)
    bidder = next(iter(sorted(actor.organizations(Role.SUPPLIER))), "")
    on = subject(
        work,
        "lot",
        lot.id,
        organization=bidder,
        purchase=tender.purchase_id,
        profile=tender.profile,
    )
    act(work, actor, Action.CONFIRM_OPENING, on, purchase=tender.purchase_id)
    OPENING.after(LotStage(lot.stage), Action.CONFIRM_OPENING)
    enforce(
        rules.opened_with_others(
            bidder=bidder,
            bidders={bid.bidder_id for bid in queries.opened_bids(work.session, lot.id)},
        )
    )
    before = {row.bidder_id for row in queries.confirmations(work.session, lot.id)}
    enforce(rules.confirmed_once(bidder=bidder, confirmed=before))
    record = queries.opening_record(work.session, lot.id)
    same_statement(examined, record.statement, kind="opening record", id=lot.id)
    kept = keep_signature(work, actor, examined, kind=CONFIRMATION, subject_id=lot.id)
    row = OpeningConfirmation(
        id=new_id("cnf"),
        lot_id=lot.id,
        bidder_id=bidder,
        document_id=kept.id,
        confirmed_at=work.clock.now(),
    )
    work.session.add(row)
    work.record(
        actor,
        OpeningConfirmed(
            object=lot.id,
            tender=tender.id,
            lot=lot.id,
            record=record.digest,
            bidder=parties.organization(work.session, bidder).identifier,
            document=kept.id,
        ),
    )
    return row.id
