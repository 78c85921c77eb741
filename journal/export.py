"""Writes a log as a folder of static files, for `journal.verify` and for any mirror.

checkpoint               the latest signed checkpoint
checkpoints/<size>-<n>   all of them, in the order of signing
tile/…, tile/entries/…   C2SP tlog-tiles
entries/….jsonl          what is shown of each entry: 256 lines a file, numbered as the bundles
log.vkey, receipt.vkey   the keys, for convenience: trust them only if they came another way
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from journal import logs
from journal.checkpoints import Checkpoint, as_shown, checkpoints, latest_checkpoint
from journal.disclose import Reached, ShownEntry, show
from journal.entries import DisclosureRow
from journal.models import EntryPosition
from journal.tiles import WIDTH, TileFolder, new_tiles, number_path, tile_path
from kernel import canonical
from kernel.canonical import JsonValue
from kernel.refusal import NotFound
from kernel.vocabulary import Action, Audience
from signatures.notes import VerifierKey


def export(
    session: Session,
    tiles: TileFolder,
    out: Path,
    *,
    disclosure: Mapping[Action, DisclosureRow],
    reached: Reached,
    keys: Mapping[str, VerifierKey],
    audience: Audience = Audience.PUBLIC,
) -> Checkpoint:
    """Write the log up to its latest checkpoint; `keys` by file name (`log.vkey`).

    What is written of entries comes from the database and not from the tiles, so that checking
    the folder checks the database.
    """
    latest = latest_checkpoint(session)
    if latest is None:
        raise NotFound("checkpoint", "latest")
    out.mkdir(parents=True, exist_ok=True)
    for name in static_files(latest.size):
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(tiles.root / name, target)
    (out / "checkpoints").mkdir(exist_ok=True)
    for number, each in enumerate(checkpoints(session)):
        (out / "checkpoints" / f"{each.size:012d}-{number:06d}").write_text(each.note, "utf-8")
    for number in range(-(-latest.size // WIDTH)):
        target = out / entries_path(number)
        target.parent.mkdir(parents=True, exist_ok=True)
        lines = entry_lines(session, number, latest.size, disclosure, reached, audience)
        target.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    for file, key in keys.items():
        (out / file).write_text(key.encode() + "\n", encoding="utf-8")
    (out / "checkpoint").write_text(as_shown(tiles, latest).note, encoding="utf-8")
    return latest


def static_files(size: int) -> Iterator[str]:
    """Names of the tiles and bundles of a log of that size."""
    for at in new_tiles(0, size):
        yield tile_path(at)
        if at.level == 0:
            yield tile_path(at, "entries")


def entries_path(number: int) -> str:
    """Where the shown parts of 256 entries lie."""
    return f"entries/{number_path(number)}.jsonl"


def entry_lines(
    session: Session,
    number: int,
    size: int,
    disclosure: Mapping[Action, DisclosureRow],
    reached: Reached,
    audience: Audience,
) -> Iterator[str]:
    """The lines of one file of entries; an entry that is gone from the database has none."""
    start = number * WIDTH
    rows = session.execute(
        select(EntryPosition.position, EntryPosition.entry)
        .where(
            EntryPosition.log == logs.PUBLIC,
            EntryPosition.position >= start,
            EntryPosition.position < min(start + WIDTH, size),
        )
        .order_by(EntryPosition.position)
    ).all()
    known = set(logs.entry_ids(session, logs.PUBLIC, start, min(start + WIDTH, size)))
    there = [row for row in rows if row.entry in known]
    shown = show(
        session,
        [row.entry for row in there],
        disclosure=disclosure,
        audience=audience,
        reached=reached,
    )
    for row, entry in zip(there, shown, strict=True):
        yield canonical.encode(record(row.position, entry)).decode()


def record(position: int, entry: ShownEntry) -> dict[str, JsonValue]:
    """One entry as it is published: its fields with salts, or its commitment alone."""
    if not entry.fields:
        return {"position": position, "commitment": entry.commitment.hex()}
    fields: dict[str, JsonValue] = {name: field.as_record() for name, field in entry.fields.items()}
    return {"position": position, "id": entry.id, "fields": fields}


def receipt_file(
    receipt: bytes, note: bytes, proof: logs.InclusionProof | None = None
) -> dict[str, JsonValue]:
    """A receipt as its holder keeps it and `journal.verify` reads it; after closing with proof."""
    held: dict[str, JsonValue] = {"receipt": receipt.decode(), "note": note.decode()}
    return held if proof is None else held | {"proof": proof.as_record()}
