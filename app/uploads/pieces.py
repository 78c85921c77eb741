"""The bytes of uploads that are not whole yet, one file each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from kernel.refusal import NotFound


class Pieces:
    """Files below a folder, named by the ids of uploads, which are ours and never a sender's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def begin(self, upload_id: str) -> None:
        """An empty file."""
        self._path(upload_id).touch(exist_ok=False)

    def write(self, upload_id: str, offset: int, data: bytes) -> None:
        """Write a piece at its place, durably; what a crash left behind it is cut off.

        NotFound if the file is shorter than the row says: what was lost cannot be gone on from.
        """
        try:
            with self._path(upload_id).open("r+b") as file:
                if file.seek(0, os.SEEK_END) < offset:
                    raise NotFound("upload", upload_id)
                file.seek(offset)
                file.truncate()
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except FileNotFoundError as missing:
            raise NotFound("upload", upload_id) from missing

    def open(self, upload_id: str) -> BinaryIO:
        """The bytes as a stream."""
        return self._path(upload_id).open("rb")

    def remove(self, upload_id: str) -> None:
        """Remove the file; nothing happens if there is none."""
        self._path(upload_id).unlink(missing_ok=True)

    def __iter__(self) -> Iterator[str]:
        """The ids of all files."""
        for path in sorted(self._folder.iterdir()):
            if path.is_file():
                yield path.name

    def _path(self, upload_id: str) -> Path:
        return self._folder / upload_id
