"""Canonical JSON (RFC 8785) of the subset that statements and entries use, and digests of it.

The subset: strings, null, booleans, arrays, objects with ASCII keys, integers 0…2^53-1. No floats:
amounts are strings (SEALED_BID 1).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

import rfc8785

JsonValue = None | bool | int | str | Sequence["JsonValue"] | Mapping[str, "JsonValue"]

INTEGER_MAX = 2**53 - 1


class NotCanonical(ValueError):
    """The bytes are not the canonical form of a value of the subset."""


def encode(value: JsonValue) -> bytes:
    """The RFC 8785 bytes of a value; raises NotCanonical for what the subset does not hold."""
    _check(value)
    try:
        return rfc8785.dumps(_plain(value))  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as problem:
        raise NotCanonical(str(problem)) from problem


def decode(raw: bytes) -> JsonValue:
    """Read canonical bytes; strict UTF-8, no duplicate keys, and encoding again gives the same."""
    try:
        text = raw.decode("utf-8", errors="strict")
        value: JsonValue = json.loads(
            text,
            object_pairs_hook=_no_duplicates,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
        again = encode(value)
    except (ValueError, RecursionError) as problem:
        # Not only what JSON forbids: Python also gives up on figures of thousands of digits.
        raise NotCanonical(str(problem)) from problem
    if again != raw:
        raise NotCanonical("the bytes are not in canonical form")
    return value


def digest(raw: bytes) -> str:
    """`sha256:` and 64 lower hex digits of the bytes."""
    return "sha256:" + hashlib.sha256(raw).hexdigest()


def digest_of(value: JsonValue) -> str:
    """The digest of a value's canonical bytes."""
    return digest(encode(value))


def _no_duplicates(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonical("an object names a key twice")
    return found


def _no_float(text: str) -> JsonValue:
    raise NotCanonical(f"not an integer: {text}")


def _check(value: JsonValue) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if not 0 <= value <= INTEGER_MAX:
            raise NotCanonical(f"integer out of range: {value}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise NotCanonical(f"not an ASCII key: {key!r}")
            _check(item)
    elif isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        for item in value:
            _check(item)
    else:
        raise NotCanonical(f"not a value of the subset: {type(value).__name__}")


def _plain(value: JsonValue) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value
