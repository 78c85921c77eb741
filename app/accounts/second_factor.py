"""One-time codes from a telephone (TOTP, RFC 6238 with the parameters that every app knows)."""

from __future__ import annotations

import base64
import hmac
import secrets
import struct
from datetime import datetime
from urllib.parse import quote

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20  # RFC 4226 section 4: 160 bits
# RFC 6238 section 5.2: one step back and one ahead, for clocks that differ and people who type.
STEPS_TOLERATED = 1


def new_secret() -> bytes:
    """A fresh secret for one person."""
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, step: int) -> str:
    """The code of one step of thirty seconds (RFC 4226 section 5.3)."""
    mac = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_at(at: datetime) -> int:
    """The step that an instant lies in."""
    return int(at.timestamp()) // STEP_SECONDS


def matching_step(secret: bytes, code: str, *, at: datetime, after: int) -> int | None:
    """The step that the code belongs to, if it is near the instant and later than `after`.

    A code is good once (RFC 6238 section 5.2): whoever saw it typed has no use for it.
    """
    given = "".join(code.split())
    now = step_at(at)
    for step in range(now - STEPS_TOLERATED, now + STEPS_TOLERATED + 1):
        if step > after and hmac.compare_digest(
            code_at(secret, step).encode(), given.encode("utf-8", "surrogatepass")
        ):
            return step
    return None


def written(secret: bytes) -> str:
    """The secret as a person types it into the app: base32 in groups of four."""
    text = base64.b32encode(secret).decode("ascii")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(secret: bytes, *, login: str, host_name: str) -> str:
    """The secret as an `otpauth` address, which an app on the same device opens."""
    label = quote(f"Sunlit {host_name}:{login}")
    text = base64.b32encode(secret).decode("ascii")
    return f"otpauth://totp/{label}?secret={text}&issuer={quote(f'Sunlit {host_name}')}"
