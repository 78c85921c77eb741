"""Vectors of points, recipients, age headers and files, shares, and Merkle trees."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterator
from typing import Any

from signatures import merkle
from signatures.sealed import points, receipts, shares, stream
from signatures.sealed.points import FIELD, GROUP_ORDER
from tests.signatures.sealed.people import Stream

Vector = dict[str, Any]

# The points of small order of Ed25519, in canonical form; the eighth is the identity.
SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
]
SMALL_ORDER_U = [
    0,
    1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
    FIELD - 1,
]


def vector(op: str, name: str, given: Any, *, cites: str, **answer: Any) -> Vector:
    """One vector; `answer` is `out=…` or `refused=…`."""
    return {"name": f"{op}: {name}", "op": op, "cites": cites, "in": given, **answer}


def make_points() -> Iterator[Vector]:
    """Commitments and recipients."""
    cites = "SEALED_BID 3.4"
    base = points.multiply_base(1)
    assert base.hex() == "58" + "66" * 31  # RFC 8032 section 5.1
    nine = (9).to_bytes(32, "little").hex()  # its Montgomery form, RFC 7748 section 4.1
    yield vector("point.read", "the base point", {"point": base.hex()}, cites=cites, out=nine)
    negative = points.multiply_base(GROUP_ORDER - 1).hex()
    name = "the base point's negative has the same u"
    yield vector("point.read", name, {"point": negative}, cites=cites, out=nine)
    random = Stream("points")
    for number in range(4):
        point = points.multiply_base(int.from_bytes(random(64), "little"))
        out = points.montgomery(point).hex()
        name = f"a point of the group ({number + 1})"
        yield vector("point.read", name, {"point": point.hex()}, cites=cites, out=out)
    for number, torsion in enumerate(SMALL_ORDER):
        given = {"point": torsion}
        code = "point_not_canonical" if torsion.endswith("80") and not number else None
        code = code or "point_small_order"
        yield vector("point.read", f"small order ({number})", given, cites=cites, refused=code)
        if number:
            mixed = points.add(base, bytes.fromhex(torsion)).hex()
            name = f"the base point and torsion ({number})"
            yield vector("point.read", name, {"point": mixed}, cites=cites, refused="point_torsion")
    for name, y, sign in (
        ("y = p", FIELD, 0),
        ("y = p + 1, the identity again", FIELD + 1, 0),
        ("y = 2^255 - 1", 2**255 - 1, 0),
        ("the identity with a sign", 1, 1),
        ("y = -1 with a sign", FIELD - 1, 1),
    ):
        written = (y | sign << 255).to_bytes(32, "little").hex()
        given = {"point": written}
        yield vector("point.read", name, given, cites=cites, refused="point_not_canonical")
    given = {"point": (2).to_bytes(32, "little").hex()}
    yield vector("point.read", "not on the curve", given, cites=cites, refused="point_not_on_curve")
    yield from _make_recipients()


def _make_recipients() -> Iterator[Vector]:
    cites = "SEALED_BID 2"
    u = bytes.fromhex(_montgomery_of(Stream("recipient")(64)))
    good = points.write_recipient(u)
    yield vector("recipient.read", "as it should be", {"recipient": good}, cites=cites, out=u.hex())
    bad = {
        "upper case": good.upper(),
        "mixed case": good[:-1] + good[-1].upper(),
        "another checksum": good[:-1] + ("q" if good[-1] != "q" else "p"),
        "another prefix": points.bech32_encode("agf", u),
        "a character more": good + "q",
        "a character less": good[:-1],
        "bech32m": good[:-6] + _bech32m_checksum(good),
        "padding bits set": _with_padding_bits(u),
        "a space before": " " + good,
    }
    for name, written in bad.items():
        given = {"recipient": written}
        yield vector("recipient.read", name, given, cites=cites, refused="recipient_encoding")
    for value in SMALL_ORDER_U:
        given = {"recipient": points.write_recipient(value.to_bytes(32, "little"))}
        name = f"small order u = {value}"
        yield vector("recipient.read", name, given, cites=cites, refused="recipient_small_order")
    for value in (FIELD, FIELD + 1, FIELD + 9, 2**255, 2**255 + 9, 2**256 - 1):
        given = {"recipient": points.write_recipient(value.to_bytes(32, "little"))}
        name = f"u not below p: {value}"
        yield vector("recipient.read", name, given, cites=cites, refused="recipient_not_reduced")


def _montgomery_of(seed: bytes) -> str:
    return points.montgomery(points.multiply_base(int.from_bytes(seed, "little"))).hex()


def _words(written: str) -> list[int]:
    return [points._BECH32.index(each) for each in written.split("1", 1)[1]]


def _bech32m_checksum(good: str) -> str:
    words = _words(good)[:-6]
    expanded = [3, 3, 3, 0, 1, 7, 5] + words + [0] * 6
    value = points._polymod(expanded) ^ 0x2BC830A3
    return "".join(points._BECH32[value >> 5 * (5 - place) & 31] for place in range(6))


def _with_padding_bits(u: bytes) -> str:
    words = _words(points.write_recipient(u))[:-6]
    words[-1] |= 1
    checked = words + points._checksum("age", words)
    return "age1" + "".join(points._BECH32[each] for each in checked)


def make_age() -> Iterator[Vector]:
    """Headers and whole files of age."""
    cites = "SEALED_BID 3.3"
    random = Stream("age")
    identity = points.clamped(random(32))
    recipient = points.recipient_of(identity)
    out = io.BytesIO()
    stream.encrypt([b"plain"], recipient, out, random)
    good = out.getvalue()
    head, rest = good[:168], good[168:]
    version, stanza, body, mac, _ = head.split(b"\n")
    ephemeral = stanza.split(b" ")[2]
    given = {"raw": {"text": head.decode()}}
    said = {
        "ephemeral": base64.b64decode(ephemeral + b"=").hex(),
        "wrapped_key": base64.b64decode(body + b"=").hex(),
    }
    yield vector("header.read", "as it should be", given, cites=cites, out=said)
    grease = b"-> x-grease 1\nAAAA\n"
    scrypt = b"-> scrypt AAAAAAAAAAAAAAAAAAAAAA 18\n" + body + b"\n"
    shapes = {
        "a second stanza": [version, stanza, body, stanza, body, mac],
        "grease after": [version, stanza, body, grease[:-1], mac],
        "grease before": [version, grease[:-1], stanza, body, mac],
        "scrypt instead": [version, scrypt[:-1], mac],
        "no stanza": [version, mac],
        "age v2": [b"age-encryption.org/v2", stanza, body, mac],
        "carriage returns": [each + b"\r" for each in (version, stanza, body, mac)],
        "two spaces": [version, stanza.replace(b" ", b"  ", 1), body, mac],
        "a space at the end": [version, stanza + b" ", body, mac],
        "another argument": [version, stanza + b" AAAA", body, mac],
        "lower case type": [version, stanza.replace(b"X25519", b"x25519"), body, mac],
        "base64 with padding": [version, stanza + b"=", body, mac],
        "base64url": [version, b"-> X25519 " + b"-" * 43, body, mac],
        "a short ephemeral share": [version, stanza[:-1], body, mac],
        "a long body": [version, stanza, body + b"A", mac],
        "a body over two lines": [version, stanza, body[:20] + b"\n" + body[20:], mac],
        "no MAC": [version, stanza, body, b"---"],
    }
    for name, lines in shapes.items():
        given = {"raw": {"text": (b"\n".join(lines) + b"\n").decode()}}
        yield vector("header.read", name, given, cites=cites, refused="header_shape")
    armor = {"raw": {"text": "-----BEGIN AGE ENCRYPTED FILE-----\n" + "A" * 200}}
    yield vector("header.read", "armor", armor, cites=cites, refused="header_shape")
    huge = {"pieces": [{"text": "age-encryption.org/v1\n"}]}
    huge["pieces"].append({"repeat": {"of": {"text": grease.decode()}, "times": 4096}})
    yield vector("header.read", "huge", {"raw": huge}, cites=cites, refused="header_shape")
    given = {"raw": {"text": head.decode()[:-1]}}
    yield vector("header.read", "cut by a byte", given, cites=cites, refused="header_shape")
    for place, value in (("share", ephemeral), ("body", body), ("MAC", mac[4:])):
        raw = head.replace(value, _uncanonical(value))
        given = {"raw": {"text": raw.decode()}}
        name = f"stray bits in the base64 of the {place}"
        yield vector("header.read", name, given, cites=cites, refused="header_base64")
    for value in (*SMALL_ORDER_U, FIELD, FIELD + 1, 2**255 + 9, 2**256 - 1):
        written = base64.b64encode(value.to_bytes(32, "little")).rstrip(b"=")
        given = {"raw": {"text": head.replace(ephemeral, written).decode()}}
        name = f"the ephemeral share is {value}"
        yield vector("header.read", name, given, cites=cites, refused="header_ephemeral")
    yield from _make_files(random, identity, head, rest)


def _make_files(random: Stream, identity: bytes, head: bytes, rest: bytes) -> Iterator[Vector]:
    cites = "SEALED_BID 3.3"
    secret = points.write_identity(identity)
    for size in (0, 5, 65536, 65537):
        plain = bytes([7]) * size
        out = io.BytesIO()
        stream.encrypt([plain], points.recipient_of(identity), out, random)
        given = {"identity": secret, "file": {"base64": _b64(out.getvalue())}}
        answer = "sha256:" + hashlib.sha256(plain).hexdigest()
        yield vector("age.decrypt", f"{size} bytes", given, cites=cites, out=answer)
    flipped = bytes([rest[-1] ^ 1])
    mac_at = 168 - 44
    other_mac = b"A" if head[mac_at : mac_at + 1] != b"A" else b"B"
    cases = {
        "for another identity": (
            points.clamped(random(32)),
            head + rest,
            "header_not_for_identity",
        ),
        "another MAC": (
            identity,
            head[:mac_at] + other_mac + head[mac_at + 1 :] + rest,
            "header_mac",
        ),
        "a flipped bit": (identity, head + rest[:-1] + flipped, "ciphertext_damaged"),
        "cut": (identity, head + rest[:-1], "ciphertext_damaged"),
        "cut in the nonce": (identity, head + rest[:10], "ciphertext_cut"),
        "no chunk": (identity, head + rest[:16], "ciphertext_damaged"),
        "a byte more": (identity, head + rest + b"\0", "ciphertext_damaged"),
    }
    for name, (key, raw, code) in cases.items():
        given = {"identity": points.write_identity(key), "file": {"base64": _b64(raw)}}
        yield vector("age.decrypt", name, given, cites=cites, refused=code)
    given = {"identity": secret.lower(), "file": {"base64": _b64(head + rest)}}
    name = "identity in lower case"
    yield vector("age.decrypt", name, given, cites=cites, refused="identity_encoding")


def _uncanonical(value: bytes) -> bytes:
    """The same 32 bytes for a careless decoder: one of the two stray bits is set."""
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = alphabet.index(value[-1:])
    return value[:-1] + alphabet[last | 1 : (last | 1) + 1]


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def make_shares() -> Iterator[Vector]:
    """Dealing, checking, recovering."""
    cites = "SEALED_BID 3.4"
    random = Stream("shares")
    identity = points.clamped(random(32))
    recipient = points.recipient_of(identity)
    coefficients = random(128)
    dealt = shares.deal(identity, 3, 5, io.BytesIO(coefficients).read)
    given = {
        "identity": points.write_identity(identity),
        "threshold": 3,
        "holders": 5,
        "random": {"hex": coefficients.hex()},
    }
    said = {"commitments": list(dealt.commitments), "shares": list(dealt.shares)}
    yield vector("shares.deal", "3 of 5", given, cites=cites, out=said)
    good = {"commitments": said["commitments"], "threshold": 3, "recipient": recipient}
    yield vector("shares.commitments", "3 of 5", good, cites=cites, out=None)
    first, *others = said["commitments"]
    torsion = points.add(bytes.fromhex(first), bytes.fromhex(SMALL_ORDER[4])).hex()
    small = points.write_recipient((1).to_bytes(32, "little"))
    for name, change, code in (
        ("one less", {"commitments": said["commitments"][:2]}, "commitments_count"),
        ("one more", {"commitments": [first, *said["commitments"]]}, "commitments_count"),
        ("torsion", {"commitments": [torsion, *others]}, "point_torsion"),
        ("torsion later", {"commitments": [first, others[0], torsion]}, "point_torsion"),
        ("the identity", {"commitments": [first, SMALL_ORDER[0], others[1]]}, "point_small_order"),
        ("another recipient", {"recipient": _another_recipient()}, "recipient_not_committed"),
        ("small order recipient", {"recipient": small}, "recipient_small_order"),
    ):
        yield vector("shares.commitments", name, {**good, **change}, cites=cites, refused=code)
    yield from _make_validity(dealt)
    yield from _make_recovery(dealt, identity, recipient)


def _make_validity(dealt: shares.Deal) -> Iterator[Vector]:
    cites = "SEALED_BID 3.5"
    commitments = list(dealt.commitments)
    value = int.from_bytes(bytes.fromhex(dealt.shares[1]), "little")
    above = (value + GROUP_ORDER).to_bytes(32, "little").hex()
    altered = shares.write_scalar((value + 1) % GROUP_ORDER)
    minus_one = points.multiply_base(GROUP_ORDER - 1).hex()
    zero_for_one = [points.multiply_base(1).hex(), minus_one]  # f(x) = 1 - x
    for name, share, index, fixed, valid in (
        ("right", dealt.shares[1], 2, commitments, True),
        ("of another holder", dealt.shares[1], 3, commitments, False),
        ("index zero", dealt.shares[1], 0, commitments, False),
        ("share and group order", above, 2, commitments, False),
        ("altered", altered, 2, commitments, False),
        ("negative", shares.write_scalar(GROUP_ORDER - value), 2, commitments, False),
        ("above all", "ff" * 32, 2, commitments, False),
        ("zero where the polynomial is zero", "00" * 32, 1, zero_for_one, True),
        ("zero where it is not", "00" * 32, 2, zero_for_one, False),
    ):
        given = {"share": share, "index": index, "commitments": fixed}
        yield vector("shares.valid", name, given, cites=cites, out=valid)


def _make_recovery(dealt: shares.Deal, identity: bytes, recipient: str) -> Iterator[Vector]:
    cites = "SEALED_BID 6"
    secret = points.write_identity(identity)
    for chosen in ((1, 2, 3), (1, 3, 5), (2, 4, 5)):
        held = {str(index): dealt.shares[index - 1] for index in chosen}
        given = {"shares": held, "recipient": recipient}
        name = "from " + ", ".join(held)
        yield vector("shares.recover", name, given, cites=cites, out=secret)
    negative = {
        index: shares.write_scalar(GROUP_ORDER - int.from_bytes(bytes.fromhex(share), "little"))
        for index, share in held.items()
    }
    given = {"shares": negative, "recipient": recipient}
    name = "the negative secret was dealt: q - s opens"
    yield vector("shares.recover", name, given, cites=cites, out=secret)
    wrong = {"shares": dict(list(held.items())[:2]), "recipient": recipient}
    name = "one share too few"
    yield vector("shares.recover", name, wrong, cites=cites, refused="secret_cannot_open")
    # Of s and q - s one has a clamped form, but for multiples of 8 next to zero or to q.
    unclamped = shares.write_scalar(8)
    u = points.montgomery(points.multiply_base(8))
    given = {"shares": {"1": unclamped, "2": unclamped}, "recipient": points.write_recipient(u)}
    name = "a scalar no age identity has, nor its negative"
    yield vector("shares.recover", name, given, cites=cites, refused="secret_cannot_open")


def _another_recipient() -> str:
    return points.recipient_of(points.clamped(Stream("another")(32)))


def make_trees() -> Iterator[Vector]:
    """Roots and inclusion proofs of small trees, cut and turned."""
    cites = "RFC 6962 section 2.1"
    leaves = [f"leaf {number}".encode() for number in range(7)]
    hashes = [merkle.leaf_hash(each) for each in leaves]
    for size in range(8):
        given = {"leaves": [{"text": each.decode()} for each in leaves[:size]]}
        root = receipts.root_text(_root(hashes[:size]))
        yield vector("tree.root", f"{size} leaves", given, cites=cites, out=root)
    for index in range(7):
        given = {
            "leaf": {"text": leaves[index].decode()},
            "index": index,
            "size": 7,
            "proof": [each.hex() for each in _path(index, hashes)],
            "root": root,
        }
        yield vector("tree.included", f"leaf {index} of 7", given, cites=cites, out=True)
    for name, change in (
        ("another index", {"index": 5}),
        ("an index outside", {"index": 7}),
        ("another size", {"size": 6}),
        ("a hash less", {"proof": given["proof"][:-1]}),
        ("a hash more", {"proof": [*given["proof"], hashes[0].hex()]}),
        ("another leaf", {"leaf": {"text": "leaf 5"}}),
        ("another root", {"root": receipts.root_text(hashes[0])}),
    ):
        yield vector("tree.included", name, {**given, **change}, cites=cites, out=False)


def _root(hashes: list[bytes]) -> bytes:
    """The recursion of RFC 6962 as it is written there: the product computes it level by level."""
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256(b"").digest()
    at = 1 << (len(hashes) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + _root(hashes[:at]) + _root(hashes[at:])).digest()


def _path(index: int, hashes: list[bytes]) -> list[bytes]:
    if len(hashes) < 2:
        return []
    at = 1 << (len(hashes) - 1).bit_length() - 1
    if index < at:
        return [*_path(index, hashes[:at]), _root(hashes[at:])]
    return [*_path(index - at, hashes[at:]), _root(hashes[:at])]
