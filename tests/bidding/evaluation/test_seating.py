"""The panel: drawn so that anybody can draw it again, conflicts replaced (87-47 to 49)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from app.rehearsal.cast import Player
from app.rehearsal.judging import Judging
from bidding.evaluation import panels, queries, services
from bidding.evaluation.panels import Chance, Drawn, Listed, ListStamp, Tie
from bidding.evaluation.services import Opinion, PanelPlan
from kernel import canonical
from kernel.refusal import NotFound, Refused, StaleWrite
from kernel.vocabulary import Action, Role
from procurement.tenders.models import Lot
from tests.recorded import last_body
from tests.world import World
from tests.worlds import with_outside_stamps

CHANCE = "ab" * 32


def _draw(judging: Judging, plan: PanelPlan, player: Player | None = None) -> str:
    actor = (player or judging.play.staff.officer).actor
    with judging.journal.write() as work:
        return services.draw_panel(work, actor, judging.lot, plan, randomness=CHANCE)


def _declare(judging: Judging, member: Player, ties: tuple[Tie, ...] = ()) -> str | None:
    with judging.journal.read() as work:
        statement = services.prepare_declaration(work, member.actor, judging.lot, ties)
    examined = judging.play.cast.examined(member, statement)
    with judging.journal.write() as work:
        return services.declare_interests(work, member.actor, judging.lot, ties, examined)


def _bidder(judging: Judging) -> str:
    return next(iter(judging.play.bidders[judging.lot]))


@pytest.fixture
def judging(opened: Callable[..., Judging]) -> Judging:
    """A lot with qualified bids and no panel yet."""
    made = opened()
    made.qualify()
    return made


def _drawn_again(judging: Judging) -> set[str]:
    """Draw from the entry's public values and the list alone, and say who should sit."""
    kept = last_body(judging.journal, Action.DRAW_PANEL)
    listed = [
        Listed(row["person"], Role(row["role"]), row["excluded"])
        for row in reversed(kept["listed"])
    ]
    assert panels.list_digest(listed) == kept["list_digest"]
    committed = panels.commitment(
        origin=judging.journal.origin,
        lot=judging.lot,
        number=kept["number"],
        closing=kept["closing"],
        listed=kept["list_digest"],
    )
    drawn = Drawn(Chance(kept["chance"]), kept["value"])
    assert panels.seed_of(commitment=committed, drawn=drawn) == kept["seed"]
    order = panels.in_drawn_order(kept["seed"], listed)
    assert [one.as_record() for one in order] == kept["listed"]
    return {one.person for one in panels.drawn(order, kept["size"], Role.PANELIST)}


def _stamp(judging: Judging) -> ListStamp:
    with judging.journal.read() as work:
        committed = services.prepare_draw(work, judging.lot)
    found = services.stamp_draw(judging.play.installation.examiner, committed)
    assert found is not None
    return found


def _draw_stamped(judging: Judging, stamp: ListStamp) -> None:
    officer = judging.play.staff.officer.actor
    with judging.journal.write() as work:
        services.draw_panel(work, officer, judging.lot, PanelPlan(5), stamp=stamp)


def test_anybody_can_draw_again(judging: Judging) -> None:
    """Requirement 075: the kept values alone give the same people; random bytes are named so."""
    _draw(judging, PanelPlan(5))
    kept = last_body(judging.journal, Action.DRAW_PANEL)
    assert (kept["chance"], kept["value"]) == ("stored", CHANCE)
    assert _drawn_again(judging) == {one.person for one in judging.members()}


def test_seed_comes_from_a_time_stamp_over_the_list(judging: Judging) -> None:
    """The token is kept, and a token of the operator's own authority is called that."""
    stamp = _stamp(judging)
    _draw_stamped(judging, stamp)
    kept = last_body(judging.journal, Action.DRAW_PANEL)
    assert (kept["chance"], kept["value"]) == ("stamp_own", canonical.digest(stamp.token))
    with judging.journal.read() as work:
        draw = queries.draws(work.session, judging.lot)[0]
    assert (draw.token, draw.randomness) == (stamp.token, None)
    assert _drawn_again(judging) == {one.person for one in judging.members()}


def test_stamp_of_somebody_outside_is_called_that(judging: Judging, world: World) -> None:
    outside = with_outside_stamps(world)
    outside.set(world.clock.now())
    judging.play.installation = world.installation
    stamp = _stamp(judging)
    assert stamp.outside
    _draw_stamped(judging, stamp)
    assert last_body(judging.journal, Action.DRAW_PANEL)["chance"] == "stamp_outside"


def test_no_stamp_can_be_had_and_the_draw_goes_on(judging: Judging) -> None:
    examiner = judging.play.installation.examiner
    examiner.stamper = None
    with judging.journal.read() as work:
        committed = services.prepare_draw(work, judging.lot)
    assert services.stamp_draw(examiner, committed) is None
    _draw(judging, PanelPlan(5))
    assert last_body(judging.journal, Action.DRAW_PANEL)["chance"] == "stored"


def test_stamp_over_another_list_draws_nobody(judging: Judging) -> None:
    """What was committed to is drawn from: somebody new on the list asks for a new stamp."""
    play, stamp = judging.play, _stamp(judging)
    experts = play.staff.panelists[0].firm
    play.cast.player("late", "后来者", experts, [(Role.PANELIST, experts)])
    with pytest.raises(StaleWrite):
        _draw_stamped(judging, stamp)
    _draw_stamped(judging, _stamp(judging))
    with pytest.raises(Refused, match="panel_drawn_already"):
        _draw_stamped(judging, _stamp(judging))


@pytest.mark.parametrize(
    ("size", "code"), [(4, "panel_too_small"), (6, "panel_even"), (3, "panel_too_small")]
)
def test_shape_of_the_panel(judging: Judging, size: int, code: str) -> None:
    with pytest.raises(Refused, match=code):
        _draw(judging, PanelPlan(size))


def test_list_must_be_long_enough(judging: Judging) -> None:
    with pytest.raises(Refused, match="panel_list_too_short"):
        _draw(judging, PanelPlan(9))


def test_only_the_officer_draws_and_only_once(judging: Judging) -> None:
    with pytest.raises(Refused, match="not_authorised"):
        _draw(judging, PanelPlan(5), judging.play.staff.approver)
    _draw(judging, PanelPlan(5))
    with pytest.raises(Refused, match="panel_drawn_already"):
        _draw(judging, PanelPlan(5))


def test_experts_are_two_thirds(judging: Judging) -> None:
    play = judging.play
    own_right = [(Role.BUYER_PANELIST, play.staff.buyer)]
    own = [play.cast.player(f"own{n}", f"业主{n}", play.staff.unit, own_right) for n in (1, 2)]
    with pytest.raises(Refused, match="too_few_experts"):
        _draw(judging, PanelPlan(5, tuple(player.person for player in own)))
    _draw(judging, PanelPlan(5, (own[0].person,)))
    with judging.journal.read() as work:
        roles = [member.role for member in queries.seated(work.session, judging.lot)]
    assert sorted(roles) == ["buyer_panelist", *["panelist"] * 4]


def test_who_is_not_on_the_list_cannot_be_named(judging: Judging) -> None:
    with pytest.raises(Refused, match="panelist_not_free"):
        _draw(judging, PanelPlan(5, (judging.play.staff.supervisor.person,)))


def test_key_holder_and_officer_are_kept_off(judging: Judging) -> None:
    """87-40, 45: who opened the bids or runs the purchase does not evaluate."""
    play = judging.play
    holder, officer = play.staff.holders[1], play.staff.officer
    for player in (holder, officer):
        play.cast.grant(player, [(Role.PANELIST, holder.firm)])
    _draw(judging, PanelPlan(5))
    with judging.journal.read() as work:
        listed = queries.draws(work.session, judging.lot)[0].listed
    why = {row["person"]: row["excluded"] for row in listed}
    assert why[holder.person] == "excluded_role"
    assert why[officer.person] == "employed_by_buyer"
    assert not {holder.person, officer.person} & {one.person for one in judging.members()}


def test_bidders_own_people_are_kept_off(judging: Judging) -> None:
    play = judging.play
    bidder = next(iter(play.bidders[judging.lot].values()))
    play.cast.player("insider", "内线", bidder.firm, [(Role.PANELIST, play.staff.holders[1].firm)])
    _draw(judging, PanelPlan(5))
    with judging.journal.read() as work:
        listed = queries.draws(work.session, judging.lot)[0].listed
    assert [row["excluded"] for row in listed].count("employed_by_bidder") == 1


def test_conflict_replaces_the_member_from_the_reserve(judging: Judging) -> None:
    _draw(judging, PanelPlan(5))
    member = judging.members()[0]
    successor = _declare(judging, member, (Tie(_bidder(judging), "employment", None),))
    people = {one.person for one in judging.members()}
    assert successor in people
    assert member.person not in people
    assert len(people) == 5
    with pytest.raises(Refused, match="not_authorised"):
        _declare(judging, member)


@pytest.mark.parametrize(
    ("tie", "stays"),
    [
        (("employment", date(2023, 4, 27)), True),
        (("employment", date(2023, 4, 28)), False),
        (("share", date(2026, 1, 1)), False),
        (("family", date(2001, 1, 1)), False),
    ],
)
def test_three_years_decide(judging: Judging, tie: tuple[str, date], stays: bool) -> None:
    """GPR 9: the lot is drawn on 28 April 2026; kinship never ends."""
    _draw(judging, PanelPlan(5))
    member = judging.members()[0]
    _declare(judging, member, (Tie(_bidder(judging), *tie),))
    assert (member.person in {one.person for one in judging.members()}) is stays


def test_tie_to_a_stranger_is_no_conflict(judging: Judging) -> None:
    _draw(judging, PanelPlan(5))
    member = judging.members()[0]
    firms = judging.play.cast.firms
    assert _declare(judging, member, (Tie(firms["91610000MA6TXA005E"].id, "share"),)) is None
    assert member.person in {one.person for one in judging.members()}


def test_declared_tie_keeps_the_person_off_the_next_panel(judging: Judging) -> None:
    """What was declared is remembered: the next draw asks it."""
    _draw(judging, PanelPlan(5))
    member = judging.members()[0]
    _declare(judging, member, (Tie(_bidder(judging), "office"),))
    with judging.journal.read() as work:
        known = queries.declared_ties(work.session, [member.person], [_bidder(judging)])
    assert known[member.person] == [Tie(_bidder(judging), "office")]


def test_exhausted_reserve_leaves_a_seat_to_be_drawn(judging: Judging) -> None:
    _draw(judging, PanelPlan(7))
    member = judging.members()[0]
    assert _declare(judging, member, (Tie(_bidder(judging), "share"),)) is None
    assert len(judging.members()) == 6
    for one in judging.members():
        _declare(judging, one)
    with pytest.raises(Refused, match="panel_incomplete"):
        judging.check_compliance()
    experts = judging.members()[0].firm
    fresh = judging.play.cast.player("expert8", "新专家", experts, [(Role.PANELIST, experts)])
    _draw(judging, PanelPlan(7))
    assert fresh.person in {one.person for one in judging.members()}


def test_nobody_judges_before_the_declaration(judging: Judging) -> None:
    _draw(judging, PanelPlan(5))
    with pytest.raises(Refused, match="interests_undeclared"):
        judging.check_compliance()


def test_second_declaration_is_for_a_conflict_alone(judging: Judging) -> None:
    judging.seat_panel()
    member = judging.members()[0]
    with pytest.raises(Refused, match="declared_already"):
        _declare(judging, member)
    _declare(judging, member, (Tie(_bidder(judging), "family"),))
    assert member.person not in {one.person for one in judging.members()}


def test_late_conflict_voids_what_the_member_said(judging: Judging) -> None:
    """87-49: the opinions of who is replaced are void, and compliance is open again."""
    judging.seat_panel()
    judging.check_compliance()
    member = judging.members()[0]
    _declare(judging, member, (Tie(_bidder(judging), "family"),))
    with judging.journal.read() as work:
        standings = queries.standings(work.session, judging.lot)
        seats = queries.seated(work.session, judging.lot)
        assert len(queries.opinions(work.session, seats)) == 4 * 3
    assert all(row.compliant is None for row in standings.values())
    new = next(one for one in judging.members() if one.person not in _declared(judging))
    _declare(judging, new)
    with judging.journal.write() as work:
        services.check_compliance(
            work, new.actor, judging.lot, [Opinion(bid, True) for bid in standings]
        )
    with judging.journal.read() as work:
        assert all(row.compliant for row in queries.standings(work.session, judging.lot).values())


def _declared(judging: Judging) -> set[str]:
    with judging.journal.read() as work:
        seats = queries.seated(work.session, judging.lot)
        return {seat.person_id for seat in seats if seat.declared_at is not None}


def test_signature_of_other_bytes_is_refused(judging: Judging) -> None:
    """What is signed is what is kept: another list of ties, or another's signature, is refused."""
    _draw(judging, PanelPlan(5))
    member, other = judging.members()[:2]
    with judging.journal.read() as work:
        statement = services.prepare_declaration(work, member.actor, judging.lot, ())
    examined = judging.play.cast.examined(member, statement)
    hidden = (Tie(_bidder(judging), "share"),)
    with pytest.raises(StaleWrite), judging.journal.write() as work:
        services.declare_interests(work, member.actor, judging.lot, hidden, examined)
    foreign = judging.play.cast.examined(other, statement)
    with pytest.raises(Refused, match="signer_is_not_actor"), judging.journal.write() as work:
        services.declare_interests(work, member.actor, judging.lot, (), foreign)


def test_stranger_has_no_seat(judging: Judging) -> None:
    _draw(judging, PanelPlan(5))
    outsider = judging.play.staff.panelists
    seated = {one.person for one in judging.members()}
    free = next(player for player in outsider if player.person not in seated)
    with pytest.raises(Refused, match="not_authorised"):
        _declare(judging, free)
    with judging.journal.read() as work, pytest.raises(NotFound):
        queries.seat_of(queries.seated(work.session, judging.lot), free.person)


def test_absent_member_is_replaced_by_a_draw(judging: Judging) -> None:
    """87-49: who cannot go on leaves the seat; another is drawn and sees nothing undeclared."""
    judging.seat_panel()
    judging.check_compliance()
    absent = judging.members()[0]
    stranger = judging.play.staff.reviewer
    with pytest.raises(NotFound):
        _draw(judging, PanelPlan(5, absent=(stranger.person,)))
    _draw(judging, PanelPlan(5, absent=(absent.person,)))
    people = {one.person for one in judging.members()}
    assert len(people) == 5
    assert absent.person not in people
    with judging.journal.read() as work:
        assert [draw.number for draw in queries.draws(work.session, judging.lot)] == [1, 2]
        standings = queries.standings(work.session, judging.lot)
    assert all(row.compliant is None for row in standings.values())


def test_member_sees_bids_after_the_declaration(judging: Judging) -> None:
    """Requirement 077; under cn-gov prices were read out to everybody and are not hidden."""
    _draw(judging, PanelPlan(5))
    member = judging.members()[0]

    def seen() -> list[queries.PanelBid]:
        with judging.journal.read() as work:
            lot = work.session.get_one(Lot, judging.lot)
            return queries.bids_for_member(work.session, lot, member.person)

    with pytest.raises(Refused, match="interests_undeclared"):
        seen()
    _declare(judging, member)
    assert [bid.price_minor for bid in seen()] == [98_000_000, 105_000_000, 110_000_000]
    assert all(bid.files for bid in seen())
