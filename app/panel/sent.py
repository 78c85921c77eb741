"""What a member's form brought: kept as a draft, or signed and examined."""

from __future__ import annotations

from flask import request

from app.container import Container
from app.drafts import services as drafts
from app.web.access import actor
from app.web.signing import signed_parts
from procurement.parties.signing import ExaminedSignature, examine_signature


def examined(container: Container, key: str) -> ExaminedSignature:
    """The signature over the statement of this name; Refused if it lacks or does not hold."""
    part = signed_parts((key,))[key]
    return examine_signature(
        part.statement, part.cms, trust=container.trust, at=container.clock.now()
    )


def keep_draft(container: Container, kind: str, subject: str) -> None:
    """Keep what the present request brought, for this person alone."""
    fields = {name: values for name, values in request.form.lists() if name != "csrf_token"}
    with container.journal.write() as work:
        drafts.keep(work, actor().person, kind, subject, fields)
