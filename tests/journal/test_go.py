"""Go's own libraries for transparency logs, which share no line with ours, agree with us."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from journal.checkpoints import Publication, publish
from journal.export import export
from tests.journal.conftest import ORIGIN, ROWS

# Debian: golang-go and golang-golang-x-mod-dev, which puts its sources here.
_LIBRARIES = Path("/usr/share/gocode")
_SOURCE = Path(__file__).parent / "go" / "checklog" / "main.go"

pytestmark = pytest.mark.skipif(
    shutil.which("go") is None or not (_LIBRARIES / "src/golang.org/x/mod/sumdb/tlog").exists(),
    reason="needs the Debian packages golang-go and golang-golang-x-mod-dev",
)


@pytest.fixture(scope="module")
def checklog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checker, built without any network."""
    folder = tmp_path_factory.mktemp("go")
    environment = os.environ | {
        "GO111MODULE": "off",
        "GOPATH": str(_LIBRARIES),
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
    }
    subprocess.run(
        ["go", "build", "-o", str(folder / "checklog"), str(_SOURCE)],
        check=True,
        env=environment,
        capture_output=True,
    )
    return folder / "checklog"


def test_go_finds_what_we_publish_to_fit_and_what_was_altered_not(
    checklog: Path, publication: Publication, grow: Callable[[int], None], tmp_path: Path
) -> None:
    for count in (1, 2, 254, 300):
        grow(count)
        publish(publication)
    with Session(publication.engine) as session:
        export(
            session,
            publication.tiles,
            tmp_path / "download",
            disclosure=ROWS,
            reached=lambda *_: False,
            keys={},
        )
    vkey = publication.keys[0].verifier.encode()

    def check() -> str:
        done = subprocess.run(
            [checklog, tmp_path / "download", vkey], capture_output=True, text=True
        )
        return done.stdout

    assert check() == f"FITS {ORIGIN}: 557 entries, 4 checkpoints\n"
    for name in ("tile/entries/001", "tile/0/000", "tile/1/000.p/2"):
        path = tmp_path / "download" / name
        raw = path.read_bytes()
        path.write_bytes(raw[:40] + bytes([raw[40] ^ 1]) + raw[41:])
        assert check().startswith("DOES NOT FIT")
        path.write_bytes(raw)
    assert check().startswith("FITS")
