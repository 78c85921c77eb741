"""Searches bytes for marks, however they may be written down, packed or cut."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Deeper nesting than this nobody makes by accident.
_DEPTH_MAX = 3
_UNPACKED_BYTES_MAX = 64 << 20
_GZIP = b"\x1f\x8b\x08"
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){12,}")


@dataclass(frozen=True)
class Mark:
    """Something that nobody may find, and all ways to write it."""

    name: str
    forms: tuple[bytes, ...]


def text_mark(text: str) -> Mark:
    """A text in the encodings that programs here or elsewhere would write it in."""
    encodings = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
    raw = {text.encode(encoding) for encoding in encodings}
    raw.add(text.encode("unicode_escape"))
    return Mark(text, tuple(sorted(_spelled(raw))))


def price_mark(amount: str) -> Mark:
    """An amount with every grouping of its digits, in minor units, and as a binary integer."""
    whole, cents = amount.split(".")
    minor = int(whole + cents)
    written = {amount, f"{whole},{cents}", str(minor), amount[::-1], str(minor)[::-1]}
    for size in (3, 4):
        groups = _grouped(whole, size)
        written |= {f"{mark.join(groups)}.{cents}" for mark in (",", " ", "'", "\u00a0", "\u202f")}
        written |= {f"{mark.join(groups)},{cents}" for mark in (".", " ")}
    raw = {
        each.encode(encoding)
        for each in written
        for encoding in ("utf-8", "utf-16-le", "utf-16-be")
    }
    # As PostgreSQL stores a bigint and as a C program would.
    packed = {minor.to_bytes(8, "big"), minor.to_bytes(8, "little")}
    return Mark(amount, tuple(sorted(_spelled(raw) | packed)))


def _grouped(digits: str, size: int) -> list[str]:
    first = len(digits) % size
    rest = [digits[at : at + size] for at in range(first, len(digits), size)]
    return [digits[:first], *rest] if first else rest


def _spelled(raw: Iterable[bytes]) -> set[bytes]:
    found = set()
    for each in raw:
        found |= {each, each.hex().encode(), each.hex().upper().encode(), *_in_base64(each)}
    return found


def _in_base64(raw: bytes) -> Iterator[bytes]:
    """The part of the base64 that depends on these bytes alone, for each of three alignments."""
    for before in range(3):
        coded = base64.b64encode(bytes(before) + raw)
        start = -(-before * 8 // 6)
        end = (before + len(raw)) * 8 // 6
        yield coded[start:end]
        yield base64.urlsafe_b64encode(bytes(before) + raw)[start:end]


def found_in(haystack: bytes, marks: Iterable[Mark], depth: int = 0) -> set[str]:
    """The names of the marks that are in these bytes, or in anything packed or encoded in them."""
    marks = tuple(marks)
    found = {mark.name for mark in marks if any(form in haystack for form in mark.forms)}
    if depth < _DEPTH_MAX:
        for inside in _inside(haystack):
            found |= found_in(inside, marks, depth + 1)
    return found


def _inside(haystack: bytes) -> Iterator[bytes]:
    """What compressed streams and long runs of hex or base64 hold."""
    for start, bits in _streams(haystack):
        unpacked = _unpacked(haystack[start:], bits)
        if len(unpacked) >= 4:
            yield unpacked
    for pattern, decode in ((_HEX, binascii.unhexlify), (_BASE64, _from_base64)):
        for match in pattern.finditer(haystack):
            try:
                decoded = decode(match[0])
            except (binascii.Error, ValueError):
                continue
            if _may_hold_more(decoded):
                yield decoded


def _streams(haystack: bytes) -> Iterator[tuple[int, int]]:
    for magic, bits in ((_GZIP, 31), *((each, 15) for each in _ZLIB)):
        at = haystack.find(magic)
        while at >= 0:
            yield at, bits
            at = haystack.find(magic, at + 1)


def _unpacked(raw: bytes, bits: int) -> bytes:
    """As much as can be unpacked: of a stream that is cut or damaged, its beginning."""
    engine = zlib.decompressobj(bits)
    made = bytearray()
    try:
        for at in range(0, len(raw), 4096):
            made += engine.decompress(raw[at : at + 4096], _UNPACKED_BYTES_MAX - len(made))
            if engine.eof or len(made) >= _UNPACKED_BYTES_MAX:
                break
    except zlib.error:
        pass
    return bytes(made)


def _from_base64(raw: bytes) -> bytes:
    plain = raw.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    return base64.b64decode(plain + b"=" * (-len(plain) % 4))


def _may_hold_more(decoded: bytes) -> bool:
    """Plain marks in hex or base64 are looked for directly; only packed ones need a second look."""
    return any(magic in decoded for magic in (_GZIP, *_ZLIB)) or bool(
        _HEX.search(decoded) or _BASE64.search(decoded)
    )
