"""Names of things that give nothing away: 128 random bits behind a prefix that says the kind."""

from __future__ import annotations

import base64
import secrets


def new_id(prefix: str) -> str:
    """A new random identifier such as `ten_q3…`; it tells no number and no order (SEALED_BID 4)."""
    return f"{prefix}_" + base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
