"""Distinguished encoding (X.690): writing it, reading it, and saying why bytes are not it.

A signed statement has one encoding only, so that the bytes that were signed, stored and shown are
the same bytes for every reader (SEALED_BID 1). The reader takes definite lengths alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

DEPTH_MAX = 24

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTF8_STRING, UTC_TIME, GENERALIZED_TIME = 0x0C, 0x17, 0x18
SEQUENCE, SET = 0x30, 0x31
UTC_TIME_YEAR_MAX = 2049  # RFC 5652 section 11.3: UTCTime up to 2049, GeneralizedTime after


class NotDer(ValueError):
    """The bytes are not what the distinguished encoding rules ask for."""


@dataclass(frozen=True, slots=True)
class Node:
    """One element: its tag octet, its content and all of its bytes."""

    tag: int
    content: bytes
    raw: bytes

    def children(self) -> tuple[Node, ...]:
        """The elements inside a constructed one."""
        return tuple(elements(self.content))


def element(tag: int, *contents: bytes) -> bytes:
    """One element with its shortest length."""
    content = b"".join(contents)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def sequence(*members: bytes) -> bytes:
    """A SEQUENCE of encoded members."""
    return element(SEQUENCE, *members)


def set_of(*members: bytes) -> bytes:
    """A SET OF, its members in the order that X.690 section 11.6 asks for."""
    return element(SET, *sorted(members))


def explicit(number: int, *members: bytes) -> bytes:
    """A constructed element tagged [number]."""
    return element(0xA0 | number, *members)


def octets(value: bytes) -> bytes:
    """An OCTET STRING."""
    return element(OCTET_STRING, value)


def integer(value: int) -> bytes:
    """An INTEGER, two's complement in the fewest octets."""
    # -128 fits where 128 does not: of a negative value the bits of its complement count.
    bits = (value if value >= 0 else ~value).bit_length()
    return element(INTEGER, value.to_bytes(bits // 8 + 1, "big", signed=True))


def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER from its dotted form; arcs may be of any size (2.25 has 128 bits)."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return element(OID, b"".join(_base128(arc) for arc in (first * 40 + second, *rest)))


def time(at: datetime) -> bytes:
    """A Time as RFC 5652 section 11.3 has it, to the second."""
    at = at.astimezone(UTC)
    if at.year <= UTC_TIME_YEAR_MAX:
        return element(UTC_TIME, at.strftime("%y%m%d%H%M%SZ").encode())
    return element(GENERALIZED_TIME, at.strftime("%Y%m%d%H%M%SZ").encode())


def generalized_time(at: datetime) -> bytes:
    """A GeneralizedTime with a fraction of no trailing zero (RFC 3161 section 2.4.2)."""
    at = at.astimezone(UTC)
    fraction = f".{at.microsecond:06d}".rstrip("0").rstrip(".")
    return element(GENERALIZED_TIME, f"{at.strftime('%Y%m%d%H%M%S')}{fraction}Z".encode())


def read(raw: bytes) -> Node:
    """The one element that the bytes are; anything after it is refused."""
    node, end = _element_at(raw, 0)
    if end != len(raw):
        raise NotDer("bytes after the element")
    return node


def read_first(raw: bytes) -> Node:
    """The first element, with whatever follows left alone."""
    return _element_at(raw, 0)[0]


def elements(content: bytes) -> Iterator[Node]:
    """The elements that lie one after another in a content."""
    position = 0
    while position < len(content):
        node, position = _element_at(content, position)
        yield node


def expect(node: Node, tag: int) -> Node:
    """The same element if it has the tag, else NotDer."""
    if node.tag != tag:
        raise NotDer(f"tag {node.tag:#x} where {tag:#x} belongs")
    return node


def read_oid(node: Node) -> str:
    """The dotted form of an OBJECT IDENTIFIER."""
    content = expect(node, OID).content
    if not content or content[-1] & 0x80:
        raise NotDer("object identifier is cut short")
    arcs: list[int] = []
    arc = 0
    for octet in content:
        if arc == 0 and octet == 0x80:
            raise NotDer("object identifier with padding")
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - first * 40, *arcs[1:]))


def read_algorithm(node: Node) -> str:
    """The dotted form of the algorithm that an AlgorithmIdentifier names."""
    return read_oid(expect(node, SEQUENCE).children()[0])


def read_integer(node: Node) -> int:
    """The value of an INTEGER."""
    return int.from_bytes(expect(node, INTEGER).content, "big", signed=True)


def read_time(node: Node) -> datetime:
    """The instant of a UTCTime or GeneralizedTime in the forms that DER allows."""
    text = node.content.decode("ascii", errors="replace")
    if node.tag == UTC_TIME:
        century = "19" if text[:2] >= "50" else "20"
        text = century + text
    elif node.tag != GENERALIZED_TIME:
        raise NotDer("not a time")
    shape = "%Y%m%d%H%M%S.%fZ" if "." in text else "%Y%m%d%H%M%SZ"
    try:
        return datetime.strptime(text, shape).replace(tzinfo=UTC)
    except ValueError as problem:
        raise NotDer(f"not a time: {text!r}") from problem


def check_distinguished(node: Node, depth: int = 0) -> None:
    """Raise NotDer unless the element and all in it are in the distinguished encoding."""
    if depth > DEPTH_MAX:
        raise NotDer("nested too deeply")
    if node.tag & 0x20:
        children = node.children()
        if node.tag == SET:
            check_sorted(children)
        if node.tag & 0xC0 == 0 and node.tag not in (SEQUENCE, SET):
            raise NotDer("a string in pieces")
        for child in children:
            check_distinguished(child, depth + 1)
    else:
        _check_primitive(node)


def check_sorted(members: tuple[Node, ...]) -> None:
    """Raise NotDer unless the members of a SET OF stand in ascending order of their bytes."""
    raws = [member.raw for member in members]
    if raws != sorted(raws):
        raise NotDer("members of a set out of order")


def _check_primitive(node: Node) -> None:
    content = node.content
    if node.tag == BOOLEAN and content not in (b"\x00", b"\xff"):
        raise NotDer("boolean")
    if node.tag == INTEGER and not _shortest_integer(content):
        raise NotDer("integer with padding")
    if node.tag == NULL and content:
        raise NotDer("null with content")
    if node.tag == OID:
        read_oid(node)
    if node.tag == BIT_STRING:
        unused = content[0] if content else 8
        if unused > 7 or (len(content) == 1 and unused) or content[-1] & ((1 << unused) - 1):
            raise NotDer("bit string")
    if node.tag in (UTC_TIME, GENERALIZED_TIME):
        read_time(node)
        if b"." in content and content[-2:] == b"0Z":
            raise NotDer("time with trailing zeros")


def _shortest_integer(content: bytes) -> bool:
    if len(content) < 2:
        return len(content) == 1
    return not (content[0] in (0x00, 0xFF) and (content[0] >> 7) == (content[1] >> 7))


def _element_at(raw: bytes, position: int) -> tuple[Node, int]:
    try:
        tag, size = raw[position], raw[position + 1]
    except IndexError:
        raise NotDer("element is cut short") from None
    if tag & 0x1F == 0x1F:
        raise NotDer("tag in the long form")
    start = position + 2
    if size & 0x80:
        octet_count = size & 0x7F
        if not 1 <= octet_count <= 4:
            raise NotDer("indefinite or oversized length")
        length = raw[start : start + octet_count]
        start += octet_count
        size = int.from_bytes(length, "big")
        if len(length) != octet_count or length[0] == 0 or size < 0x80:
            raise NotDer("length is not the shortest")
    end = start + size
    if end > len(raw):
        raise NotDer("element is cut short")
    return Node(tag, raw[start:end], raw[position:end]), end


def _base128(arc: int) -> bytes:
    octets_reversed = [arc & 0x7F]
    while arc := arc >> 7:
        octets_reversed.append(0x80 | arc & 0x7F)
    return bytes(reversed(octets_reversed))
