"""Backups: a folder with a dump of the database, the files beside it, and the digest of each."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL, text

from app.database import engine_for, libpq_environment
from app.postgres import PostgresFailed, embedded_programs, find_programs
from app.settings import Settings
from kernel.refusal import enforce, refuse

DUMP, MANIFEST, FILES = "database.dump", "manifest.json", "files"
# What lies in SUNLIT_VAR and cannot be made again. The embedded database is in the dump.
FOLDERS = ("blobs", "keys", "trust", "log", "mail")
# Uploads under way; and what the server last signed, which a restore must not roll back: without it
# nothing is signed until `sunlit journal adopt` was given the newest checkpoint (DESIGN 7).
_LEFT_OUT = shutil.ignore_patterns("part", "last-checkpoint*")


def create(settings: Settings, url: URL, folder: Path) -> int:
    """Write a backup into a new folder; how many files it holds.

    The database first: a blob is durable before a row names it, so every blob that the dump names
    is among the files that are copied after.
    """
    folder.mkdir(mode=0o700, parents=True)
    _run("pg_dump", url, "--format=custom", "--no-owner", f"--file={folder / DUMP}")
    for name in FOLDERS:
        if (settings.var / name).exists():
            shutil.copytree(settings.var / name, folder / FILES / name, ignore=_LEFT_OUT)
    digests = _digests(folder)
    (folder / MANIFEST).write_text(json.dumps(digests, indent=1, sort_keys=True), encoding="utf-8")
    for path in (*folder.rglob("*"), folder):
        _sync(path)
    return len(digests)


def check(folder: Path) -> int:
    """Compare a backup with its digests, refused at a difference; how many files it holds."""
    stated = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    found = _digests(folder)
    for name in sorted(stated.keys() | found.keys()):
        if stated.get(name) != found.get(name):
            enforce(refuse("backup_damaged", "DESIGN 12", file=name))
    return len(found)


def restore(settings: Settings, url: URL, folder: Path) -> None:
    """Put a backup where nothing is yet; what is there is never overwritten."""
    check(folder)
    for name in FOLDERS:
        target = settings.var / name
        if target.exists() and any(target.iterdir()):
            enforce(refuse("restore_over_data", "DESIGN 12", where=str(target)))
    if _has_tables(url):
        enforce(refuse("restore_over_data", "DESIGN 12", where="database"))
    _run(
        *("pg_restore", url, "--no-owner", "--exit-on-error", "--single-transaction"),
        *(f"--dbname={url.database}", str(folder / DUMP)),
    )
    for source in sorted((folder / FILES).iterdir()):
        shutil.copytree(source, settings.var / source.name, dirs_exist_ok=True)


def _has_tables(url: URL) -> bool:
    engine = engine_for(url)
    try:
        with engine.connect() as connection:
            query = text("SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')")
            return bool(connection.execute(query).scalar_one())
    finally:
        engine.dispose()


def _run(program: str, url: URL, *arguments: str) -> None:
    # The newest programs: a dump can be made of an older server, but not of a newer one.
    folder = (embedded_programs() or find_programs()).bin
    done = subprocess.run(  # noqa: S603  # a program of PostgreSQL by its path, and no shell
        [folder / program, *arguments],
        env=os.environ | libpq_environment(url),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PostgresFailed(f"{program} failed:\n{done.stderr}")


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): _digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
