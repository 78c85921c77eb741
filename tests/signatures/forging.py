"""CMS messages that an attacker or a careless program writes, built from their parts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from kernel import canonical
from signatures import algorithms, der
from signatures.certificates import Certificate
from signatures.policy import POLICY_OID, POLICY_OID_DER, POLICY_PAGE_SHA256
from signatures.signed_data import (
    ID_DATA,
    ID_SIGNED_DATA,
    SIGNATURE_POLICY,
    SIGNATURE_TIME_STAMP,
    attribute,
    policy_attribute,
    signing_certificate_attribute,
)
from signatures.signers import Signer

STATEMENT = canonical.encode({"type": "sunlit/example/v1", "origin": "sunlit.example/0"})


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
    names = {**algorithms.DIGESTS, "1.3.14.3.2.26": "sha1"}
    return hashlib.new(names[oid], data).digest()


POLICY_PAGE = der.sequence(der.sequence(der.oid(algorithms.SHA256)), der.octets(POLICY_PAGE_SHA256))


def _policy(value: bytes) -> bytes:
    return attribute(SIGNATURE_POLICY, value)


# What is changed about a good message, and the code of the refusal that follows.
FORGERIES: dict[str, tuple[dict[str, object], str]] = {
    "no policy": ({"policy": None}, "no_signature_policy"),
    "policy of somebody else": (
        {"policy": _policy(der.sequence(der.oid(POLICY_OID + ".7"), POLICY_PAGE))},
        "signature_policy_unknown",
    ),
    "another page of the policy": (
        {
            "policy": _policy(
                der.sequence(
                    POLICY_OID_DER,
                    der.sequence(der.sequence(der.oid(algorithms.SHA256)), der.octets(bytes(32))),
                )
            )
        },
        "signature_policy_of_another_page",
    ),
    "policy with qualifiers": (
        {"policy": _policy(der.sequence(POLICY_OID_DER, POLICY_PAGE, der.sequence()))},
        "signature_policy_of_another_page",
    ),
    "policy that is implied": (
        {"policy": _policy(der.element(der.NULL))},
        "signature_policy_unreadable",
    ),
    "two signers": ({"signers": 2}, "not_one_signer"),
    "no signer": ({"signers": 0}, "not_one_signer"),
    "content inside": ({"content": STATEMENT}, "content_embedded"),
    "attributes out of order": ({"sort": False}, "not_der"),
    "bytes that nobody signed": (
        {"unsigned": [attribute(SIGNATURE_TIME_STAMP, der.sequence())]},
        "unsigned_attributes",
    ),
    "an attribute nobody knows": (
        {"extra": [attribute("1.2.840.113549.1.9.16.2.16", der.sequence())]},
        "attribute_unknown",
    ),
    "an attribute twice": (
        {"extra": [attribute("1.2.840.113549.1.9.3", der.oid("1.2.840.113549.1.7.1"))]},
        "attribute_twice",
    ),
    "SHA-1": ({"digest_oid": "1.3.14.3.2.26"}, "algorithm_not_allowed"),
    "digests that disagree": ({"listed_digest_oid": algorithms.SHA512}, "digest_algorithms_differ"),
    "digest of other bytes": ({"message_digest": bytes(32)}, "content_altered"),
    "content of another type": (
        {"content_type": "1.2.840.113549.1.9.16.1.4", "version": 3},
        "content_type_wrong",
    ),
    "another version": ({"version": 3}, "version_wrong"),
}
