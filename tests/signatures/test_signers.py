"""Key files: modern and old, and the wrong password, which is never an empty answer (trap 11)."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    NoEncryption,
    pkcs12,
)

from kernel.refusal import Refused
from signatures import cms
from signatures.certificates import Certificate
from signatures.development import PASSWORD, DevelopmentPki
from signatures.files import private_pem
from signatures.signers import Signer
from tests.signatures.conftest import NOW, World, openssl


@pytest.mark.parametrize("legacy", [False, True])
def test_a_key_file_reads_as_it_was_written(world: World, legacy: bool) -> None:
    raw = world.bidder.to_p12("密码 password", legacy=legacy)
    signer = Signer.from_p12(raw, "密码 password")
    assert signer.certificate == world.bidder.certificate
    assert signer.issuers == world.bidder.issuers
    signed = cms.sign_statement(b"{}", signer)
    assert cms.verify_statement(b"{}", signed, world.trust, NOW).passed


@pytest.mark.parametrize("legacy", [False, True])
def test_a_wrong_password_is_a_refusal(world: World, legacy: bool) -> None:
    raw = world.bidder.to_p12("right", legacy=legacy)
    for password in ("wrong", ""):
        with pytest.raises(Refused) as caught:
            Signer.from_p12(raw, password)
        assert caught.value.refusal.code == "key_file_password_wrong"


def test_what_is_no_key_file_is_told_apart() -> None:
    with pytest.raises(Refused) as caught:
        Signer.from_p12(b"rubbish", "password")
    assert caught.value.refusal.code == "key_file_unreadable"


def test_openssl_reads_the_file(world: World, tmp_path: Path) -> None:
    (tmp_path / "key.p12").write_bytes(world.bidder.to_p12("secret"))
    done = openssl(
        *("pkcs12", "-in", "key.p12", "-passin", "pass:secret", "-nokeys", "-clcerts"),
        cwd=tmp_path,
    )
    assert done.returncode == 0
    assert Certificate.from_pem(done.stdout.encode()) == world.bidder.certificate


def test_a_file_without_its_certificate_is_refused(world: World) -> None:
    key = world.bidder.key.key  # type: ignore[attr-defined]
    raw = pkcs12.serialize_key_and_certificates(b"x", key, None, None, NoEncryption())
    with pytest.raises(Refused) as caught:
        Signer.from_p12(raw, "")
    assert caught.value.refusal.code == "key_file_incomplete"


def test_a_key_that_is_not_the_certificates_is_refused(world: World) -> None:
    with pytest.raises(Refused) as caught:
        Signer.from_key(ec.generate_private_key(ec.SECP256R1()), world.bidder.certificate)
    assert caught.value.refusal.code == "key_is_not_the_certificates"


def test_weak_and_foreign_keys_are_refused(world: World) -> None:
    certificate = world.bidder.certificate
    for key in (dsa.generate_private_key(2048),):
        raw = pkcs12.serialize_key_and_certificates(
            b"x", key, None, None, BestAvailableEncryption(b"p")
        )
        with pytest.raises(Refused):
            Signer.from_p12(raw, "p")
        with pytest.raises(Refused):
            Signer.from_key(key, certificate)  # type: ignore[arg-type]
    with pytest.raises(Refused) as caught:
        Signer.from_key(rsa.generate_private_key(65537, 1024), certificate)
    assert caught.value.refusal.code == "key_is_not_the_certificates"


def test_pem_files_read(world: World) -> None:
    signer = Signer.from_pem(
        private_pem(world.bidder.key.key),  # type: ignore[attr-defined]
        world.bidder.certificate.pem(),
        world.pki.authority.certificate.pem(),
    )
    assert signer.issuers == (world.pki.authority.certificate,)
    with pytest.raises(Refused):
        Signer.from_pem(b"rubbish", world.bidder.certificate.pem())


def test_a_private_key_is_not_shown(world: World) -> None:
    assert "PrivateKey" not in repr(world.bidder)


def test_the_development_pki_is_found_again(world: World) -> None:
    again = DevelopmentPki.load(world.pki.folder)
    assert again.person("wang").certificate == world.bidder.certificate
    assert again.trust().roots == world.trust.roots
    assert {"expired", "revoked", "look-alike", "legacy", "wang"} <= {
        person.file_name for person in again.people
    }
    assert all(person.password == PASSWORD for person in again.people)
    with pytest.raises(Refused) as caught:
        again.person("nobody")
    assert caught.value.refusal.code == "no_such_person"
    with pytest.raises(Refused) as caught:
        again.issue_person("another", file_name="wang")
    assert caught.value.refusal.code == "person_has_a_key_file"


def test_a_new_person_of_a_loaded_pki_is_believed(world: World) -> None:
    signer = DevelopmentPki.load(world.pki.folder).issue_person("新人", keep=False)
    signed = cms.sign_statement(b"{}", signer)
    assert cms.verify_statement(b"{}", signed, world.trust, NOW).passed


def test_people_in_the_browser_can_open_their_files(world: World) -> None:
    """The files hold the issuer's certificate too, which the browser puts into its CMS."""
    signer = Signer.from_p12((world.pki.folder / "people" / "wang.p12").read_bytes(), PASSWORD)
    assert signer.issuers == (world.pki.authority.certificate,)
