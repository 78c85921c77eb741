"""Attacks on the opening by bidders who sealed something bad, and by key holders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.reception import receive
from app.rehearsal import sealed
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from bidding.envelopes import queries as envelopes
from bidding.envelopes.examining import boxes_as_given
from bidding.opening import queries
from bidding.opening.models import Release
from kernel import canonical
from kernel.refusal import Refused
from kernel.text import Text
from kernel.vocabulary import Part, Role
from signatures.sealed import shares
from signatures.sealed.points import GROUP_ORDER
from tests.attacks import forging
from tests.attacks.scenes import OPENS_AT, to_opening
from tests.holders import checked, released, sends
from tests.world import World
from tests.worlds import played

Change = Callable[[dict[str, Any]], object]


def bidders(world: World, count: int) -> list[Player]:
    """As many suppliers as an attack needs."""
    made = []
    for number in range(count):
        name = Text(f"投标人{number}", f"Bidder {number}")
        firm = world.cast.firm(f"9161000000ATTACK{number:02d}", name)
        made.append(
            world.cast.player(f"attack{number}", f"人{number}", firm, [(Role.SUPPLIER, firm)])
        )
    return made


def outcomes(play: Play) -> dict[str, tuple[str, str | None]]:
    """State and cause of each opened bid by the firm's identifier."""
    firms = {firm.id: firm.identifier for firm in play.cast.firms.values()}
    with play.installation.journal.read() as work:
        return {
            firms[bid.bidder_id]: (bid.state, bid.cause)
            for bid in queries.opened_bids(work.session, play.lots[0])
        }


def releases(play: Play) -> list[Release]:
    with play.installation.journal.read() as work:
        return queries.releases(work.session, play.lots[0])


# Bidders


def test_a_rivals_envelope_under_another_name_opens_to_nothing(shared: World) -> None:
    """The operator hands a friend the rival's envelopes; the boxes are bound to the rival."""
    play = played(shared, bids=3)
    rival, copier = shared.supplier(1), shared.supplier(4)
    with shared.installation.journal.read() as work:
        row = envelopes.acts_of_bidder(work.session, play.lots[0], rival.firm.identifier)[0]
        stated: Any = canonical.decode(row.statement)
        given = {each.part: boxes_as_given(each.stated["box_bytes"]) for each in row.envelopes}
    copy = forging.submission(play, copier, stated["envelopes"], given)
    assert receive(shared.installation, copier.actor, copy).live
    to_opening(shared, play)
    play.release(play.lots[0])
    copied = [
        context
        for row in releases(play)
        for context, said in row.judged.items()
        if said == "box_context"
    ]
    assert len(copied) == 4  # of both parts, from both holders, and nobody let a share go
    with pytest.raises(Refused) as error:
        play.open(play.lots[0])
    assert error.value.refusal.code == "lot_not_open"
    play.release(play.lots[0], holders=play.staff.holders[2:])
    # The copier has the time in which an own key would help, and has no such key.
    shared.clock.advance(timedelta(minutes=60))
    record: Any = canonical.decode(play.open(play.lots[0]))
    found = outcomes(play)
    assert found.pop(copier.firm.identifier) == ("withdrawn", "shares_missing")
    assert set(found.values()) == {("open", None)}
    prices = {each["bidder"]: each["price"] for each in record["bids"]}
    assert prices[rival.firm.identifier] == "980000.00"
    assert prices[copier.firm.identifier] is None


def _longer(plain: bytes) -> bytes:
    return (int.from_bytes(plain[:8], "big") + 1).to_bytes(8, "big") + plain[8:]


def _endless(plain: bytes) -> bytes:
    return b"\xff" * 8 + plain[8:]


def _hidden(plain: bytes) -> bytes:
    return plain[:-9] + b"second!!\x00"


def _other_price(plain: bytes) -> bytes:
    assert b"980000.00" in plain
    return plain.replace(b"980000.00", b"180000.00")


def _field_beyond(plain: bytes) -> bytes:
    return plain[:8] + b"\xff\xff\xff\xff" + plain[12:]


LIES: dict[str, tuple[dict[str, Any], str]] = {
    "a length that lies": ({"plain": _longer}, "payload_length"),
    "a length without end": ({"plain": _endless}, "payload_length"),
    "a field longer than all": ({"plain": _field_beyond}, "payload_field_size"),
    "a second file in the padding": ({"plain": _hidden}, "payload_padding"),
    "another price than he signed": ({"plain": _other_price}, "file_digest"),
    "an inner statement for a rival": (
        {"inner": lambda stated: stated.update(bidder="91610000MA6TXA001A")},
        "inner_of_another",
    ),
    "an inner statement for another part": (
        {"inner": lambda stated: stated.update(part="technical")},
        "inner_of_another",
    ),
    "an inner statement of another installation": (
        {"inner": lambda stated: stated.update(origin="other/0000")},
        "inner_of_another",
    ),
    "files that he did not sign": (
        {"inner": lambda stated: stated.update(files=[canonical.digest(b"x")])},
        "file_commitment",
    ),
    "no price at all": ({"files": {"offer.json": b"{}"}}, "readout_malformed"),
    "a bomb for a price": ({"files": {"readout.json": b"9" * (3 << 20)}}, "readout_malformed"),
    "an act that names another inner statement": (
        {"entry": lambda entry: entry.update(inner=canonical.digest(b"x"))},
        "inner_differs",
    ),
    "a scalar that no clamped form has": (
        {"secret": forging.scalar_without_clamped_form()},
        "secret_cannot_open",
    ),
}


def test_what_lies_inside_counts_as_revoked_and_hinders_nobody(shared: World) -> None:
    play = played(shared, bids=1)
    liars = dict(zip(LIES, bidders(shared, len(LIES)), strict=True))
    for name, bidder in liars.items():
        bent, _ = LIES[name]
        receive(shared.installation, bidder.actor, forging.bid(play, bidder, **bent))
    to_opening(shared, play)
    play.release(play.lots[0])
    play.open(play.lots[0])
    found = outcomes(play)
    assert found.pop(shared.supplier(1).firm.identifier) == ("open", None)
    by_name = {name: found[bidder.firm.identifier] for name, bidder in liars.items()}
    assert by_name == {name: ("revoked", code) for name, (_, code) in LIES.items()}


def test_a_box_with_a_bad_share_is_disputed_and_the_other_holders_suffice(shared: World) -> None:
    play = played(shared, bids=1)
    above, wrong = bidders(shared, 2)

    def over(index: int, share: str) -> str:
        value = int.from_bytes(bytes.fromhex(share), "little") + GROUP_ORDER
        return value.to_bytes(32, "little").hex() if index == 1 else share

    def other(index: int, share: str) -> str:
        return shares.write_scalar(7) if index == 1 else share

    for bidder, bent in ((above, over), (wrong, other)):
        receive(shared.installation, bidder.actor, forging.bid(play, bidder, share=bent))
    to_opening(shared, play)
    first, *others = play.staff.holders
    for part in Part:
        sends(play, first, part, released(play, first, part))
    said = [set(row.judged.values()) for row in releases(play) if row.part == "price"]
    assert said == [{"valid", "share_not_reduced", "share_not_committed"}]
    play.release(play.lots[0], holders=others)
    play.open(play.lots[0])
    assert set(outcomes(play).values()) == {("open", None)}


# Holders


@pytest.fixture(scope="module")
def ready(shared: World) -> Play:
    """A closed tender with three bids whose shares may be released."""
    play = played(shared, bids=3)
    to_opening(shared, play)
    return play


def _omit(stated: dict[str, Any]) -> None:
    stated["shares"].pop(1)


def _reorder(stated: dict[str, Any]) -> None:
    stated["shares"].reverse()


def _twice(stated: dict[str, Any]) -> None:
    stated["shares"].append(stated["shares"][0])


@pytest.mark.parametrize("change", [_omit, _reorder, _twice])
def test_a_release_that_is_not_of_every_live_bid_in_order_is_refused(
    shared: World, ready: Play, change: Change
) -> None:
    shared.clock.set(OPENS_AT)
    holder = ready.staff.holders[0]
    with pytest.raises(Refused) as error:
        sends(ready, holder, "price", released(ready, holder, "price", change=change))
    assert error.value.refusal.code == "release_envelopes"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda stated: stated.update(origin="other/0000"), "statement_mismatch"),
        (lambda stated: stated.update(tender="ten_other"), "statement_mismatch"),
        (lambda stated: stated.update(part="technical"), "statement_mismatch"),
        (lambda stated: stated.update(index=4), "release_index"),
        (lambda stated: stated["shares"][0].update(share="00"), "statement_value"),
    ],
    ids=["another installation", "another tender", "another part", "no holder's index", "no share"],
)
def test_a_release_made_for_elsewhere_is_refused(
    shared: World, ready: Play, change: Change, code: str
) -> None:
    shared.clock.set(OPENS_AT)
    holder = ready.staff.holders[0]
    with pytest.raises(Refused) as error:
        sends(ready, holder, "price", released(ready, holder, "price", change=change))
    assert error.value.refusal.code == code


def test_an_earlier_release_is_not_replayed_for_another_tender(shared: World, ready: Play) -> None:
    play = played(shared, bids=3)
    to_opening(shared, play)
    holder = play.staff.holders[0]
    old = released(ready, holder, "price")
    with pytest.raises(Refused) as error:
        sends(play, holder, "price", old)
    assert error.value.refusal.code == "statement_mismatch"


def test_forged_and_replayed_shares_are_wrong_and_name_their_sender(shared: World) -> None:
    play = played(shared, bids=3)
    to_opening(shared, play)
    first, second, third = play.staff.holders
    seen: list[str] = []

    def above_the_order(stated: dict[str, Any]) -> None:
        for place, each in enumerate(stated["shares"]):
            value = int.from_bytes(bytes.fromhex(each["share"]), "little")
            if place == 0:  # the same share, plus the group order
                each["share"] = (value + GROUP_ORDER).to_bytes(32, "little").hex()
            if place == 1:  # made up
                each["share"] = shares.write_scalar(value ^ 1)
            if place == 2:  # that of another bid
                each["share"] = seen[0]

    honest: Any = canonical.decode(released(play, second, "price").statement)
    seen += [each["share"] for each in honest["shares"]]
    forged = released(play, first, "price", change=above_the_order)
    sends(play, first, "price", forged)

    def anothers(stated: dict[str, Any]) -> None:
        for each, theirs in zip(stated["shares"], seen, strict=True):
            each["share"] = theirs

    # The third repeats what the second said: valid for index 2, and wrong for his own.
    sends(play, third, "price", released(play, third, "price", change=anothers))
    assert [set(row.judged.values()) for row in releases(play)] == [{"wrong"}, {"wrong"}]
    assert {row.person_id for row in releases(play)} == {first.person, third.person}


def test_a_signature_is_no_gate_a_share_counts_by_the_commitments_alone(shared: World) -> None:
    """Else whoever can make a holder's certificate fail, could keep a lot shut."""
    play = played(shared, bids=3)
    to_opening(shared, play)
    first, second, _ = play.staff.holders
    stranger = shared.supplier(5)
    sends(play, first, "price", released(play, first, "price", signer=stranger))
    sends(play, second, "price", released(play, second, "price"))
    for holder in (first, second):
        sends(play, holder, "technical", released(play, holder, "technical"))
    (row,) = [row for row in releases(play) if (row.person_id, row.part) == (first.person, "price")]
    assert row.verdict["signer"]["fingerprint"] == stranger.signer.certificate.fingerprint
    play.open(play.lots[0])
    assert set(outcomes(play).values()) == {("open", None)}


def test_a_holder_with_another_key_than_the_committees_releases_nothing(
    shared: World, ready: Play
) -> None:
    holder = ready.staff.holders[0]
    work = checked(ready, holder, "price", now=OPENS_AT)
    right = holder.identities[(ready.tender, "price")]
    holder.identities[(ready.tender, "price")] = sealed.new_identity()
    try:
        with pytest.raises(Refused) as error:
            released(ready, holder, "price", work=work)
    finally:
        holder.identities[(ready.tender, "price")] = right
    assert error.value.refusal.code == "holder_key_differs"
