"""The statements of the sealed bid: one table of types, their keys and the kind of each value.

A statement is canonical JSON (RFC 8785) with the keys of its row below, `type` (which is
`sunlit/<name>/v1`) and `origin`, the name of the installation's log: without it a statement of the
demo would replay in the real installation. Nothing else is accepted, so that two readers cannot
understand the same signed bytes differently (SEALED_BID 1).

Formats are judged here; whether a point lies in the right group or a recipient is safe to encrypt
to is judged in `points`, where it is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from kernel import canonical
from kernel.clock import parse_instant
from kernel.refusal import Refused, refuse
from signatures.sealed import text

PARTS = ("technical", "price")
EVENTS = ("bid", "replacement", "withdrawal")

STATEMENT_BYTES_MAX = 48 * 1024
DEPTH_MAX = 8
HOLDERS_MAX = 15
ACTS_MAX = 50
FILES_MAX = 500
SIGNERS_MAX = 16
FILE_NAME_BYTES_MAX = 180
CITE = "SEALED_BID 1"

Kind = Callable[[object], bool]
Statement = dict[str, Any]


def text_of(pattern: str) -> Kind:
    """A string that the whole pattern matches."""
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def integer(least: int, most: int) -> Kind:
    """An integer within both bounds; true and false are no integers."""
    return lambda value: type(value) is int and least <= value <= most


def one_of(*words: str) -> Kind:
    """One of the listed words."""
    return lambda value: isinstance(value, str) and value in words


def nullable(kind: Kind) -> Kind:
    """Null or the kind."""
    return lambda value: value is None or kind(value)


def list_of(kind: Kind, least: int, most: int) -> Kind:
    """An array whose items are all of the kind."""
    return lambda value: (
        isinstance(value, list) and least <= len(value) <= most and all(map(kind, value))
    )


def unique_list_of(kind: Kind, least: int, most: int) -> Kind:
    """An array of the kind that names nothing twice."""
    items = list_of(kind, least, most)
    return lambda value: items(value) and len(set(value)) == len(value)  # type: ignore[call-overload, arg-type]


def record(fields: Mapping[str, Kind]) -> Kind:
    """An object with exactly these keys."""
    return lambda value: (
        isinstance(value, dict)
        and value.keys() == fields.keys()
        and all(kind(value[name]) for name, kind in fields.items())
    )


def _is_instant(value: object) -> bool:
    if not isinstance(value, str) or not value.isascii():
        return False
    try:
        parse_instant(value)
    except ValueError:
        return False
    return True


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value.encode()) <= FILE_NAME_BYTES_MAX


ORIGIN = text_of(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,199}")
IDENTIFIER = text_of(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}")
CODE = text_of(r"[a-z][a-z0-9_]{0,63}")
DIGEST = text_of(r"sha256:[0-9a-f]{64}")
HEX_32 = text_of(r"[0-9a-f]{64}")
POINT = HEX_32
SCALAR = HEX_32
RECIPIENT = text_of(r"age1[02-9ac-hj-np-z]{58}")
PART = one_of(*PARTS)
INDEX = integer(1, HOLDERS_MAX)
THRESHOLD = integer(2, HOLDERS_MAX)
SEQ = integer(1, ACTS_MAX)
SIZE = integer(0, canonical.INTEGER_MAX)
INSTANT: Kind = _is_instant

ENVELOPE: Mapping[str, Kind] = {
    "part": PART,
    "ciphertext": DIGEST,
    "size": SIZE,
    "recipient": RECIPIENT,
    "commitments": list_of(POINT, 2, HOLDERS_MAX),
    "boxes": list_of(DIGEST, 2, HOLDERS_MAX),
    "inner": DIGEST,
}
OPENING: Mapping[str, Kind] = {"salt": HEX_32, "name": _is_name, "size": SIZE, "digest": DIGEST}
_SHARE = record({"context": DIGEST, "share": SCALAR})
_REFUSED = record({"context": DIGEST, "refused": CODE})


def _is_released(value: object) -> bool:
    return _SHARE(value) or _REFUSED(value)


# One row a type. `type` and `origin` belong to every row and are not repeated.
TYPES: Mapping[str, Mapping[str, Kind]] = {
    # SEALED_BID 2
    "holder": {
        "tender": IDENTIFIER,
        "part": PART,
        "index": INDEX,
        "recipient": RECIPIENT,
        "made_at": INSTANT,
    },
    "committee": {
        "tender": IDENTIFIER,
        "threshold": THRESHOLD,
        "holders": unique_list_of(DIGEST, 2, HOLDERS_MAX * len(PARTS)),
    },
    "possession": {
        "tender": IDENTIFIER,
        "part": PART,
        "index": INDEX,
        "recipient": RECIPIENT,
        "checkpoint": DIGEST,
    },
    # SEALED_BID 3
    "inner": {
        "tender": IDENTIFIER,
        "lot": IDENTIFIER,
        "part": PART,
        "bidder": IDENTIFIER,
        "recipient": RECIPIENT,
        "files": unique_list_of(DIGEST, 1, FILES_MAX),
    },
    "context": {
        "tender": IDENTIFIER,
        "lot": IDENTIFIER,
        "part": PART,
        "bidder": IDENTIFIER,
        "committee": DIGEST,
        "threshold": THRESHOLD,
        "holders": unique_list_of(DIGEST, 2, HOLDERS_MAX),
        "recipient": RECIPIENT,
        "commitments": list_of(POINT, 2, HOLDERS_MAX),
        "ciphertext": DIGEST,
        "size": SIZE,
        "inner": DIGEST,
    },
    "share": {"context": DIGEST, "index": INDEX, "share": SCALAR},
    "bid": {
        "tender": IDENTIFIER,
        "lot": IDENTIFIER,
        "bidder": IDENTIFIER,
        "seq": SEQ,
        "prev": nullable(DIGEST),
        "notice": DIGEST,
        "committee": DIGEST,
        "client": DIGEST,
        "signers": unique_list_of(DIGEST, 1, SIGNERS_MAX),
        "envelopes": list_of(record(ENVELOPE), 1, len(PARTS)),
    },
    "withdrawal": {
        "tender": IDENTIFIER,
        "lot": IDENTIFIER,
        "bidder": IDENTIFIER,
        "seq": integer(2, ACTS_MAX),
        "prev": DIGEST,
    },
    # SEALED_BID 4
    "receipt": {
        "tender": IDENTIFIER,
        "lot": IDENTIFIER,
        "bidder": IDENTIFIER,
        "event": one_of(*EVENTS),
        "act": DIGEST,
        "signature": DIGEST,
        "token": nullable(DIGEST),
        "prev": nullable(DIGEST),
        "accepted_at": INSTANT,
        "checkpoint": DIGEST,
        "blind": HEX_32,
    },
    "head": {"tender": IDENTIFIER, "size": SIZE, "root": DIGEST, "blind": HEX_32},
    # SEALED_BID 5: what TenderClosed carries, and what releases name as `closing`
    "closing": {"tender": IDENTIFIER, "size": SIZE, "root": DIGEST, "closed_at": INSTANT},
    # SEALED_BID 6
    "release": {
        "tender": IDENTIFIER,
        "lot": IDENTIFIER,
        "part": PART,
        "index": INDEX,
        "closing": DIGEST,
        "checkpoint": DIGEST,
        "released_at": INSTANT,
        "shares": list_of(_is_released, 1, 10_000),
    },
    "destruction": {
        "tender": IDENTIFIER,
        "part": PART,
        "index": INDEX,
        "recipient": RECIPIENT,
        "destroyed_at": INSTANT,
    },
}


def type_name(name: str) -> str:
    """The `type` of a statement: `sunlit/bid/v1` for `bid`."""
    return f"sunlit/{name}/v1"


def encode(name: str, **values: object) -> bytes:
    """The bytes of a statement of the named type; refuses what `read` would refuse."""
    statement: Any = {"type": type_name(name), **values}
    try:
        raw = canonical.encode(statement)
    except (ValueError, RecursionError) as problem:
        raise Refused(refuse("statement_not_canonical", CITE, statement=name)) from problem
    read(raw, name)
    return raw


def read(raw: bytes, name: str, **expected: object) -> Statement:
    """The statement in these bytes, of the type the caller expects and with the values it names.

    Strict UTF-8, no key twice, the limits, and encoding again gives the same bytes (SEALED_BID 1).
    """
    value = read_canonical(raw, STATEMENT_BYTES_MAX)
    if not isinstance(value, dict) or value.get("type") != type_name(name):
        raise Refused(refuse("statement_type", CITE, expected=name))
    fields = TYPES[name]
    if value.keys() != fields.keys() | {"type", "origin"}:
        named = sorted(map(str, value.keys() ^ (fields.keys() | {"type", "origin"})))
        raise Refused(refuse("statement_keys", CITE, statement=name, keys=tuple(named)))
    for key, kind in (("origin", ORIGIN), *fields.items()):
        if not kind(value[key]):
            raise Refused(refuse("statement_value", CITE, statement=name, key=key))
    for key, wanted in expected.items():
        if value[key] != wanted:
            raise Refused(refuse("statement_mismatch", CITE, statement=name, key=key))
    return value


def read_canonical(raw: bytes, bytes_max: int) -> Any:
    """A value in canonical JSON within the limits of depth, size and text."""
    if len(raw) > bytes_max:
        raise Refused(refuse("statement_too_large", CITE, bytes=len(raw), bytes_max=bytes_max))
    if _depth(raw) > DEPTH_MAX:
        raise Refused(refuse("statement_too_deep", CITE, depth_max=DEPTH_MAX))
    try:
        value = canonical.decode(raw)
    except (ValueError, RecursionError) as problem:
        raise Refused(refuse("statement_not_canonical", CITE)) from problem
    if not _holds_plain_text(value):
        raise Refused(refuse("statement_text", CITE))
    return value


def _depth(raw: bytes) -> int:
    """How deep arrays and objects nest, counted on the bytes before anything recurses."""
    deepest = depth = 0
    for mark in _MARKS.finditer(raw):
        if mark[0] in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark[0] in b"]}":
            depth -= 1
    return deepest


_MARKS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def _holds_plain_text(value: Any) -> bool:
    if isinstance(value, str):
        return text.allowed(value)
    if isinstance(value, dict):
        return all(_holds_plain_text(item) for item in (*value.keys(), *value.values()))
    if isinstance(value, list):
        return all(map(_holds_plain_text, value))
    return not isinstance(value, bool)
