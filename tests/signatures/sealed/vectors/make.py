"""Writes the vectors: `python -m tests.signatures.sealed.vectors.make`.

Everything is made from fixed seeds, so that writing them again changes nothing; a test compares.
Expected codes stand in the modules by hand. A vector that this implementation answers otherwise is
not written.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.signatures.sealed.vectors import (
    acts,
    committees,
    envelopes,
    openings,
    operations,
    payloads,
    primitives,
    readouts,
    statements,
)
from tests.signatures.sealed.vectors.primitives import Vector

FOLDER = Path(__file__).parents[3] / "vectors" / "sealed-v1"
BLOB_BYTES_MIN = 16 * 1024

FILES: dict[str, Callable[[], Iterator[Vector]]] = {
    "statements": statements.make,
    "text-and-names": payloads.make_names,
    "points": primitives.make_points,
    "age": primitives.make_age,
    "shares": primitives.make_shares,
    "trees": primitives.make_trees,
    "sizes": payloads.make_sizes,
    "payloads": payloads.make_payloads,
    "readouts": readouts.make_readouts,
    "committees": committees.make_committees,
    "boxes": committees.make_boxes,
    "acts": acts.make_acts,
    "chains": acts.make_chains,
    "receipts": acts.make_receipts,
    "work": openings.make_work,
    "releases": openings.make_releases,
    "envelopes": envelopes.make_envelopes,
}


def make(name: str) -> tuple[str, dict[str, bytes]]:
    """The text of one file of vectors, and the blobs that it names."""
    blobs: dict[str, bytes] = {}
    vectors = [_with_blobs(each, blobs) for each in FILES[name]()]
    names = [each["name"] for each in vectors]
    doubled = sorted({each for each in names if names.count(each) > 1})
    if doubled:
        raise ValueError(f"vectors of one name: {doubled}")
    lines = ",\n".join(json.dumps(each, ensure_ascii=True) for each in vectors)
    return f"[\n{lines}\n]\n", blobs


def read(name: str) -> list[Vector]:
    """The committed vectors of one file."""
    found: list[Vector] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


def expected(vector: Vector) -> dict[str, Any]:
    """What the vector says must be answered."""
    return {key: vector[key] for key in ("out", "refused") if key in vector}


def _with_blobs(value: Any, blobs: dict[str, bytes]) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"base64"} and len(value["base64"]) > BLOB_BYTES_MIN:
            raw = base64.b64decode(value["base64"])
            name = hashlib.sha256(raw).hexdigest()[:16]
            blobs[name] = raw
            return {"blob": name}
        return {key: _with_blobs(item, blobs) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_blobs(item, blobs) for item in value]
    return value


def main() -> None:
    """Write every file, after this implementation has answered every vector."""
    (FOLDER / "blobs").mkdir(parents=True, exist_ok=True)
    for name in FILES:
        text, blobs = make(name)
        for digest, raw in blobs.items():
            (FOLDER / "blobs" / f"{digest}.bin").write_bytes(raw)
        for vector in json.loads(text):
            if operations.run(vector) != expected(vector):
                raise ValueError(f"answered otherwise: {vector['name']}")
        (FOLDER / f"{name}.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
