"""Forms: what a page asks for, and what is wrong with the answer in the words of the page.

A form is a class with fields (`app/web/fields.py`, `app/web/pasted.py`), on WTForms. A route makes
it from the request, and hands it to the page inside the view; `templates/components/fields.html`
draws each field with its error. What a use case refuses is shown in the same place (`trying`), with
its rule, and everything typed stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import wtforms
from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.web.fields import (
    Amount,
    Attachment,
    Choice,
    Choices,
    Day,
    Moment,
    Number,
    Passage,
    Secret,
    Selected,
    Tick,
    Whole,
    Words,
    clean,
)
from app.web.pasted import Column, Table
from app.web.refusals import words_of
from kernel.refusal import Refused, StaleWrite
from kernel.text import Text

STALE = Text(
    "别人刚刚改动过同一内容。您填的还在这里，请核对后再提交。",
    "Somebody changed the same thing just now. What you typed is still here; check it, then send.",
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a use case refused what the form asked for."""

    code: str
    words: Text
    cites: tuple[str, ...]


class Form(wtforms.Form):  # type: ignore[misc]
    """A form of a page. `refused_at` leads a refusal's code to the field that it is about."""

    refused_at: ClassVar[Mapping[str, str]] = {}

    def __init__(self, data: Mapping[str, Any] | None = None, *, sent: bool = False) -> None:
        given: MultiDict[str, Any] = MultiDict()
        if sent:
            for part in (request.form, request.files):
                for name, values in part.lists():
                    given.setlist(name, values)
        self.problem: Problem | None = None
        super().__init__(given if sent else None, data=dict(data or {}))

    def valid(self) -> bool:
        """Whether every field could be read; what is wrong stands beside each."""
        return bool(self.validate())

    def text(self, name: str) -> Text:
        """The two fields `name_zh` and `name_en` as published words."""
        return Text(self[f"{name}_zh"].data or "", self[f"{name}_en"].data or "")

    @property
    def faults(self) -> list[tuple[Any, str]]:
        """What is wrong, in the order of the fields, each with the id that its link leads to."""
        found = [(_named(field, error), field.id) for field in self for error in field.errors]
        if self.problem and self.problem.code not in self.refused_at:
            first = next(iter(self), None)
            found.insert(0, (self.problem.words, first.id if first is not None else "main"))
        return found

    def refuse(self, refused: Refused) -> None:
        """Show a lawful no where the person can mend it; nothing that was typed is lost."""
        refusal = refused.refusal
        self.problem = Problem(refusal.code, words_of(refusal), refusal.cites)
        name = self.refused_at.get(refusal.code)
        if name is not None:
            field = self[name]
            field.errors = [*field.errors, self.problem.words]


def _named(field: Any, error: Any) -> Any:
    """A fault as the summary says it, which shows it without its field: named, if it is not yet.

    The words of a refusal are whole sentences and stay as they are.
    """
    label = str(field.label.text)
    if isinstance(error, Text) or not label:
        return error
    if label not in str(error):
        error = _("%(field)s：%(fault)s", field=label, fault=error)
    within = getattr(field, "within", "")
    return _("%(field)s：%(fault)s", field=within, fault=error) if within else error


@contextmanager
def trying(form: Form) -> Iterator[None]:
    """Run a use case for a form, and return from inside if it is done: what is refused stays here.

    `with trying(form): …; return redirect(…)`, and after it the form is drawn again. A `Refused`
    and a lost race go into the form; anything else goes on as it is.
    """
    try:
        yield
    except Refused as refused:
        form.refuse(refused)
    except StaleWrite:
        form.problem = Problem("stale_write", STALE, ())


__all__ = [
    "Amount",
    "Attachment",
    "Choice",
    "Choices",
    "Column",
    "Day",
    "Form",
    "Moment",
    "Number",
    "Passage",
    "Problem",
    "Secret",
    "Selected",
    "Table",
    "Tick",
    "Whole",
    "Words",
    "clean",
    "trying",
]
