"""The folder of one sealed bid on the bidder's disk: what is sent, and what is kept.

act.json, act.p7s      the act and its CMS (also of a withdrawal)
technical.age, …       a ciphertext a part
boxes.json             the holders' boxes by part
secrets.age            the identities of the envelopes, under the bidder's passphrase
receipt.json           the server's answer: receipt, seal, note
held.json              receipt, note and the path to the closed root, for `journal.verify`
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kernel.refusal import Refused, refuse
from signatures.sealed import chains
from signatures.sealed.bids import SealedEnvelope
from signatures.sealed.chains import Act
from signatures.sealed.judging import Signed
from signatures.tool.server import from_base64, to_base64


def ciphertext_path(folder: Path, part: str) -> Path:
    """Where the ciphertext of a part lies."""
    return folder / f"{part}.age"


def write_act(folder: Path, act: Signed, envelopes: Sequence[SealedEnvelope] = ()) -> None:
    """Keep an act that is to be sent, with the boxes of its envelopes."""
    write_new(folder / "act.json", act.statement)
    write_new(folder / "act.p7s", act.cms)
    boxes = {each.part: [to_base64(box) for box in each.boxes] for each in envelopes}
    write_new(folder / "boxes.json", json.dumps(boxes, indent=1).encode())


def read_act(folder: Path) -> tuple[Signed, Act]:
    """The act in a folder, as it was signed and as it reads."""
    signed = Signed((folder / "act.json").read_bytes(), (folder / "act.p7s").read_bytes())
    try:
        return signed, chains.read_act(signed.statement, "bid")
    except Refused:
        return signed, chains.read_act(signed.statement, "withdrawal")


def read_boxes(folder: Path) -> dict[str, list[bytes]]:
    """The boxes in a folder by part."""
    written = json.loads((folder / "boxes.json").read_text("utf-8"))
    return {part: [from_base64(box) for box in each] for part, each in written.items()}


def write_receipt(folder: Path, answer: Mapping[str, Any]) -> None:
    """Keep the server's answer as it came; a retry's answer replaces it only if it is the same."""
    path = folder / "receipt.json"
    raw = json.dumps(dict(answer), indent=1, sort_keys=True).encode()
    if path.exists():
        kept = json.loads(path.read_bytes())
        if kept["receipt"] != answer["receipt"]:
            raise Refused(refuse("receipt_changed", "SEALED_BID 4"))
        return
    write_new(path, raw)


def write_held(folder: Path, held: Mapping[str, Any]) -> None:
    """Keep what the stand-alone verifier reads; a later one, with the proof, replaces it."""
    (folder / "held.json").write_text(json.dumps(dict(held), indent=1), encoding="utf-8")


def read_receipt(folder: Path) -> dict[str, Any]:
    """The server's answer."""
    found: dict[str, Any] = json.loads((folder / "receipt.json").read_text("utf-8"))
    return found


def write_new(path: Path, raw: bytes) -> None:
    """Write a file that must not exist yet, and see it to the disk."""
    if path.exists():
        raise Refused(refuse("file_exists", path=str(path)))
    with path.open("xb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
