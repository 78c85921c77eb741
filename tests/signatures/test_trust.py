"""Trust and revocation: what is believed, until when, and that nothing is ever fetched."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from kernel.clock import FixedClock
from kernel.refusal import Refused
from signatures import cms
from signatures.certificates import Certificate
from signatures.development import REVOKED, REVOKED_AT, DevelopmentPki
from signatures.issuing import RevokedEntry, issue_crl, new_key
from signatures.revocation import RevocationList, RevocationStatus, revocation_at
from signatures.signers import Signer
from signatures.trust import Trust, is_development
from signatures.verdicts import Indication, PartName, SubIndication
from tests.signatures.conftest import FIRM, NOW, World

DAY = timedelta(days=1)
_COMMON_NAME = x509.NameOID.COMMON_NAME
STATEMENT = b'{"type":"sunlit/example/v1"}'


def _judged(world: World, trust: Trust, at: datetime = NOW, signer: Signer | None = None):
    signed = cms.sign_statement(STATEMENT, signer or world.bidder)
    return cms.verify_statement(STATEMENT, signed, trust, at)


def test_a_folder_reads_as_it_was_written(world: World, tmp_path: Path) -> None:
    world.trust.to_directory(tmp_path)
    read = Trust.from_directory(tmp_path)
    assert {found.fingerprint for found in read.roots} == {world.pki.root.certificate.fingerprint}
    assert set(read.crls) == set(world.trust.crls)
    assert read.organization_issuers == world.trust.organization_issuers
    assert _judged(world, read).passed
    replace(world.trust, crls=()).to_directory(tmp_path)
    assert Trust.from_directory(tmp_path).crls == ()


def test_an_empty_folder_trusts_nobody(world: World, tmp_path: Path) -> None:
    verdict = _judged(world, Trust.from_directory(tmp_path))
    assert verdict.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "roots").mkdir()
    (tmp_path / "roots" / "root.pem").write_text("rubbish")
    with pytest.raises(Refused):
        Trust.from_directory(tmp_path)


def test_misspelt_settings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "trust.json").write_text('{"organisation_issuers": []}')
    with pytest.raises(Refused):
        Trust.from_directory(tmp_path)


def test_missing_revocation_data_leaves_the_verdict_open(world: World) -> None:
    """Trap 3: hard-fail, and to be judged again at the opening (SEALED_BID 4)."""
    verdict = _judged(world, world.trust.with_crls(()))
    assert verdict.indication is Indication.INDETERMINATE
    assert verdict.sub_indication is SubIndication.TRY_LATER
    assert verdict.code == "revocation_unknown"
    assert verdict.awaits_revocation_data


def test_stale_revocation_data_leaves_the_verdict_open_and_is_shown(world: World) -> None:
    stale = world.trust.with_crls(world.pki.crls(NOW - 2 * DAY, NOW - DAY))
    verdict = _judged(world, stale)
    assert verdict.code == "revocation_stale"
    assert verdict.awaits_revocation_data
    facts = verdict.part(PartName.REVOCATION).facts
    assert facts["crl_next_at"] == "2026-03-01T01:00:00.000Z"
    assert _judged(world, stale, NOW - DAY).passed
    assert [found["fresh"] for found in stale.freshness(NOW)] == [False, False]


def test_a_forged_and_an_open_question_are_not_only_an_open_question(world: World) -> None:
    stale = world.trust.with_crls(())
    signed = cms.sign_statement(STATEMENT, world.bidder)
    verdict = cms.verify_statement(STATEMENT + b" ", signed, stale, NOW)
    assert verdict.indication is Indication.TOTAL_FAILED
    assert not verdict.awaits_revocation_data


def test_revoked_counts_from_its_date_on(world: World) -> None:
    revoked = world.pki.person(REVOKED)
    moment = timedelta(microseconds=1)
    assert _judged(world, world.trust, REVOKED_AT - moment, revoked).passed
    verdict = _judged(world, world.trust, REVOKED_AT, revoked)
    assert verdict.sub_indication is SubIndication.REVOKED_NO_POE
    facts = verdict.part(PartName.REVOCATION).facts
    assert facts["revoked_at"] == "2025-07-01T00:00:00.000Z"
    assert facts["reason"] == "keyCompromise"


def test_a_token_before_the_revocation_saves_the_signature(world: World) -> None:
    revoked = world.pki.person(REVOKED)
    signed = cms.sign_statement(STATEMENT, revoked)
    import hashlib

    imprint = hashlib.sha256(cms.statement_signature(signed)).digest()
    before = world.stamper_at(REVOKED_AT - DAY).stamp(imprint)
    after = world.stamper_at(REVOKED_AT + DAY).stamp(imprint)
    assert cms.verify_statement(STATEMENT, signed, world.trust, NOW, token=before).passed
    assert not cms.verify_statement(STATEMENT, signed, world.trust, NOW, token=after).passed


def test_an_authority_that_was_revoked_takes_its_people_along(world: World) -> None:
    root = world.pki.root
    entry = RevokedEntry(world.pki.authority.certificate, NOW - DAY)
    of_root = issue_crl(
        root.certificate,
        root.key.key,  # type: ignore[attr-defined]
        [entry],
        issued_at=NOW,
        next_at=NOW + DAY,
    )
    lists = (of_root, world.trust.crls[1])
    verdict = _judged(world, world.trust.with_crls(lists))
    assert verdict.sub_indication is SubIndication.REVOKED_CA_NO_POE


def test_a_list_that_another_key_signed_says_nothing(world: World) -> None:
    authority = world.pki.authority.certificate
    forged = issue_crl(authority, new_key(), (), issued_at=NOW, next_at=NOW + DAY)
    verdict = _judged(world, world.trust.with_crls((world.trust.crls[0], forged)))
    assert verdict.code == "revocation_unknown"


def test_the_freshest_list_decides(world: World) -> None:
    """An older list brought along cannot undo a revocation."""
    revoked = world.pki.person(REVOKED)
    clean = replace(world.pki, revoked={}).crls(NOW - 5 * DAY, NOW + DAY)
    both = world.trust.with_material((), clean)
    assert _judged(world, both, NOW, revoked).code == "certificate_revoked"


def test_a_list_made_after_the_certificates_end_cannot_answer(world: World) -> None:
    """RFC 5280 section 3.3: an entry may be gone from it."""
    short = world.pki.issue_person("短期", keep=False, valid_to=NOW - DAY)
    issuer = world.pki.authority.certificate
    found = revocation_at(short.certificate, issuer, world.trust.crls, NOW - 2 * DAY)
    assert found.status is RevocationStatus.UNKNOWN


@pytest.mark.parametrize(
    ("point", "covered"),
    [
        (None, True),
        ("http://crl.example/1.crl", False),
        ("http://crl.example/2.crl", True),
    ],
)
def test_a_part_of_a_list_speaks_only_for_its_part(
    world: World, point: str | None, covered: bool
) -> None:
    """RFC 5280 section 6.3.3 (b): authorities of size split their lists by address."""
    key = new_key()
    certificate = _certificate_with_distribution_point(world, key, "http://crl.example/2.crl")
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(world.pki.authority.certificate.parsed.subject)
        .last_update(NOW)
        .next_update(NOW + DAY)
    )
    if point is not None:
        name = [x509.UniformResourceIdentifier(point)]
        builder = builder.add_extension(
            x509.IssuingDistributionPoint(name, None, False, False, None, False, False),
            critical=True,
        )
    signed = builder.sign(world.pki.authority.key.key, hashes.SHA256())  # type: ignore[attr-defined]
    found = RevocationList.from_bytes(signed.public_bytes(Encoding.DER))
    issuer = world.pki.authority.certificate
    status = revocation_at(certificate, issuer, [found], NOW).status
    assert status is (RevocationStatus.GOOD if covered else RevocationStatus.UNKNOWN)


@pytest.mark.parametrize(
    "extension",
    [
        x509.DeltaCRLIndicator(1),
        x509.IssuingDistributionPoint(None, None, False, False, None, True, False),
    ],
)
def test_delta_and_indirect_lists_are_left_alone(
    world: World, extension: x509.ExtensionType
) -> None:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(world.pki.authority.certificate.parsed.subject)
        .last_update(NOW)
        .next_update(NOW + DAY)
        .add_extension(extension, critical=True)
    )
    signed = builder.sign(world.pki.authority.key.key, hashes.SHA256())  # type: ignore[attr-defined]
    found = RevocationList.from_bytes(signed.public_bytes(Encoding.DER))
    issuer = world.pki.authority.certificate
    status = revocation_at(world.bidder.certificate, issuer, [found], NOW).status
    assert status is RevocationStatus.UNKNOWN


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    tried: list[object] = []

    def refuse(_self: socket.socket, address: object) -> None:
        tried.append(address)
        raise AssertionError(f"a connection to {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    return tried  # type: ignore[return-value]


def test_addresses_in_a_certificate_are_never_followed(
    world: World, no_network: list[object]
) -> None:
    """Trap 8: validation must not connect to where an uploaded certificate points."""
    key = new_key()
    certificate = _certificate_with_distribution_point(world, key, "http://169.254.169.254/latest")
    signer = Signer.from_key(key, certificate, ())
    bare = replace(world.trust, intermediates=(), crls=())
    verdict = _judged(world, bare, NOW, signer)
    assert verdict.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    assert no_network == []


def test_an_organisation_counts_only_from_an_issuer_trusted_for_it(world: World) -> None:
    assert _judged(world, world.trust).organization_identifier == FIRM
    nobody = replace(world.trust, organization_issuers=frozenset())
    verdict = _judged(world, nobody)
    assert verdict.passed
    assert verdict.signer is not None
    assert verdict.signer.organization_identifier == FIRM
    assert verdict.organization_identifier is None


def test_a_development_root_is_known_by_its_name(world: World) -> None:
    assert is_development(world.trust)
    assert not is_development(replace(world.trust, roots=(), timestamp_roots=()))


def test_a_chain_found_once_is_not_believed_past_its_validity(world: World) -> None:
    short = world.pki.issue_person("短期", keep=False, valid_to=NOW + DAY)
    assert _judged(world, world.trust, NOW, short).passed
    assert _judged(world, world.trust, NOW + 2 * DAY, short).code == "certificate_expired"
    assert _judged(world, world.trust, datetime(2024, 6, 1, tzinfo=UTC), short).code in {
        "certificate_not_yet_valid",
        "issuer_not_yet_valid",
    }


def test_a_new_list_is_seen_by_a_new_trust(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    pki = DevelopmentPki.create(tmp_path / "pki", clock)
    signer = pki.issue_person("张三", file_name="zhang")
    signed = cms.sign_statement(STATEMENT, signer)
    assert cms.verify_statement(STATEMENT, signed, pki.trust(), NOW).passed
    pki.revoke(signer, NOW, clock)
    assert cms.verify_statement(STATEMENT, signed, pki.trust(), NOW).code == "certificate_revoked"
    again = DevelopmentPki.load(tmp_path / "pki")
    assert cms.verify_statement(STATEMENT, signed, again.trust(), NOW).code == "certificate_revoked"


def test_authorities_in_a_ring_do_not_keep_the_verifier_busy(world: World) -> None:
    """Each may have issued each other: the number of paths grows factorially."""
    key = new_key()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Ring")])
    ring = [_authority(name, key) for _ in range(14)]
    leaf_key = new_key()
    leaf = _authority(name, key, leaf_key=leaf_key)
    signer = Signer.from_key(leaf_key, leaf, ring)
    started = time.perf_counter()
    verdict = _judged(world, world.trust, NOW, signer)
    assert verdict.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    assert time.perf_counter() - started < 2


def test_a_crowd_does_not_push_the_right_link_out(world: World) -> None:
    subject = world.pki.authority.certificate.parsed.subject
    crowd = [_authority(subject, new_key()) for _ in range(12)]
    signer = Signer(world.bidder.certificate, world.bidder.key, (*crowd, *world.bidder.issuers))
    assert _judged(world, replace(world.trust, intermediates=()), NOW, signer).passed


def _authority(name: x509.Name, key, *, leaf_key=None) -> Certificate:
    signed = (
        x509.CertificateBuilder()
        .subject_name(
            name if leaf_key is None else x509.Name([x509.NameAttribute(_COMMON_NAME, "Leaf")])
        )
        .issuer_name(name)
        .public_key((leaf_key or key).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .add_extension(x509.BasicConstraints(ca=leaf_key is None, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Certificate.from_der(signed.public_bytes(Encoding.DER))


def _certificate_with_distribution_point(world: World, key, address: str) -> Certificate:
    name = x509.UniformResourceIdentifier(address)
    ca = world.pki.authority
    signed = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Somebody")]))
        .issuer_name(ca.certificate.parsed.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + 30 * DAY)
        .add_extension(
            x509.CRLDistributionPoints([x509.DistributionPoint([name], None, None, None)]),
            critical=False,
        )
        .add_extension(
            x509.AuthorityInformationAccess(
                [x509.AccessDescription(x509.AuthorityInformationAccessOID.CA_ISSUERS, name)]
            ),
            critical=False,
        )
        .sign(ca.key.key, hashes.SHA256())  # type: ignore[attr-defined]
    )
    return Certificate.from_der(signed.public_bytes(Encoding.DER))
