"""Canonical JSON: RFC 8785 of our subset, with its own vectors and as properties."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.canonical import INTEGER_MAX, NotCanonical, decode, digest, digest_of, encode

_KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
_TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, INTEGER_MAX) | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_decoding_gives_back_what_was_encoded(value: object) -> None:
    assert decode(encode(value)) == value


@given(VALUES)
def test_any_json_reader_reads_the_same(value: object) -> None:
    assert json.loads(encode(value)) == value


@given(st.dictionaries(_KEYS, st.integers(0, 9), min_size=2))
def test_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert encode(dict(reversed(value.items()))) == encode(value)


@given(VALUES, VALUES)
def test_different_values_have_different_bytes(one: object, other: object) -> None:
    # True == 1 in Python, but not in JSON; the text says which it was.
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (encode(one) == encode(other)) is same


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        # RFC 8785 section 3.2.2.2 (strings) and 3.2.3 (order of keys).
        ('\u20ac$\u000f\nA\'B"\\\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
        ({"b": 1, "a": [None, True, False]}, '{"a":[null,true,false],"b":1}'),
        ("阳光采购", '"阳光采购"'),
        ({}, "{}"),
        (0, "0"),
        (INTEGER_MAX, "9007199254740991"),
    ],
)
def test_vectors(value: object, raw: str) -> None:
    assert encode(value) == raw.encode()


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        -1,
        INTEGER_MAX + 1,
        {"键": 1},
        {1: "x"},
        b"bytes",
        "\ud800",
        {"a": {"b": [0.5]}},
        {1, 2},
        object(),
    ],
)
def test_what_the_subset_does_not_hold_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        encode(value)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b"1.0",
        b"1e2",
        b"-0",
        b"-1",
        b"01",
        b"NaN",
        b"Infinity",
        b'"\xff"',
        b'"\\ud800"',
        b'"\\u0041"',
        b'"\\/"',
        b"\xef\xbb\xbf1",
        b"1 ",
        b"",
        b"[" * 100_000,
        b"[" * 990 + b"]" * 990,
        b"9007199254740992",
        b"7" * 5_000,
    ],
)
def test_bytes_with_another_spelling_are_refused(raw: bytes) -> None:
    with pytest.raises(NotCanonical):
        decode(raw)


@given(st.binary(max_size=40))
def test_bytes_are_canonical_or_refused_and_nothing_else(raw: bytes) -> None:
    try:
        value = decode(raw)
    except NotCanonical:
        return
    assert encode(value) == raw


def test_digest_names_its_algorithm() -> None:
    # FIPS 180-4, the empty message.
    empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest(b"") == empty
    assert digest_of({"a": 1}) == digest(b'{"a":1}')
