"""The panel: drawn at random with evidence, its members' interests declared by signature."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from bidding.envelopes.examining import Examiner
from bidding.envelopes.queries import closing_of
from bidding.evaluation import conditions, loading, panels, queries, rules
from bidding.evaluation.entries import InterestsDeclared, PanelDrawn
from bidding.evaluation.models import Interest, PanelDraw, PanelMember
from bidding.evaluation.panels import Drawn, Listed, ListStamp, Tie
from bidding.evaluation.stages import EVALUATION
from bidding.opening.models import OpenedBid
from journal.work import Work
from kernel.identifiers import new_id
from kernel.money import Money
from kernel.refusal import StaleWrite, enforce, refuse
from kernel.vocabulary import Action, Actor, LotStage, Role
from procurement.authority import Subject, excluded
from procurement.parties.capacities import act
from procurement.parties.signing import (
    ExaminedSignature,
    keep_signature,
    same_statement,
    statement,
)
from procurement.profiles import Profile
from procurement.profiles.timetable import local_date
from procurement.tenders.models import Lot
from procurement.tenders.standing import pinned_profile


@dataclass(frozen=True, slots=True)
class PanelPlan:
    """How large the panel is to be, and whom the buyer names to it; all others are drawn.

    `absent` are members who cannot go on; their seats are filled anew (87-49).
    """

    size: int
    buyer_members: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def prepare_draw(work: Work, lot_id: str) -> bytes:
    """The commitment to the list of the next draw: what is time-stamped before anybody is drawn."""
    lot = loading.lot(work.session, lot_id)
    sat = queries.members(work.session, lot.id)
    listed = _listed(work, lot, pinned_profile(lot.tender), loading.lot_subject(work, lot), sat)
    return _commitment(work, lot, listed)


def stamp_draw(examiner: Examiner, commitment: bytes) -> ListStamp | None:
    """Have a commitment stamped, outside any transaction; None if no good token can be had."""
    # The examiner stamps and judges any statement as it does that of a closing.
    found = examiner.closing_stamp(commitment)
    return None if found is None else ListStamp(commitment, found.token, found.outside)


def draw_panel(
    work: Work,
    actor: Actor,
    lot_id: str,
    plan: PanelPlan,
    *,
    stamp: ListStamp | None = None,
    randomness: str | None = None,
) -> str:
    """Draw the experts of a panel, or fill the seats that conflicts have emptied (87-47, 48).

    A `stamp` is about the list as it is now; without one, random bytes are kept, and the entry
    says so. Who is tied to a bidder, works for one or for the buyer, or has a capacity in this
    purchase that excludes the panel is listed with the code of what keeps the person off it.
    """
    lot = loading.lot_for_change(work.session, lot_id)
    tender = lot.tender
    profile = pinned_profile(tender)
    on = loading.lot_subject(work, lot)
    act(work, actor, Action.DRAW_PANEL, on, purchase=tender.purchase_id)
    EVALUATION.after(LotStage(lot.stage), Action.DRAW_PANEL)
    before = queries.draws(work.session, lot.id)
    for person in plan.absent:
        _leave(work, lot, queries.seat_of(queries.seated(work.session, lot.id), person), "absent")
    sat = queries.members(work.session, lot.id)
    seats = [member for member in sat if member.left_at is None]
    if before:
        enforce(conditions.panel_short(seats=before[-1].seats, seated=len(seats)))
    named = [person for person in plan.buyer_members if not _sits(seats, person)]
    experts = plan.size - sum(member.role == Role.BUYER_PANELIST for member in seats) - len(named)
    budget = Money.of_minor(lot.budget_minor, tender.currency)
    enforce(
        rules.panel_shape(
            profile=profile, experts=experts, buyers=plan.size - experts, budget=budget
        )
    )
    number = len(before) + 1
    everybody = _listed(work, lot, profile, on, sat)
    committed = _commitment(work, lot, everybody)
    if stamp is not None and stamp.commitment != committed:
        raise StaleWrite("lot", lot.id)
    made = Drawn.of(stamp, randomness or secrets.token_hex(32))
    closing = closing_of(work.session, tender.id).digest
    seed = panels.seed_of(commitment=committed, drawn=made)
    order = panels.in_drawn_order(seed, everybody)
    wanted = experts - sum(member.role == Role.PANELIST for member in seats)
    chosen = panels.drawn(order, wanted, Role.PANELIST)
    enforce(conditions.list_long_enough(wanted=wanted, found=len(chosen)))
    free = {one.person: one.excluded for one in everybody if one.role is Role.BUYER_PANELIST}
    for person in named:
        if free.get(person, "not_on_the_list") is not None:
            enforce(refuse("panelist_not_free", "GPR art. 9", hindrance=free.get(person)))
    draw = PanelDraw(
        id=new_id("draw"),
        lot_id=lot.id,
        number=number,
        seats=plan.size,
        closing=closing,
        chance=str(made.chance),
        randomness=made.value if stamp is None else None,
        token=None if stamp is None else stamp.token,
        seed=seed,
        listed=[one.as_record() for one in order],
        drawn_by=actor.person,
        drawn_at=work.clock.now(),
    )
    work.session.add(draw)
    work.session.flush()
    fresh = [
        _seat(work, draw, person, role)
        for person, role in [
            *((person, Role.BUYER_PANELIST) for person in named),
            *((one.person, Role.PANELIST) for one in chosen),
        ]
    ]
    work.session.flush()
    work.record(
        actor,
        PanelDrawn(
            object=lot.id,
            tender=tender.id,
            lot=lot.id,
            number=number,
            closing=closing,
            chance=draw.chance,
            value=made.value,
            seed=seed,
            size=plan.size,
            list_digest=panels.list_digest(everybody),
            listed=draw.listed,
            seated=[member.person_id for member in fresh],
            absent=list(plan.absent),
        ),
    )
    return draw.id


def prepare_declaration(work: Work, actor: Actor, lot_id: str, ties: Sequence[Tie]) -> bytes:
    """The bytes a member signs: all ties to the bidders, and that there are no others (87-49)."""
    lot = loading.lot(work.session, lot_id)
    bids = loading.opened_bids(work.session, lot.id).values()
    return statement(
        "interest-declaration",
        work.origin,
        tender=lot.tender_id,
        lot=lot.id,
        panelist=actor.person,
        bidders=sorted(bid.bidder_id for bid in bids),
        ties=[tie.as_record() for tie in _sorted(ties)],
    )


def declare_interests(
    work: Work, actor: Actor, lot_id: str, ties: Sequence[Tie], examined: ExaminedSignature
) -> str | None:
    """Keep a member's signed declaration; a conflict ends the seat and voids the opinions.

    Returns the person who takes the seat from the reserve of the draw, or None if the member
    stays, or if nobody is left on the list and the officer has to draw again.
    """
    lot = loading.lot_for_change(work.session, lot_id)
    tender = lot.tender
    profile = pinned_profile(tender)
    seats = queries.seated(work.session, lot.id)
    on = loading.lot_subject(work, lot, named=[member.person_id for member in seats])
    act(work, actor, Action.DECLARE_INTERESTS, on, purchase=tender.purchase_id)
    EVALUATION.after(LotStage(lot.stage), Action.DECLARE_INTERESTS)
    member = queries.seat_of(seats, actor.person)
    bidders = [bid.bidder_id for bid in loading.opened_bids(work.session, lot.id).values()]
    conflict = panels.in_conflict(
        ties,
        bidders,
        profile=profile,
        on=local_date(profile, work.clock.now()),
    )
    enforce(conditions.declared_once(declared_at=member.declared_at, conflict=conflict is not None))
    prepared = prepare_declaration(work, actor, lot.id, ties)
    same_statement(examined, prepared, kind="lot", id=lot.id)
    kept = keep_signature(work, actor, examined, kind="interest-declaration", subject_id=member.id)
    member.declared_at, member.declaration_document = work.clock.now(), kept.id
    work.session.add_all(
        Interest(
            id=new_id("tie"),
            person_id=actor.person,
            organization_id=tie.organization,
            kind=tie.kind,
            ended_on=tie.ended_on,
            declared_at=work.clock.now(),
        )
        for tie in ties
    )
    work.session.flush()
    successor = _replace(work, lot, profile, on, member, conflict) if conflict else None
    work.record(
        actor,
        InterestsDeclared(
            object=lot.id,
            tender=tender.id,
            lot=lot.id,
            declaration=examined.digest,
            conflict=conflict is not None,
            member=actor.person,
            ties=[tie.as_record() for tie in _sorted(ties)],
            replaced_by=successor,
        ),
    )
    return successor


def _commitment(work: Work, lot: Lot, listed: Sequence[Listed]) -> bytes:
    return panels.commitment(
        origin=work.origin,
        lot=lot.id,
        number=len(queries.draws(work.session, lot.id)) + 1,
        closing=closing_of(work.session, lot.tender_id).digest,
        listed=panels.list_digest(listed),
    )


def _replace(
    work: Work, lot: Lot, profile: Profile, on: Subject, member: PanelMember, conflict: Tie
) -> str | None:
    """End a seat, void what its member said, and seat the next in the order of the draw."""
    _leave(work, lot, member, f"tie_{conflict.kind}")
    draw = queries.draws(work.session, lot.id)[-1]
    sat = queries.members(work.session, lot.id)
    now = {(one.person, one.role): one for one in _listed(work, lot, profile, on, sat)}
    drawn = [(row["person"], Role(row["role"])) for row in draw.listed]
    order = [now[one] for one in drawn if one in now]
    following = panels.drawn(order, 1, Role.PANELIST) if member.role == Role.PANELIST else ()
    for one in following:
        _seat(work, draw, one.person, one.role)
    work.session.flush()
    return following[0].person if following else None


def _leave(work: Work, lot: Lot, member: PanelMember, code: str) -> None:
    """End a seat, and void what its member said (87-49)."""
    member.left_at, member.left_code = work.clock.now(), code
    _void_opinions(work, lot, member)
    work.session.flush()


def _void_opinions(work: Work, lot: Lot, member: PanelMember) -> None:
    """What the panel had concluded with this member's voice is open again (87-49)."""
    questions = queries.price_questions(work.session, lot.id)
    for bid, standing in queries.standings(work.session, lot.id).items():
        if not standing.qualified:
            continue
        standing.compliant = None
        question = questions.get(bid)
        if question is not None and question.judged_by == member.person_id:
            question.accepted = question.judged_at = question.judged_by = None
            question.judgement_zh = question.judgement_en = None
            standing.price_accepted = None
        if standing.price_accepted is not False and standing.price_confirmed is not False:
            standing.reason_zh = standing.reason_en = standing.cites = ""


def _listed(
    work: Work, lot: Lot, profile: Profile, on: Subject, sat: Sequence[PanelMember]
) -> list[Listed]:
    """Experts and buyer's members with what keeps each of them off this panel."""
    buyer = lot.tender.buyer_id
    bidders = set(
        work.session.scalars(select(OpenedBid.bidder_id).where(OpenedBid.lot_id == lot.id))
    )
    experts = queries.expert_list(work.session)
    own = queries.buyer_panelists(work.session, buyer)
    ties = queries.declared_ties(work.session, [*experts, *own], bidders)
    seen = {member.person_id for member in sat}
    # Where the law asks for outside experts, the buyer's own people are none (Order 87 art. 47).
    outside = profile.panel_expert_share_min.value > 0
    today = local_date(profile, work.clock.now())

    def hindrance(person: str, employer: str, role: Role) -> str | None:
        if person in seen:
            return "sits_or_sat_here"
        if employer in bidders:
            return "employed_by_bidder"
        if role is Role.PANELIST and outside and employer == buyer:
            return "employed_by_buyer"
        if excluded(person, role, on) is not None:
            return "excluded_role"
        conflict = panels.in_conflict(ties.get(person, ()), bidders, profile=profile, on=today)
        return f"tie_{conflict.kind}" if conflict else None

    found = [(person, of, Role.PANELIST) for person, of in experts.items()]
    found += [(person, of, Role.BUYER_PANELIST) for person, of in own.items()]
    return [Listed(person, role, hindrance(person, of, role)) for person, of, role in found]


def _seat(work: Work, draw: PanelDraw, person: str, role: Role) -> PanelMember:
    member = PanelMember(
        id=new_id("seat"),
        lot_id=draw.lot_id,
        draw_id=draw.id,
        person_id=person,
        role=str(role),
        seated_at=work.clock.now(),
    )
    work.session.add(member)
    return member


def _sits(seats: Sequence[PanelMember], person: str) -> bool:
    return any(member.person_id == person for member in seats)


def _sorted(ties: Sequence[Tie]) -> list[Tie]:
    return sorted(ties, key=lambda tie: (tie.organization, tie.kind, str(tie.ended_on)))
