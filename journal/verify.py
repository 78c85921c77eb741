"""Checks a downloaded log and receipts. One file; it needs Python and `cryptography`, nothing else.

    python verify.py [LOG-FOLDER] [RECEIPT.json | ENTRY.tlog-proof …]
                     [--key VKEY] [--receipt-key VKEY]
                     [--checkpoint FILE-FROM-ELSEWHERE] [--witness VKEY]

It imports nothing of the system that it judges, so it can be copied to any machine and read in an
hour. Formats: C2SP signed-note, tlog-checkpoint and tlog-tiles; trees of RFC 6962; canonical JSON
of RFC 8785. What it finds it names: the first entry, tile, checkpoint or receipt that does not fit.

A key should come from elsewhere than the log (a printed notice, a newspaper, a witness). Without
`--key` the one in the folder is taken, and the report says so.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH = 256
SIGNATURE, COSIGNATURE = 1, 4  # kinds of keys: C2SP signed-note, tlog-cosignature
ENTRY_TYPE = "sunlit/entry/v1"
RECEIPT_TYPE = "sunlit/receipt/v1"
PROOF_LINE = "c2sp.org/tlog-proof@v1"


class Unfit(Exception):
    """Something does not fit: a stable code, where, and why."""

    def __init__(self, code: str, where: str, why: str = "") -> None:
        super().__init__(f"{code}: {where}" + (f": {why}" if why else ""))
        self.code = code
        self.where = where


@dataclass(frozen=True)
class Key:
    """A public key as a `vkey` says it."""

    name: str
    id: bytes
    kind: int
    public: bytes

    @classmethod
    def read(cls, vkey: str) -> Key:
        """Read `<name>+<hex id>+<base64>`; the id must be that of name and key."""
        try:
            name, key_id, encoded = vkey.strip().split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
        except ValueError as problem:
            raise Unfit("key_unreadable", vkey.strip()) from problem
        expected = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        if len(raw) != 33 or raw[0] not in (SIGNATURE, COSIGNATURE) or expected.hex() != key_id:
            raise Unfit("key_unreadable", vkey.strip())
        return cls(name, expected, raw[0], raw[1:])

    def check(self, signature: bytes, text: str) -> None:
        """Raise InvalidSignature unless it is this key's; a witness signs its time as well."""
        signed = text.encode()
        if self.kind == COSIGNATURE:
            seconds, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            signed = f"cosignature/v1\ntime {seconds}\n{text}".encode()
        Ed25519PublicKey.from_public_bytes(self.public).verify(signature, signed)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the key, in groups that can be compared by eye."""
        text = hashlib.sha256(self.public).hexdigest()
        return " ".join(text[at : at + 8] for at in range(0, 64, 8))


@dataclass(frozen=True)
class Checkpoint:
    """A signed statement of a log's size and root, with the keys whose signatures hold."""

    where: str
    origin: str
    size: int
    root: bytes
    text: str
    note: bytes


@dataclass(frozen=True)
class Record:
    """One published entry: what is shown of it, or its commitment alone."""

    position: int
    id: str
    fields: dict[str, dict[str, Any]]

    def value(self, name: str) -> Any:
        """The value of a shown field, else None."""
        return self.fields.get(name, {}).get("value")

    @property
    def where(self) -> str:
        """How a report names the entry."""
        return f"entry {self.id or '(withheld)'} at position {self.position}"


@dataclass
class Findings:
    """What was checked and what does not fit, in the order in which it was found."""

    problems: list[Unfit] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@dataclass
class Log:
    """A log that has been read: its hashes, its entries, its checkpoints."""

    origin: str
    tree: list[list[bytes]]
    records: list[Record]
    checkpoints: list[Checkpoint]


# --- hashes and trees -----------------------------------------------------------------------


def canonical(value: Any) -> bytes:
    """RFC 8785 for the subset without floats and with ASCII keys."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def unhex(text: str) -> bytes:
    """Bytes from hex digits in their one form: lower case, no spaces."""
    raw = bytes.fromhex(text)
    if raw.hex() != text:
        raise ValueError("not lower-case hex")
    return raw


def digest(raw: bytes) -> str:
    """`sha256:` and the hash."""
    return "sha256:" + hashlib.sha256(raw).hexdigest()


def leaf_hash(leaf: bytes) -> bytes:
    """RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def complete_subtrees(hashes: Sequence[bytes]) -> list[list[bytes]]:
    """All complete subtrees, level by level."""
    levels = [list(hashes)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(*below[at : at + 2]) for at in range(0, len(below) - 1, 2)])
    return levels


def root_at(tree: list[list[bytes]], size: int) -> bytes:
    """The root of the first `size` leaves."""
    found = None
    start = size
    for level, row in enumerate(tree):
        if size >> level & 1:
            start -= 1 << level
            found = row[start >> level] if found is None else node_hash(row[start >> level], found)
    return hashlib.sha256(b"").digest() if found is None else found


def included(leaf: bytes, at: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162 section 2.1.3.2."""
    if not 0 <= at < size:
        return False
    last, found = size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


# --- notes and checkpoints ------------------------------------------------------------------


def signers(note: bytes, keys: Sequence[Key], where: str) -> tuple[str, list[Key]]:
    """The text of a signed note and the keys that signed it; a wrong signature of one is unfit."""
    try:
        text, gap, lines = note.decode().rpartition("\n\n")
        if not gap or not lines.endswith("\n"):
            raise ValueError
        text += "\n"
        found = []
        for line in lines[:-1].split("\n"):
            dash, name, encoded = line.split(" ")
            raw = base64.b64decode(encoded, validate=True)
            if dash != "—" or base64.b64encode(raw).decode() != encoded:
                raise ValueError
            for key in keys:
                if (key.name, key.id) == (name, raw[:4]):
                    key.check(raw[4:], text)
                    found.append(key)
    except ValueError as problem:
        raise Unfit("note_malformed", where) from problem
    except InvalidSignature as problem:
        raise Unfit("signature_wrong", where) from problem
    return text, found


def read_checkpoint(path: Path) -> Checkpoint:
    """A checkpoint's origin, size and root; its signatures are judged apart."""
    where = f"checkpoint {path.name}"
    try:
        note = path.read_bytes()
    except OSError as problem:
        raise Unfit("checkpoint_missing", where, str(problem)) from problem
    return parse_checkpoint(note, where)


def parse_checkpoint(note: bytes, where: str) -> Checkpoint:
    """A checkpoint in a signed note (c2sp.org/tlog-checkpoint)."""
    text, _ = signers(note, (), where)
    try:
        origin, size, encoded, *_ = text.split("\n")
        root = base64.b64decode(encoded, validate=True)
        if str(int(size)) != size or int(size) < 0 or len(root) != 32:
            raise ValueError
    except ValueError as problem:
        raise Unfit("checkpoint_malformed", where) from problem
    return Checkpoint(f"checkpoint of size {size}", origin, int(size), root, text, note)


def read_checkpoints(folder: Path, others: Sequence[Path]) -> list[Checkpoint]:
    """The latest, all earlier ones that the log keeps, and those brought from outside, by size."""
    paths = sorted((folder / "checkpoints").glob("*"))
    latest = read_checkpoint(folder / "checkpoint")
    found = [*map(read_checkpoint, paths), latest, *map(read_checkpoint, others)]
    for each in found:
        if each.origin != latest.origin:
            raise Unfit("checkpoint_of_another_log", each.where, each.origin)
    return sorted(found, key=lambda each: each.size)


def rotations(records: Sequence[Record]) -> Iterator[tuple[int, Key, Key]]:
    """Changes of the log key that the log itself says: from which size, old and new."""
    for record in records:
        if record.value("act") == "log_key.rotate":
            from_size = record.value("body.from_size")
            if not isinstance(from_size, int) or record.position >= from_size:
                raise Unfit("key_not_handed_over", record.where)
            old, new = record.value("body.old"), record.value("body.new")
            yield from_size, Key.read(str(old)), Key.read(str(new))


def check_signatures(log: Log, trusted: Key) -> Key:
    """Every checkpoint is signed by the key of its time; returns the key that is valid now.

    A key hands over in an entry, and the checkpoint of that size bears both signatures; so trust
    in the first key carries to the last.
    """
    current = trusted
    pending = sorted(rotations(log.records), key=lambda change: change[0])
    for checkpoint in log.checkpoints:
        while pending and pending[0][0] < checkpoint.size:
            from_size, old, new = pending.pop(0)
            handed_over = any(
                {old, new} <= set(signers(each.note, (old, new), each.where)[1])
                for each in log.checkpoints
                if each.size == from_size
            )
            if old != current or not handed_over:
                raise Unfit("key_not_handed_over", f"log key from size {from_size}")
            current = new
        if current not in signers(checkpoint.note, (current,), checkpoint.where)[1]:
            raise Unfit("not_signed_by_log_key", checkpoint.where)
    return current


def check_witness(log: Log, witness: Key) -> str:
    """That a witness has signed; says the largest size that it did."""
    for checkpoint in reversed(log.checkpoints):
        if witness in signers(checkpoint.note, (witness,), checkpoint.where)[1]:
            return f"witness {witness.name}: signed the {checkpoint.where}"
    raise Unfit("not_signed_by_witness", witness.name)


# --- tiles and entries ----------------------------------------------------------------------


def number_path(number: int) -> str:
    """c2sp.org/tlog-tiles: groups of three digits, all but the last with an x."""
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03d}")
    return "/".join(groups)


def tile_names(size: int, kind: int | str) -> Iterator[tuple[str, int, int]]:
    """Name, number and width of the tiles of a level (or of the entry bundles)."""
    for number in range(-(-size // WIDTH)):
        width = min(WIDTH, size - number * WIDTH)
        partial = "" if width == WIDTH else f".p/{width}"
        yield f"tile/{kind}/{number_path(number)}{partial}", number, width


def read_file(folder: Path, name: str) -> bytes:
    """A file of the log."""
    try:
        return (folder / name).read_bytes()
    except OSError as problem:
        raise Unfit("tile_missing", name) from problem


def read_hashes(folder: Path, size: int) -> list[bytes]:
    """The leaf hashes, as the tiles of level zero hold them."""
    found: list[bytes] = []
    for name, _, width in tile_names(size, 0):
        raw = read_file(folder, name)
        if len(raw) != width * 32:
            raise Unfit("tile_malformed", name, f"{len(raw)} bytes")
        found += [raw[at : at + 32] for at in range(0, len(raw), 32)]
    return found


def read_bundles(folder: Path, size: int) -> Iterator[bytes]:
    """The leaves, as the entry bundles hold them."""
    for name, _, width in tile_names(size, "entries"):
        raw, at = read_file(folder, name), 0
        for _ in range(width):
            end = at + 2 + int.from_bytes(raw[at : at + 2], "big")
            if at + 2 > len(raw) or end > len(raw):
                raise Unfit("tile_malformed", name)
            yield raw[at + 2 : end]
            at = end
        if at != len(raw):
            raise Unfit("tile_malformed", name)


def check_upper_tiles(folder: Path, tree: list[list[bytes]], size: int) -> None:
    """Tiles above the leaves hold what the leaves give."""
    level = 1
    while size >> (8 * level):
        row = tree[8 * level]
        for name, number, width in tile_names(size >> (8 * level), level):
            start = number * WIDTH
            if read_file(folder, name) != b"".join(row[start : start + width]):
                raise Unfit("tile_wrong", name)
        level += 1


def read_records(folder: Path, size: int) -> Iterator[dict[str, Any]]:
    """The lines of the entry files, one an entry, in order."""
    for number in range(-(-size // WIDTH)):
        name = f"entries/{number_path(number)}.jsonl"
        try:
            for line in (folder / name).read_bytes().split(b"\n")[:-1]:
                found = json.loads(line)
                # One form only, so that no other reader sees something else in the same bytes.
                if canonical(found) != line:
                    raise ValueError("a line is not in canonical form")
                yield found
        except (OSError, ValueError) as problem:
            raise Unfit("entries_unreadable", name, str(problem)) from problem


def committed(origin: str, id: str, fields: dict[str, dict[str, Any]]) -> bytes:
    """The commitment to an entry: the leaf that the log holds."""
    digests = {name: each["digest"] for name, each in fields.items()}
    statement = {"type": ENTRY_TYPE, "origin": origin, "id": id, "fields": digests}
    return hashlib.sha256(canonical(statement)).digest()


_WITHHELD = {"position", "commitment"}
_STATES = ("withheld", "erased")


def shown_record(raw: dict[str, Any], position: int, origin: str) -> tuple[Record, bytes]:
    """An entry as it is shown, each shown field checked, and the leaf that it must have."""
    try:
        if set(raw) != ({"position", "id", "fields"} if "fields" in raw else _WITHHELD):
            raise ValueError(f"keys {sorted(raw)}")
        record = Record(position, str(raw.get("id", "")), dict(raw.get("fields", {})))
        for name, each in record.fields.items():
            if set(each) == {"digest", "state"} and each["state"] in _STATES:
                continue
            if set(each) != {"digest", "salt", "value"}:
                raise ValueError(f"{name} has keys {sorted(each)}")
            found = digest(unhex(each["salt"]) + canonical(each["value"]))
            if found != each["digest"]:
                raise Unfit("field_wrong", record.where, f"{name} does not fit its digest")
        if record.fields:
            return record, committed(origin, record.id, record.fields)
        return record, unhex(str(raw.get("commitment", "")))
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise Unfit("entry_malformed", f"position {position}", repr(problem)) from problem


def check_record(raw: dict[str, Any], position: int, origin: str, leaf: bytes) -> Record:
    """That what is shown of an entry is what the log holds at its position."""
    if not isinstance(raw, dict) or raw.get("position") != position:
        raise Unfit("entry_missing", f"position {position}", f"there is {str(raw)[:60]}")
    record, found = shown_record(raw, position, origin)
    if found != leaf:
        raise Unfit("entry_wrong", record.where, "it is not what the log holds there")
    return record


def check_records(folder: Path, origin: str, leaves: Sequence[bytes]) -> list[Record]:
    """Every entry against its leaf, in order; the first that does not fit is named."""
    found: list[Record] = []
    lines = read_records(folder, len(leaves))
    for position, leaf in enumerate(leaves):
        raw = next(lines, None)
        if raw is None:
            raise Unfit("entry_missing", f"position {position}")
        found.append(check_record(raw, position, origin, leaf))
    if next(lines, None) is not None:
        raise Unfit("entry_beyond_the_log", f"position {len(leaves)}")
    return found


# --- the whole log --------------------------------------------------------------------------


def check_log(folder: Path, trusted: Key, others: Sequence[Path] = ()) -> Log:
    """Check a downloaded log whole; the first thing that does not fit is raised as `Unfit`."""
    checkpoints = read_checkpoints(folder, others)
    latest = read_checkpoint(folder / "checkpoint")
    hashes = read_hashes(folder, latest.size)
    leaves = list(read_bundles(folder, latest.size))
    for position, leaf in enumerate(leaves):
        if leaf_hash(leaf) != hashes[position]:
            raise Unfit("leaf_wrong", f"position {position}", "bundle and tile differ")
    tree = complete_subtrees(hashes)
    records = check_records(folder, latest.origin, leaves)
    check_upper_tiles(folder, tree, latest.size)
    log = Log(latest.origin, tree, records, checkpoints)
    # Before the roots are compared: what nobody signed accuses nobody.
    check_signatures(log, trusted)
    fits_up_to = 0
    for checkpoint in checkpoints:
        if checkpoint.size > latest.size:
            raise Unfit("log_shrank", checkpoint.where, f"the log shows {latest.size} entries")
        if root_at(tree, checkpoint.size) != checkpoint.root:
            where = f"an entry at positions {fits_up_to} to {checkpoint.size - 1}"
            raise Unfit("root_wrong", where, f"not what the {checkpoint.where} signed")
        fits_up_to = checkpoint.size
    return log


# --- receipts -------------------------------------------------------------------------------


def check_receipt(path: Path, key: Key, log: Log | None) -> str:
    """Check a receipt file; returns in words how far the check went."""
    where = f"receipt {path.name}"
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        raw, note = held["receipt"].encode(), held["note"].encode()
        receipt = json.loads(raw)
        said = (receipt["type"], receipt["origin"], receipt["tender"], receipt["checkpoint"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise Unfit("receipt_unreadable", where, repr(problem)) from problem
    kind, origin, tender, checkpoint = said
    if kind != RECEIPT_TYPE or canonical(receipt) != raw:
        raise Unfit("receipt_unreadable", where, "not a receipt in canonical form")
    text, by = signers(note, (key,), where)
    if key not in by:
        raise Unfit("not_signed_by_receipt_key", where)
    if text != f"{RECEIPT_TYPE}\n{origin}\n{digest(raw)}\n":
        raise Unfit("note_of_another_receipt", where)
    if log is None:
        return f"{where}: signed by the receipt key; no log was given to look it up in"
    if origin != log.origin:
        raise Unfit("receipt_of_another_log", where, origin)
    known = {digest(each.text.encode()) for each in log.checkpoints}
    if checkpoint not in known:
        raise Unfit("receipt_names_unknown_checkpoint", where, "the log shows another history")
    return check_against_closing(where, raw, held.get("proof"), tender, log)


def check_against_closing(where: str, raw: bytes, proof: Any, tender: str, log: Log) -> str:
    """That the receipt is a leaf of the tree that was closed."""
    closings = [
        record
        for record in log.records
        if record.value("act") == "tender.close" and record.value("tender") == tender
    ]
    if not closings:
        return f"{where}: signed, and its checkpoint is in the log; the tender is not closed yet"
    closing = closings[0]
    if len(closings) > 1:
        raise Unfit("tender_closed_twice", closings[1].where, f"first by {closing.where}")
    if proof is None:
        raise Unfit("proof_missing", where, f"the tender is closed by {closing.where}")
    try:
        at, size = int(proof["position"]), int(proof["size"])
        steps = [unhex(step) for step in proof["hashes"]]
        root = unhex(str(closing.value("body.root")).removeprefix("sha256:"))
    except (KeyError, TypeError, ValueError) as problem:
        raise Unfit("proof_unreadable", where, repr(problem)) from problem
    if size != closing.value("body.size") or not included(leaf_hash(raw), at, size, steps, root):
        raise Unfit("receipt_not_in_closed_tree", where, closing.where)
    return f"{where}: leaf {at} of {size} in the tree that {closing.where} closed"


def check_proof(path: Path, key: Key, log: Log | None) -> str:
    """Check a `.tlog-proof` file (c2sp.org/tlog-proof) of one entry, shown in its `extra`."""
    where = f"proof {path.name}"
    try:
        head, _, note = path.read_text(encoding="utf-8").partition("\n\n")
        first, extra, index, *steps = head.split("\n")
        position = int(index.removeprefix("index "))
        raw = json.loads(base64.b64decode(extra.removeprefix("extra "), validate=True))
        hashes = [base64.b64decode(step, validate=True) for step in steps]
        if first != PROOF_LINE:
            raise ValueError(first)
    except (OSError, ValueError) as problem:
        raise Unfit("proof_unreadable", where, repr(problem)) from problem
    checkpoint = parse_checkpoint(note.encode(), where)
    if key not in signers(checkpoint.note, (key,), where)[1]:
        raise Unfit("not_signed_by_log_key", where)
    record, leaf = shown_record(raw, position, checkpoint.origin)
    if not included(leaf_hash(leaf), position, checkpoint.size, hashes, checkpoint.root):
        raise Unfit("entry_not_in_log", where, record.where)
    if log is not None and (
        checkpoint.origin != log.origin
        or checkpoint.size > len(log.records)
        or root_at(log.tree, checkpoint.size) != checkpoint.root
    ):
        raise Unfit("proof_of_another_history", where)
    return f"{where}: {record.where} is in the log that the {checkpoint.where} signed"


# --- command line ---------------------------------------------------------------------------


def text_or_file(given: str) -> str:
    """What was given on the command line, or what is in the file that it names."""
    path = Path(given)
    return path.read_text(encoding="utf-8") if path.is_file() else given


def read_key(given: str | None, folder: Path | None, name: str, findings: Findings) -> Key:
    """The key that was named, as text or file, or the one that lies in the log's folder."""
    if given is not None:
        return Key.read(text_or_file(given))
    if folder is None or not (folder / name).is_file():
        raise Unfit("key_missing", name)
    key = Key.read((folder / name).read_text(encoding="utf-8").split("\n")[0])
    findings.said.append(
        f"{name}: taken from the log itself; compare it with one from elsewhere: {key.fingerprint}"
    )
    return key


def run(paths: Sequence[Path], options: argparse.Namespace) -> Findings:
    """Check everything that was named; each thing ends at its first problem."""
    findings = Findings()
    folder = next((path for path in paths if path.is_dir()), None)
    log = None
    if folder is not None:
        try:
            key = read_key(options.key, folder, "log.vkey", findings)
            log = check_log(folder, key, [Path(each) for each in options.checkpoint])
            shown = sum(1 for record in log.records if record.fields)
            findings.said.append(
                f"log {log.origin}: {len(log.records)} entries fit, {shown} of them shown,"
                f" {len(log.checkpoints)} checkpoints"
            )
            for vkey in options.witness:
                findings.said.append(check_witness(log, Key.read(text_or_file(vkey))))
        except Unfit as problem:
            findings.problems.append(problem)
    for path in paths:
        if path == folder:
            continue
        try:
            if path.suffix == ".tlog-proof":
                key = read_key(options.key, folder, "log.vkey", findings)
                findings.said.append(check_proof(path, key, log))
            else:
                key = read_key(options.receipt_key, folder, "receipt.vkey", findings)
                findings.said.append(check_receipt(path, key, log))
        except Unfit as problem:
            findings.problems.append(problem)
    return findings


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when everything fits, 1 when something does not."""
    parser = argparse.ArgumentParser(prog="verify", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("paths", nargs="+", type=Path, help="a log's folder, receipts, proofs")
    parser.add_argument("--key", help="the log's vkey, or a file that holds it")
    parser.add_argument("--receipt-key", help="the receipt key's vkey, or a file that holds it")
    parser.add_argument(
        "--checkpoint", action="append", default=[], help="a checkpoint from elsewhere"
    )
    parser.add_argument(
        "--witness", action="append", default=[], help="the vkey of a witness who must have signed"
    )
    options = parser.parse_args(arguments)
    findings = run(options.paths, options)
    for line in findings.said:
        print(line)
    for problem in findings.problems:
        print(f"DOES NOT FIT  {problem}")
    print("FITS" if not findings.problems else f"{len(findings.problems)} PROBLEMS")
    return 1 if findings.problems else 0


if __name__ == "__main__":
    sys.exit(main())
