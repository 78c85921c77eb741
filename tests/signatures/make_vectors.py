"""Writes `vectors/cms-v1.json`: signed statements, good and bad, for verifiers in any language.

Run once, by hand: `python -m tests.signatures.make_vectors`. What it wrote is kept, since stored
signatures outlive the code; a new edition is a new file.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from kernel.clock import FixedClock, instant
from signatures import cms
from signatures.development import EXPIRED, LOOK_ALIKE, REVOKED, DevelopmentPki
from signatures.files import private_pem
from signatures.issuing import Purpose, Subject, issue
from signatures.policy import POLICY_OID, POLICY_OID_DER, POLICY_PAGE_SHA256
from signatures.signed_data import policy_attribute, signed_attributes
from signatures.signers import Signer
from signatures.stampers import DevelopmentStamper
from signatures.trust import Trust
from tests.signatures.conftest import FIRM, NOW
from tests.signatures.forging import FORGERIES, STATEMENT, Message, indefinite

FILE = Path(__file__).parent / "vectors" / "cms-v1.json"


def main() -> None:
    """Write the file."""
    clock = FixedClock(NOW)
    with tempfile.TemporaryDirectory() as folder:
        pki = DevelopmentPki.create(Path(folder) / "pki", clock)
        bidder = pki.issue_person("王小明", "东阳建材有限公司", FIRM, keep=False)
        cases = list(_cases(pki, bidder, DevelopmentStamper(pki, clock)))
    attributes = signed_attributes(
        hashlib.sha256(STATEMENT).digest(), bidder.certificate, extra=[policy_attribute()]
    )
    content = {
        "comment": "CAdES-EPES statements under the Sunlit statement policy; made for tests only.",
        "policy": {
            "oid": POLICY_OID,
            "oid_der": POLICY_OID_DER.hex(),
            "page_sha256": POLICY_PAGE_SHA256.hex(),
            "attribute_der": policy_attribute().hex(),
        },
        "trust": _trust(pki.trust()),
        "signing": {
            "statement": STATEMENT.decode(),
            "private_key_pem": private_pem(bidder.key.key).decode(),  # type: ignore[attr-defined]
            "certificate": _b64(bidder.certificate.der),
            "issuers": [_b64(issuer.der) for issuer in bidder.issuers],
            "signed_attributes": attributes.hex(),
        },
        "cases": cases,
    }
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _cases(pki: DevelopmentPki, bidder: Signer, stamper: DevelopmentStamper) -> Any:
    trust = pki.trust()
    good = cms.sign_statement(STATEMENT, bidder)
    token = stamper.stamp(hashlib.sha256(cms.statement_signature(good)).digest())
    yield _case("good", trust, good)
    yield _case(
        "good, with a claimed time", trust, cms.sign_statement(STATEMENT, bidder, claimed_at=NOW)
    )
    yield _case("good, with a token", trust, good, token=token)
    yield _case("token of other bytes", trust, good, token=stamper.stamp(bytes(32)))
    for name, key in (
        ("RSA-2048", rsa.generate_private_key(65537, 2048)),
        ("P-384", ec.generate_private_key(ec.SECP384R1())),
    ):
        yield _case(f"good, {name}", trust, cms.sign_statement(STATEMENT, _person(pki, key)))
    for person in (EXPIRED, REVOKED, LOOK_ALIKE):
        yield _case(person, trust, cms.sign_statement(STATEMENT, pki.person(person)))
    yield _case("authority as signer", trust, cms.sign_statement(STATEMENT, pki.authority))
    yield _case("time stamps' signer", trust, cms.sign_statement(STATEMENT, pki.timestamp_signer))
    yield _case("not yet valid", trust, good, at=NOW - timedelta(days=900))
    for name, (changes, _) in FORGERIES.items():
        message = replace(Message(bidder, STATEMENT), **changes)  # type: ignore[arg-type]
        yield _case(name, trust, message.write())
    yield _case("another statement", trust, good, statement=STATEMENT + b" ")
    yield _case("indefinite length", trust, indefinite(good))
    yield _case("bytes after the end", trust, good + b"\x00")
    yield _case("cut short", trust, good[:-1])
    altered = good[:-1] + bytes((good[-1] ^ 1,))
    yield _case("last byte of the signature value altered", trust, altered)
    yield _case("a document's signature", trust, cms.sign_document(STATEMENT, bidder))


def _person(pki: DevelopmentPki, key: Any) -> Signer:
    return issue(
        Subject("Somebody"),
        Purpose.PERSON,
        issuer=pki.authority,
        issuer_key=pki.authority.key.key,  # type: ignore[attr-defined]
        key=key,
        valid_from=NOW - timedelta(days=300),
        valid_to=NOW + timedelta(days=300),
    )


def _case(
    name: str,
    trust: Trust,
    signed: bytes,
    *,
    statement: bytes = STATEMENT,
    at: datetime = NOW,
    token: bytes | None = None,
) -> dict[str, Any]:
    verdict = cms.verify_statement(statement, signed, trust, at, token=token)
    return {
        "name": name,
        "statement": statement.decode(),
        "cms": _b64(signed),
        "token": _b64(token) if token else None,
        "at": instant(at),
        "indication": verdict.indication.value,
        "sub_indication": verdict.sub_indication.value if verdict.sub_indication else None,
        "code": verdict.code,
        "organization_identifier": verdict.organization_identifier,
    }


def _trust(trust: Trust) -> dict[str, Any]:
    return {
        "roots": [_b64(found.der) for found in trust.roots],
        "intermediates": [_b64(found.der) for found in trust.intermediates],
        "timestamp_roots": [_b64(found.der) for found in trust.timestamp_roots],
        "crls": [_b64(found.der) for found in trust.crls],
        "organization_issuers": sorted(trust.organization_issuers),
    }


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


if __name__ == "__main__":
    main()
