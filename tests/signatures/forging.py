"""CMS messages that an attacker or a careless program writes, built from their parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from signatures import algorithms, der
from signatures.certificates import Certificate
from signatures.signed_data import (
    ID_DATA,
    ID_SIGNED_DATA,
    attribute,
    policy_attribute,
    signing_certificate_attribute,
)
from signatures.signers import Signer


@dataclass
class Message:
    """A signed statement whose every member can be changed before it is written."""

    signer: Signer
    statement: bytes
    attributes: list[bytes] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    bound_to: Certificate | None = None
    digest_oid: str = algorithms.SHA256
    listed_digest_oid: str | None = None
    content: bytes | None = None
    content_type: str = ID_DATA
    unsigned: Sequence[bytes] = ()
    policy: bytes | None = field(default_factory=policy_attribute)
    sort: bool = True
    signers: int = 1
    version: int = 1
    message_digest: bytes | None = None
    extra: Sequence[bytes] = ()

    def write(self) -> bytes:
        certificate = self.signer.certificate
        digest = self.message_digest or _digest(self.digest_oid, self.statement)
        attributes = self.attributes or [
            attribute("1.2.840.113549.1.9.3", der.oid(self.content_type)),
            attribute("1.2.840.113549.1.9.4", der.octets(digest)),
            signing_certificate_attribute(self.bound_to or certificate),
            *([self.policy] if self.policy else []),
            *self.extra,
        ]
        members = sorted(attributes) if self.sort else sorted(attributes, reverse=True)
        signed = der.element(der.SET, *members)
        digest_algorithm = der.sequence(der.oid(self.digest_oid))
        info = der.sequence(
            der.integer(1),
            der.sequence(certificate.issuer_der, der.integer(certificate.serial_number)),
            digest_algorithm,
            b"\xa0" + signed[1:],
            der.sequence(der.oid(self.signer.form.oid), self.signer.form.parameters or b""),
            der.octets(self.signer.sign(signed)),
            der.element(0xA1, *self.unsigned) if self.unsigned else b"",
        )
        listed = der.sequence(der.oid(self.listed_digest_oid or self.digest_oid))
        content = der.explicit(0, der.octets(self.content)) if self.content is not None else b""
        certificates = self.certificates or [certificate, *self.signer.issuers]
        return der.sequence(
            der.oid(ID_SIGNED_DATA),
            der.explicit(
                0,
                der.sequence(
                    der.integer(self.version),
                    der.set_of(listed),
                    der.sequence(der.oid(self.content_type), content),
                    der.explicit(0, *(found.der for found in certificates)),
                    der.element(der.SET, *([info] * self.signers)),
                ),
            ),
        )


def indefinite(definite: bytes) -> bytes:
    """The same outermost element with an indefinite length, as BER allows and DER does not."""
    node = der.read(definite)
    return bytes((node.tag, 0x80)) + node.content + b"\x00\x00"


def _digest(oid: str, data: bytes) -> bytes:
    import hashlib

    names = {**algorithms.DIGESTS, "1.3.14.3.2.26": "sha1"}
    return hashlib.new(names[oid], data).digest()
