"""The policy page never changes: its digest stands in every signature that was ever given."""

from __future__ import annotations

import hashlib

from signatures import der
from signatures.policy import POLICY_OID, POLICY_OID_DER, POLICY_PAGE_SHA256, policy_page


def test_the_page_is_the_one_that_signatures_name() -> None:
    assert hashlib.sha256(policy_page()).digest() == POLICY_PAGE_SHA256
    assert POLICY_OID in policy_page().decode()


def test_the_encoded_identifier_is_the_identifiers() -> None:
    assert der.oid(POLICY_OID) == POLICY_OID_DER
