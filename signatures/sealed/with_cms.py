"""The sealed bid's signatures as CMS: binds a trust and a time to `signatures.cms`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from kernel import canonical
from signatures import cms
from signatures.sealed.judging import Sign, Verify
from signatures.signers import Signer
from signatures.trust import Trust
from signatures.verdicts import Verdict


def cms_verifier(
    trust: Trust, at: datetime, tokens: Mapping[str, bytes] = MappingProxyType({})
) -> Verify:
    """Judge by this trust at this instant; `tokens` are time stamps by digest of statement."""

    def verify(statement: bytes, signature: bytes) -> Verdict:
        token = tokens.get(canonical.digest(statement))
        return cms.verify_statement(statement, signature, trust, at, token=token)

    return verify


def cms_signing(signer: Signer) -> Sign:
    """Sign statements with this key."""
    return lambda statement: cms.sign_statement(statement, signer)
