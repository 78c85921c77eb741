"""Attacks while bids are taken: bent points, headers, boxes and sizes."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from kernel import canonical
from signatures.sealed import points
from tests.attacks import forging
from tests.attacks.scenes import refused, rivals_bid
from tests.world import World

TICK = timedelta(microseconds=1)
# A point of order eight (RFC 8032 encoding), as in tests/vectors.
ORDER_EIGHT = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")


# What is sealed


@pytest.mark.parametrize(
    ("bent", "code"),
    [
        (lambda entry: _torsion(entry, 0), "point_torsion"),
        (lambda entry: _torsion(entry, 1), "point_torsion"),
        (lambda entry: _commitment(entry, "01" + "00" * 31), "point_small_order"),
        (lambda entry: _commitment(entry, "ee" + "ff" * 30 + "7f"), "point_not_canonical"),
        (lambda entry: entry["commitments"].append(entry["commitments"][1]), "commitments_count"),
        (lambda entry: _recipient(entry, 0), "recipient_small_order"),
        (lambda entry: _recipient(entry, 1), "recipient_small_order"),
        (lambda entry: _recipient(entry, 2**255 - 19 + 9), "recipient_not_reduced"),
        (lambda entry: _recipient(entry, 9), "recipient_not_committed"),
        (lambda entry: entry.update(size=entry["size"] - 1), "payload_size"),
        (lambda entry: entry.update(ciphertext=canonical.digest(b"x")), "ciphertext_missing"),
    ],
    ids=[
        "torsion in the first commitment",
        "torsion in another",
        "the identity as commitment",
        "a commitment written otherwise",
        "a commitment more",
        "u = 0",
        "u = 1",
        "u above p",
        "a recipient that nobody committed to",
        "a size that no payload has",
        "a ciphertext that was not uploaded",
    ],
)
def test_an_envelope_that_could_not_open_is_refused_while_it_can_be_mended(
    shared: World,
    open_play: Play,
    attacker: Player,
    bent: Callable[[dict[str, Any]], object],
    code: str,
) -> None:
    given = forging.bid(open_play, attacker, entry=bent)
    assert refused(shared, attacker, given) == code


def _torsion(entry: dict[str, Any], place: int) -> None:
    mixed = points.add(bytes.fromhex(entry["commitments"][place]), ORDER_EIGHT)
    entry["commitments"][place] = mixed.hex()


def _commitment(entry: dict[str, Any], written: str) -> None:
    entry["commitments"][1] = written


def _recipient(entry: dict[str, Any], u: int) -> None:
    entry["recipient"] = points.write_recipient(u.to_bytes(32, "little"))


def second_stanza(age: bytes) -> bytes:
    """The same length with a stanza that opens it to somebody the act does not name."""
    lines = age[:168].split(b"\n")
    head = b"\n".join([*lines[:3], lines[1], lines[2], b""])
    return (head + age)[: len(age)]


def huge_header(age: bytes) -> bytes:
    """A header of half a megabyte, which a careless parser reads in quadratic time."""
    lines = age[:168].split(b"\n")
    return b"\n".join([lines[0], *([b"-> grease x", b"AAAA"] * 40_000), *lines[1:]]) + age[168:]


def test_a_ciphertext_with_a_second_stanza_is_refused(
    shared: World, open_play: Play, attacker: Player
) -> None:
    given = forging.bid(open_play, attacker, ciphertext=second_stanza)
    assert refused(shared, attacker, given) == "header_shape"


def test_a_ciphertext_with_a_huge_header_is_refused_before_anybody_reads_it(
    shared: World, open_play: Play, attacker: Player
) -> None:
    given = forging.bid(open_play, attacker, ciphertext=huge_header)
    assert refused(shared, attacker, given) in {"payload_size", "ciphertext_size"}
    # Cut to a size that a payload may have, the header itself is refused.
    sized = forging.bid(open_play, attacker, ciphertext=lambda age: huge_header(age)[: len(age)])
    assert refused(shared, attacker, sized) == "header_shape"


def test_a_ciphertext_to_a_small_order_point_is_refused(
    shared: World, open_play: Play, attacker: Player
) -> None:
    def point_one(age: bytes) -> bytes:
        lines = age.split(b"\n")
        lines[1] = b"-> X25519 AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        return b"\n".join(lines)

    given = forging.bid(open_play, attacker, ciphertext=point_one)
    assert refused(shared, attacker, given) == "header_ephemeral"


def test_a_box_with_a_second_stanza_or_a_huge_header_is_refused(
    shared: World, open_play: Play, attacker: Player
) -> None:
    bent = forging.bid(
        open_play, attacker, box=lambda index, box: second_stanza(box) if index == 2 else box
    )
    assert refused(shared, attacker, bent) == "header_shape"
    bent = forging.bid(
        open_play, attacker, box=lambda index, box: huge_header(box) if index == 2 else box
    )
    assert refused(shared, attacker, bent) == "box_size"


def test_an_overlong_payload_is_refused(shared: World, open_play: Play, attacker: Player) -> None:
    given = forging.bid(open_play, attacker, plain=lambda plain: plain + os.urandom(1))
    assert refused(shared, attacker, given) == "payload_size"


def test_a_bid_encrypted_to_a_holders_own_key_is_refused(
    shared: World, open_play: Play, attacker: Player
) -> None:
    """Then t holders would not be needed: one could read it."""
    key = forging.committee_of(open_play).recipients("price")[0]
    given = forging.bid(open_play, attacker, entry=lambda entry: entry.update(recipient=key))
    assert refused(shared, attacker, given) in {"recipient_not_committed", "identity_reused"}


def test_one_identity_for_both_parts_is_refused(
    shared: World, open_play: Play, attacker: Player
) -> None:
    entry, given = forging.Forger(open_play, attacker).envelope()
    both = [entry | {"part": "technical"}, entry]
    made = forging.submission(open_play, attacker, both, {"technical": given, "price": given})
    assert refused(shared, attacker, made) == "identity_reused"


def test_boxes_that_the_act_does_not_name_are_refused(
    shared: World, open_play: Play, attacker: Player
) -> None:
    good = forging.bid(open_play, attacker)
    swapped = dict(good.boxes) | {"price": good.boxes["price"][::-1]}
    assert refused(shared, attacker, replace(good, boxes=swapped)) == "boxes_differ"
    assert refused(shared, attacker, replace(good, boxes={})) == "boxes_differ"


def test_a_rivals_price_as_ones_own_technical_part_is_refused(
    shared: World, open_play: Play, rival: Player, attacker: Player
) -> None:
    """Unbound boxes let a shill open a rival's price early, as his technical part."""
    stated, given = rivals_bid(open_play, rival)
    price = next(each for each in stated["envelopes"] if each["part"] == "price")
    own, own_boxes = forging.Forger(open_play, attacker).envelope()
    made = forging.submission(
        open_play,
        attacker,
        [price | {"part": "technical"}, own],
        {"technical": given["price"], "price": own_boxes},
    )
    assert refused(shared, attacker, made) == "payload_size"
