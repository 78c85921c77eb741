"""Feldman's verifiable sharing of an envelope's identity among the key holders (SEALED_BID 3.4, 6).

The identity's scalar x modulo the group order is the constant term of a random polynomial f of
degree t - 1; holder i gets f(i); the commitments are the coefficients times the base point. Anyone
checks a share against them: f(i)·B = sum of A_k·i^k. The recipient is the Montgomery form of A_0,
so that whoever holds the act knows that t right shares open the ciphertext.
Source: P. Feldman, "A practical scheme for non-interactive verifiable secret sharing", FOCS 1987.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kernel.refusal import Refusal, Refused, refuse
from signatures.sealed import points
from signatures.sealed.header import Randomness
from signatures.sealed.points import GROUP_ORDER

CITE = "SEALED_BID 3.4"
CITE_RECOVERY = "SEALED_BID 6"


@dataclass(frozen=True, slots=True)
class Deal:
    """What dealing gives: public commitments, and one secret share a holder (index 1 first)."""

    commitments: tuple[str, ...]
    shares: tuple[str, ...]


def deal(identity: bytes, threshold: int, holders: int, random: Randomness) -> Deal:
    """Deal the scalar of a clamped identity, `threshold` of `holders`."""
    if not points.is_clamped(identity):
        raise ValueError("only a clamped identity can be recovered")
    secret = int.from_bytes(identity, "little") % GROUP_ORDER
    coefficients = [secret, *(_random_scalar(random) for _ in range(threshold - 1))]
    return Deal(
        commitments=tuple(points.multiply_base(each).hex() for each in coefficients),
        shares=tuple(write_scalar(_value(coefficients, at)) for at in range(1, holders + 1)),
    )


def commitments_refusal(
    *, commitments: Sequence[str], threshold: int, recipient: str
) -> Refusal | None:
    """Exactly t commitments, all sound, and the first is the recipient."""
    if len(commitments) != threshold:
        return refuse("commitments_count", CITE, count=len(commitments), threshold=threshold)
    try:
        first, *_ = [points.read_point(each) for each in commitments]
        u = points.read_recipient(recipient)
    except Refused as refused:
        return refused.refusal
    if points.montgomery(first) != u:
        return refuse("recipient_not_committed", CITE, recipient=recipient)
    return None


def share_valid(share: str, index: int, commitments: Sequence[str]) -> bool:
    """Whether a share is below the group order and what sound commitments fix for the index."""
    value = read_scalar(share)
    if value is None or index < 1:
        return False
    expected = points.IDENTITY_POINT
    for commitment in reversed(commitments):
        point = bytes.fromhex(commitment)
        expected = points.add(points.multiply(index, expected), point)
    return points.multiply_base(value) == expected


def recover(shares: Mapping[int, str], recipient: str) -> bytes:
    """The identity's 32 bytes from t valid shares by index.

    The recipient fixes the point but for its sign, so both s and q - s are tried, and the scalar
    only modulo q, so all clamped x = v + kq are. Refused if none fits: then the bidder dealt a
    secret that no age identity has.
    """
    secret = _interpolated_at_zero(
        {at: int.from_bytes(bytes.fromhex(share), "little") for at, share in shares.items()}
    )
    for identity in _clamped_forms((secret, (GROUP_ORDER - secret) % GROUP_ORDER)):
        if points.recipient_of(identity) == recipient:
            return identity
    raise Refused(refuse("secret_cannot_open", CITE_RECOVERY, recipient=recipient))


def read_scalar(written: str) -> int | None:
    """The scalar below the group order that is written so, or None."""
    value = int.from_bytes(bytes.fromhex(written), "little")
    return value if value < GROUP_ORDER else None


def write_scalar(value: int) -> str:
    """64 lower hex digits, little-endian (RFC 8032)."""
    return value.to_bytes(32, "little").hex()


def _clamped_forms(values: Iterable[int]) -> Iterable[bytes]:
    for value in values:
        # A clamped scalar lies in [2^254, 2^255); the group order is a little above 2^252.
        for x in range(value + 3 * GROUP_ORDER, 2**255, GROUP_ORDER):
            identity = x.to_bytes(32, "little")
            if points.is_clamped(identity):
                yield identity


def _value(coefficients: Sequence[int], at: int) -> int:
    value = 0
    for coefficient in reversed(coefficients):
        value = (value * at + coefficient) % GROUP_ORDER
    return value


def _interpolated_at_zero(values: Mapping[int, int]) -> int:
    total = 0
    for at, value in values.items():
        above = below = 1
        for other in values:
            if other != at:
                above = above * other % GROUP_ORDER
                below = below * (other - at) % GROUP_ORDER
        total += value * above * pow(below, -1, GROUP_ORDER)
    return total % GROUP_ORDER


def _random_scalar(random: Randomness) -> int:
    """A scalar other than zero; 512 bits modulo the order leave no bias that could be seen."""
    while not (value := int.from_bytes(random(64), "little") % GROUP_ORDER):
        pass
    return value
