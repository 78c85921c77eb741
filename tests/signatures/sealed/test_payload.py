"""Payloads: what is put in comes out, whatever way it is cut, and changing files are noticed."""

from __future__ import annotations

import itertools
import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.refusal import Refused
from signatures.sealed import payload, statements, text
from signatures.sealed.payload import Attachment, Memory
from tests.signatures.sealed.people import BUYER, LOT, ORIGIN, TENDER, Stream, Tender

RECIPIENT = Tender(parts=("price",)).committee.recipients("price")[0]


def written(files: list[Attachment], part: str = "price") -> bytes:
    openings = payload.make_openings(files, Stream("openings"))
    inner = statements.encode(
        "inner",
        origin=ORIGIN,
        tender=TENDER,
        lot=LOT,
        part=part,
        bidder=BUYER,
        recipient=RECIPIENT,
        files=[payload.commit(each) for each in openings],
    )
    return b"".join(
        payload.write_payload(part=part, inner=inner, cms=b"cms", openings=openings, files=files)
    )


@settings(max_examples=40, deadline=None)
@given(
    contents=st.lists(st.binary(max_size=300), min_size=1, max_size=8),
    cuts=st.lists(st.integers(0, 70_000), max_size=5).map(sorted),
)
def test_files_come_out_as_they_went_in(contents: list[bytes], cuts: list[int]) -> None:
    files = [Attachment.of_bytes(f"{at}.pdf", data) for at, data in enumerate(contents)]
    raw = written(files)
    assert len(raw) == payload.FLOOR_BYTES["price"]
    edges = [0, *cuts, len(raw)]
    pieces = [raw[start:end] for start, end in itertools.pairwise(edges)]
    sink = Memory()
    payload.read_payload(pieces, "price", sink)
    assert sink.files == {f"{at}.pdf": data for at, data in enumerate(contents)}


@settings(max_examples=300, deadline=None)
@given(body=st.integers(0, 2**32))
def test_padding_hides_all_but_a_few_bits(body: int) -> None:
    size = payload.padded_size("price", body)
    assert size >= body + 8
    assert size == 65536 or size - body - 8 <= 0.12 * size
    assert payload.padded_size("price", size - 8) == size
    if size < 2**31:
        assert payload.size_refusal(part="price", payload_bytes=size) is None


def test_a_file_on_the_disk_and_only_what_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(bytes(200_000))
    offer = Attachment.of_bytes("offer.json", b"{}")
    raw = written([Attachment.of_path("图纸.pdf", path), offer])
    sink = Memory("offer.json")
    payload.read_payload([raw], "price", sink)
    assert sink.files == {"offer.json": b"{}"}


@pytest.mark.parametrize("after", [b"x" * 99, b"x" * 101, b"y" * 100])
def test_a_file_that_changes_while_it_is_sealed(tmp_path: Path, after: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"x" * 100)
    file = Attachment.of_path("a.pdf", path)
    path.write_bytes(after)
    with pytest.raises(Refused) as refused:
        written([file])
    assert refused.value.refusal.code == "file_changed"


def test_a_signature_too_large_is_refused_at_sealing() -> None:
    with pytest.raises(Refused) as refused:
        b"".join(
            payload.write_payload(part="price", inner=b"", cms=bytes(65537), openings=[], files=[])
        )
    assert refused.value.refusal.code == "payload_field_size"


def test_the_table_of_characters_is_unicode_14() -> None:
    table = json.loads(Path(text.__file__).with_name("text-v1.json").read_text("utf-8"))
    assert table["unicode"] == "14.0.0"
    if unicodedata.unidata_version == text.UNICODE:
        assert table == json.loads(json.dumps(text.make_table()))


@settings(max_examples=300, deadline=None)
@given(name=st.text(max_size=20))
def test_what_is_allowed_is_what_unicode_says(name: str) -> None:
    left_out = {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}
    plain = not any(unicodedata.category(each) in left_out for each in name)
    if unicodedata.unidata_version == text.UNICODE:
        assert text.allowed(name) == (plain and unicodedata.is_normalized("NFC", name))
