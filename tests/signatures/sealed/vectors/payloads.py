"""Vectors of texts, file names, openings, payloads and their sizes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kernel import canonical
from signatures.sealed import payload, points, statements
from tests.signatures.sealed.people import BUYER, LOT, ORIGIN, TENDER, Stream
from tests.signatures.sealed.vectors.primitives import Vector, vector

CITE = "SEALED_BID 3.1"
CMS = b"a signature, judged elsewhere"


def make_names() -> Iterator[Vector]:
    """The frozen Unicode table, case folding, and the rules for names."""
    cite = "SEALED_BID 1"
    for name, code_points, out in (
        ("printable ASCII", [0x20, 0x7E], True),
        ("delete", [0x7F], False),
        ("line feed", [0x0A], False),
        ("C1 control", [0x85], False),
        ("soft hyphen", [0xAD], False),
        ("han", [0x9633, 0x5149], True),
        ("han of Unicode 13", [0x30000], True),
        ("han of Unicode 15", [0x31350], False),
        ("private use", [0xE000], True),
        ("zero width space", [0x200B], False),
        ("right-to-left override", [0x202E], False),
        ("byte order mark", [0xFEFF], False),
        ("line separator", [0x2028], False),
        ("paragraph separator", [0x2029], False),
        ("noncharacter", [0xFFFF], False),
        ("language tag", [0xE0001], False),
        ("emoji of Unicode 14", [0x1FAE0], True),
        ("emoji of Unicode 15", [0x1FAE8], False),
        ("e and acute", [0x65, 0x301], False),
        ("e acute", [0xE9], True),
        ("angstrom sign", [0x212B], False),
        ("hangul in parts", [0x1112, 0x1161], False),
    ):
        yield vector("text.allowed", name, {"code_points": code_points}, cites=cite, out=out)
    for text, out in (("Offer.JSON", "offer.json"), ("Straße", "strasse"), ("ΣΑΣ", "σασ")):
        yield vector("text.folded", text, {"text": text}, cites=CITE, out=out)
    yield vector("text.folded", "İ", {"text": "İ"}, cites=CITE, out="i̇")
    yield from _make_files()


def _make_files() -> Iterator[Vector]:
    def files(*names: str, size: int = 1) -> dict[str, Any]:
        return {"files": [{"name": name, "size": size} for name in names]}

    good = {
        "ordinary names": files("offer.json", "readout.json", "资质证书 (1).pdf"),
        "180 bytes": files("标" * 60),
        "500 files": files(*(f"{number}.pdf" for number in range(500))),
        "2 GiB": files("big", size=2 << 30),
        "an empty file": files("empty", size=0),
        "dots that are no path": files("...", "..a", ".hidden"),
    }
    for name, given in good.items():
        yield vector("files.check", name, given, cites=CITE, out=None)
    bad = {
        "no file": (files(), "files_count"),
        "501 files": (files(*(f"{number}.pdf" for number in range(501))), "files_count"),
        "more than 2 GiB": (files("a", "b", size=(1 << 30) + 1), "files_size"),
        "no name": (files(""), "file_name_length"),
        "181 bytes": (files("标" * 60 + "a"), "file_name_length"),
        "slash": (files("a/b"), "file_name_path"),
        "backslash": (files("a\\b"), "file_name_path"),
        "colon": (files("C:b"), "file_name_path"),
        "dot": (files("."), "file_name_path"),
        "dot dot": (files(".."), "file_name_path"),
        "line feed": (files("a\nb"), "file_name_text"),
        "null": (files("a\0b"), "file_name_text"),
        "right-to-left override": (files("a\u202efdp.exe"), "file_name_text"),
        "not NFC": (files("e\u0301"), "file_name_text"),
        "unassigned": (files("\u0378"), "file_name_text"),
        "twice": (files("a", "a"), "file_names_alike"),
        "twice but for case": (files("Offer.json", "offer.JSON"), "file_names_alike"),
        "twice after full folding": (files("Straße", "STRASSE"), "file_names_alike"),
    }
    for name, (given, code) in bad.items():
        yield vector("files.check", name, given, cites=CITE, refused=code)


def make_sizes() -> Iterator[Vector]:
    """PADMÉ with floors."""
    for part, body, out in (
        ("price", 0, 65536),
        ("price", 65528, 65536),
        ("price", 65529, 67584),
        ("price", 100_000, 100_352),
        ("technical", 0, 1 << 20),
        ("technical", (1 << 20) - 8, 1 << 20),
        ("technical", (1 << 20) - 7, (1 << 20) + (1 << 15)),
        ("technical", 3_000_000, 3_014_656),
        ("technical", (2 << 30) - 8, 2 << 30),
        ("technical", 2 << 30, (2 << 30) + (1 << 26)),
    ):
        given = {"part": part, "body": body}
        yield vector("payload.size", f"{part} {body}", given, cites=CITE, out=out)
    for name, part, size, ok in (
        ("the floor of price", "price", 65536, True),
        ("a step above", "price", 67584, True),
        ("between steps", "price", 66000, False),
        ("below the floor", "price", 32768, False),
        ("nothing", "price", 0, False),
        ("the floor of price as technical", "technical", 65536, False),
        ("the floor of technical", "technical", 1 << 20, True),
        ("2 GiB of files and their head", "technical", (2 << 30) + (1 << 26), True),
        ("a step above what 2 GiB can need", "technical", (2 << 30) + (2 << 26), False),
    ):
        given = {"part": part, "bytes": size}
        answer: dict[str, Any] = {"out": None} if ok else {"refused": "payload_size"}
        yield vector("payload.size_allowed", name, given, cites=CITE, **answer)


class Parts:
    """A payload in its parts, to be put together wrongly in one of them at a time."""

    def __init__(self) -> None:
        random = Stream("payload")
        self.files = {"readout.json": b'{"total":"4860000.00"}', "offer.json": b'{"items":[]}'}
        self.openings = [
            {
                "salt": random(32).hex(),
                "name": name,
                "size": len(data),
                "digest": canonical.digest(data),
            }
            for name, data in self.files.items()
        ]
        self.inner: dict[str, Any] = {
            "origin": ORIGIN,
            "tender": TENDER,
            "lot": LOT,
            "part": "price",
            "bidder": BUYER,
            "recipient": points.recipient_of(points.clamped(random(32))),
            "files": [payload.commit(each) for each in self.openings],
        }

    def given(self, **changes: Any) -> dict[str, Any]:
        inner = changes.get("inner", statements.encode("inner", **self.inner))
        openings = changes.get("openings", canonical.encode(self.openings))
        data = changes.get("files", b"".join(self.files.values()))
        fields = b"".join(len(each).to_bytes(4, "big") + each for each in (inner, CMS, openings))
        body = changes.get("body", fields + data)
        length = changes.get("length", len(body))
        zeros = changes.get("zeros", 65536 - 8 - len(body))
        pieces = [{"hex": (length.to_bytes(8, "big") + body).hex()}, {"zeros": zeros}]
        tail = changes.get("tail")
        payload_bytes = {"pieces": [*pieces, {"hex": tail}] if tail else pieces}
        return {"part": changes.get("part", "price"), "payload": payload_bytes}


def make_payloads() -> Iterator[Vector]:
    """A payload as it should be, and every lie that one can tell."""
    parts = Parts()
    said = {
        "inner": canonical.digest(statements.encode("inner", **parts.inner)),
        "cms": canonical.digest(CMS),
        "files": {name: canonical.digest(data) for name, data in parts.files.items()},
    }
    yield vector("payload.read", "as it should be", parts.given(), cites=CITE, out=said)
    first, second = parts.openings
    opening = {"opening": first}
    yield vector(
        "file.commit", "a file", opening, cites="SEALED_BID 3.2", out=payload.commit(first)
    )
    raw = canonical.encode(parts.openings)
    given = {"raw": {"text": raw.decode()}}
    yield vector("openings.read", "two", given, cites=CITE, out=2)
    for name, openings, code in (
        ("none", [], "openings_value"),
        ("no array", {"openings": parts.openings}, "openings_value"),
        ("a key more", [{**first, "type": "pdf"}], "openings_value"),
        ("a key less", [{k: v for k, v in first.items() if k != "salt"}], "openings_value"),
        ("a short salt", [{**first, "salt": "00"}], "openings_value"),
        ("a bad digest", [{**first, "digest": "sha256:"}], "openings_value"),
        ("an empty name", [{**first, "name": ""}], "openings_value"),
        ("a path", [{**first, "name": "../a"}], "file_name_path"),
        (
            "names alike",
            [first, {**second, "name": "README.json"}, {**second, "name": "readme.JSON"}],
            "file_names_alike",
        ),
    ):
        given = {"raw": {"text": canonical.encode(openings).decode()}}
        yield vector("openings.read", name, given, cites=CITE, refused=code)
    for name, text, code in (
        ("not NFC", raw.decode().replace("offer", "e\u0301"), "statement_text"),
        ("a control character", raw.decode().replace("offer", "\\u0000"), "statement_text"),
        ("not canonical", raw.decode() + " ", "statement_not_canonical"),
        (
            "a key twice",
            raw.decode().replace('"size":12', '"size":12,"size":12'),
            "statement_not_canonical",
        ),
    ):
        yield vector("openings.read", name, {"raw": {"text": text}}, cites=CITE, refused=code)
    yield from _make_lies(parts)


def _make_lies(parts: Parts) -> Iterator[Vector]:
    first, second = parts.openings
    body = len(bytes.fromhex(parts.given()["payload"]["pieces"][0]["hex"])) - 8
    one_less = statements.encode("inner", **{**parts.inner, "files": parts.inner["files"][:1]})
    turned = statements.encode("inner", **{**parts.inner, "files": parts.inner["files"][::-1]})
    resized = canonical.encode([{**first, "size": 21}, {**second, "size": 13}])
    resalted = canonical.encode([{**first, "salt": "00" * 32}, second])
    bigger = canonical.encode([first, {**second, "size": 2 << 30}])
    other = statements.encode(
        "head", origin=ORIGIN, tender=TENDER, size=1, root=canonical.digest(b""), blind="00" * 32
    )
    lies = {
        "a length too long": ({"length": body + 1}, "payload_length"),
        "a length too short": ({"length": body - 1}, "payload_length"),
        "a length of 2^63": ({"length": 1 << 63}, "payload_length"),
        "a length of all ones": ({"length": (1 << 64) - 1}, "payload_length"),
        "a field of 4 GiB": ({"body": b"\xff" * 4 + b"{}"}, "payload_field_size"),
        "a field that is cut": ({"body": b"\0\0\1\0{}", "zeros": 0}, "payload_cut"),
        "no bytes at all": ({"body": b"", "zeros": 0}, "payload_cut"),
        "a zero less": ({"zeros": 65536 - 8 - body - 1}, "payload_cut"),
        "a zero more": ({"zeros": 65536 - 8 - body + 1}, "payload_padding"),
        "twice the floor": ({"zeros": 2 * 65536 - 8 - body}, "payload_padding"),
        "a one among the zeros": ({"zeros": 65536 - 8 - body - 1, "tail": "01"}, "payload_padding"),
        "padded for the other part": ({"part": "technical"}, "payload_cut"),
        "a file altered": ({"files": b'{"total":"4860000.01"}{"items":[]}'}, "file_digest"),
        "files in another order": ({"files": b'{"items":[]}{"total":"4860000.00"}'}, "file_digest"),
        "a file not committed to": ({"inner": one_less}, "file_commitment"),
        "commitments in another order": ({"inner": turned}, "file_commitment"),
        "another salt": ({"openings": resalted}, "file_commitment"),
        "another size": ({"openings": resized}, "file_commitment"),
        "sizes beyond the body": ({"openings": bigger}, "files_size"),
        "the inner statement of another type": ({"inner": other}, "statement_type"),
        "an inner statement with a space": (
            {"inner": statements.encode("inner", **parts.inner) + b" "},
            "statement_not_canonical",
        ),
    }
    for name, (changes, code) in lies.items():
        yield vector("payload.read", name, parts.given(**changes), cites=CITE, refused=code)
