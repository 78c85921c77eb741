"""The document security store (EN 319 142-1 section 5.4): writing it, and reading a stranger's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore

from kernel.refusal import Refused, refuse
from signatures.certificates import Certificate
from signatures.paths import find_path
from signatures.revocation import RevocationList
from signatures.signed_data import SIGNATURE_TIME_STAMP, Malformed, SignedData, read_signed_data
from signatures.tokens import read_token_info
from signatures.trust import Trust

# More than any honest document holds; each would be parsed and tried.
STORED_MAX: Final = 64


def add_security_store(pdf: bytes, trust: Trust, open_writer: Callable[[bytes], Any]) -> bytes:
    """The document with chains and revocation lists of all its signatures and time stamps."""
    certificates: dict[Certificate, None] = {}
    for data, roots, at in _signed_data_in(pdf, trust):
        signer = data.signer_certificate
        path = find_path(signer, data.certificates, roots, at) if signer else None
        if path is None or not path.found:
            # An archive without the chain would be one in name only.
            raise Refused(refuse("chain_needed_for_archiving", why=path.code if path else None))
        certificates.update(dict.fromkeys(path.chain))
    writer = open_writer(pdf)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[asn1_x509.Certificate.load(found.der) for found in certificates],
        crls=[asn1_crl.CertificateList.load(found.der) for found in _lists(certificates, trust)],
    )
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def read_security_store(reader: PdfFileReader) -> tuple[list[Certificate], list[RevocationList]]:
    """Certificates and lists that a document brings along; what cannot be read is left out.

    They are material to try, checked by signature up to a root that the verifier holds.
    """
    if "/DSS" not in reader.root:
        return [], []
    store = reader.root["/DSS"]
    certificates = [
        found
        for raw in _streams(store, "/Certs", DecodePurpose.CERTIFICATE)
        if (found := _readable(Certificate.from_der, raw)) is not None
    ]
    lists = [
        found
        for raw in _streams(store, "/CRLs", DecodePurpose.CRL)
        if (found := _readable(RevocationList.from_bytes, raw)) is not None
    ]
    return certificates, lists


def contents_of(padded: bytes) -> bytes:
    """The CMS in a /Contents entry without its padding of zeros; Malformed for other padding."""
    if len(padded) < 2:
        raise Malformed("not_signed_data")
    head = padded[:6]
    size = 2 + head[1]
    if head[1] & 0x80:
        octets = head[1] & 0x7F
        size = 2 + octets + int.from_bytes(head[2 : 2 + octets], "big")
    if any(padded[size:]):
        raise Malformed("bytes_after_the_signature")
    return padded[:size]


def _signed_data_in(pdf: bytes, trust: Trust) -> Iterator[tuple[SignedData, Trust, datetime]]:
    """Every signature and time stamp of the document, its trust, and its time by its token."""
    for embedded in PdfFileReader(BytesIO(pdf)).embedded_signatures:
        data = read_signed_data(contents_of(embedded.pkcs7_content), distinguished=False)
        if embedded.sig_object_type == "/DocTimeStamp":
            yield data, trust.for_timestamps, read_token_info(data).gen_time
            continue
        stamp = data.unsigned_attribute(SIGNATURE_TIME_STAMP)
        if stamp is None:
            raise Refused(refuse("time_stamp_needed"))
        token = read_signed_data(stamp.raw, distinguished=False)
        at = read_token_info(token).gen_time
        yield data, trust, at
        yield token, trust.for_timestamps, at


def _lists(certificates: Iterable[Certificate], trust: Trust) -> Iterator[RevocationList]:
    known = tuple(certificates)
    for found in trust.crls:
        if any(found.issued_by(certificate) for certificate in known):
            yield found


def _streams(store: Any, name: str, purpose: Any) -> Iterator[bytes]:
    if name not in store:
        return
    for reference in list(store[name])[:STORED_MAX]:
        yield reference.get_object().read_data(purpose)


def _readable(read: Callable[[bytes], Any], raw: bytes) -> Any:
    try:
        return read(raw)
    except Refused:
        return None
