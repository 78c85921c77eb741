"""From a read CMS to a verdict: one function a part, and their conclusion.

The order of thought is that of ETSI EN 319 102-1 sections 5.2 and 5.3. Times are handed in: `at` is
the time judged at, and `best_time` the earliest time at which the signature is proved to have
existed. What the signer claims about the time is kept and never used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from signatures import algorithms, der
from signatures.certificates import Certificate
from signatures.paths import Path, find_path
from signatures.policy import POLICY_OID, POLICY_PAGE_SHA256
from signatures.revocation import Revocation, RevocationStatus, revocation_at
from signatures.signed_data import (
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNATURE_POLICY,
    Malformed,
    SignedData,
)
from signatures.trust import Trust
from signatures.verdicts import (
    Finding,
    Material,
    Part,
    PartName,
    SubIndication,
    Verdict,
    absent,
    not_passed,
    passed,
    verdict_of,
)

# Two honest clocks differ by a little; a token from further in the future is no evidence.
CLOCK_SKEW_MAX: Final = timedelta(seconds=60)

# RFC 5280 section 4.2.1.12 and what authorities put into certificates of persons. A certificate
# made for servers, for time stamps or for revocation answers signs no act.
PERSONAL_PURPOSES: Final = frozenset(
    {
        "2.5.29.37.0",  # any
        "1.3.6.1.5.5.7.3.2",  # client authentication
        "1.3.6.1.5.5.7.3.4",  # e-mail protection
        "1.3.6.1.5.5.7.3.36",  # document signing, RFC 9336
        "1.3.6.1.4.1.311.10.3.12",  # document signing, Microsoft
        "1.2.840.113583.1.1.5",  # authentic documents, Adobe
    }
)

Purpose = Callable[[Certificate], str | None]


@dataclass(frozen=True, slots=True)
class ProvedTime:
    """The earliest proof of a signature's existence: a judged time-stamp token."""

    part: Part
    best_time: datetime | None = None
    token_digest: str | None = None


NO_TOKEN: Final = ProvedTime(absent(PartName.TIME_STAMP))


def unreadable(code: str, at: datetime) -> Verdict:
    """The verdict on bytes that are no signature of the form asked for."""
    return verdict_of(
        [not_passed(PartName.FORMAT, SubIndication.FORMAT_FAILURE, code)], judged_at=at
    )


def judge(
    data: SignedData,
    digest: Callable[[str], bytes],
    trust: Trust,
    at: datetime,
    *,
    policy: Part,
    purpose: Purpose,
    proved: ProvedTime = NO_TOKEN,
    form: Part | None = None,
    content_type: str,
) -> Verdict:
    """Judge a signature over a content whose digest by any algorithm the caller can tell."""
    best_time = min(at, proved.best_time or at)
    try:
        certificate = data.signer_certificate
        claimed = data.claimed_time
        intact = _intact(data, digest, content_type)
    except (Malformed, der.NotDer) as problem:
        code = str(problem) if isinstance(problem, Malformed) else "not_der"
        return unreadable(code, at)
    parts = [form or passed(PartName.FORMAT), intact, policy, proved.part]
    if certificate is None:
        parts.append(
            not_passed(
                PartName.CERTIFICATE,
                SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
                "signing_certificate_not_bound",
            )
        )
        return _with_facts(verdict_of(parts, judged_at=at, best_time=best_time), data)
    path, revocations, judged = _judge_certificate(data, certificate, trust, best_time, purpose)
    parts += [*_signature(data, certificate, trust), *judged]
    verdict = _with_facts(verdict_of(parts, judged_at=at, best_time=best_time), data)
    return replace(
        verdict,
        signer=certificate,
        claimed_time=claimed,
        organization_identifier=trust.organization_of(path.chain) if path.chain else None,
        material=Material(
            chain=path.chain,
            crls=tuple(dict.fromkeys(r.list.digest for r in revocations if r.list)),
            token=proved.token_digest,
            trust=trust.digest,
        ),
    )


def statement_policy(data: SignedData) -> Part:
    """Whether the signature stands under our statement policy (SEALED_BID 1).

    Without it, a signature once given on a prepared PDF would also be a valid statement.
    """
    value = data.attribute(SIGNATURE_POLICY)
    if value is None:
        return _policy_failure("no_signature_policy")
    try:
        identifier, page, *qualifiers = der.expect(value, der.SEQUENCE).children()
        algorithm, page_digest = page.children()
        found = (
            der.read_oid(identifier),
            der.read_algorithm(algorithm),
            der.expect(page_digest, der.OCTET_STRING).content,
        )
    except (der.NotDer, ValueError, IndexError):
        return _policy_failure("signature_policy_unreadable")
    if found[0] != POLICY_OID:
        return _policy_failure("signature_policy_unknown")
    if found[1:] != (algorithms.SHA256, POLICY_PAGE_SHA256) or qualifiers:
        return _policy_failure("signature_policy_of_another_page")
    return passed(PartName.POLICY, policy=POLICY_OID)


def personal(certificate: Certificate) -> str | None:
    """Why a certificate may not sign acts or documents; none when it may."""
    if certificate.is_authority:
        return "certificate_of_an_authority"
    extensions = certificate.parsed.extensions
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
        if not (usage.digital_signature or usage.content_commitment):
            return "certificate_not_for_signing"
    except x509.ExtensionNotFound:
        pass
    try:
        purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return None
    if not any(purpose.dotted_string in PERSONAL_PURPOSES for purpose in purposes):
        return "certificate_for_another_purpose"
    return None


def _intact(data: SignedData, digest: Callable[[str], bytes], content_type: str) -> Part:
    declared = data.attribute(CONTENT_TYPE)
    expected = data.attribute(MESSAGE_DIGEST)
    if declared is None or expected is None:
        raise Malformed("attribute_missing")
    if not der.read_oid(declared) == data.content_type == content_type:
        raise Malformed("content_type_wrong")
    try:
        found = digest(data.digest_oid)
    except algorithms.NotAllowed:
        # Which digest it was is judged with the algorithms; what was not computed is not intact.
        return Part(PartName.INTACT, Finding.NOT_REACHED)
    if der.expect(expected, der.OCTET_STRING).content != found:
        return not_passed(PartName.INTACT, SubIndication.HASH_FAILURE, "content_altered")
    return passed(PartName.INTACT)


def _signature(data: SignedData, certificate: Certificate, trust: Trust) -> tuple[Part, ...]:
    try:
        valid = algorithms.signature_valid(
            certificate.public_key, data.form, data.signature, data.signed_bytes, trust.algorithms
        )
    except (algorithms.NotAllowed, UnsupportedAlgorithm, ValueError) as problem:
        weak = not_passed(
            PartName.ALGORITHMS,
            SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
            "algorithm_not_allowed",
            problem=str(problem),
        )
        return (Part(PartName.SIGNATURE, Finding.NOT_REACHED), weak)
    if not valid:
        wrong = not_passed(
            PartName.SIGNATURE, SubIndication.SIG_CRYPTO_FAILURE, "signature_value_wrong"
        )
        return (wrong, passed(PartName.ALGORITHMS))
    return (passed(PartName.SIGNATURE), passed(PartName.ALGORITHMS))


def _judge_certificate(
    data: SignedData, certificate: Certificate, trust: Trust, at: datetime, purpose: Purpose
) -> tuple[Path, tuple[Revocation, ...], tuple[Part, ...]]:
    # A certificate that ran out has a chain all the same; that it ran out is a part of its own.
    within = min(max(at, certificate.valid_from), certificate.valid_to)
    path = find_path(certificate, data.certificates, trust, within)
    unfit = purpose(certificate)
    chain = path.chain
    revocations = tuple(
        revocation_at(link, issuer, trust.crls, at) for link, issuer in pairwise(chain)
    )
    parts = (_certified(path, unfit), _validity(chain or (certificate,), at))
    return path, revocations, (*parts, _revocation(path, revocations))


def _certified(path: Path, unfit: str | None) -> Part:
    if path.sub_indication is not None:
        return not_passed(PartName.CERTIFICATE, path.sub_indication, path.code or "no_chain")
    if unfit is not None:
        return not_passed(PartName.CERTIFICATE, SubIndication.CHAIN_CONSTRAINTS_FAILURE, unfit)
    return passed(PartName.CERTIFICATE, root=path.chain[-1].fingerprint)


def _validity(chain: tuple[Certificate, ...], at: datetime) -> Part:
    """Whether signer and issuers were valid at the best time.

    A time stamp after the end of the validity does not help: it proves that the signature existed
    then, and nothing about before (trap 1: pyHanko's AdES validation lets this pass).
    """
    if all(link.valid_at(at) for link in chain):
        return passed(PartName.VALIDITY)
    if at < chain[0].valid_from:
        return not_passed(
            PartName.VALIDITY, SubIndication.NOT_YET_VALID, "certificate_not_yet_valid"
        )
    code = "certificate_expired" if at > chain[0].valid_to else "issuer_out_of_validity"
    return not_passed(PartName.VALIDITY, SubIndication.OUT_OF_BOUNDS_NO_POE, code)


def _revocation(path: Path, revocations: tuple[Revocation, ...]) -> Part:
    """Hard-fail: an answer is needed for every certificate below the root (trap 3)."""
    if not path.found:
        return Part(PartName.REVOCATION, Finding.NOT_REACHED)
    for place, found in enumerate(revocations):
        if found.status is RevocationStatus.REVOKED:
            sub_indication = (
                SubIndication.REVOKED_CA_NO_POE if place else SubIndication.REVOKED_NO_POE
            )
            code = "issuer_revoked" if place else "certificate_revoked"
            return not_passed(PartName.REVOCATION, sub_indication, code, **found.facts())
    for found in revocations:
        if found.status is not RevocationStatus.GOOD:
            code = f"revocation_{found.status.value}"
            return not_passed(PartName.REVOCATION, SubIndication.TRY_LATER, code, **found.facts())
    return passed(PartName.REVOCATION, answers=[found.facts() for found in revocations])


def _policy_failure(code: str) -> Part:
    return not_passed(PartName.POLICY, SubIndication.POLICY_PROCESSING_ERROR, code)


def _with_facts(verdict: Verdict, data: SignedData) -> Verdict:
    return replace(
        verdict,
        signature_value_digest=data.signature_digest,
        digest_oid=data.digest_oid,
        signature_oid=data.signature_oid,
    )
