"""Forms: typed fields that read what people type, and say what is wrong in the words of the page.

A form is a class with fields, on WTForms. A route makes it from the request, and hands it to the
page inside the view; `templates/components/fields.html` draws each field with its error. What a use
case refuses is shown in the same place (`trying`), with its rule, and everything typed stays.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import wtforms
from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import ValidationError

from app.web.language import say
from app.web.refusals import words_of
from kernel.money import Money
from kernel.refusal import Refused, StaleWrite
from kernel.text import Text
from reports import amounts

WORDS_MAX = 200
PASSAGE_MAX = 20_000
STALE = Text(
    "别人刚刚改动过同一内容。您填的还在这里，请核对后再提交。",
    "Somebody changed the same thing just now. What you typed is still here; check it, then send.",
)
# People type with a Chinese keyboard: full-width figures and marks mean the same.
_HALF = str.maketrans("０１２３４５６７８９．，－：／", "0123456789.,-:/")


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
        found = [(error, field.id) for field in self for error in field.errors]
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


class _Field(wtforms.Field):  # type: ignore[misc]
    """What all fields have: a hint, and whether they must be filled in."""

    kind = "words"

    def __init__(
        self,
        label: Any,
        *validators: Callable[[Any, Any], None],
        hint: Any = "",
        needed: bool = True,
        missing: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators=list(validators), description=hint, **kwargs)
        self.needed = needed
        self.missing = missing or _l("这一项要填写")
        self.typed = ""

    def process_data(self, value: Any) -> None:
        """A value of ours, as a person would have typed it."""
        self.data = value
        self.typed = "" if value is None else self.written(value)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """What was typed; it is kept as it came, and read when the form is examined."""
        if valuelist:
            self.typed = str(valuelist[0])
            self.data = None

    def pre_validate(self, _form: Any) -> None:
        """Read what was typed, or say what is wrong with it."""
        text = clean(self.typed)
        if not text:
            self.data = None
            if self.needed:
                raise wtforms.validators.StopValidation(self.missing)
            raise wtforms.validators.StopValidation
        try:
            self.data = self.read(text)
        except ValidationError as problem:
            raise wtforms.validators.StopValidation(str(problem)) from problem

    def read(self, text: str) -> Any:
        """The value of a text that is not empty; ValidationError with words for the person."""
        return text

    def written(self, value: Any) -> str:
        """A value as a person types it."""
        return str(value)


class Words(_Field):
    """One line of words."""

    def __init__(self, label: Any, *validators: Any, most: int = WORDS_MAX, **kwargs: Any) -> None:
        super().__init__(label, *validators, **kwargs)
        self.most = most

    def read(self, text: str) -> str:
        """The words, in one form of Unicode and without what no one can see."""
        if len(text) > self.most:
            raise ValidationError(
                _("最多%(most)s个字，现在%(now)s个", most=self.most, now=len(text))
            )
        if any(
            unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") for c in text if c != "\n"
        ):
            raise ValidationError(_("含有看不见的字符，请重新输入这一项"))
        return text


class Passage(Words):
    """Several lines of words."""

    kind = "passage"

    def __init__(self, label: Any, *validators: Any, rows: int = 5, **kwargs: Any) -> None:
        super().__init__(label, *validators, **{"most": PASSAGE_MAX, **kwargs})
        self.rows = rows

    def read(self, text: str) -> str:
        """The words, with line ends of one kind."""
        return super().read(text.replace("\r\n", "\n").replace("\r", "\n"))


class Secret(_Field):
    """A password: taken as it was typed, and never drawn again."""

    kind = "secret"

    def pre_validate(self, _form: Any) -> None:
        """It must be there; nothing of it is changed."""
        if not self.typed:
            raise wtforms.validators.StopValidation(self.missing)
        self.data, self.typed = self.typed, ""


class Amount(_Field):
    """An amount of money: `1168000.00`, also `1,168,000` and full-width figures."""

    kind = "amount"

    def __init__(
        self, label: Any, *validators: Any, currency: str = "CNY", zero: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(label, *validators, **kwargs)
        self.currency, self.zero = currency, zero

    def read(self, text: str) -> Money:
        """The amount; it has no more places than its currency."""
        plain = text.translate(_HALF).replace(",", "").replace(" ", "").lstrip("¥￥").rstrip("元")
        try:
            money = Money.parse(plain, self.currency)
        except (ValueError, InvalidOperation, Refused) as problem:
            raise ValidationError(_("填写数字，如1168000.00")) from problem
        if money.amount < 0 or (money.amount == 0 and not self.zero):
            raise ValidationError(_("金额要大于零"))
        return money

    def written(self, value: Any) -> str:
        """As it is typed, without separators."""
        return f"{value.amount}" if isinstance(value, Money) else str(value)


class Number(_Field):
    """A decimal number between two limits."""

    kind = "number"

    def __init__(
        self,
        label: Any,
        *validators: Any,
        least: Decimal | int = 0,
        most: Decimal | int = 10**12,
        places: int = 2,
        suffix: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, *validators, **kwargs)
        self.least, self.most, self.places, self.suffix = least, most, places, suffix

    def read(self, text: str) -> Decimal:
        """The number."""
        try:
            found = Decimal(text.translate(_HALF).replace(",", "").rstrip("%％"))
        except InvalidOperation as problem:
            raise ValidationError(
                _("填写数字，如%(example)s", example=self._example())
            ) from problem
        exponent = found.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -self.places:
            raise ValidationError(_("最多%(places)s位小数", places=self.places))
        if not self.least <= found <= self.most:
            raise ValidationError(
                _("要在%(least)s和%(most)s之间", least=self.least, most=self.most)
            )
        return found

    def _example(self) -> str:
        return "12" if self.places == 0 else "12.5"


class Whole(Number):
    """A whole number between two limits."""

    def __init__(self, label: Any, *validators: Any, **kwargs: Any) -> None:
        super().__init__(label, *validators, **{"places": 0, **kwargs})

    def read(self, text: str) -> int:  # type: ignore[override]
        """The number."""
        return int(super().read(text))


class Day(_Field):
    """A date."""

    kind = "day"

    def read(self, text: str) -> date:
        """The date: `2026-11-30`, as the browser's own control sends it, or `2026年11月30日`."""
        plain = text.translate(_HALF).replace("年", "-").replace("月", "-").rstrip("日")
        try:
            year, month, day = (int(part) for part in plain.replace("/", "-").split("-"))
            return date(year, month, day)
        except ValueError as problem:
            raise ValidationError(_("填写日期，如2026-11-30")) from problem

    def written(self, value: Any) -> str:
        """As the browser's control wants it."""
        return value.isoformat() if isinstance(value, date) else str(value)


class Moment(_Field):
    """An instant on the office's wall clock; the value is aware, in UTC."""

    kind = "moment"

    def __init__(
        self, label: Any, *validators: Any, zone: ZoneInfo | None = None, **kw: Any
    ) -> None:
        super().__init__(label, *validators, **kw)
        self.zone = zone or ZoneInfo("Asia/Shanghai")

    def read(self, text: str) -> datetime:
        """The instant: `2026-11-30T09:30`, also with a space."""
        try:
            local = datetime.fromisoformat(text.translate(_HALF).replace(" ", "T"))
        except ValueError as problem:
            raise ValidationError(_("填写日期和时间，如2026-11-30 09:30")) from problem
        return local.replace(tzinfo=local.tzinfo or self.zone).astimezone(UTC)

    def written(self, value: Any) -> str:
        """As the browser's control wants it."""
        if isinstance(value, datetime):
            return value.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M")
        return str(value)


class Choice(_Field):
    """One of several. `items` are (value, words) or (value, words, hint)."""

    kind = "choice"

    def __init__(
        self, label: Any, *validators: Any, items: Sequence[tuple[Any, ...]] = (), **kwargs: Any
    ) -> None:
        super().__init__(label, *validators, **kwargs)
        self.items = items
        self.missing = kwargs.get("missing") or _l("请选一项")

    def read(self, text: str) -> str:
        """The chosen value, which must be one of those offered."""
        if text not in {str(item[0]) for item in self.items}:
            raise ValidationError(_("请选一项"))
        return text

    def offered(self) -> list[tuple[Any, ...]]:
        """The items as the macros draw them: value, words, whether chosen, perhaps a hint."""
        return [(i[0], say(i[1]), str(i[0]) == self.typed, *map(say, i[2:])) for i in self.items]


class Selected(Choice):
    """One of many, in a list that unfolds."""

    kind = "select"


class Choices(_Field):
    """Any number of several; the value is a tuple."""

    kind = "choices"

    def __init__(
        self, label: Any, *validators: Any, items: Sequence[tuple[Any, ...]] = (), **kwargs: Any
    ) -> None:
        super().__init__(label, *validators, **kwargs)
        self.items = items
        self.chosen: tuple[str, ...] = ()

    def process_data(self, value: Any) -> None:
        """The values of ours."""
        self.data = tuple(value or ())
        self.chosen = tuple(str(each) for each in self.data)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """What was ticked."""
        self.chosen = tuple(str(value) for value in valuelist)

    def pre_validate(self, _form: Any) -> None:
        """Each must be one of those offered."""
        known = {str(item[0]) for item in self.items}
        self.data = self.chosen
        if not set(self.chosen) <= known:
            raise wtforms.validators.StopValidation(_l("请从列出的里面选"))
        if self.needed and not self.chosen:
            raise wtforms.validators.StopValidation(self.missing)

    def offered(self) -> list[tuple[Any, ...]]:
        """The items as the macros draw them."""
        return [(i[0], say(i[1]), str(i[0]) in self.chosen, *map(say, i[2:])) for i in self.items]


class Tick(_Field):
    """One box to tick; with `needed` it must be."""

    kind = "tick"

    def __init__(self, label: Any, *validators: Any, **kwargs: Any) -> None:
        super().__init__(label, *validators, **{"needed": False, **kwargs})
        if "missing" not in kwargs:
            self.missing = _l("要先勾选这一项")

    def process_data(self, value: Any) -> None:
        """Whether it is ticked."""
        self.data = bool(value)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Whether it was ticked: a box that is not sends nothing."""
        self.data = bool(valuelist)

    def pre_validate(self, _form: Any) -> None:
        """A needed box must be ticked."""
        if self.needed and not self.data:
            raise wtforms.validators.StopValidation(self.missing)


class Attachment(_Field):
    """A file, at most `most` bytes; the value is the upload, at its beginning, or None."""

    kind = "attachment"

    def __init__(
        self, label: Any, *validators: Any, most: int = 1 << 20, accept: str = "", **kwargs: Any
    ) -> None:
        super().__init__(label, *validators, **kwargs)
        self.most, self.accept = most, accept

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """The file that came, if one was chosen."""
        chosen = [f for f in valuelist if isinstance(f, FileStorage) and f.filename]
        self.data = chosen[0] if chosen else None

    def pre_validate(self, _form: Any) -> None:
        """The file must be there and not too large."""
        if self.data is None:
            if self.needed:
                raise wtforms.validators.StopValidation(self.missing)
            raise wtforms.validators.StopValidation
        self.data.stream.seek(0, 2)
        size = self.data.stream.tell()
        self.data.stream.seek(0)
        if not 0 < size <= self.most:
            raise wtforms.validators.StopValidation(
                _(
                    "文件最大%(most)s，这份有%(size)s",
                    most=amounts.size(self.most),
                    size=amounts.size(size),
                )
                if size
                else _("文件是空的，请重新选择")
            )

    def octets(self) -> bytes:
        """The bytes of the file; empty where none came."""
        if not isinstance(self.data, FileStorage):
            return b""
        self.data.stream.seek(0)
        return self.data.stream.read()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table that is pasted: its name, its word, and how a cell is read."""

    name: str
    label: Any
    read: Callable[[str], Any] = str
    needed: bool = True


class Table(_Field):
    """Rows pasted from a spreadsheet: one line a row, tabs (or `|`) between the cells.

    The value is a list of dicts. What is wrong is named by row and column. `table.js` draws a grid
    over it; without a script it is a field of text.
    """

    kind = "table"

    def __init__(
        self,
        label: Any,
        *validators: Any,
        columns: Sequence[Column] = (),
        most: int = 500,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, *validators, **kwargs)
        self.columns, self.most = columns, most

    def written(self, value: Any) -> str:
        """The rows as lines."""
        if isinstance(value, str):
            return value
        return "\n".join(
            "\t".join("" if row.get(c.name) is None else str(row[c.name]) for c in self.columns)
            for row in value
        )

    def read(self, _text: str) -> list[dict[str, Any]]:
        """The rows; the first one that cannot be read is named."""
        rows = [line for line in self.typed.splitlines() if line.strip()]
        if len(rows) > self.most:
            raise ValidationError(_("最多%(most)s行", most=self.most))
        return [self._row(number, line) for number, line in enumerate(rows, 1)]

    def _row(self, number: int, line: str) -> dict[str, Any]:
        cells = [clean(cell) for cell in line.split("\t" if "\t" in line else "|")]
        if len(cells) > len(self.columns):
            raise ValidationError(
                _("第%(row)s行有%(now)s格，最多%(most)s格", row=number, now=len(cells),
                  most=len(self.columns))
            )  # fmt: skip
        cells += [""] * (len(self.columns) - len(cells))
        found: dict[str, Any] = {}
        for column, cell in zip(self.columns, cells, strict=True):
            if not cell and not column.needed:
                found[column.name] = None
                continue
            try:
                if not cell:
                    raise ValueError
                found[column.name] = column.read(cell)
            except (ValueError, InvalidOperation, Refused, ValidationError) as problem:
                raise ValidationError(
                    _("第%(row)s行的“%(column)s”看不懂：%(cell)s", row=number,
                      column=column.label, cell=cell or "—")
                ) from problem  # fmt: skip
        return found


def clean(text: str) -> str:
    """Words in one form of Unicode, without space around them."""
    return unicodedata.normalize("NFC", text).strip()


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
    "trying",
]
