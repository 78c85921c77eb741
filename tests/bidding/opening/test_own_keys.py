"""A bidder's own key: where the holders fall short, in its window, for the own envelope alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.jobs.proceeding import open_ready_lots
from app.rehearsal import sealed
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from bidding.opening import own_keys, queries, services
from bidding.opening.examining import open_with_shares
from bidding.opening.rules import holders_fall_short_at
from journal.models import EntryField, EntryRow
from kernel import canonical
from kernel.money import Money
from kernel.refusal import NotFound, Refused, StaleWrite
from kernel.vocabulary import Part, TenderStage
from procurement.profiles import load_profile
from signatures.sealed import points
from tests.holders import released, sends
from tests.world import CLOSES_AT, World
from tests.worlds import played

CN = load_profile("cn-gov")
OPENS_AT = CLOSES_AT + timedelta(minutes=CN.objection_minutes.value)
WINDOW = timedelta(minutes=CN.decryption_minutes.value)
TICK = timedelta(microseconds=1)
PRICES = ("960000.00", "980000.00", "1050000.00")


@dataclass
class Opening:
    """A closed tender, and what each bidder kept of the own bid."""

    play: Play
    kept: dict[str, sealed.SealedBid]

    def identity(self, bidder: Player, part: str) -> str:
        """The identity in the bidder's own file."""
        envelopes = self.kept[bidder.login].envelopes
        return next(each.identity for each in envelopes if each.part == part)

    def gives(self, bidder: Player, part: str, identity: str | None = None) -> str:
        """The bidder gives the own key, or another."""
        play = self.play
        with play.installation.journal.read() as work:
            examined = own_keys.examine_own_key(
                work.session,
                play.installation.examiner,
                bidder.actor,
                play.tender,
                play.lots[0],
                part,
                identity or self.identity(bidder, part),
            )
        with play.installation.journal.write() as work:
            return own_keys.give_own_key(work, bidder.actor, examined)

    def wanted(self, bidder: Player) -> list[str]:
        """The parts whose key the bidder may give now."""
        play = self.play
        with play.installation.journal.read() as work:
            found = own_keys.wanted_own_keys(
                work.session, play.installation.examiner, bidder.actor, play.tender, play.lots[0]
            )
        return [each.part for each in found.parts]

    def opens(self) -> bool:
        """Whether the lot opens now, by nobody, as the worker would have it."""
        return self.play.lots[0] in open_ready_lots(self.play.installation)

    def states(self) -> list[tuple[str, str | None]]:
        """What became of the bids, in tree order."""
        with self.play.installation.journal.read() as work:
            bids = queries.opened_bids(work.session, self.play.lots[0])
            return [(bid.state, bid.cause) for bid in bids]


@pytest.fixture
def opening(shared: World) -> Opening:
    """Three bids, closed, at the first instant at which shares may be released."""
    play = played(shared)
    kept = {}
    for number, price in enumerate(PRICES, 1):
        bidder = shared.supplier(number)
        kept[bidder.login] = sealed.seal_bid(
            shared.installation, bidder, play.tender, play.lots[0], Money.parse(price, "CNY")
        )
        sealed.submit(shared.installation, bidder, kept[bidder.login].submission)
    shared.clock.set(CLOSES_AT)
    play.close()
    assert play.stage is TenderStage.CLOSED
    shared.clock.set(OPENS_AT)
    return Opening(play, kept)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as error:
        act()
    return error.value.refusal.code


def bent(place: int) -> Callable[[dict[str, Any]], None]:
    """A holder's release whose share for one envelope is wrong."""

    def change(stated: dict[str, Any]) -> None:
        share = stated["shares"][place]["share"]
        stated["shares"][place]["share"] = ("1" if share[0] == "0" else "0") + share[1:]

    return change


def all_release_but_the_first_price_is_lost(opening: Opening) -> None:
    """Every holder speaks; two of three give a wrong share for the first bid's price."""
    play = opening.play
    holders = play.staff.holders
    play.release(play.lots[0], holders=holders[:1])
    for holder in holders[1:]:
        sends(play, holder, "technical", released(play, holder, "technical"))
        sends(play, holder, "price", released(play, holder, "price", change=bent(0)))


# Yes


def test_where_every_holder_has_spoken_in_vain_the_bidders_key_opens_the_bid(
    shared: World, opening: Opening
) -> None:
    bidder = shared.supplier(1)
    all_release_but_the_first_price_is_lost(opening)
    assert not opening.opens()  # it waits for the bidder
    assert opening.wanted(bidder) == ["price"]
    assert opening.wanted(shared.supplier(2)) == []
    made = opening.gives(bidder, "price")
    assert opening.wanted(bidder) == []
    assert opening.opens()
    assert opening.states() == [("open", None)] * 3
    with shared.installation.journal.read() as work:
        record: Any = canonical.decode(
            queries.opening_record(work.session, opening.play.lots[0]).statement
        )
        row = next(
            key for key in queries.own_keys(work.session, opening.play.lots[0]) if key.id == made
        )
    assert record["own_keys"] == [{"part": "price", "context": row.context}]
    assert record["bids"][0]["price"] == PRICES[0]


def test_where_holders_stay_silent_all_bidders_together_open_the_lot(
    shared: World, opening: Opening
) -> None:
    play = opening.play
    play.release(play.lots[0], holders=play.staff.holders[:1])
    shared.clock.set(OPENS_AT + WINDOW)
    for number in (1, 2, 3):
        for part in Part:
            assert not opening.opens()
            opening.gives(shared.supplier(number), str(part))
    assert opening.opens()
    assert opening.states() == [("open", None)] * 3


def test_the_entry_names_the_envelope_and_never_the_key(shared: World, opening: Opening) -> None:
    all_release_but_the_first_price_is_lost(opening)
    identity = opening.identity(shared.supplier(1), "price")
    made = opening.gives(shared.supplier(1), "price")
    with shared.installation.journal.read() as work:
        fields = work.session.execute(
            select(EntryField.name, EntryField.visibility, EntryField.value)
            .join(EntryRow, EntryRow.id == EntryField.entry)
            .where(EntryRow.object == made)
        ).all()
    seen = {name: visibility for name, visibility, _ in fields}
    assert seen["body.context"] == "public"
    assert seen["body.bidder"] == "restricted"
    assert all(identity not in (value or "") for _, _, value in fields)


def test_within_the_last_instant_of_the_window(shared: World, opening: Opening) -> None:
    all_release_but_the_first_price_is_lost(opening)
    shared.clock.set(OPENS_AT + WINDOW - TICK)
    assert not opening.opens()
    assert opening.gives(shared.supplier(1), "price")


# No


def test_not_before_the_holders_fall_short(shared: World, opening: Opening) -> None:
    play, bidder = opening.play, shared.supplier(1)
    assert opening.wanted(bidder) == []
    assert refused(lambda: opening.gives(bidder, "price")) == "own_key_not_needed"
    # One holder is silent yet, and has time.
    play.release(play.lots[0], holders=play.staff.holders[:1])
    shared.clock.set(OPENS_AT + WINDOW - TICK)
    assert refused(lambda: opening.gives(bidder, "price")) == "own_key_not_needed"


def test_not_where_the_holders_shares_suffice(shared: World, opening: Opening) -> None:
    all_release_but_the_first_price_is_lost(opening)
    assert refused(lambda: opening.gives(shared.supplier(1), "technical")) == "own_key_not_needed"
    assert refused(lambda: opening.gives(shared.supplier(2), "price")) == "own_key_not_needed"


def test_not_after_the_window_and_the_lot_is_read_out_without_it(
    shared: World, opening: Opening
) -> None:
    all_release_but_the_first_price_is_lost(opening)
    shared.clock.set(OPENS_AT + WINDOW)
    assert opening.wanted(shared.supplier(1)) == []
    assert refused(lambda: opening.gives(shared.supplier(1), "price")) == "own_key_too_late"
    assert opening.opens()
    assert opening.states() == [
        ("withdrawn", "shares_missing"),
        ("open", None),
        ("open", None),
    ]
    assert refused(lambda: opening.gives(shared.supplier(1), "price")) == "wrong_stage"


def test_no_identity_of_another_and_none_for_another(shared: World, opening: Opening) -> None:
    all_release_but_the_first_price_is_lost(opening)
    first, second = shared.supplier(1), shared.supplier(2)
    others = opening.identity(second, "price")
    assert refused(lambda: opening.gives(first, "price", others)) == "identity_differs"
    own = opening.identity(first, "price")
    assert refused(lambda: opening.gives(second, "price", own)) == "identity_differs"
    # The own one, but of the other part.
    technical = opening.identity(first, "technical")
    assert refused(lambda: opening.gives(first, "price", technical)) == "identity_differs"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (points.write_identity(bytes(range(32))), "identity_differs"),
        ("AGE-SECRET-KEY-1QQ", "identity_encoding"),
        ("", "identity_encoding"),
    ],
)
def test_no_wrong_identity(shared: World, opening: Opening, written: str, code: str) -> None:
    all_release_but_the_first_price_is_lost(opening)
    with shared.installation.journal.read() as work, pytest.raises(Refused) as error:
        own_keys.examine_own_key(
            work.session,
            shared.installation.examiner,
            shared.supplier(1).actor,
            opening.play.tender,
            opening.play.lots[0],
            "price",
            written,
        )
    assert error.value.refusal.code == code


def test_a_key_is_given_once(shared: World, opening: Opening) -> None:
    all_release_but_the_first_price_is_lost(opening)
    opening.gives(shared.supplier(1), "price")
    assert refused(lambda: opening.gives(shared.supplier(1), "price")) == "own_key_given_already"


def test_who_sent_no_bid_and_who_is_no_supplier_gives_nothing(
    shared: World, opening: Opening
) -> None:
    all_release_but_the_first_price_is_lost(opening)
    identity = opening.identity(shared.supplier(1), "price")
    for person in (shared.supplier(4), opening.play.staff.officer, opening.play.staff.holders[0]):
        with pytest.raises(NotFound, match="bid"):
            opening.gives(person, "price", identity)
        assert opening.wanted(person) == []


def test_nobody_gives_with_what_was_examined_for_another(shared: World, opening: Opening) -> None:
    all_release_but_the_first_price_is_lost(opening)
    play, first, second = opening.play, shared.supplier(1), shared.supplier(2)
    with shared.installation.journal.read() as work:
        examined = own_keys.examine_own_key(
            work.session,
            shared.installation.examiner,
            first.actor,
            play.tender,
            play.lots[0],
            "price",
            opening.identity(first, "price"),
        )
    with pytest.raises(Refused) as error, shared.installation.journal.write() as work:
        own_keys.give_own_key(work, second.actor, examined)
    assert error.value.refusal.code == "not_authorised"


def test_before_the_closing_nothing_is_asked_and_nothing_taken(shared: World) -> None:
    play = played(shared, bids=3)
    waiting = Opening(play, {})
    with pytest.raises(NotFound, match="closing"):
        waiting.wanted(shared.supplier(1))
    with pytest.raises(NotFound, match="closing"):
        waiting.gives(shared.supplier(1), "price", points.write_identity(bytes(range(32))))


def test_a_key_that_came_while_the_lot_was_given_up_opens_it_all_the_same(
    shared: World, opening: Opening
) -> None:
    """The lot is looked at again: what was found before the key came is not written."""
    play = opening.play
    all_release_but_the_first_price_is_lost(opening)
    shared.clock.set(OPENS_AT + WINDOW)
    with shared.installation.journal.read() as work:
        outcome = open_with_shares(
            work.session, shared.installation.examiner, play.tender, play.lots[0]
        )
    shared.clock.set(OPENS_AT + WINDOW - TICK)
    opening.gives(shared.supplier(1), "price")
    with pytest.raises(StaleWrite), shared.installation.journal.write() as work:
        services.open_lot(work, outcome)
    assert opening.opens()
    assert opening.states() == [("open", None)] * 3


# When the holders fall short


def fell(valid: int, *minutes: int) -> datetime | None:
    return holders_fall_short_at(
        profile=CN,
        closed_at=CLOSES_AT,
        threshold=2,
        valid=valid,
        holders=3,
        released_at=[OPENS_AT + timedelta(minutes=each) for each in minutes],
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (fell(2, 0, 1), None),
        (fell(2, 0, 1, 2), None),
        (fell(1, 0, 2, 1), OPENS_AT + timedelta(minutes=2)),
        (fell(1, 0, 1, 90), OPENS_AT + timedelta(minutes=90)),
        (fell(1, 0, 1), OPENS_AT + WINDOW),
        (fell(0), OPENS_AT + WINDOW),
    ],
    ids=["enough", "all and enough", "all came", "the last late", "one silent", "all silent"],
)
def test_when_it_counts_that_holders_fall_short(
    found: datetime | None, expected: datetime | None
) -> None:
    assert found == expected
