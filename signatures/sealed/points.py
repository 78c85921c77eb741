"""Points, scalars, recipients and identities: what is safe to commit to and to encrypt to.

Commitments are points of Ed25519 (RFC 8032 encoding), recipients are age X25519 recipients, that is
the u-coordinate of a point of the same curve in Montgomery form (RFC 7748 4.1), in bech32
(BIP 173).
"""

from __future__ import annotations

from nacl import bindings as sodium
from nacl.exceptions import RuntimeError as SodiumError

from kernel.refusal import Refused, refuse

FIELD = 2**255 - 19
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
IDENTITY_POINT = (1).to_bytes(32, "little")

_RECIPIENT_PREFIX = "age"
_IDENTITY_PREFIX = "age-secret-key-"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_EIGHTH = pow(8, -1, GROUP_ORDER)
CITE_COMMITMENTS = "SEALED_BID 3.4"
CITE_RECIPIENT = "SEALED_BID 2"

# u-coordinates below the field's order whose point, or whose point on the twist, has an order that
# divides 8: the result of any exchange with them is all zero (RFC 7748 6.1; the list is that of
# Bernstein's "validate" page). Their encodings above the field's order are refused as such.
SMALL_ORDER_U = frozenset(
    {
        0,
        1,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
        FIELD - 1,
    }
)


def multiply(scalar: int, point: bytes) -> bytes:
    """scalar · point for a point of the prime-order group, the identity included."""
    scalar %= GROUP_ORDER
    if scalar == 0 or point == IDENTITY_POINT:  # libsodium treats both as errors
        return IDENTITY_POINT
    return sodium.crypto_scalarmult_ed25519_noclamp(scalar.to_bytes(32, "little"), point)  # type: ignore[no-any-return]


def multiply_base(scalar: int) -> bytes:
    """scalar · B, B being the base point of RFC 8032."""
    scalar %= GROUP_ORDER
    if scalar == 0:
        return IDENTITY_POINT
    return sodium.crypto_scalarmult_ed25519_base_noclamp(scalar.to_bytes(32, "little"))  # type: ignore[no-any-return]


def add(one: bytes, other: bytes) -> bytes:
    """The sum of two points."""
    return sodium.crypto_core_ed25519_add(one, other)  # type: ignore[no-any-return]


def read_point(written: str) -> bytes:
    """A commitment: a canonical encoding of a torsion-free point that is not the identity.

    A point with a small-order component passes every share check times eight and lets the dealer
    give holders shares that do not fit together (SEALED_BID 3.4). Canonical form is judged first;
    group membership by libsodium and once more by dividing 8·P by 8, because libsodium before
    1.0.21 let points through whose torsion has order two (CVE-2025-69277).
    """
    point = bytes.fromhex(written)
    y = int.from_bytes(point, "little") & (2**255 - 1)
    if len(point) != 32 or y >= FIELD or (y in (1, FIELD - 1) and point[31] & 0x80):
        raise Refused(refuse("point_not_canonical", CITE_COMMITMENTS, point=written))
    try:
        times_eight = point
        for _ in range(3):
            times_eight = add(times_eight, times_eight)
    except SodiumError as problem:
        raise Refused(refuse("point_not_on_curve", CITE_COMMITMENTS, point=written)) from problem
    if times_eight == IDENTITY_POINT:
        raise Refused(refuse("point_small_order", CITE_COMMITMENTS, point=written))
    torsion_free = multiply(_EIGHTH, times_eight) == point
    if not torsion_free or not sodium.crypto_core_ed25519_is_valid_point(point):
        raise Refused(refuse("point_torsion", CITE_COMMITMENTS, point=written))
    return point


def montgomery(point: bytes) -> bytes:
    """The u-coordinate of an Ed25519 point: (1 + y) / (1 - y) (RFC 7748 4.1)."""
    y = int.from_bytes(point, "little") & (2**255 - 1)
    return ((1 + y) * pow(1 - y, -1, FIELD) % FIELD).to_bytes(32, "little")


def usable_u(u: bytes) -> bool:
    """Whether an X25519 public value is below the field's order and not of small order."""
    value = int.from_bytes(u, "little")
    return len(u) == 32 and value < FIELD and value not in SMALL_ORDER_U


def read_recipient(written: str) -> bytes:
    """The public value of an age recipient: u < p, not of small order, re-encoding to itself."""
    try:
        u = bech32_decode(_RECIPIENT_PREFIX, written)
    except ValueError as problem:
        raise Refused(refuse("recipient_encoding", CITE_RECIPIENT, recipient=written)) from problem
    if write_recipient(u) != written:
        raise Refused(refuse("recipient_encoding", CITE_RECIPIENT, recipient=written))
    if int.from_bytes(u, "little") >= FIELD:
        raise Refused(refuse("recipient_not_reduced", CITE_RECIPIENT, recipient=written))
    if not usable_u(u):
        raise Refused(refuse("recipient_small_order", CITE_RECIPIENT, recipient=written))
    return u


def write_recipient(u: bytes) -> str:
    """`age1…` of a public value."""
    return bech32_encode(_RECIPIENT_PREFIX, u)


def recipient_of(identity: bytes) -> str:
    """The recipient of an identity's 32 bytes."""
    return write_recipient(sodium.crypto_scalarmult_base(identity))


def clamped(secret: bytes) -> bytes:
    """The form in which X25519 uses 32 bytes as a scalar (RFC 7748 5)."""
    value = int.from_bytes(secret, "little")
    return (value & (2**254 - 8) | 2**254).to_bytes(32, "little")


def is_clamped(secret: bytes) -> bool:
    """Whether the bytes already have that form."""
    return len(secret) == 32 and clamped(secret) == secret


def read_identity(written: str) -> bytes:
    """The 32 bytes of `AGE-SECRET-KEY-1…`."""
    try:
        if written != written.upper():
            raise ValueError("an identity is upper case")
        return bech32_decode(_IDENTITY_PREFIX, written.lower())
    except ValueError:
        # No cause and no fact: the text is a secret.
        raise Refused(refuse("identity_encoding", CITE_RECIPIENT)) from None


def write_identity(identity: bytes) -> str:
    """`AGE-SECRET-KEY-1…` of 32 bytes, as age writes it."""
    return bech32_encode(_IDENTITY_PREFIX, identity).upper()


def bech32_encode(prefix: str, data: bytes) -> str:
    """BIP 173 of 32 bytes under a lower-case prefix."""
    words = [int(bits, 2) for bits in _fives("".join(f"{byte:08b}" for byte in data))]
    checked = words + _checksum(prefix, words)
    return f"{prefix}1" + "".join(_BECH32[word] for word in checked)


def bech32_decode(prefix: str, written: str) -> bytes:
    """The 32 bytes of a lower-case BIP 173 text under the prefix; ValueError for all else."""
    if not written.startswith(f"{prefix}1") or len(written) != len(prefix) + 1 + 52 + 6:
        raise ValueError("not this prefix and length")
    words = [_BECH32.index(character) for character in written[len(prefix) + 1 :]]
    if _checksum(prefix, words[:-6]) != words[-6:]:
        raise ValueError("the checksum differs")
    bits = "".join(f"{word:05b}" for word in words[:-6])
    if "1" in bits[256:]:
        raise ValueError("padding bits are set")
    return int(bits[:256], 2).to_bytes(32, "big")


def _fives(bits: str) -> list[str]:
    return [bits[at : at + 5].ljust(5, "0") for at in range(0, len(bits), 5)]


def _checksum(prefix: str, words: list[int]) -> list[int]:
    expanded = [ord(each) >> 5 for each in prefix] + [0] + [ord(each) & 31 for each in prefix]
    value = _polymod(expanded + words + [0] * 6) ^ 1
    return [value >> 5 * (5 - place) & 31 for place in range(6)]


def _polymod(words: list[int]) -> int:
    value = 1
    for word in words:
        top = value >> 25
        value = (value & 0x1FFFFFF) << 5 ^ word
        for place, generator in enumerate(_GENERATORS):
            value ^= generator * (top >> place & 1)
    return value


_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
