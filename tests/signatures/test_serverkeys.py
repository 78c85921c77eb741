"""The server's own three keys: made once, readable by nobody else, each for one thing."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from kernel.refusal import Refused
from signatures import cms, notes
from signatures.serverkeys import LOG_KEY, RECEIPT_KEY, SEAL_KEY, ServerKeys
from tests.signatures.conftest import NOW, World

ORIGIN = "sunlit.example/0123456789abcdef0123456789abcdef"
SECRETS = (SEAL_KEY, LOG_KEY, RECEIPT_KEY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ServerKeys.create(tmp_path / "keys", ORIGIN)
    return tmp_path / "keys"


def test_what_was_made_is_loaded(tmp_path: Path) -> None:
    made = ServerKeys.create(tmp_path / "keys", ORIGIN)
    loaded = ServerKeys.load(tmp_path / "keys")
    assert loaded.log == made.log
    assert loaded.receipt == made.receipt
    assert loaded.seal.certificate == made.seal.certificate
    assert loaded.log.name == ORIGIN
    assert loaded.log_vkey != loaded.receipt_vkey


def test_nobody_else_may_read_them(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in SECRETS:
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


@pytest.mark.parametrize("name", SECRETS)
def test_keys_that_others_may_read_are_not_used(folder: Path, name: str) -> None:
    (folder / name).chmod(0o640)
    with pytest.raises(Refused) as caught:
        ServerKeys.load(folder)
    assert caught.value.refusal.code == "server_key_readable_by_others"


@pytest.mark.parametrize("name", SECRETS)
def test_a_missing_key_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(Refused) as caught:
        ServerKeys.load(folder)
    assert caught.value.refusal.facts["file"] == name


def test_keys_that_exist_are_never_replaced(folder: Path) -> None:
    before = {name: (folder / name).read_bytes() for name in SECRETS}
    with pytest.raises(Refused) as caught:
        ServerKeys.create(folder, ORIGIN)
    assert caught.value.refusal.code == "server_keys_exist"
    assert before == {name: (folder / name).read_bytes() for name in SECRETS}


def test_the_seal_seals_receipts_and_is_believed_alone(folder: Path, world: World) -> None:
    keys = ServerKeys.load(folder)
    receipt = b'{"type":"sunlit/receipt/v1"}'
    sealed = cms.sign_document(receipt, keys.seal)
    assert cms.verify_document(receipt, sealed, keys.seal_trust(), NOW).passed
    assert not cms.verify_document(receipt, sealed, world.trust, NOW).passed
    by_bidder = cms.sign_document(receipt, world.bidder)
    assert not cms.verify_document(receipt, by_bidder, keys.seal_trust(), NOW).passed


def test_a_log_key_signs_checkpoints_as_notes(folder: Path) -> None:
    keys = ServerKeys.load(folder)
    text = f"{ORIGIN}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    note = notes.sign(text, keys.log)
    assert notes.verify(note, [keys.log_vkey]) == text
    with pytest.raises(notes.NoteProblem):
        notes.verify(note, [keys.receipt_vkey])
