"""The signature policy under which statements are signed: its identifier and its page's digest.

The page is data that never changes: an altered page would be another policy and would need another
identifier. The identifier lies under 2.25 (X.667), made from a random UUID.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

POLICY_OID: Final = "2.25.240388076489770293372625452877444601987"
# The whole DER element, for writers whose encoder cannot hold an arc of 128 bits.
POLICY_OID_DER: Final = bytes.fromhex("06146982e9d987cebfc2a28ca7b2ffa0acb7e293b103")
POLICY_PAGE_SHA256: Final = bytes.fromhex(
    "aceacef97762daf08fd22f18c89f8f2dd7be90a28872fe3fa97b0c6946276829"
)


def policy_page() -> bytes:
    """The page that the policy's digest is of."""
    return (files(__package__) / "statement-v1.md").read_bytes()
