"""Everything the operator has before the opening, searched for what nobody may know by then.

The whole database, every file, every secret of the server and every log line: no price and no word
of a bid is in it in any form, and nothing in it decrypts anything. After the opening the same
search finds all of it.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import logging
import re
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from nacl.bindings import crypto_sign_ed25519_sk_to_curve25519, crypto_sign_seed_keypair
from sqlalchemy import Connection, select, text

from app.jobs import timekeeping
from app.models import metadata
from app.reception import receive
from app.rehearsal import sealed
from app.rehearsal.play import Play
from bidding.envelopes.models import Envelope
from kernel.money import Money
from kernel.refusal import Refused
from kernel.vocabulary import Part
from procurement.tenders.models import HolderKey
from signatures.sealed import header, points
from tests.attacks.searching import found_in, price_mark, text_mark
from tests.holders import released, sends
from tests.world import CLOSES_AT, World

PRICES = ("7391846.27", "8264173.59", "6158392.74")
WORDS = ("Kingfisher", "Nightjar", "北冥有鱼其名为鲲")
FILE_NAMES = ("Lapwing-technical.pdf", "Redshank-technical.pdf", "商鞅-technical.pdf")
MARKS = (
    *map(price_mark, PRICES),
    *map(text_mark, WORDS),
    *map(text_mark, FILE_NAMES),
    *(text_mark(f"delivery {number} wagtail") for number in range(3)),
)
NAMES = {mark.name for mark in MARKS}


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Every line that any part of the system would log, statements and their values as well."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, logger="sqlalchemy.engine")
    return caplog


@pytest.fixture
def play(world: World, logged: pytest.LogCaptureFixture) -> Play:
    """A tender with three marked bids, one of them replaced and one withdrawn and sent again."""
    made = world.tender()
    for number in range(3):
        _sends_bid(world, made, number)
    _sends_bid(world, made, 0)
    made.withdraw(world.supplier(2), made.lots[0])
    _sends_bid(world, made, 1)
    timekeeping.keep_time(world.installation)
    return made


def _sends_bid(world: World, play: Play, number: int) -> None:
    bidder = world.supplier(number + 1)
    given = sealed.seal_bid(
        world.installation,
        bidder,
        play.tender,
        play.lots[0],
        Money.parse(PRICES[number], "CNY"),
        delivery=f"delivery {number} wagtail",
        technical={
            "offer.json": json.dumps({"words": WORDS[number]}, ensure_ascii=False).encode(),
            FILE_NAMES[number]: gzip.compress(WORDS[number].encode() * 9),
        },
    )
    receive(world.installation, bidder.actor, given.submission)


def everything(world: World, logged: pytest.LogCaptureFixture) -> Iterator[tuple[str, bytes]]:
    """All that the operator has, piece by piece with its name."""
    for table, values in database(world):
        yield f"table {table}", b"\x00|".join(values)
    yield from dumped(world)
    yield from files(world)
    yield "log lines", logged.text.encode()


def files(world: World) -> Iterator[tuple[str, bytes]]:
    """Every file below the installation's folder, and what the files are called."""
    var = world.installation.settings.var
    paths = [path for path in sorted(var.rglob("*")) if path.is_file()]
    yield from ((str(path.relative_to(var)), path.read_bytes()) for path in paths)
    yield "names of files", "\n".join(map(str, paths)).encode()


def database(world: World) -> Iterator[tuple[str, list[bytes]]]:
    """Every value of every table that there is, decompressed, as raw bytes."""
    with world.installation.engine.connect() as connection:
        for table in _tables(connection):
            rows = connection.execute(text(f'SELECT * FROM "{table}"'))
            yield table, [_as_bytes(value) for row in rows for value in row if value is not None]


def dumped(world: World) -> Iterator[tuple[str, bytes]]:
    """The same tables as the database itself writes them out."""
    with world.installation.engine.connect() as connection:
        for table in _tables(connection):
            cursor = connection.connection.cursor()
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:  # type: ignore[attr-defined]
                yield f"dump of {table}", b"".join(bytes(piece) for piece in copy)


def _tables(connection: Connection) -> list[str]:
    query = text(
        "SELECT relname FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    named = list(connection.scalars(query))
    assert set(named) >= set(metadata.tables)
    return named


def _as_bytes(value: Any) -> bytes:
    if isinstance(value, bytes | memoryview | bytearray):
        return bytes(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False).encode()
    return str(value).encode()


def found(world: World, logged: pytest.LogCaptureFixture) -> dict[str, set[str]]:
    """Which marks are where."""
    places = {name: found_in(raw, MARKS) for name, raw in everything(world, logged)}
    return {name: marks for name, marks in places.items() if marks}


# The search itself


def _chunks(raw: bytes) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1) as stream:
        stream.write(raw)
    return b"\x00junk" + out.getvalue() + b"junk"


HIDDEN: dict[str, Callable[[bytes], bytes]] = {
    "raw": lambda raw: raw,
    "hex": lambda raw: raw.hex().encode(),
    "upper hex": lambda raw: raw.hex().upper().encode(),
    "base64": base64.b64encode,
    "base64, one byte before": lambda raw: base64.b64encode(b"x" + raw),
    "base64, two bytes before": lambda raw: base64.b64encode(b"xy" + raw),
    "base64 for addresses": lambda raw: base64.urlsafe_b64encode(b"\xff" + raw),
    "gzip": _chunks,
    "zlib": lambda raw: b"??" + zlib.compress(raw, 9),
    "zlib, cut": lambda raw: zlib.compress(raw + bytes(range(256)) * 999, 1)[:-300],
    "zlib in base64": lambda raw: b'"' + base64.b64encode(zlib.compress(b"x" * 60 + raw)) + b'"',
    "gzip in zlib in hex": lambda raw: zlib.compress(gzip.compress(raw)).hex().encode(),
}


@pytest.mark.parametrize("hide", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize(
    ("written", "mark"),
    [
        (b"7391846.27", PRICES[0]),
        (b"7,391,846.27", PRICES[0]),
        (b"739,1846.27", PRICES[0]),
        (b"7.391.846,27", PRICES[0]),
        (b"72.6481937", PRICES[0]),
        (b"739184627", PRICES[0]),
        ("7 391 846.27".encode("utf-16-le"), PRICES[0]),
        ("Kingfisher".encode("utf-16-be"), WORDS[0]),
        (WORDS[2].encode(), WORDS[2]),
        (WORDS[2].encode("gb18030"), WORDS[2]),
        (json.dumps(WORDS[2]).encode(), WORDS[2]),
    ],
    ids=lambda value: repr(value)[:24] if isinstance(value, bytes) else "",
)
def test_the_search_finds_what_is_hidden(
    written: bytes, mark: str, hide: Callable[[bytes], bytes]
) -> None:
    assert mark in found_in(bytes(200) + hide(written) + bytes(200), MARKS)


def test_the_search_finds_binary_amounts_and_nothing_where_nothing_is() -> None:
    assert found_in((739184627).to_bytes(8, "big"), MARKS) == {PRICES[0]}
    assert found_in(b"7391846.28 kingfishe 8264173,5" * 99, MARKS) == set()


# What the operator has


def test_before_the_opening_nothing_tells_and_after_it_everything_does(
    world: World, play: Play, logged: pytest.LogCaptureFixture
) -> None:
    assert found(world, logged) == {}
    world.clock.set(CLOSES_AT)
    assert play.close()
    world.clock.set(CLOSES_AT + timedelta(minutes=10))
    first, second, _ = play.staff.holders
    for part in Part:  # one share of each: a share less than are needed
        sends(play, first, part, released(play, first, part))
    with pytest.raises(Refused):
        play.open(play.lots[0])
    assert found(world, logged) == {}
    for part in Part:
        sends(play, second, part, released(play, second, part))
    play.open(play.lots[0])
    places = found(world, logged)
    assert set().union(*places.values()) == NAMES
    opened = set().union(*(places[at] for at in places if at.startswith("dump of opened_bid")))
    assert opened >= set(PRICES)
    assert any(at.startswith("blobs/") for at in places)


def test_nothing_that_the_operator_has_decrypts_anything(
    world: World, play: Play, logged: pytest.LogCaptureFixture
) -> None:
    sealed_heads = _sealed(world)
    assert len(sealed_heads) == 5 * 2 * (1 + 3)  # five bids of two parts, each with three boxes
    recipients = _recipients(world)
    # An identity opens what was encrypted to its recipient and nothing else: of whatever lies
    # anywhere it is enough to know whose identity it would be.
    candidates = {key for value in _values(world) for key in _keys_from(value)}
    assert len(candidates) > 1000
    assert not [key for key in candidates if points.recipient_of(key) in recipients]
    # The server's own secrets are really tried on everything.
    assert not [key for key in _server_keys(world) if _opens_any(key, sealed_heads)]
    # The same attempts with what a holder keeps at home succeed.
    right = play.staff.holders[0].identities[(play.tender, "price")]
    assert points.recipient_of(right) in recipients
    assert _opens_any(right, sealed_heads)


def _recipients(world: World) -> set[str]:
    """To whom anything here is encrypted."""
    with world.installation.journal.read() as work:
        envelopes = set(work.session.scalars(select(Envelope.recipient)))
        holders = set(work.session.scalars(select(HolderKey.recipient)))
    assert len(envelopes) == 10
    assert len(holders) == 6
    return {str(each) for each in envelopes | holders}


def _sealed(world: World) -> list[bytes]:
    """The headers of every ciphertext and every box."""
    found = []
    with world.installation.journal.read() as work:
        for envelope in work.session.query(Envelope):
            with world.installation.blobs.open(envelope.ciphertext) as stream:
                found.append(stream.read(header.HEADER_BYTES))
            boxes = envelope.stated["box_bytes"]
            found += [base64.b64decode(box)[: header.HEADER_BYTES] for box in boxes]
    return found


def _values(world: World) -> Iterator[bytes]:
    """Whatever 32 bytes lie anywhere in the database, raw or in hex."""
    for _, values in database(world):
        for value in values:
            if len(value) == 32:
                yield value
            for match in re.finditer(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", value):
                yield bytes.fromhex(match[0].decode())


def _server_keys(world: World) -> set[bytes]:
    """The keys that could be made of the server's secrets."""
    found = set()
    for path in sorted((world.installation.settings.var / "keys").iterdir()):
        raw = path.read_bytes()
        runs = re.findall(rb"[A-Za-z0-9+/=\n_-]{40,}", raw)
        # A plus sign is a digit of base64, and also parts the fields of a note's key.
        runs += [run[at.end() :] for run in runs for at in re.finditer(rb"\+", run)]
        for each in (raw, *map(_decoded, runs)):
            # A key stands at the beginning or the end, or behind the head of its DER structure.
            starts = {0, 1, len(each) - 32, 7, 36, 16, 48}
            pieces = {each[at : at + 32] for at in starts if 0 <= at <= len(each) - 32}
            found |= {key for piece in pieces for key in _keys_from(piece)}
    for known in (world.installation.keys.log, world.installation.keys.receipt):
        assert points.clamped(known.seed) in found
    return found


def _keys_from(value: bytes) -> Iterator[bytes]:
    """32 bytes as an identity, and as the seed of a signing key that is used as one."""
    yield points.clamped(value)
    _, private = crypto_sign_seed_keypair(value)
    yield points.clamped(crypto_sign_ed25519_sk_to_curve25519(private))


def _decoded(run: bytes) -> bytes:
    plain = run.replace(b"\n", b"").replace(b"=", b"").replace(b"-", b"+").replace(b"_", b"/")
    plain = plain[: len(plain) - (len(plain) % 4 == 1)]
    return base64.b64decode(plain + b"=" * (-len(plain) % 4))


def _opens_any(key: bytes, headers: list[bytes]) -> bool:
    for each in headers:
        try:
            header.open_header(each, key)
        except Refused:
            continue
        return True
    return False
