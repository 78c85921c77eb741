"""The operator shows another committee, opens early, or closes twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.rehearsal import sealed
from bidding.opening import queries
from kernel import canonical
from kernel.refusal import NotFound, Refused, refuse
from procurement.tenders import queries as tenders
from signatures import merkle
from signatures.sealed import receipts, release, statements
from signatures.sealed.committee import holder_statement, read_committee
from signatures.sealed.judging import Signed
from tests.attacks import forging
from tests.attacks.operator import examined
from tests.attacks.scenes import OPENS_AT, code, record_of, to_opening
from tests.holders import checked, downloaded, released, sends
from tests.world import CLOSES_AT, World

TICK = timedelta(milliseconds=1)


# A committee of his own


def test_a_substituted_committee_is_refused_by_every_client(world: World) -> None:
    play = world.tender(bids=3)
    known = forging.committee_of(play)
    friends = [world.supplier(number) for number in (1, 2, 3)]
    with world.installation.journal.read() as work:
        package = tenders.committee_package(work.session, play.tender)
    signed = Signed(package.committee.statement, package.committee.cms)
    holders = [Signed(each.holder.statement, each.holder.cms) for each in package.holders]

    def read(committee: Signed, statements_: list[Signed]) -> Any:
        return read_committee(
            committee,
            statements_,
            origin=known.origin,
            tender=play.tender,
            verify=world.installation.examiner.verify_at(world.clock.now()),
            buyer=package.buyer,
        )

    assert read(signed, holders).digest == known.digest
    # His friends' keys under the officer's signature over the real committee.
    own = [
        Signed(made, friend.signs(made))
        for part in ("technical", "price")
        for index, friend in enumerate(friends, 1)
        for made in [_holder_statement(known.origin, play.tender, part, index)]
    ]
    with pytest.raises(Refused) as error:
        read(signed, own)
    assert code(error) == "committee_holders_differ"
    # A committee statement of his own, with a signature that he copies or gives himself.
    made = statements.encode(
        "committee",
        origin=known.origin,
        tender=play.tender,
        threshold=2,
        holders=[canonical.digest(each.statement) for each in own],
    )
    with pytest.raises(Refused) as error:
        read(Signed(made, signed.cms), own)
    assert code(error) == "signature_not_valid"
    # Signed by somebody with a good certificate it is a committee, with another fingerprint than
    # the notice prints, which the officer signed.
    other = read(Signed(made, friends[0].signs(made)), own)
    assert other.fingerprint != known.fingerprint
    assert other.officer != known.officer
    with world.installation.journal.read() as work:
        notice: Any = canonical.decode(package.notices[-1].signed.statement)
    assert notice["fingerprint"] == known.fingerprint
    # A bid that was sealed for it all the same is refused, and by holders too.
    stray = forging.bid(play, world.supplier(4))
    stated: Any = canonical.decode(stray.signed.statement)
    act = canonical.encode(stated | {"committee": other.digest})
    with pytest.raises(Refused) as error:
        examined(play, world.supplier(4), replace(stray, signed=Signed(act, b"")))
    assert code(error) == "statement_mismatch"
    to_opening(world, play)
    with pytest.raises(Refused) as error:
        checked(play, play.staff.holders[0], "price", committee=replace(known, digest=other.digest))
    assert code(error) == "act_committee_unknown"


def _holder_statement(origin: str, tender: str, part: str, index: int) -> bytes:
    return holder_statement(
        origin=origin,
        tender=tender,
        part=part,
        index=index,
        identity=sealed.new_identity(),
        made_at=datetime.fromisoformat("2026-04-01T00:00:00+00:00"),
    )


# Before the closing, and at it


def test_nothing_is_decrypted_before_the_closing_whatever_the_server_sends(world: World) -> None:
    play = world.tender(bids=3)
    holder = play.staff.holders[0]
    with pytest.raises(NotFound, match="closing"):
        downloaded(play, holder, "price")
    # He closes on his own, under a clock of his, and offers the boxes.
    world.clock.set(CLOSES_AT)
    play.close()
    given = downloaded(play, holder, "price")
    for now in (CLOSES_AT - timedelta(days=3), CLOSES_AT - TICK):
        with pytest.raises(Refused) as error:
            checked(play, holder, "price", given=given, now=now)
        assert code(error) == "before_closing"
    with pytest.raises(Refused) as error:
        checked(play, holder, "price", given=given, now=OPENS_AT - TICK)
    assert code(error) == "objection_time_runs"
    assert checked(play, holder, "price", given=given, now=OPENS_AT)


def test_a_closing_of_before_its_time_is_refused(world: World) -> None:
    play = world.tender(bids=3)
    to_opening(world, play)
    holder = play.staff.holders[0]
    given = downloaded(play, holder, "price")
    stated: Any = canonical.decode(given.closing)
    early = canonical.encode(stated | {"closed_at": "2026-04-28T01:29:59.999Z"})
    with pytest.raises(Refused) as error:
        checked(play, holder, "price", given=replace(given, closing=early))
    assert code(error) == "closed_early"


def test_of_two_closings_a_client_keeps_the_first(world: World) -> None:
    play = world.tender(bids=3)
    to_opening(world, play)
    holder = play.staff.holders[0]
    given = downloaded(play, holder, "price")
    first = canonical.digest(given.closing)
    other = _other_closing(given)
    with pytest.raises(Refused) as error:
        checked(play, holder, "price", given=other, closing_known=first)
    assert code(error) == "closing_differs"
    # One that is not in the public log as the outside evidence has it is refused on first sight.
    with pytest.raises(Refused) as error:
        checked(
            play,
            holder,
            "price",
            given=other,
            anchored=lambda raw: None if raw == given.closing else refuse("closing_not_in_log"),
        )
    assert code(error) == "closing_not_in_log"


def _other_closing(given: release.Work) -> release.Work:
    """A second closing that leaves out the last bid."""
    leaves = list(given.leaves)[:-1]
    stated: Any = canonical.decode(given.closing)
    root = receipts.root_text(receipts.tree_root([merkle.leaf_hash(each) for each in leaves]))
    closing = canonical.encode(stated | {"size": len(leaves), "root": root})
    return replace(given, closing=closing, leaves=leaves)


def test_shares_for_two_closings_do_not_add_up(world: World) -> None:
    """Each half of the holders is shown another closing; which one each saw is in the log."""
    play = world.tender(bids=3)
    to_opening(world, play)
    first, second, third = play.staff.holders
    other = {}

    def elsewhere(stated: dict[str, Any]) -> None:
        stated["closing"] = other["closing"]

    other["closing"] = canonical.digest(_other_closing(downloaded(play, first, "price")).closing)
    for part in ("technical", "price"):
        sends(play, first, part, released(play, first, part))
        sends(play, second, part, released(play, second, part, change=elsewhere))
    with pytest.raises(Refused) as error:
        play.open(play.lots[0])
    assert code(error) == "lot_not_open"
    with world.installation.journal.read() as work:
        named = {row.closing for row in queries.releases(work.session, play.lots[0])}
    assert len(named) == 2
    for part in ("technical", "price"):
        sends(play, third, part, released(play, third, part))
    record = record_of(play)
    assert {each["closing"] for each in record["releases"]} == named
    assert {each["state"] for each in record["bids"]} == {"open"}
