"""Writing key files so that nobody else can read them, not even for a moment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization

from signatures.signers import PrivateKey

PRIVATE_FILE_MODE: Final = 0o600
PRIVATE_FOLDER_MODE: Final = 0o700


def make_private_folder(path: Path) -> None:
    """Make a folder that only its owner may enter."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(PRIVATE_FOLDER_MODE)


def write_private(path: Path, content: bytes) -> None:
    """Write a new file that only its owner may read; one that exists is never written over."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE_MODE)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def private_pem(key: PrivateKey) -> bytes:
    """A private key as PKCS#8 PEM without a password: the file's mode is its protection."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def is_private(path: Path) -> bool:
    """Whether nobody but the owner may read the file."""
    return path.stat().st_mode & 0o077 == 0
