"""The distinguished encoding: one form for each value, and a reason for everything else."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signatures import der


@given(st.integers(min_value=-(2**300), max_value=2**300))
@example(-128)
@example(128)
@example(-(2**15))
def test_an_integer_reads_as_it_was_written(value: int) -> None:
    raw = der.integer(value)
    der.check_distinguished(der.read(raw))
    assert der.read_integer(der.read(raw)) == value


@given(
    st.integers(0, 2),
    st.integers(0, 39),
    st.lists(st.integers(0, 2**130), max_size=6),
)
def test_an_object_identifier_reads_as_it_was_written(
    first: int, second: int, rest: list[int]
) -> None:
    dotted = ".".join(str(arc) for arc in (first, second, *rest))
    assert der.read_oid(der.read(der.oid(dotted))) == dotted


@given(st.binary(max_size=70_000))
def test_octets_of_any_length_read_as_they_were_written(value: bytes) -> None:
    assert der.read(der.octets(value)).content == value


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail_in_another_way(raw: bytes) -> None:
    with contextlib.suppress(der.NotDer):
        der.check_distinguished(der.read(raw))


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("3080020101 0000", "indefinite length"),
        ("308103020101", "length in the long form without need"),
        ("30820003020101", "length with a leading zero"),
        ("0202007f", "integer with padding"),
        ("0202ff80", "negative integer with padding"),
        ("010101", "boolean that is neither 00 nor ff"),
        ("05020000", "null with content"),
        ("0602 8001", "object identifier with padding"),
        ("0601 81", "object identifier cut short"),
        ("3106 020102 020101", "set out of order"),
        ("2404 04020000", "octets in pieces"),
        ("030201ff", "bit string with bits after its end"),
        ("1f8101 00", "tag in the long form"),
        ("3003 0201", "cut short"),
        ("020101 00", "bytes after the end"),
        ("170b 3236303330323031303030", "time without a zone"),
        (
            "1812 32303236303330323031303030302e35305a"[:4]
            + "3230323630333032303130303030 2e35305a",
            "",
        ),
    ],
)
def test_what_is_not_distinguished_is_refused(raw: str, why: str) -> None:
    with pytest.raises(der.NotDer):
        der.check_distinguished(der.read(bytes.fromhex(raw)))


def test_nesting_has_an_end() -> None:
    raw = der.integer(1)
    for _ in range(100):
        raw = der.sequence(raw)
    with pytest.raises(der.NotDer):
        der.check_distinguished(der.read(raw))


def test_times_are_written_as_the_standards_ask() -> None:
    at = datetime(2026, 3, 2, 1, 0, 0, 250_000, tzinfo=UTC)
    assert der.time(at)[2:] == b"260302010000Z"
    assert der.time(at.replace(year=2050))[2:] == b"20500302010000Z"
    assert der.generalized_time(at)[2:] == b"20260302010000.25Z"
    assert der.read_time(der.read(der.generalized_time(at))) == at
