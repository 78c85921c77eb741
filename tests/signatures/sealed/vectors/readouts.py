"""Vectors of `readout.json`: one spelling of a price, and nothing that could dress it up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kernel import canonical
from signatures.sealed.readout import BYTES_MAX, DELIVERY_CHARACTERS_MAX, TYPE
from tests.signatures.sealed.vectors.primitives import Vector, vector

CITE = "SEALED_BID 3.2"


def _record(**changes: Any) -> dict[str, Any]:
    usual = {"type": TYPE, "price": "970000.00", "currency": "CNY", "delivery": "30日内"}
    return {name: value for name, value in (usual | changes).items() if value is not ...}


def make_readouts() -> Iterator[Vector]:
    """Good ones, and one fault at a time."""
    good = {
        "a price and a delivery": _record(),
        "no word on delivery": _record(delivery=""),
        "the smallest price": _record(price="0.01"),
        "the largest price": _record(price="9" * 16 + ".99"),
        "a delivery as long as may be": _record(delivery="交" * DELIVERY_CHARACTERS_MAX),
        "a currency without smaller units": _record(price="970000", currency="JPY"),
    }
    for name, record in good.items():
        yield _readout(name, canonical.encode(record), record["currency"], out=record)
    bad = {
        "no price": _record(price=...),
        "no delivery": _record(delivery=...),
        "a further key": _record(discount="10"),
        "another type": _record(type="sunlit/readout/v2"),
        "another currency": _record(currency="USD"),
        "a number for a price": _record(price=970000),
        "a price of nothing": _record(price="0.00"),
        "a price below nothing": _record(price="-970000.00"),
        "a price without its places": _record(price="970000"),
        "a price with one place": _record(price="970000.0"),
        "a price with three places": _record(price="970000.001"),
        "a price with a leading zero": _record(price="0970000.00"),
        "a price in groups": _record(price="970,000.00"),
        "a price in full-width figures": _record(price="９７００００.00"),
        "a price with an exponent": _record(price="97e4"),
        "a price of seventeen figures": _record(price="1" + "0" * 16 + ".00"),
        "null for a delivery": _record(delivery=None),
        "a delivery too long": _record(delivery="交" * (DELIVERY_CHARACTERS_MAX + 1)),
        "a delivery that turns the line round": _record(delivery="\u202e00.009"),
        "a delivery of two lines": _record(delivery="30日内\n970.00"),
        "a delivery in decomposed letters": _record(delivery="e\u0301"),
    }
    for name, record in bad.items():
        yield _readout(name, canonical.encode(record), "CNY", refused="readout_malformed")
    right = canonical.encode(_record())
    for name, raw in {
        "nothing": b"",
        "an array": b"[]",
        "a space": right.replace(b",", b", ", 1),
        "a line feed at the end": right + b"\n",
        "a key twice": right[:-1] + b',"type":"sunlit/readout/v1"}',
        "no UTF-8": right.replace("日".encode(), b"\xff"),
        "more than may be": canonical.encode(_record(delivery="x" * BYTES_MAX)),
    }.items():
        yield _readout(name, raw, "CNY", refused="readout_malformed")


def _readout(name: str, raw: bytes, currency: str, **answer: Any) -> Vector:
    return vector(
        "readout.read",
        f"read-out: {name}",
        {"raw": {"hex": raw.hex()}, "currency": currency},
        cites=CITE,
        **answer,
    )
