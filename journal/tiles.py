"""The published log as static files: C2SP tlog-tiles, durable before anything names them.

A tile holds 256 hashes of one level; a bundle holds the 256 entries below a tile of level zero.
What is full is never written again; a partial tile is a file of its own, named by its width, so
that every file here is immutable (c2sp.org/tlog-tiles).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from signatures.merkle import leaf_hash, node_hash

WIDTH = 256
LEVEL_BITS = 8  # a tile spans eight levels of the tree
HASH_BYTES = 32


class TileMissing(Exception):
    """A tile that the published size promises is not there."""


class TileConflict(Exception):
    """A tile is there already and holds something else: the tree would fork."""


class Coordinates(NamedTuple):
    """A tile's level, number and width."""

    level: int
    number: int
    width: int


def number_path(number: int) -> str:
    """`x001/x234/067` for 1234067: groups of three digits, all but the last with an x."""
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03d}")
    return "/".join(groups)


def tile_path(at: Coordinates, kind: str | None = None) -> str:
    """Where a tile lies below the log's folder; `kind` is `entries` for bundles."""
    partial = "" if at.width == WIDTH else f".p/{at.width}"
    return f"tile/{at.level if kind is None else kind}/{number_path(at.number)}{partial}"


def new_tiles(old: int, new: int) -> Iterator[Coordinates]:
    """Tiles that a log growing from `old` to `new` leaves adds, lower levels first."""
    level = 0
    while new >> (LEVEL_BITS * level):
        before, after = old >> (LEVEL_BITS * level), new >> (LEVEL_BITS * level)
        if after > before:
            full, rest = divmod(after, WIDTH)
            for number in range(before // WIDTH, full):
                yield Coordinates(level, number, WIDTH)
            if rest:
                yield Coordinates(level, full, rest)
        level += 1


class TileFolder:
    """A folder of tiles: reads hashes for proofs, appends leaves durably."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def reader(self, size: int) -> TileReader:
        """Hashes of the tree of `size` leaves, as the files hold them."""
        return TileReader(self.root, size)

    def append(self, old: int, leaves: Sequence[bytes]) -> None:
        """Add leaves behind the first `old`, and return when every file is durable.

        Appending the same again changes nothing; other content for a file that exists raises
        `TileConflict`.
        """
        new = old + len(leaves)
        start = old - old % WIDTH
        bundled = [*self.bundle(old // WIDTH, old % WIDTH), *leaves] if old % WIDTH else [*leaves]
        fresh = [leaf_hash(leaf) for leaf in bundled]
        reader = TileReader(self.root, old)
        levels: dict[int, dict[int, bytes]] = {0: dict(enumerate(fresh, start))}
        for at in new_tiles(old, new):
            hashes = self._row(reader, levels, at)
            self._write(tile_path(at), b"".join(hashes))
            if at.level == 0:
                first = at.number * WIDTH - start
                self._write(tile_path(at, "entries"), _bundle(bundled[first : first + at.width]))
            if at.width == WIDTH:
                levels.setdefault(at.level + 1, {})[at.number] = _fold(hashes)
        self._sync_folders(new_tiles(old, new))

    def bundle(self, number: int, width: int) -> list[bytes]:
        """The leaves of a bundle."""
        raw = _read(self.root / tile_path(Coordinates(0, number, width), "entries"))
        return list(_unbundle(raw))

    def leaves(self, start: int, end: int) -> Iterator[bytes]:
        """The published leaves from `start` to before `end`, where `end` is a published size."""
        for number in range(start // WIDTH, -(-end // WIDTH)):
            width = min(WIDTH, end - number * WIDTH)
            first = max(0, start - number * WIDTH)
            yield from self.bundle(number, width)[first:]

    def _row(
        self, reader: TileReader, levels: dict[int, dict[int, bytes]], at: Coordinates
    ) -> list[bytes]:
        first = at.number * WIDTH
        fresh = levels.get(at.level, {})
        return [
            fresh[index] if index in fresh else reader.hash(at.level, index)
            for index in range(first, first + at.width)
        ]

    def _write(self, name: str, content: bytes) -> None:
        target = self.root / name
        if target.exists():
            if target.read_bytes() != content:
                raise TileConflict(name)
            # It may have been written by a run that died before its folder was synced.
            _sync(target)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        write_durably(target, content)

    def _sync_folders(self, tiles: Iterator[Coordinates]) -> None:
        folders = {self.root}
        for at in tiles:
            for name in (tile_path(at), tile_path(at, "entries")):
                folder = (self.root / name).parent
                while folder != self.root:
                    folders.add(folder)
                    folder = folder.parent
        for folder in sorted(folders, key=lambda each: -len(each.parts)):
            if folder.exists():
                _sync(folder)


class TileReader:
    """Reads the hash of any complete subtree of a tree of `size` leaves from its tiles."""

    def __init__(self, root: Path, size: int) -> None:
        self._root = root
        self._size = size
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree (the `Nodes` of `signatures.merkle`)."""
        tile_level, above = divmod(level, LEVEL_BITS)
        first = index << above
        return _fold([self.hash(tile_level, first + step) for step in range(1 << above)])

    def hash(self, tile_level: int, index: int) -> bytes:
        """A hash as a tile holds it."""
        number, place = divmod(index, WIDTH)
        key = (tile_level, number)
        if key not in self._tiles:
            width = min(WIDTH, (self._size >> (LEVEL_BITS * tile_level)) - number * WIDTH)
            raw = _read(self._root / tile_path(Coordinates(tile_level, number, width)))
            if len(raw) != width * HASH_BYTES:
                raise TileMissing(f"tile {key} has {len(raw)} bytes")
            self._tiles[key] = [
                raw[start : start + HASH_BYTES] for start in range(0, len(raw), HASH_BYTES)
            ]
        return self._tiles[key][place]


def write_durably(target: Path, content: bytes) -> None:
    """Write, fsync, rename, fsync the folder: after this a crash cannot lose or halve the file."""
    part = target.parent / f".{target.name}.{secrets.token_hex(8)}"
    with part.open("xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as missing:
        raise TileMissing(str(path)) from missing


def _fold(hashes: Sequence[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [
            node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)
        ]
    return hashes[0]


def _bundle(leaves: Sequence[bytes]) -> bytes:
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def _unbundle(raw: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(raw):
        length = int.from_bytes(raw[at : at + 2], "big")
        leaf = raw[at + 2 : at + 2 + length]
        if len(leaf) != length:
            raise TileMissing("a bundle ends within an entry")
        yield leaf
        at += 2 + length
