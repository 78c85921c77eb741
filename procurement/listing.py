"""A page of a list that people search: the rows that hold every word, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import Select, or_, tuple_
from sqlalchemy.orm import InstrumentedAttribute

Columns = TypeVarTuple("Columns")


def holding(
    wanted: Select[*Columns], words: Sequence[str], *fields: InstrumentedAttribute[str]
) -> Select[*Columns]:
    """Only rows that hold each word in one of the fields, in whatever case."""
    for word in words:
        wanted = wanted.where(or_(*(one.icontains(word, autoescape=True) for one in fields)))
    return wanted


def newest_first(
    wanted: Select[*Columns],
    moment: InstrumentedAttribute[datetime],
    id: InstrumentedAttribute[str],
    after: tuple[datetime, str] | None,
) -> Select[*Columns]:
    """Ordered by moment and id, from the row behind `after`, which is the last one's of both."""
    if after is not None:
        wanted = wanted.where(tuple_(moment, id) < after)
    return wanted.order_by(moment.desc(), id.desc())
