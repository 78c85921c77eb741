"""What this surface puts before a person to sign, and how it takes in what comes back.

Each signed act has one statement. The PDF that says the same in words is added here, in one place
for all of them, by what `app.documents` prepares.
"""

from __future__ import annotations

from flask import request

from app.container import Container
from app.web.signing import ToSign, signed_parts
from kernel.text import Text
from procurement.parties.signing import ExaminedSignature, examine_signature


def to_sign(key: str, what: Text, statement: bytes) -> tuple[ToSign, ...]:
    """One thing to sign."""
    return (ToSign(key, what, statement=statement),)


def is_signed(key: str) -> bool:
    """Whether the present request brings a signature, or only what is to be signed."""
    return f"sign-{key}-statement" in request.form


def examined(container: Container, key: str) -> ExaminedSignature:
    """The signature that the request brings, examined outside any transaction."""
    part = signed_parts((key,))[key]
    return examine_signature(
        part.statement, part.cms, trust=container.trust, at=container.clock.now()
    )
