"""A bidder's own key where the holders fall short (SEALED_BID 6, order 20 art. 30).

It helps in a window that ends before the read-out, for the bidder's own live envelope and for no
other: the act names the public half, so a key is right or wrong by itself and needs no signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bidding.envelopes import queries as envelopes
from bidding.envelopes.examining import Examiner
from bidding.envelopes.models import Closing
from bidding.opening import queries, rules
from bidding.opening.entries import OwnKeyGiven
from bidding.opening.models import OwnKey
from bidding.opening.stages import OPENING
from journal.work import Work
from kernel.identifiers import new_id
from kernel.refusal import NotFound, Refused, enforce, refuse
from kernel.vocabulary import Action, Actor, LotStage, Role
from procurement.parties import queries as parties
from procurement.parties.capacities import act, subject
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender
from procurement.tenders.standing import pinned_profile
from signatures.sealed import points, release
from signatures.sealed.release import LiveEnvelope

CITE = "SEALED_BID 6"


@dataclass(frozen=True, slots=True)
class ExaminedOwnKey:
    """The identity of one live envelope, given by a person of the firm that sealed it."""

    tender_id: str
    lot_id: str
    part: str
    bidder_id: str
    context: str
    identity: str


@dataclass(frozen=True, slots=True)
class WantedKey:
    """A part whose key the bidder may give now, and until when."""

    part: str
    context: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class WantedKeys:
    """What a bidder's client looks at before it lets a key out: the closing, and what is wanted."""

    closing: bytes
    parts: tuple[WantedKey, ...]


def examine_own_key(
    session: Session,
    examiner: Examiner,
    actor: Actor,
    tender_id: str,
    lot_id: str,
    part: str,
    identity: str,
) -> ExaminedOwnKey:
    """Hold a key against the envelope of the actor's firm, outside any transaction.

    NotFound if the firm has no live bid there, `identity_differs` if the key is another's.
    """
    firms = _firms(session, actor)
    own = [each for each in _live(session, examiner, tender_id, lot_id, part) if each[0] in firms]
    if not own:
        raise NotFound("bid", lot_id)
    written = points.recipient_of(points.read_identity(identity))
    for bidder, live in own:
        if live.envelope["recipient"] == written:
            return ExaminedOwnKey(tender_id, lot_id, part, firms[bidder], live.context, identity)
    raise Refused(refuse("identity_differs", CITE, part=part))


def give_own_key(work: Work, actor: Actor, examined: ExaminedOwnKey) -> str:
    """Take in a bidder's own key for an envelope that the holders do not open."""
    tender = tenders.tender_for_bid(work.session, examined.tender_id)
    lot = queries.lot_for_change(work.session, examined.lot_id)
    on = subject(
        work,
        "lot",
        lot.id,
        organization=examined.bidder_id,
        purchase=tender.purchase_id,
        profile=tender.profile,
    )
    act(work, actor, Action.GIVE_OWN_KEY, on, purchase=tender.purchase_id)
    lot.stage = OPENING.after(LotStage(lot.stage), Action.GIVE_OWN_KEY)
    enforce(queries.stopped_by_objection(work.session, lot.id))
    known = {(key.part, key.bidder_id) for key in queries.own_keys(work.session, lot.id)}
    if (examined.part, examined.bidder_id) in known:
        enforce(refuse("own_key_given_already", CITE, part=examined.part))
    closing = envelopes.closing_of(work.session, tender.id)
    profile, now = pinned_profile(tender), work.clock.now()
    short = _fell_short_at(work.session, tender, lot.id, examined.part, examined.context, closing)
    enforce(rules.own_key_needed(profile=profile, now=now, fell_short_at=short))
    assert short is not None  # noqa: S101  # own_key_needed saw it
    enforce(rules.own_key_in_time(profile=profile, now=now, fell_short_at=short))
    row = OwnKey(
        id=new_id("key"),
        tender_id=tender.id,
        lot_id=lot.id,
        part=examined.part,
        bidder_id=examined.bidder_id,
        person_id=actor.person,
        context=examined.context,
        identity=examined.identity,
        given_at=now,
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        actor,
        OwnKeyGiven(
            object=row.id,
            tender=tender.id,
            lot=lot.id,
            part=row.part,
            context=row.context,
            bidder=row.bidder_id,
        ),
    )
    return row.id


def wanted_own_keys(
    session: Session, examiner: Examiner, actor: Actor, tender_id: str, lot_id: str
) -> WantedKeys:
    """The parts of the actor's own live bid whose key may be given now; none is the usual answer.

    NotFound before the closing.
    """
    tender = tenders.tender(session, tender_id)
    lot = tenders.lot(session, lot_id)
    closing = envelopes.closing_of(session, tender_id)
    OPENING.after(LotStage(lot.stage), Action.GIVE_OWN_KEY)
    profile, now = pinned_profile(tender), examiner.clock.now()
    firms = _firms(session, actor)
    given = {key.context for key in queries.own_keys(session, lot_id)}
    wanted = []
    for part in examiner.committee(session, tender).parts:
        for bidder, live in _live(session, examiner, tender_id, lot_id, part):
            short = _fell_short_at(session, tender, lot_id, part, live.context, closing)
            if bidder not in firms or live.context in given or short is None:
                continue
            ends_at = rules.own_key_ends_at(profile=profile, fell_short_at=short)
            if short <= now < ends_at:
                wanted.append(WantedKey(part, live.context, ends_at))
    return WantedKeys(closing.statement, tuple(wanted))


def _firms(session: Session, actor: Actor) -> dict[str, str]:
    """The firms for which the actor supplies: their ids by registered identifier."""
    ids = sorted(actor.organizations(Role.SUPPLIER))
    return {parties.organization(session, each).identifier: each for each in ids}


def _live(
    session: Session, examiner: Examiner, tender_id: str, lot_id: str, part: str
) -> list[tuple[str, LiveEnvelope]]:
    """The envelopes of a part that may be opened, each with its bidder's identifier."""
    tender = tenders.tender(session, tender_id)
    if lot_id not in {lot.id for lot in tender.lots}:
        raise NotFound("lot", lot_id)
    acts = queries.lot_acts(session, tender_id, lot_id).acts
    committee = examiner.committee(session, tender)
    live = release.live_envelopes(committee, acts, lot=lot_id, part=part)
    return [(each.act.bidder, each) for each in live]


def _fell_short_at(
    session: Session, tender: Tender, lot_id: str, part: str, context: str, closing: Closing
) -> datetime | None:
    rows = [
        row
        for row in queries.releases(session, lot_id)
        if (row.part, row.closing) == (part, closing.digest)
    ]
    return rules.holders_fall_short_at(
        profile=pinned_profile(tender),
        closed_at=closing.closed_at,
        threshold=tender.threshold,
        valid=sum(row.judged.get(context) == "valid" for row in rows),
        holders=sum(key.part == part for key in tender.holder_keys),
        released_at=[row.released_at for row in rows],
    )
