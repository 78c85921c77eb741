"""The fields of forms: each reads what people type, with its limits and its sentences.

A value is None while nothing could be read; `typed` is what was typed, to be drawn again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import ValidationError

from app.web.language import say
from app.web.moments import OFFICE_ZONE
from kernel.money import Money
from kernel.refusal import Refused
from reports import amounts

WORDS_MAX = 200
PASSAGE_MAX = 20_000
# People type with a Chinese keyboard: full-width figures and marks mean the same.
HALF_WIDTH = str.maketrans("０１２３４５６７８９．，－：／", "0123456789.,-:/")


def clean(text: str) -> str:
    """Words in one form of Unicode, without space around them."""
    return unicodedata.normalize("NFC", text).strip()


class Field(wtforms.Field):  # type: ignore[misc]
    """What all fields have: a hint, and whether they must be filled in."""

    kind = "words"

    def __init__(
        self,
        label: Any,
        *validators: Callable[[Any, Any], None],
        hint: Any = "",
        needed: bool = True,
        missing: Any = None,
        within: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators=list(validators), description=hint, **kwargs)
        self.needed = needed
        # What the field stands under, where a form asks the same of several: a bidder, a criterion.
        self.within = within
        # Named, for the summary above the form shows it without its field.
        self.missing = missing or _l("请填写“%(field)s”", field=label)
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


class Words(Field):
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


class Secret(Field):
    """A password: taken as it was typed, and never drawn again."""

    kind = "secret"

    def pre_validate(self, _form: Any) -> None:
        """It must be there; nothing of it is changed."""
        if not self.typed:
            raise wtforms.validators.StopValidation(self.missing)
        self.data, self.typed = self.typed, ""


class Amount(Field):
    """An amount of money: `1168000.00`, also `1,168,000` and full-width figures."""

    kind = "amount"

    def __init__(
        self, label: Any, *validators: Any, currency: str = "CNY", zero: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(label, *validators, **kwargs)
        self.currency, self.zero = currency, zero

    def read(self, text: str) -> Money:
        """The amount; it has no more places than its currency."""
        plain = text.translate(HALF_WIDTH).replace(",", "").replace(" ", "")
        plain = plain.lstrip("¥￥").rstrip("元")
        try:
            money = Money.parse(plain, self.currency)
        except (ValueError, InvalidOperation, Refused) as problem:
            if plain.endswith(("万", "亿")):
                raise ValidationError(
                    _("以元为单位填写数字，不写“万”“亿”：36.5万元写365000")
                ) from problem
            raise ValidationError(_("填写数字，如1168000.00")) from problem
        if money.amount < 0 or (money.amount == 0 and not self.zero):
            raise ValidationError(_("金额要大于零"))
        return money

    def written(self, value: Any) -> str:
        """As it is typed, without separators."""
        return f"{value.amount}" if isinstance(value, Money) else str(value)


class Number(Field):
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
            found = Decimal(text.translate(HALF_WIDTH).replace(",", "").rstrip("%％"))
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


class Day(Field):
    """A date."""

    kind = "day"

    def read(self, text: str) -> date:
        """The date: `2026-11-30`, as the browser's own control sends it, or `2026年11月30日`."""
        plain = text.translate(HALF_WIDTH).replace("年", "-").replace("月", "-").rstrip("日")
        try:
            year, month, day = (int(part) for part in plain.replace("/", "-").split("-"))
            return date(year, month, day)
        except ValueError as problem:
            raise ValidationError(_("填写日期，如2026-11-30")) from problem

    def written(self, value: Any) -> str:
        """As the browser's control wants it."""
        return value.isoformat() if isinstance(value, date) else str(value)


class Moment(Field):
    """An instant on the office's wall clock; the value is aware, in UTC."""

    kind = "moment"

    def __init__(
        self, label: Any, *validators: Any, zone: ZoneInfo | None = None, **kw: Any
    ) -> None:
        super().__init__(label, *validators, **kw)
        self.zone = zone or OFFICE_ZONE

    def read(self, text: str) -> datetime:
        """The instant: `2026-11-30T09:30`, also with a space."""
        try:
            local = datetime.fromisoformat(text.translate(HALF_WIDTH).replace(" ", "T"))
        except ValueError as problem:
            raise ValidationError(_("填写日期和时间，如2026-11-30 09:30")) from problem
        return local.replace(tzinfo=local.tzinfo or self.zone).astimezone(UTC)

    def written(self, value: Any) -> str:
        """As the browser's control wants it."""
        if isinstance(value, datetime):
            return value.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M")
        return str(value)


class Choice(Field):
    """One of several. `items` are (value, words) or (value, words, hint)."""

    kind = "choice"

    def __init__(
        self, label: Any, *validators: Any, items: Sequence[tuple[Any, ...]] = (), **kwargs: Any
    ) -> None:
        super().__init__(label, *validators, **kwargs)
        self.items = items
        self.missing = kwargs.get("missing") or _l("请选择“%(field)s”", field=label)

    def read(self, text: str) -> str:
        """The chosen value, which must be one of those offered."""
        if text not in {str(item[0]) for item in self.items}:
            raise ValidationError(_("请选择“%(field)s”", field=self.label.text))
        return text

    def offered(self) -> list[tuple[Any, ...]]:
        """The items as the macros draw them: value, words, whether chosen, perhaps a hint."""
        return [(i[0], say(i[1]), str(i[0]) == self.typed, *map(say, i[2:])) for i in self.items]


class Selected(Choice):
    """One of many, in a list that unfolds."""

    kind = "select"


class Choices(Field):
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


class Tick(Field):
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


class Attachment(Field):
    """A file, at most `most` bytes; the value is the upload, at its beginning, or None."""

    kind = "attachment"

    def __init__(
        self, label: Any, *validators: Any, most: int = 1 << 20, accept: str = "", **kwargs: Any
    ) -> None:
        super().__init__(label, *validators, **kwargs)
        self.missing = kwargs.get("missing") or _l("请选择“%(field)s”", field=label)
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
