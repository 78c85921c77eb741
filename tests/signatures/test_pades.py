"""Signed PDF documents: each trap of the library's convenience functions, and strangers' edits."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import DocumentTimestamp
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.policy_decl import (
    CertValidationPolicySpec,
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    REQUIRE_REVINFO,
    CertRevTrustPolicy,
)
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer
from weasyprint import HTML

from kernel.refusal import Refused
from signatures import der, pades
from signatures.development import EXPIRED, LOOK_ALIKE, REVOKED, REVOKED_AT
from signatures.pdf_archive import contents_of
from signatures.signed_data import (
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE_V2,
    policy_attribute,
    signed_attributes,
)
from signatures.signers import Signer
from signatures.verdicts import Indication, PartName, SubIndication, Verdict
from signatures.waiting import wait_for
from tests.signatures.conftest import NOW, World, openssl

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return HTML(string="<html lang=en><title>Report</title><h1>Report</h1><p>Ten").write_pdf()


def _sign(world: World, pdf: bytes, signer: Signer | None = None, **more: object) -> bytes:
    given = {"reason": "opened", "field": "Opener", "tsa": world.stamper, "trust": world.trust}
    return pades.sign_pdf(pdf, signer or world.bidder, **{**given, **more})  # type: ignore[arg-type]


def _one(world: World, pdf: bytes, at: datetime = NOW) -> Verdict:
    (verdict,) = pades.verify_pdf(pdf, world.trust, at)
    return verdict


@pytest.mark.parametrize("level", ["B-B", "B-T", "B-LTA"])
def test_each_level_passes(world: World, pdf: bytes, level: str) -> None:
    signed = _sign(world, pdf, level=level, claimed_at=NOW)
    verdict = _one(world, signed)
    assert verdict.passed, verdict.as_record()
    assert verdict.field_name == "Opener"
    assert verdict.signer == world.bidder.certificate
    assert verdict.part(PartName.TIME_STAMP).passed is (level != "B-B")
    archived_at = verdict.part(PartName.DOCUMENT).facts["archived_at"]
    assert archived_at == ("2026-03-02T01:00:00.000Z" if level == "B-LTA" else None)
    document = "sha256:" + hashlib.sha256(signed).hexdigest()
    assert verdict.part(PartName.DOCUMENT).facts["document"] == document


def test_signing_leaves_the_earlier_bytes_alone(world: World, pdf: bytes) -> None:
    signed = _sign(world, pdf)
    assert signed.startswith(pdf)
    assert b"/ModDate" not in signed[len(pdf) :]


def test_openssl_agrees(world: World, pdf: bytes, tmp_path: Path) -> None:
    signed = _sign(world, pdf, level="B-T")
    (embedded,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    _, first, second, rest = embedded.byte_range
    (tmp_path / "covered").write_bytes(signed[:first] + signed[second : second + rest])
    (tmp_path / "cms").write_bytes(contents_of(embedded.pkcs7_content))
    (tmp_path / "root.pem").write_bytes(world.pki.root.certificate.pem())
    done = openssl(
        *("cms", "-verify", "-binary", "-purpose", "any", "-cades", "-inform", "DER"),
        *("-in", "cms", "-content", "covered", "-CAfile", "root.pem", "-out", "out"),
        *("-attime", str(int(NOW.timestamp()))),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr


def _pyhanko_spec(world: World) -> PdfSignatureValidationSpec:
    roots = [asn1_x509.Certificate.load(world.pki.root.certificate.der)]
    lists = [CRLContainer(asn1_crl.CertificateList.load(c.der)) for c in world.trust.crls]
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=CertValidationPolicySpec(
                SimpleTrustManager.build(roots), CertRevTrustPolicy(REQUIRE_REVINFO)
            ),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                RevinfoOnlineFetchingRule.LOCAL_ONLY
            ),
            local_knowledge=LocalKnowledge(known_crls=lists),
        )
    )


def test_pyhankos_own_archive_validation_agrees(world: World, pdf: bytes) -> None:
    """The library that did not judge here: by its sub-indication and nothing else (trap 2)."""
    signed = _sign(world, pdf, level="B-LTA")
    embedded = PdfFileReader(BytesIO(signed)).embedded_regular_signatures[0]
    timing = ValidationTimingInfo(NOW + DAY, NOW + DAY, point_in_time_validation=True)
    result = wait_for(ades.ades_lta_validation(embedded, _pyhanko_spec(world), timing_info=timing))
    assert result.ades_subindic is AdESPassed.OK
    assert result.best_signature_time == NOW


def test_trap_1_an_expired_signer_with_a_later_time_stamp(world: World, pdf: bytes) -> None:
    """And trap 2: an archive that the expired signer built himself changes nothing."""
    signed = _sign(world, pdf, world.pki.person(EXPIRED))
    for document in (signed, _stamped(world, signed)):
        verdict = _one(world, document)
        assert verdict.indication is Indication.INDETERMINATE
        assert verdict.sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE
        assert verdict.part(PartName.TIME_STAMP).passed
    with pytest.raises(Refused) as caught:
        _sign(world, pdf, world.pki.person(EXPIRED), level="B-LTA")
    assert caught.value.refusal.code == "chain_needed_for_archiving"


def _stamped(world: World, signed: bytes) -> bytes:
    """The document under a document time stamp, by pyHanko and with no store."""
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    placeholder = DocumentTimestamp(bytes_reserved=8192)
    steps = PdfCMSEmbedder(SigFieldSpec("Stamp")).write_cms("Stamp", writer)
    next(steps)
    steps.send(SigObjSetup(sig_placeholder=placeholder))
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256"))
    steps.send(world.stamper.stamp(prepared.document_digest))
    return output.getvalue()


def test_trap_3_a_revoked_signer(world: World, pdf: bytes) -> None:
    verdict = _one(world, _sign(world, pdf, world.pki.person(REVOKED)))
    assert verdict.sub_indication is SubIndication.REVOKED_NO_POE
    early = _sign(world, pdf, world.pki.person(REVOKED), tsa=world.stamper_at(REVOKED_AT - DAY))
    assert _one(world, early).passed


def test_trap_3_no_revocation_data_is_no_pass(world: World, pdf: bytes) -> None:
    (verdict,) = pades.verify_pdf(_sign(world, pdf), world.trust.with_crls(()), NOW)
    # The token's authority is asked first: without its list the time is not proved either.
    assert verdict.sub_indication is SubIndication.TRY_LATER
    assert verdict.awaits_revocation_data


def test_trap_5_a_claimed_time_moves_nothing(world: World, pdf: bytes) -> None:
    claimed = datetime(2025, 6, 1, tzinfo=UTC)
    signed = _sign(world, pdf, world.pki.person(EXPIRED), level="B-B", claimed_at=claimed)
    verdict = _one(world, signed)
    assert verdict.best_time == NOW
    assert verdict.code == "certificate_expired"


def test_a_look_alike_authority(world: World, pdf: bytes) -> None:
    verdict = _one(world, _sign(world, pdf, world.pki.person(LOOK_ALIKE)))
    assert verdict.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    with pytest.raises(Refused) as caught:
        _sign(world, pdf, world.pki.person(LOOK_ALIKE), level="B-LTA")
    assert caught.value.refusal.code == "chain_needed_for_archiving"


def _replace_page(signed: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    stream = generic.StreamObject(stream_data=b"BT ET")
    page[generic.NameObject("/Contents")] = writer.add_object(stream)
    writer.update_container(page)
    return _written(writer)


def _add_annotation(signed: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    note = generic.DictionaryObject(
        {
            generic.NameObject("/Type"): generic.NameObject("/Annot"),
            generic.NameObject("/Subtype"): generic.NameObject("/FreeText"),
            generic.NameObject("/Rect"): generic.ArrayObject(
                generic.NumberObject(n) for n in (0, 0, 100, 100)
            ),
            generic.NameObject("/Contents"): generic.TextStringObject("another price"),
        }
    )
    annotations = page.get("/Annots") or generic.ArrayObject()
    annotations = generic.ArrayObject([*annotations, writer.add_object(note)])
    page[generic.NameObject("/Annots")] = annotations
    writer.update_container(page)
    return _written(writer)


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


@pytest.mark.parametrize("change", [_replace_page, _add_annotation])
@pytest.mark.parametrize("level", ["B-T", "B-LTA"])
def test_trap_4_a_page_changed_after_signing(world: World, pdf: bytes, change, level: str) -> None:
    changed = change(_sign(world, pdf, level=level))
    verdict = _one(world, changed)
    assert verdict.indication is Indication.TOTAL_FAILED
    assert not verdict.part(PartName.DOCUMENT).passed
    again = _sign(world, changed, field="Second")
    first, second = pades.verify_pdf(again, world.trust, NOW)
    assert first.code == "changed_after_signing"
    assert second.passed


@pytest.mark.parametrize("level", ["B-B", "B-T", "B-LTA"])
@pytest.mark.parametrize(
    "tail", [b"\n", b"garbage", b"%%EOF\n", b"startxref\n0\n%%EOF\n", bytes(100)]
)
def test_trap_6_bytes_after_the_end(world: World, pdf: bytes, level: str, tail: bytes) -> None:
    verdict = pades.verify_pdf(_sign(world, pdf, level=level) + tail, world.trust, NOW)[0]
    assert not verdict.passed
    assert verdict.code in {"bytes_after_the_last_signature", "document_unreadable"}


def test_no_altered_byte_of_the_document_passes(world: World, pdf: bytes) -> None:
    """A sample of the bytes around the signature; those inside are tried with the CMS."""
    prepared = pades.prepare(
        pdf, world.bidder.certificate, world.bidder.issuers, reason="x", field="Opener"
    )
    signed = pades.finish(prepared, world.bidder.sign(prepared.attributes), level="B-B")
    assert _one(world, signed).passed
    room = range(prepared.reserved_start + 1, prepared.reserved_end - 1)
    for place in (place for place in range(0, len(signed), 37) if place not in room):
        altered = bytearray(signed)
        altered[place] ^= 0x01
        assert not _one(world, bytes(altered)).passed, place


def test_rubbish_is_a_verdict_and_no_crash(world: World, pdf: bytes) -> None:
    signed = _sign(world, pdf)
    for raw, code in (
        (b"", "document_unreadable"),
        (b"%PDF-1.7 rubbish", "document_unreadable"),
        (signed[: len(signed) // 2], "document_unreadable"),
        (pdf, "no_signature"),
    ):
        verdict = _one(world, raw)
        assert verdict.indication is Indication.TOTAL_FAILED
        assert verdict.code == code


def _three(world: World, pdf: bytes) -> tuple[bytes, dict[str, str]]:
    fields = ["Panel1", "Panel2", "Panel3"]
    document = pades.add_empty_fields(pdf, fields)
    signers = {}
    for number, field in enumerate(fields):
        signer = world.pki.issue_person(f"专家{number}", keep=False)
        document = _sign(world, document, signer, field=field, certify=number == 0)
        signers[field] = signer.certificate.fingerprint
    return document, signers


def test_several_sign_one_document_and_it_is_archived_once(world: World, pdf: bytes) -> None:
    document, signers = _three(world, pdf)
    archived = pades.archive(document, world.trust, world.stamper)
    verdicts = pades.verify_pdf(archived, world.trust, NOW, expected_signers=signers)
    assert [verdict.field_name for verdict in verdicts] == list(signers)
    assert all(verdict.passed for verdict in verdicts)


def test_a_signature_field_too_many(world: World, pdf: bytes) -> None:
    document, signers = _three(world, pdf)
    stranger = world.pki.issue_person("路人", keep=False)
    more = _sign(world, document, stranger, field="Panel4")
    verdicts = pades.verify_pdf(more, world.trust, NOW, expected_fields=signers)
    assert len(verdicts) == 4
    assert {verdict.code for verdict in verdicts} == {"unexpected_signature_field"}


def test_a_signature_that_is_missing_or_another_persons(world: World, pdf: bytes) -> None:
    document, signers = _three(world, pdf)
    wanted = {**signers, "Panel3": "sha256:" + "0" * 64, "Panel4": "sha256:" + "1" * 64}
    verdicts = pades.verify_pdf(document, world.trust, NOW, expected_signers=wanted)
    assert [verdict.code for verdict in verdicts] == [
        None,
        None,
        "signed_by_another",
        "signature_missing",
    ]
    assert [verdict.passed for verdict in verdicts] == [True, True, False, False]


def test_an_archive_outlives_its_signers(world: World, pdf: bytes) -> None:
    """The signer's certificate ends, and with it the fresh list; the document still verifies."""
    short = world.pki.issue_person("短期", keep=False, valid_to=NOW + 10 * DAY)
    lists = world.pki.crls(NOW - DAY, NOW + DAY)
    then = world.trust.with_crls(lists)
    archived = _sign(world, pdf, short, level="B-LTA", trust=then)
    plain = _sign(world, pdf, short, level="B-B", trust=then)
    later = NOW + 400 * DAY
    now_trust = world.trust.with_crls(world.pki.crls(later - DAY, later + DAY))
    (verdict,) = pades.verify_pdf(archived, now_trust, later)
    assert verdict.passed, verdict.as_record()
    assert verdict.best_time == NOW
    assert pades.verify_pdf(plain, now_trust, later)[0].code == "certificate_expired"


def test_an_archive_whose_own_stamp_is_not_good_says_so(world: World, pdf: bytes) -> None:
    archived = _sign(world, pdf, level="B-LTA")
    no_stamps = replace(world.trust, timestamp_roots=())
    (verdict,) = pades.verify_pdf(archived, no_stamps, NOW)
    assert not verdict.passed
    assert verdict.part(PartName.DOCUMENT).facts["archive_problem"] == "no_chain_to_a_trusted_root"


def test_a_key_held_elsewhere_signs(world: World, pdf: bytes) -> None:
    """What a browser does: recompute the digest, look at the attributes, sign, send r and s."""
    certificate = world.bidder.certificate
    prepared = pades.prepare(
        pdf, certificate, world.bidder.issuers, reason="scores", field="Panel1"
    )
    covered = (
        prepared.document[: prepared.reserved_start] + prepared.document[prepared.reserved_end :]
    )
    assert hashlib.sha256(covered).digest() == prepared.document_digest
    kinds = [
        der.read_oid(attribute.children()[0])
        for attribute in der.read(prepared.attributes).children()
    ]
    assert sorted(kinds) == sorted([CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2])
    assert prepared.document_digest in prepared.attributes
    r, s = decode_dss_signature(world.bidder.sign(prepared.attributes))
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    value = pades.signature_from_webcrypto(raw, certificate)
    signed = pades.finish(prepared, value, tsa=world.stamper, trust=world.trust, level="B-LTA")
    assert _one(world, signed).passed


def test_a_wrong_value_is_never_embedded(world: World, pdf: bytes) -> None:
    prepared = pades.prepare(pdf, world.bidder.certificate, reason="x", field="Panel1")
    other = world.pki.issue_person("李四", keep=False)
    for value in (other.sign(prepared.attributes), b"", b"rubbish", bytes(64)):
        with pytest.raises(Refused) as caught:
            pades.finish(prepared, value, tsa=world.stamper)
        assert caught.value.refusal.code == "signature_value_wrong"
    with pytest.raises(Refused):
        pades.signature_from_webcrypto(b"short", world.bidder.certificate)


def test_a_signature_under_the_statement_policy_is_none_of_a_document(
    world: World, pdf: bytes
) -> None:
    """Somebody has a statement signed whose digest is a document's."""
    prepared = pades.prepare(
        pdf, world.bidder.certificate, world.bidder.issuers, reason="x", field="Panel1"
    )
    attributes = signed_attributes(
        prepared.document_digest, world.bidder.certificate, extra=[policy_attribute()]
    )
    disguised = replace(prepared, attributes=attributes)
    signed = pades.finish(disguised, world.bidder.sign(attributes), level="B-B")
    assert _one(world, signed).code == "signature_policy_not_expected"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"tsa": None}, "time_stamp_needed"),
        ({"level": "B-LTA", "trust": None}, "trust_needed_for_archiving"),
    ],
)
def test_what_a_level_needs(world: World, pdf: bytes, more: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as caught:
        _sign(world, pdf, **more)
    assert caught.value.refusal.code == code


def test_what_cannot_be_signed(world: World, pdf: bytes) -> None:
    with pytest.raises(Refused) as caught:
        _sign(world, b"rubbish")
    assert caught.value.refusal.code == "document_unreadable"
    signed = _sign(world, pdf)
    with pytest.raises(Refused) as caught:
        _sign(world, signed)
    assert caught.value.refusal.code == "document_cannot_be_signed"


def test_a_token_larger_than_its_room_is_refused(world: World, pdf: bytes) -> None:
    class Wordy:
        outside = False

        def stamp(self, imprint_sha256: bytes) -> bytes:
            return der.octets(bytes(20_000))

    with pytest.raises(Refused) as caught:
        _sign(world, pdf, tsa=Wordy())
    assert caught.value.refusal.code == "signature_larger_than_its_room"
