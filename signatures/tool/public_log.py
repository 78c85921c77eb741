"""The public log as an outsider reads it: is this entry in it, and who signed?

Formats: C2SP tlog-checkpoint and tlog-tiles, trees of RFC 6962, entries as `journal.verify` reads
them. The log may be a folder or an address; every leaf hash is fetched and the root reckoned anew.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from kernel import canonical
from kernel.refusal import Refused, refuse
from signatures import merkle, notes
from signatures.notes import NoteProblem, VerifierKey
from signatures.sealed import receipts

WIDTH = 256
CITE = "SEALED_BID 3.0"
Fetch = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class PublicLog:
    """A log whose leaf hashes have the root that its checkpoint signs."""

    origin: str
    checkpoint: str
    witnesses: tuple[str, ...]
    hashes: tuple[bytes, ...]
    fetch: Fetch

    def entries(self, act: str, tender: str) -> Iterator[dict[str, Any]]:
        """What is shown of the entries of an act about a tender; each is what the log holds."""
        for number in range(-(-len(self.hashes) // WIDTH)):
            lines = self.fetch(f"entries/{_number_path(number)}.jsonl").split(b"\n")
            for line in lines[:-1]:
                record = json.loads(line)
                fields = record.get("fields", {})
                if _value(fields, "act") == act and _value(fields, "tender") == tender:
                    self._check(record)
                    yield {name: each.get("value") for name, each in fields.items()}

    def _check(self, record: Mapping[str, Any]) -> None:
        fields = record["fields"]
        for each in fields.values():
            if "salt" in each:
                salted = bytes.fromhex(each["salt"]) + canonical.encode(each["value"])
                if canonical.digest(salted) != each["digest"]:
                    raise Refused(refuse("log_entry_wrong", CITE, id=record["id"]))
        digests = {name: each["digest"] for name, each in fields.items()}
        entry = {
            "type": "sunlit/entry/v1",
            "origin": self.origin,
            "id": record["id"],
            "fields": digests,
        }
        commitment = hashlib.sha256(canonical.encode(entry)).digest()
        position = record["position"]
        if not 0 <= position < len(self.hashes):
            raise Refused(refuse("log_entry_wrong", CITE, id=record["id"]))
        if merkle.leaf_hash(commitment) != self.hashes[position]:
            raise Refused(refuse("log_entry_wrong", CITE, id=record["id"]))


def read_log(fetch: Fetch, key: VerifierKey, witnesses: tuple[VerifierKey, ...] = ()) -> PublicLog:
    """Read and check a log; refused unless the key signed its checkpoint and the root is right.

    Where witnesses are named, one of them at least must have signed too.
    """
    try:
        note = notes.open_note(fetch("checkpoint"), (key, *witnesses))
    except NoteProblem as problem:
        raise Refused(refuse("log_checkpoint_wrong", CITE, problem=str(problem))) from problem
    origin, size, root, *_ = note.text.split("\n")
    if not note.signed_by(key) or origin != key.name or not size.isdecimal():
        raise Refused(refuse("log_checkpoint_wrong", CITE, origin=origin))
    cosigned = tuple(each.name for each in witnesses if note.signed_by(each))
    if witnesses and not cosigned:
        raise Refused(refuse("log_checkpoint_wrong", CITE, problem="not_witnessed"))
    hashes = tuple(_leaf_hashes(fetch, int(size)))
    if receipts.tree_root(hashes) != base64.b64decode(root):
        raise Refused(refuse("log_root_wrong", CITE, size=size))
    return PublicLog(
        origin=origin,
        checkpoint=canonical.digest(note.text.encode()),
        witnesses=cosigned,
        hashes=hashes,
        fetch=fetch,
    )


def source_of(place: str) -> Fetch:
    """How to fetch a file of the log: from an address, or from a folder."""
    if place.startswith(("https://", "http://")):
        return lambda name: _get(f"{place.rstrip('/')}/{name}")
    folder = Path(place)
    return lambda name: (folder / name).read_bytes()


def _leaf_hashes(fetch: Fetch, size: int) -> Iterator[bytes]:
    for number in range(-(-size // WIDTH)):
        width = min(WIDTH, size - number * WIDTH)
        partial = "" if width == WIDTH else f".p/{width}"
        raw = fetch(f"tile/0/{_number_path(number)}{partial}")
        if len(raw) != width * 32:
            raise Refused(refuse("log_tile_wrong", CITE, number=number))
        yield from (raw[at : at + 32] for at in range(0, len(raw), 32))


def _number_path(number: int) -> str:
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03d}")
    return "/".join(groups)


def _value(fields: Mapping[str, Any], name: str) -> Any:
    return fields.get(name, {}).get("value")


def _get(address: str) -> bytes:
    answer = httpx.get(address, timeout=60.0)
    answer.raise_for_status()
    return answer.content
