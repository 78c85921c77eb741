"""Forms that begin from what the person left of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from flask import request
from werkzeug.datastructures import MultiDict

from app.drafts import services as drafts
from app.drafts.services import Kept
from app.web.forms import Form
from app.web.language import say
from journal.work import Work
from kernel.text import Text

AnyForm = TypeVar("AnyForm", bound=Form)
_NOT_KEPT = ("csrf_token", "sign-")


def restored(form: AnyForm, fields: Mapping[str, Sequence[str]]) -> AnyForm:
    """The form as the person left it; what cannot be read is said when it is examined."""
    form.process(MultiDict([(name, each) for name, values in fields.items() for each in values]))
    return form


def sent_fields() -> dict[str, list[str]]:
    """What the present request sends, as a draft keeps it."""
    return {name: values for name, values in request.form.lists() if not name.startswith(_NOT_KEPT)}


def keep_sent(work: Work, person: str, kind: str, subject: str) -> None:
    """Keep the present request as a draft: without a script this is how it is saved."""
    drafts.keep(work, person, kind, subject, sent_fields())


def began(
    work: Work, person: str, kind: str, subject: str, form: AnyForm
) -> tuple[AnyForm, Kept | None]:
    """The form with the person's draft in it, if there is one."""
    kept = drafts.find(work, person, kind, subject)
    return (restored(form, kept.fields), kept) if kept else (form, None)


def offered(
    words: Mapping[Any, Text], chosen: Iterable[Any] | None = None
) -> list[tuple[str, str]]:
    """The items of a choice, with the words of a table."""
    return [(str(value), say(words[value])) for value in (chosen or words)]
