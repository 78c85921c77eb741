"""Content-addressed files: written, made durable, and only then named in a row."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from kernel.refusal import NotFound

_CHUNK = 1 << 20
_DIGEST = re.compile("sha256:[0-9a-f]{64}")


class Blobs(Protocol):
    """Where files are kept under their digest."""

    def put(self, data: bytes | BinaryIO) -> str:
        """Store the bytes durably, if they are not there yet, and return their digest."""
        ...

    def open(self, digest: str) -> BinaryIO:
        """The stored bytes as a stream; NotFound if there are none."""
        ...

    def read(self, digest: str) -> bytes:
        """The stored bytes; NotFound if there are none."""
        ...

    def size(self, digest: str) -> int:
        """How many bytes are stored; NotFound if there are none."""
        ...

    def delete(self, digest: str) -> None:
        """Remove the bytes; nothing happens if there are none."""
        ...


class FileBlobs:
    """Blobs as files below a folder.

    Write, fsync, rename, fsync the folder; the row that names a blob is written after. In this
    order a crash leaves orphans and never a row without its blob (reference: kill -9 harness).
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        (root / "part").mkdir(parents=True, exist_ok=True)

    def put(self, data: bytes | BinaryIO) -> str:
        """Store the bytes durably and return their digest."""
        part = self._root / "part" / secrets.token_hex(16)
        try:
            digest = _write(part, data)
            target = self._path(digest)
            target.parent.mkdir(exist_ok=True)
            if not target.exists():
                part.rename(target)
        finally:
            part.unlink(missing_ok=True)
        # For bytes that were there already too: whoever put them may not have come this far yet.
        _fsync_folder(target.parent)
        _fsync_folder(self._root)
        return digest

    def open(self, digest: str) -> BinaryIO:
        """The stored bytes as a stream."""
        try:
            return self._path(digest).open("rb")
        except FileNotFoundError as missing:
            raise NotFound("blob", digest) from missing

    def read(self, digest: str) -> bytes:
        """The stored bytes."""
        with self.open(digest) as stream:
            return stream.read()

    def size(self, digest: str) -> int:
        """How many bytes are stored."""
        try:
            return self._path(digest).stat().st_size
        except FileNotFoundError as missing:
            raise NotFound("blob", digest) from missing

    def delete(self, digest: str) -> None:
        """Remove the bytes."""
        self._path(digest).unlink(missing_ok=True)

    def __iter__(self) -> Iterator[str]:
        for path in self._root.glob("??/*"):
            if len(path.name) == 64:
                yield "sha256:" + path.name

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise NotFound("blob", digest)
        name = digest.removeprefix("sha256:")
        return self._root / name[:2] / name


def _write(path: Path, data: bytes | BinaryIO) -> str:
    seen = hashlib.sha256()
    with path.open("xb") as out:
        for chunk in [data] if isinstance(data, bytes) else _chunks(data):
            seen.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return "sha256:" + seen.hexdigest()


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
