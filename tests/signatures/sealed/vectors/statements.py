"""Vectors of statements: each type once as it should be, and every way in which it is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kernel import canonical
from signatures.sealed import statements
from tests.signatures.sealed.people import BUYER, LOT, ORIGIN, TENDER, Tender

D = [canonical.digest(str(number).encode()) for number in range(8)]
HEX = "3f" * 32
AT = "2026-03-20T01:30:00.000Z"
Vector = dict[str, Any]


def good_statements() -> dict[str, dict[str, Any]]:
    """One good value of every type."""
    tender = Tender(seed="statements")
    recipient, other = tender.committee.recipients("price")[:2]
    points = ["5866666666666666666666666666666666666666666666666666666666666666"] * 2
    place = {"origin": ORIGIN, "tender": TENDER}
    lot = {**place, "lot": LOT}
    key = {**place, "part": "price", "index": 1, "recipient": recipient}
    envelope = {
        "part": "price",
        "ciphertext": D[0],
        "size": 65800,
        "recipient": recipient,
        "commitments": points,
        "boxes": D[1:4],
        "inner": D[4],
    }
    chain = {**lot, "bidder": BUYER, "seq": 2, "prev": D[0]}
    bound = {k: v for k, v in envelope.items() if k != "boxes"}
    return {
        "holder": {**key, "made_at": AT},
        "committee": {**place, "threshold": 2, "holders": D[:6]},
        "possession": {**key, "checkpoint": D[0]},
        "inner": {**lot, "part": "price", "bidder": BUYER, "recipient": other, "files": D[:2]},
        "context": {
            **lot,
            "bidder": BUYER,
            "committee": D[5],
            "threshold": 2,
            "holders": D[:3],
            **bound,
        },
        "share": {"origin": ORIGIN, "context": D[0], "index": 3, "share": HEX},
        "bid": {
            **chain,
            "notice": D[1],
            "committee": D[2],
            "client": D[3],
            "signers": D[4:6],
            "envelopes": [{**envelope, "part": "technical"}, envelope],
        },
        "withdrawal": chain,
        "receipt": {
            **lot,
            "bidder": BUYER,
            "event": "replacement",
            "act": D[0],
            "signature": D[1],
            "token": None,
            "prev": D[2],
            "accepted_at": AT,
            "checkpoint": D[3],
            "blind": HEX,
        },
        "head": {**place, "size": 7, "root": D[0], "blind": HEX},
        "closing": {**place, "size": 7, "root": D[0], "closed_at": AT},
        "release": {
            **lot,
            "part": "price",
            "index": 2,
            "closing": D[0],
            "checkpoint": D[1],
            "released_at": AT,
            "shares": [
                {"context": D[2], "share": HEX},
                {"context": D[3], "refused": "box_context"},
            ],
        },
        "destruction": {**key, "destroyed_at": AT},
    }


BAD_VALUES: dict[str, list[Any]] = {
    "origin": ["", "sunlit example", "日志", None, "a" * 201],
    "tender": ["", 7, "a b", "a" * 129],
    "lot": ["", None, "a\\b"],
    "bidder": ["", None, "-a"],
    "part": ["Price", "", None, "both"],
    "index": [0, 16, "1", None],
    "threshold": [1, 16, "2"],
    "seq": [0, 51, None, "2"],
    "prev": ["", D[0].upper(), "sha256:00"],
    "size": ["7", None],
    "made_at": [
        "2026-03-20T01:30:00Z",
        "2026-02-30T01:30:00.000Z",
        "2026-03-20T01:30:00.000+08:00",
    ],
    "recipient": ["age1", "AGE1" + "Q" * 58, "age1" + "b" * 58, None],
    "holders": [[], [D[0]], [D[0], D[0]], D[0], [D[0], "x"]],
    "files": [[], [D[0], D[0]], [canonical.digest(b"%d" % n) for n in range(501)], [None]],
    "signers": [[], [D[0], D[0]], None],
    "commitments": [[], [HEX], [HEX.upper(), HEX], [HEX + "00", HEX]],
    "share": [HEX[:-2], HEX.upper(), None, 5],
    "blind": ["", HEX[:-1]],
    "event": ["opened", None],
    "digest": ["", "sha1:" + "0" * 40, D[0].replace("sha256", "SHA256"), "0" * 64, 5],
    "envelopes": [[], "price", [{}], [None]],
    "shares": [
        [],
        [{"context": D[0]}],
        [{"context": D[0], "share": HEX, "refused": "both"}],
        [{"context": D[0], "refused": "Box Context"}],
    ],
}
BAD_VALUES["checkpoint"] = BAD_VALUES["closing"] = BAD_VALUES["digest"]
for _key in ("committee", "notice", "client", "ciphertext", "inner", "context", "act", "root"):
    BAD_VALUES[_key] = BAD_VALUES["digest"]
for _key in ("released_at", "closed_at", "destroyed_at", "accepted_at"):
    BAD_VALUES[_key] = BAD_VALUES["made_at"]
BAD_VALUES["signature"] = BAD_VALUES["digest"]
BAD_VALUES["token"] = [*BAD_VALUES["digest"], []]


def make() -> Iterator[Vector]:
    """All vectors of statements."""
    good = good_statements()
    assert good.keys() == statements.TYPES.keys()
    for name, values in good.items():
        raw = statements.encode(name, **values)
        yield _vector(f"{name}: as it should be", name, raw)
        yield from _of_type(name, {"type": statements.type_name(name), **values})
    yield from _of_bytes(statements.encode("head", **good["head"]))
    yield from _of_envelopes(good["bid"])


def _of_type(name: str, good: dict[str, Any]) -> Iterator[Vector]:
    for key in good:
        less = {k: v for k, v in good.items() if k != key}
        code = "statement_type" if key == "type" else "statement_keys"
        yield _vector(f"{name}: {key} is absent", name, _json(less), code)
    more = {**good, "remark": "none"}
    yield _vector(f"{name}: a key more", name, _json(more), "statement_keys")
    other = "withdrawal" if name != "withdrawal" else "bid"
    yield _vector(f"{name}: read as {other}", other, _json(good), "statement_type")
    later = {**good, "type": f"sunlit/{name}/v2"}
    yield _vector(f"{name}: of a later version", name, _json(later), "statement_type")
    yield {
        **_vector(f"{name}: of another installation", name, _json(good), "statement_mismatch"),
        "in": {
            "type": name,
            "raw": {"text": _json(good).decode()},
            "expected": {"origin": ORIGIN + "x"},
        },
    }
    for key in sorted(good.keys() - {"type"}):
        for number, bad in enumerate(BAD_VALUES[key]):
            raw = _json({**good, key: bad})
            yield _vector(f"{name}: {key} is bad ({number + 1})", name, raw, "statement_value")


def _of_bytes(good: bytes) -> Iterator[Vector]:
    """What can be wrong with the bytes of any statement, shown on a head."""
    text = good.decode()
    said = json.loads(good)
    reordered = json.dumps(dict(reversed(said.items())), separators=(",", ":"))
    cases = {
        "a space between": text.replace(",", ", ", 1),
        "a line feed at the end": text + "\n",
        "keys in another order": reordered,
        "a key twice": text.replace('"size":7', '"size":7,"size":7'),
        "a key twice, the second escaped": text.replace('"size":7', '"size":7,"siz\\u0065":7'),
        "an escape that is not needed": text.replace("tnd_", "tn\\u0064_"),
        "a fraction": text.replace('"size":7', '"size":7.0'),
        "an exponent": text.replace('"size":7', '"size":7e0'),
        "a negative integer": text.replace('"size":7', '"size":-7'),
        "minus zero": text.replace('"size":7', '"size":-0'),
        "an integer above 2^53-1": text.replace('"size":7', '"size":9007199254740992'),
        "an integer of 5000 digits": text.replace('"size":7', f'"size":{"7" * 5000}'),
        "a leading zero": text.replace('"size":7', '"size":07'),
        "not a number": text.replace('"size":7', '"size":NaN'),
        "a lone surrogate": text.replace("tnd_", "tnd_\\ud800"),
        "bytes after the end": text + "{}",
        "nothing": "",
        "a byte order mark": "\ufeff" + text,
    }
    for name, raw in cases.items():
        yield _vector(f"bytes: {name}", "head", raw.encode(), "statement_not_canonical")
    latin = good.replace(b"tnd_", b"tnd_\xff")
    yield _vector("bytes: not UTF-8", "head", latin, "statement_not_canonical")
    overlong = good.replace(b"tnd_", b"tnd_\xc1\x81")
    yield _vector("bytes: overlong UTF-8", "head", overlong, "statement_not_canonical")
    surrogate = good.replace(b"tnd_", b"tnd_\xed\xa0\x80")
    yield _vector("bytes: a surrogate in UTF-8", "head", surrogate, "statement_not_canonical")
    yield _vector("bytes: true", "head", b"true", "statement_text")
    yield _vector("bytes: an array", "head", b"[]", "statement_type")
    yield _vector(
        "bytes: a boolean value", "head", good.replace(b":7,", b":true,"), "statement_text"
    )
    texts = {
        "not in NFC": "e\u0301",
        "a control character": "\\u0007",
        "a format character": "\u202e",
        "a zero width joiner": "\u200d",
        "an unassigned character": "\u0378",
        "a character of Unicode 15": "\U0001fae8",
        "a noncharacter": "\ufffe",
        "a line separator": "\u2028",
    }
    for name, inserted in texts.items():
        raw = text.replace("tnd_", "tnd_" + inserted).encode()
        yield _vector(f"text: {name}", "head", raw, "statement_text")
    deep = b"[" * 9 + b"]" * 9
    yield _vector("limits: nine deep", "head", deep, "statement_too_deep")
    yield _vector("limits: eight deep", "head", deep[1:-1], "statement_type")
    quoted = b'["' + b"[" * 20 + b'"]'
    yield _vector("limits: brackets in a string are no depth", "head", quoted, "statement_type")
    pieces = [
        {"text": '["'},
        {"repeat": {"of": {"text": "a"}, "times": 48 * 1024 - 4}},
        {"text": '"]'},
    ]
    yield {
        **_vector("limits: 48 KiB", "head", b"", "statement_type"),
        "in": {"type": "head", "raw": {"pieces": pieces}},
    }
    yield {
        **_vector("limits: 48 KiB and a byte", "head", b"", "statement_too_large"),
        "in": {"type": "head", "raw": {"pieces": [*pieces, {"text": " "}]}},
    }


def _of_envelopes(bid: dict[str, Any]) -> Iterator[Vector]:
    """The rules of an act's envelopes, which are objects inside the statement."""
    good = {"type": statements.type_name("bid"), **bid}
    technical, price = bid["envelopes"]
    for key in price:
        envelope = {k: v for k, v in price.items() if k != key}
        raw = _json({**good, "envelopes": [technical, envelope]})
        yield _vector(f"bid: an envelope without {key}", "bid", raw, "statement_value")
        for number, bad in enumerate(BAD_VALUES.get(key, [None, []])):
            raw = _json({**good, "envelopes": [technical, {**price, key: bad}]})
            name = f"bid: an envelope whose {key} is bad ({number + 1})"
            yield _vector(name, "bid", raw, "statement_value")
    raw = _json({**good, "envelopes": [technical, {**price, "note": "x"}]})
    yield _vector("bid: an envelope with a key more", "bid", raw, "statement_value")
    raw = _json({**good, "envelopes": [technical, price, price]})
    yield _vector("bid: three envelopes", "bid", raw, "statement_value")


def _json(value: Any) -> bytes:
    return canonical.encode(value)


def _vector(name: str, type_: str, raw: bytes, refused: str | None = None) -> Vector:
    try:
        written = {"text": raw.decode()}
    except UnicodeDecodeError:
        written = {"hex": raw.hex()}
    vector: Vector = {
        "name": name,
        "op": "statement.read",
        "cites": "SEALED_BID 1",
        "in": {"type": type_, "raw": written},
    }
    return vector | ({"refused": refused} if refused else {"out": canonical.digest(raw)})
