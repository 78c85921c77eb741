"""Files under a passphrase: opened by it alone, and a wrong one is told from a hopeless file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kernel.refusal import Refused
from signatures.sealed import points
from signatures.tool import keyfiles

PASSPHRASE = "a long passphrase of one's own"
KEY = points.write_identity(bytes(range(32)))


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """A bidder's file."""
    path = tmp_path / "secrets.age"
    keyfiles.write_bid_secrets(
        path, PASSPHRASE, act="sha256:" + "0" * 64, identities={"price": KEY}
    )
    return path


def refused(path: Path, passphrase: str) -> str:
    with pytest.raises(Refused) as error:
        keyfiles.read_bid_secrets(path, passphrase)
    return error.value.refusal.code


def test_its_passphrase_opens_it_and_no_other(secrets: Path) -> None:
    assert keyfiles.read_bid_secrets(secrets, PASSPHRASE) == {"price": KEY}
    assert refused(secrets, PASSPHRASE + ".") == "passphrase_wrong"


def test_a_file_that_would_take_for_ever_is_not_called_a_wrong_passphrase(secrets: Path) -> None:
    """So that somebody whose computer is busy does not doubt his passphrase."""
    raw = secrets.read_bytes()
    secrets.write_bytes(re.sub(rb"(-> scrypt \S+) \d+", rb"\1 30", raw, count=1))
    assert refused(secrets, PASSPHRASE) == "passphrase_takes_too_long"


def test_a_file_of_another_kind_is_told(tmp_path: Path) -> None:
    path = tmp_path / "keys.age"
    keyfiles.write_part_keys(
        path,
        PASSPHRASE,
        origin="sunlit.example/log",
        tender="tnd_x",
        index=1,
        identities={"price": bytes(range(32))},
    )
    assert refused(path, PASSPHRASE) == "file_of_another_kind"
