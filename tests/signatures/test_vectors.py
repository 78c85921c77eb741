"""The vectors that verifiers in every language run; here in this one."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kernel.clock import parse_instant
from signatures import cms
from signatures.certificates import Certificate
from signatures.policy import POLICY_OID, POLICY_OID_DER, POLICY_PAGE_SHA256
from signatures.revocation import RevocationList
from signatures.signed_data import policy_attribute
from signatures.signers import Signer
from signatures.trust import Trust

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "vectors" / "cms-v1.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def trust() -> Trust:
    given = VECTORS["trust"]
    return Trust(
        roots=tuple(map(_certificate, given["roots"])),
        intermediates=tuple(map(_certificate, given["intermediates"])),
        timestamp_roots=tuple(map(_certificate, given["timestamp_roots"])),
        crls=tuple(RevocationList.from_bytes(base64.b64decode(raw)) for raw in given["crls"]),
        organization_issuers=frozenset(given["organization_issuers"]),
    )


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_a_vector_is_judged_as_it_says(trust: Trust, case: dict[str, Any]) -> None:
    verdict = cms.verify_statement(
        case["statement"].encode(),
        base64.b64decode(case["cms"]),
        trust,
        parse_instant(case["at"]),
        token=base64.b64decode(case["token"]) if case["token"] else None,
    )
    assert {
        "indication": verdict.indication.value,
        "sub_indication": verdict.sub_indication.value if verdict.sub_indication else None,
        "code": verdict.code,
        "organization_identifier": verdict.organization_identifier,
    } == {
        key: case[key]
        for key in ("indication", "sub_indication", "code", "organization_identifier")
    }


def test_only_what_is_called_good_passes() -> None:
    for case in VECTORS["cases"]:
        assert (case["indication"] == "TOTAL_PASSED") is case["name"].startswith("good")


def test_the_policy_of_the_vectors_is_ours() -> None:
    assert VECTORS["policy"] == {
        "oid": POLICY_OID,
        "oid_der": POLICY_OID_DER.hex(),
        "page_sha256": POLICY_PAGE_SHA256.hex(),
        "attribute_der": policy_attribute().hex(),
    }


def test_the_attributes_to_sign_are_those_of_the_vectors(trust: Trust) -> None:
    given = VECTORS["signing"]
    signer = Signer.from_key(
        _private(given["private_key_pem"]),
        _certificate(given["certificate"]),
        map(_certificate, given["issuers"]),
    )
    signed = cms.sign_statement(given["statement"].encode(), signer)
    # In SignerInfo the attributes stand under [0] in place of SET OF.
    assert bytes.fromhex("a0" + given["signed_attributes"][2:]) in signed


def _certificate(text: str) -> Certificate:
    return Certificate.from_der(base64.b64decode(text))


def _private(pem: str) -> Any:
    return load_pem_private_key(pem.encode(), None)
