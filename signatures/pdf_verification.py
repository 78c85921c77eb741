"""Judging signed PDF documents: every signature, in parts, and what was done to the file after it.

pyHanko says which bytes a signature covers and what later revisions changed. Whether the signature
counts is judged by the same rules as every other one here, so that the traps of its convenience
functions (an expired signer with a later time stamp, soft-fail revocation, a moment that somebody
claimed) have no way in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.status import SignatureCoverageLevel

from kernel.canonical import JsonValue, digest
from kernel.clock import instant
from signatures import algorithms
from signatures.judging import ProvedTime, judge, personal, unreadable
from signatures.pdf_archive import contents_of, read_security_store
from signatures.policy import POLICY_OID_DER
from signatures.signed_data import (
    ID_DATA,
    SIGNATURE_POLICY,
    SIGNATURE_TIME_STAMP,
    Malformed,
    SignedData,
    read_signed_data,
)
from signatures.timestamps import as_proof, proved_time, verify_token_over
from signatures.trust import Trust
from signatures.verdicts import (
    Part,
    PartName,
    SubIndication,
    Verdict,
    absent,
    not_passed,
    passed,
    verdict_of,
)

PDF_BYTES_MAX: Final = 128 * 1024 * 1024
SIGNATURES_MAX: Final = 32
_SUBFILTERS: Final = frozenset({"/ETSI.CAdES.detached", "/adbe.pkcs7.detached"})
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_STAMP_SUBFILTER: Final = "/ETSI.RFC3161"


@dataclass(frozen=True, slots=True)
class _Found:
    """One signature or document time stamp, with the state of the file around it."""

    embedded: Any
    field: str
    is_stamp: bool
    revision: int
    cms: bytes
    document: Part


def verify_pdf(
    pdf: bytes,
    trust: Trust,
    at: datetime,
    *,
    expected_fields: Collection[str] | None = None,
    expected_signers: Mapping[str, str] | None = None,
) -> tuple[Verdict, ...]:
    """A verdict for each signature in the document, in the order of signing, judged at an instant.

    `expected_fields` names the fields that must bear a signature, and no others may; pyHanko lets
    a stranger add one under FILL_FORMS. `expected_signers` says whose certificate (by its
    fingerprint) signed which field. A document without a signature gives one verdict that failed.
    """
    if len(pdf) > PDF_BYTES_MAX:
        return (unreadable("document_too_large", at),)
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=True)
        found = _find_signatures(reader, pdf)
        store = read_security_store(reader)
    except Malformed as problem:
        return (unreadable(str(problem), at),)
    except Exception:
        # A hostile file makes a PDF parser raise almost anything; each is "not readable", and none
        # may end the request of the person who looks at it.
        return (unreadable("document_unreadable", at),)
    signatures = [one for one in found if not one.is_stamp]
    if not signatures:
        return (unreadable("no_signature", at),)
    material = trust.with_material(*store)
    archive = _read_archive(found, material, at)
    verdicts = [_judge(one, archive, material, at) for one in signatures]
    if expected_signers is not None:
        expected_fields = expected_fields or expected_signers.keys()
        verdicts = [_by_expected_signer(verdict, expected_signers) for verdict in verdicts]
    if expected_fields is not None:
        verdicts = [*_with_expected_fields(verdicts, set(expected_fields), at)]
    return tuple(verdicts)


def _find_signatures(reader: PdfFileReader, pdf: bytes) -> list[_Found]:
    if reader.encrypted:
        raise Malformed("document_encrypted")
    embedded = reader.embedded_signatures
    if len(embedded) > SIGNATURES_MAX:
        raise Malformed("too_many_signatures")
    for one in embedded:
        one.compute_integrity_info()
    # Bytes after the end of the file change no object, and yet they make it another file than the
    # one that was signed (trap 6): some signature or time stamp covers every byte.
    covered = any(one.coverage is SignatureCoverageLevel.ENTIRE_FILE for one in embedded)
    return [_find(one, pdf, digest(pdf), covered=covered) for one in embedded]


def _find(embedded: Any, pdf: bytes, whole: str, *, covered: bool) -> _Found:
    is_stamp = str(embedded.sig_object_type) == "/DocTimeStamp"
    return _Found(
        embedded=embedded,
        field=str(embedded.field_name),
        is_stamp=is_stamp,
        revision=int(embedded.signed_revision),
        cms=contents_of(embedded.pkcs7_content),
        document=_document(embedded, pdf, whole, covered=covered, is_stamp=is_stamp),
    )


def _document(embedded: Any, pdf: bytes, whole: str, *, covered: bool, is_stamp: bool) -> Part:
    """What the signature covers, and what was done to the file after it (traps 4 and 6)."""
    summary = embedded.summarise_integrity_info()
    coverage = embedded.coverage
    changes = getattr(summary["diff_result"], "modification_level", None)
    facts = {
        "document": whole,
        "coverage": coverage.name,
        "changes_after": changes.name if changes is not None else "OTHER",
    }
    code: str | None = None
    subfilter = str(embedded.sig_object.get("/SubFilter"))
    if subfilter not in ({_STAMP_SUBFILTER} if is_stamp else _SUBFILTERS):
        code = "signature_of_another_kind"
    elif coverage < SignatureCoverageLevel.ENTIRE_REVISION or not _gap_is_the_signature(
        embedded, pdf
    ):
        code = "bytes_outside_the_signature"
    elif not covered:
        code = "bytes_after_the_last_signature"
    elif not summary["docmdp_ok"]:
        code = "changed_after_signing"
    if code is not None:
        return not_passed(PartName.DOCUMENT, SubIndication.FORMAT_FAILURE, code, **facts)
    return passed(PartName.DOCUMENT, **facts)


def _gap_is_the_signature(embedded: Any, pdf: bytes) -> bool:
    """Whether the bytes left out by the byte range are the signature's own entry, and only that."""
    _, length, start, _ = (int(number) for number in embedded.byte_range)
    gap = pdf[length:start]
    if gap[:1] != b"<" or gap[-1:] != b">":
        return False
    try:
        return bytes.fromhex(gap[1:-1].decode("ascii")) == bytes(embedded.pkcs7_content)
    except (UnicodeDecodeError, ValueError):
        return False


@dataclass(frozen=True, slots=True)
class _Archive:
    """What the document time stamps prove: for each one's revision the proof of its time."""

    proofs: Mapping[int, ProvedTime]
    problem: str | None

    def of(self, revision: int) -> ProvedTime | None:
        """The oldest proof that covers a revision."""
        covering = [found for number, found in self.proofs.items() if number > revision]
        return min(covering, key=lambda found: found.best_time or _NEVER, default=None)


def _read_archive(found: list[_Found], trust: Trust, at: datetime) -> _Archive:
    """Follow the document time stamps from now backwards (EN 319 102-1 section 5.6).

    The newest stamp is judged now; what it covers is proved to have existed at its time, so that
    the next older one is judged at that time, and so on. A stamp that fails proves nothing, and
    the chain ends there.
    """
    proofs: dict[int, ProvedTime] = {}
    moment = at
    for stamp in sorted((one for one in found if one.is_stamp), key=lambda one: -one.revision):
        if not stamp.document.passed:
            return _Archive(proofs, stamp.document.code)
        judged = verify_token_over(stamp.cms, _byte_range_digest(stamp), trust, moment)
        if not judged.passed or judged.gen_time is None:
            return _Archive(proofs, judged.verdict.code)
        moment = min(moment, judged.gen_time)
        proofs[stamp.revision] = replace(as_proof(judged), best_time=moment)
    return _Archive(proofs, None)


def _judge(found: _Found, archive: _Archive, trust: Trust, at: datetime) -> Verdict:
    try:
        data = read_signed_data(found.cms, distinguished=False)
        policy = _policy(data)
        stamp = data.unsigned_attribute(SIGNATURE_TIME_STAMP)
    except Malformed as problem:
        return replace(unreadable(str(problem), at), field_name=found.field)
    existed = archive.of(found.revision)
    existed_at = existed.best_time if existed and existed.best_time else at
    proved = proved_time(stamp.raw if stamp else None, data.signature, trust, existed_at)
    if stamp is None and existed is not None:
        proved = existed
    verdict = judge(
        data,
        _byte_range_digest(found),
        trust,
        at,
        policy=policy,
        purpose=personal,
        proved=replace(proved, best_time=min(proved.best_time or existed_at, existed_at)),
        content_type=ID_DATA,
    )
    document = found.document
    facts = {
        **document.facts,
        "archived_at": instant(existed_at) if existed is not None else None,
        "archive_problem": archive.problem,
    }
    verdict = verdict.with_part(replace(document, facts=facts))
    return replace(verdict, field_name=found.field)


def _byte_range_digest(found: _Found) -> Any:
    def digest_by(oid: str) -> bytes:
        return bytes(found.embedded.compute_digest(algorithms.digest_name(oid)))

    return digest_by


def _policy(data: SignedData) -> Part:
    """A PDF signed under the statement policy would be an act in disguise; others are let be."""
    value = data.attribute(SIGNATURE_POLICY)
    if value is not None and POLICY_OID_DER in value.raw:
        return not_passed(
            PartName.POLICY, SubIndication.POLICY_PROCESSING_ERROR, "signature_policy_not_expected"
        )
    if data.content is not None:
        raise Malformed("content_embedded")
    return absent(PartName.POLICY)


def _by_expected_signer(verdict: Verdict, expected: Mapping[str, str]) -> Verdict:
    wanted = expected.get(verdict.field_name or "")
    if wanted is None or verdict.signer is None or verdict.signer.fingerprint == wanted:
        return verdict
    facts = {**verdict.part(PartName.DOCUMENT).facts, "expected_signer": wanted}
    return verdict.with_part(_document_problem("signed_by_another", facts))


def _with_expected_fields(
    verdicts: list[Verdict], expected: set[str], at: datetime
) -> Iterator[Verdict]:
    """Each verdict fails when somebody signed who was not asked to; a missing one has its own."""
    signed = {verdict.field_name or "" for verdict in verdicts}
    unexpected = sorted(signed - expected)
    for verdict in verdicts:
        document = verdict.part(PartName.DOCUMENT)
        if unexpected and document.passed:
            facts = {**document.facts, "unexpected_fields": unexpected}
            yield verdict.with_part(_document_problem("unexpected_signature_field", facts))
        else:
            yield verdict
    for name in sorted(expected - signed):
        missing = not_passed(
            PartName.FORMAT, SubIndication.FORMAT_FAILURE, "signature_missing", field=name
        )
        yield replace(verdict_of([missing], judged_at=at), field_name=name)


def _document_problem(code: str, facts: Mapping[str, JsonValue]) -> Part:
    return not_passed(PartName.DOCUMENT, SubIndication.SIG_CONSTRAINTS_FAILURE, code, **facts)
