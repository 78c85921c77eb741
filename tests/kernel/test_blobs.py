"""Blobs: named by what they hold, durable before they are named, whole or not there at all."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.blobs import FileBlobs
from kernel.canonical import digest
from kernel.refusal import NotFound


@given(st.binary(max_size=3000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_put_is_read_under_its_digest(blobs: FileBlobs, data: bytes) -> None:
    name = blobs.put(data)
    assert name == digest(data)
    assert blobs.put(io.BytesIO(data)) == name
    assert blobs.read(name) == data
    assert blobs.size(name) == len(data)
    assert name in set(blobs)


@pytest.mark.parametrize(
    "name",
    ["sha256:" + "0" * 64, "sha256:../../etc/passwd", "", "md5:" + "0" * 32, "sha256:" + "A" * 64],
)
def test_what_is_not_there_is_not_found(blobs: FileBlobs, name: str) -> None:
    for look in (blobs.read, blobs.size, blobs.open):
        with pytest.raises(NotFound):
            look(name)


def test_delete_removes_and_may_be_repeated(blobs: FileBlobs) -> None:
    name = blobs.put(b"x")
    blobs.delete(name)
    blobs.delete(name)
    with pytest.raises(NotFound):
        blobs.read(name)


class _Torn(io.BytesIO):
    """An upload whose line breaks after the first chunk."""

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        if not found:
            raise ConnectionResetError
        return found


def test_broken_upload_leaves_nothing(blobs: FileBlobs, tmp_path: Path) -> None:
    with pytest.raises(ConnectionResetError):
        blobs.put(_Torn(b"half of it"))
    assert list(blobs) == []
    assert not list(tmp_path.glob("blobs/part/*"))


def test_file_is_durable_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """fsync of the file, then rename, then fsync of the folder: only so is a crash harmless."""
    steps: list[str] = []
    fsync, rename = os.fsync, Path.rename

    def seen_fsync(handle: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        steps.append(f"fsync {kind}")
        fsync(handle)

    def seen_rename(self: Path, target: Path) -> Path:
        steps.append("rename")
        return rename(self, target)

    blobs = FileBlobs(tmp_path / "blobs")
    monkeypatch.setattr(os, "fsync", seen_fsync)
    monkeypatch.setattr(Path, "rename", seen_rename)
    blobs.put(b"bid")
    assert steps == ["fsync file", "rename", "fsync folder", "fsync folder"]


def test_bytes_that_are_there_are_made_durable_all_the_same(
    blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever put them first may have been stopped before the folder was on the disk."""
    blobs.put(b"bid")
    folders: list[int] = []
    fsync = os.fsync

    def seen_fsync(handle: int) -> None:
        folders.append(stat.S_ISDIR(os.fstat(handle).st_mode))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", seen_fsync)
    blobs.put(b"bid")
    assert sum(folders) == 2
