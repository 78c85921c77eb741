"""The group: against an own slow reckoning of the curve, and as properties."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.refusal import Refused
from signatures.sealed import points, shares
from signatures.sealed.points import FIELD, GROUP_ORDER
from tests.signatures.sealed.people import Stream
from tests.signatures.sealed.vectors.primitives import SMALL_ORDER, SMALL_ORDER_U

D = -121665 * pow(121666, -1, FIELD) % FIELD
scalars = st.integers(1, GROUP_ORDER - 1)


def slow_add(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """The addition law of RFC 8032 section 5.1.4, in affine coordinates."""
    (x1, y1), (x2, y2) = one, other
    k = D * x1 * x2 * y1 * y2 % FIELD
    x3 = (x1 * y2 + x2 * y1) * pow(1 + k, -1, FIELD) % FIELD
    return x3, (y1 * y2 + x1 * x2) * pow(1 - k, -1, FIELD) % FIELD


def slow_multiply(scalar: int, point: tuple[int, int]) -> tuple[int, int]:
    result = (0, 1)
    while scalar:
        if scalar & 1:
            result = slow_add(result, point)
        point, scalar = slow_add(point, point), scalar >> 1
    return result


def read(raw: bytes) -> tuple[int, int]:
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, FIELD) % FIELD
    x = pow(x2, (FIELD + 3) // 8, FIELD)
    if (x * x - x2) % FIELD:
        x = x * pow(2, (FIELD - 1) // 4, FIELD) % FIELD
    assert (x * x - x2) % FIELD == 0
    return (x if x & 1 == raw[31] >> 7 else FIELD - x if x else 0), y


def write(point: tuple[int, int]) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def test_the_small_points_are_all_eight_and_no_other() -> None:
    generator = read(bytes.fromhex(SMALL_ORDER[1]))
    multiples = {write(slow_multiply(k, generator)).hex() for k in range(8)}
    assert multiples == set(SMALL_ORDER)
    on_curve = {points.montgomery(bytes.fromhex(each)) for each in SMALL_ORDER[1:]}
    listed = {each.to_bytes(32, "little") for each in SMALL_ORDER_U}
    # p - 1 belongs to a point of order four on the twist, which X25519 reaches too.
    assert listed - on_curve == {(FIELD - 1).to_bytes(32, "little")}
    assert set(SMALL_ORDER_U) == points.SMALL_ORDER_U


@settings(max_examples=15, deadline=None)
@given(one=scalars, other=scalars)
def test_libsodium_reckons_as_the_rfc_says(one: int, other: int) -> None:
    base = read(points.multiply_base(1))
    product = points.multiply(other, points.multiply_base(one))
    assert product == write(slow_multiply(one * other % GROUP_ORDER, base))
    assert points.add(points.multiply_base(one), points.multiply_base(other)) == write(
        slow_add(slow_multiply(one, base), slow_multiply(other, base))
    )


@settings(max_examples=30, deadline=None)
@given(scalar=scalars, torsion=st.integers(1, 7))
def test_torsion_never_passes(scalar: int, torsion: int) -> None:
    sound = points.multiply_base(scalar)
    assert points.read_point(sound.hex()) == sound
    mixed = points.add(sound, bytes.fromhex(SMALL_ORDER[torsion]))
    with pytest.raises(Refused) as refused:
        points.read_point(mixed.hex())
    assert refused.value.refusal.code == "point_torsion"


@settings(max_examples=300, deadline=None)
@given(raw=st.binary(min_size=32, max_size=32))
def test_no_bytes_make_the_reader_fail(raw: bytes) -> None:
    try:
        point = points.read_point(raw.hex())
    except Refused:
        return
    assert slow_multiply(GROUP_ORDER, read(point)) == (0, 1)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.text(max_size=8),
    place=st.tuples(st.integers(2, 15), st.integers(2, 15)).map(sorted),
    data=st.data(),
)
def test_any_t_shares_give_the_identity_back(
    seed: str, place: list[int], data: st.DataObject
) -> None:
    threshold, holders = place
    random = Stream(seed)
    identity = points.clamped(random(32))
    recipient = points.recipient_of(identity)
    dealt = shares.deal(identity, threshold, holders, random)
    indices = data.draw(
        st.lists(st.integers(1, holders), min_size=threshold, max_size=threshold, unique=True)
    )
    held = {index: dealt.shares[index - 1] for index in indices}
    assert all(shares.share_valid(held[at], at, dealt.commitments) for at in held)
    assert shares.recover(held, recipient) == identity
    held.pop(indices[0])
    with pytest.raises(Refused):
        shares.recover(held, recipient)


@settings(max_examples=100, deadline=None)
@given(data=st.binary(min_size=32, max_size=32))
def test_bech32_goes_both_ways(data: bytes) -> None:
    assert points.bech32_decode("age", points.bech32_encode("age", data)) == data


def test_a_key_pair_of_age_keygen() -> None:
    """A key pair as `age-keygen -y` answers it."""
    secret = "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0"
    identity = points.read_identity(secret)
    assert points.write_identity(identity) == secret
    recipient = "age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef"
    assert points.recipient_of(identity) == recipient
