"""Importing budget lines: a list is sent, looked at, and only then allotted as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from app.buyer.budget_import import COLUMNS, Change, Fault, Imported, decoded, imported
from app.container import Container
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import Attachment, Form, Passage, trying
from app.web.pages import page
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import Action, Audience
from procurement.authority import Subject, require
from procurement.plans import services as use

BYTES_MAX = 1 << 18
CURRENCY = "CNY"
_EMPTY = Text("粘贴表格，或选一个CSV文件。", "Paste the rows, or choose a CSV file.")
_UNREADABLE = Text("文件不是UTF-8或GB18030编码的CSV。", "The file is no CSV in UTF-8 or GB18030.")
_CHANGED = Text(
    "预览之后指标有变化，请再看一遍再确认。",
    "The lines have changed since the preview; look again before you confirm.",
)


class Pasted(Passage):
    """Rows as a spreadsheet gives them out, with tabs between the cells."""

    def read(self, text: str) -> str:
        """The rows as they came; a tab is seen here, other than in words."""
        super().read(text.replace("\t", " "))
        return text.replace("\r\n", "\n").replace("\r", "\n")


class ImportForm(Form):
    """A list of budget lines, pasted or as a file; the file counts where both are there."""

    rows = Pasted(_l("从电子表格粘贴"), rows=8, needed=False, most=BYTES_MAX)
    file = Attachment(_l("或者选一个CSV文件"), needed=False, most=BYTES_MAX, accept=".csv,.txt")


@dataclass(frozen=True, slots=True)
class ImportPage:
    """The list to be sent, or what is wrong with it."""

    form: ImportForm
    columns: Sequence[Text]
    faults: Sequence[Fault] = ()


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """What would be allotted; `text` is the list itself, `seen` the digest of what is shown."""

    form: ImportForm
    changes: Sequence[Change]
    total: Money
    text: str
    seen: str
    note: Text | None = None


def budget_import_pages(routes: Blueprint, container: Container) -> None:
    """The pages of the import."""

    @routes.get("/budgets/import")
    @open_to(Audience.FINANCE)
    def import_budgets() -> Response:
        require(actor(), Action.ALLOT_BUDGET, _LINE)
        return page("buyer/budget_import.html", ImportPage(ImportForm(), COLUMNS))

    @routes.post("/budgets/import")
    @open_to(Audience.FINANCE)
    def preview_budgets() -> Response:
        require(actor(), Action.ALLOT_BUDGET, _LINE)
        form = ImportForm(sent=True)
        if not form.valid():
            return page("buyer/budget_import.html", ImportPage(form, COLUMNS), status=422)
        octets = form.file.octets()
        text = decoded(octets) if octets else form.rows.data or ""
        if not text:
            said = _UNREADABLE if text is None else _EMPTY
            field = form.file if octets else form.rows
            field.errors = [*field.errors, said]
            return page("buyer/budget_import.html", ImportPage(form, COLUMNS), status=422)
        return _shown(form, text, None)

    @routes.post("/budgets/import/confirm")
    @open_to(Audience.FINANCE)
    def confirm_budgets() -> AnyResponse:
        form, text = ImportForm(), request.form.get("text", "")[:BYTES_MAX]
        with trying(form):
            with container.journal.write() as work:
                found = imported(work, text, CURRENCY)
                agreed = bool(found.changes) and _seen(found) == request.form.get("seen")
                for change in found.changes if agreed else ():
                    use.allot_budget(work, actor(), change.new)
            if agreed:
                return redirect(url_for(".budgets"), 303)
        return _shown(form, text, _CHANGED)

    def _shown(form: ImportForm, text: str, note: Text | None) -> Response:
        with container.journal.read() as work:
            found = imported(work, text, CURRENCY)
        if found.faults:
            form.rows.typed = text
            view = ImportPage(form, COLUMNS, found.faults)
            return page("buyer/budget_import.html", view, status=422)
        total = sum(one.new.amount.minor for one in found.changes)
        view_of = PreviewPage(
            form,
            found.changes,
            Money.of_minor(total, CURRENCY),
            text,
            _seen(found),
            form.problem.words if form.problem else note,
        )
        return page("buyer/budget_preview.html", view_of, status=409 if note else 200)


def _seen(found: Imported) -> str:
    """The digest of the changes: what is confirmed is what was looked at."""
    told = "\n".join(f"{one.new} {one.before}" for one in found.changes)
    return hashlib.sha256(told.encode()).hexdigest()


_LINE = Subject("budget_line", "new")
