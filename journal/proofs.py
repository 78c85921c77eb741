"""A proof that travels: one entry, what is shown of it, and its way to a signed checkpoint.

The file is a C2SP tlog-proof, whose `extra` carries the shown fields with their salts, so that one
file and the log's public key are enough to check a single step offline.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from sqlalchemy.orm import Session

from journal import logs
from journal.checkpoints import Checkpoint, as_shown, latest_checkpoint
from journal.disclose import ShownEntry
from journal.export import record
from journal.logs import InclusionProof
from journal.tiles import TileFolder
from kernel import canonical
from kernel.refusal import Refused, refuse
from signatures.merkle import inclusion_proof

FIRST_LINE = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class PublishedProof:
    """Where a public entry stands, and how that follows from a signed checkpoint."""

    checkpoint: Checkpoint
    inclusion: InclusionProof

    def file(self, shown: ShownEntry) -> str:
        """The proof as a `.tlog-proof` file (c2sp.org/tlog-proof)."""
        extra = canonical.encode(record(self.inclusion.position, shown))
        hashes = "".join(f"{_base64(step)}\n" for step in self.inclusion.hashes)
        head = f"{FIRST_LINE}\nextra {_base64(extra)}\nindex {self.inclusion.position}\n"
        return f"{head}{hashes}\n{self.checkpoint.note}"


def published_proof(session: Session, tiles: TileFolder, entry: str) -> PublishedProof | None:
    """The proof of a public entry; None while it is being logged.

    Read from the tiles: a number of hashes that grows with the logarithm of the log. An entry of a
    private tree is refused: where it stands is not for the public (SEALED_BID 4).
    """
    place = logs.place_of(session, entry)
    latest = latest_checkpoint(session)
    if place is None or latest is None:
        return None
    if place.log != logs.PUBLIC:
        raise Refused(refuse("entry_sealed", "SEALED_BID 4"))
    if place.position >= latest.size:
        return None
    reader = tiles.reader(latest.size)
    hashes = inclusion_proof(reader.node, place.position, latest.size)
    proof = InclusionProof(place.position, latest.size, tuple(hashes))
    return PublishedProof(as_shown(tiles, latest), proof)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
