"""Keeping, finding and dropping drafts. A draft is seen by its person alone.

The price of a bid is never kept here: a supplier's page that holds one names no draft
(SEALED_BID: no plaintext of a bid on the server before the opening).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.drafts.models import Draft
from journal.work import Work
from kernel.refusal import Refused, refuse

KEPT_FOR = timedelta(days=90)
CHARACTERS_MAX = 300_000
DRAFTS_MAX = 200
_KIND = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_SUBJECT = re.compile(r"[A-Za-z0-9_.:-]{1,80}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as the person left it."""

    kind: str
    subject: str
    fields: Mapping[str, Sequence[str]]
    saved_at: datetime


def keep(
    work: Work, person: str, kind: str, subject: str, fields: Mapping[str, Sequence[str]]
) -> datetime:
    """Keep the fields in place of what was kept before; the instant at which they were saved."""
    if not _KIND.fullmatch(kind) or not _SUBJECT.fullmatch(subject):
        raise Refused(refuse("draft_name"))
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > CHARACTERS_MAX:
        raise Refused(refuse("draft_too_large", most=CHARACTERS_MAX))
    mine = select(Draft.kind, Draft.subject).where(Draft.person_id == person)
    known = {tuple(row) for row in work.session.execute(mine)}
    if len(known) >= DRAFTS_MAX and (kind, subject) not in known:
        raise Refused(refuse("drafts_too_many", most=DRAFTS_MAX))
    now = work.clock.now()
    # The database takes no NUL in a text; nobody types one.
    kept = {name: [value.replace("\0", "") for value in values] for name, values in fields.items()}
    row: dict[str, Any] = {"fields": kept, "saved_at": now}
    work.session.execute(
        insert(Draft)
        .values(person_id=person, kind=kind, subject=subject, **row)
        .on_conflict_do_update(index_elements=["person_id", "kind", "subject"], set_=row)
    )
    return now


def find(work: Work, person: str, kind: str, subject: str) -> Kept | None:
    """What the person left of this form, if anything."""
    row = work.session.get(Draft, (person, kind, subject))
    return Kept(row.kind, row.subject, row.fields, row.saved_at) if row else None


def drop(work: Work, person: str, kind: str, subject: str) -> None:
    """Forget a draft: it was sent, or the person wants it gone."""
    work.session.execute(
        delete(Draft).where(Draft.person_id == person, Draft.kind == kind, Draft.subject == subject)
    )


def sweep(work: Work) -> None:
    """Forget drafts that nobody has touched for a season."""
    work.session.execute(delete(Draft).where(Draft.saved_at <= work.clock.now() - KEPT_FOR))
