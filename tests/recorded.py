"""What the journal kept of a step, restricted fields too."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from journal.models import EntryField, EntryRow
from journal.work import Journal
from kernel import canonical
from kernel.vocabulary import Action


def last_body(journal: Journal, action: Action) -> dict[str, Any]:
    """The body of the last entry of this kind."""
    with journal.read() as work:
        entry = work.session.scalars(
            select(EntryRow.id)
            .where(EntryRow.action == str(action))
            .order_by(EntryRow.seq.desc())
            .limit(1)
        ).one()
        fields = work.session.scalars(select(EntryField).where(EntryField.entry == entry))
        return {
            field.name.removeprefix("body."): canonical.decode(field.value.encode())
            for field in fields
            if field.value is not None and field.name.startswith("body.")
        }
