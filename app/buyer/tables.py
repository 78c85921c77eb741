"""How the cells of the tender's tables are read and written; both languages are understood."""

from __future__ import annotations

from decimal import Decimal

from app.buyer import words
from app.web.fields import HALF_WIDTH
from app.web.language import say
from kernel.text import Text

_YES = Text("是", "yes")
_NO = Text("否", "no")
_TRUE = frozenset({"是", "yes", "y", "1", "true", "√", "✓"})
_FALSE = frozenset({"否", "no", "n", "0", "false", "-", "—"})
QUANTITY_PLACES = 4
AMOUNT_MAX = Decimal(10) ** 14


def read_yes(cell: str) -> bool:
    """`是` or `否`, and what else people write for them."""
    plain = cell.strip().casefold()
    if plain not in _TRUE | _FALSE:
        raise ValueError(cell)
    return plain in _TRUE


def write_yes(value: bool) -> str:
    """As it is typed."""
    return say(_YES if value else _NO)


def read_kind(cell: str) -> str:
    """The kind of a criterion by its word in either language."""
    plain = cell.strip().casefold()
    for kind, said in words.KINDS.items():
        if plain in (kind, said.zh, said.en.casefold()):
            return kind
    raise ValueError(cell)


def write_kind(kind: str) -> str:
    """As it is typed."""
    return say(words.KINDS[kind])


def read_number(cell: str) -> Decimal:
    """A number without sign, in figures of either width."""
    found = Decimal(cell.translate(HALF_WIDTH).replace(",", "").lstrip("¥￥").rstrip("元%％分"))
    if not found.is_finite() or not 0 <= found <= AMOUNT_MAX:
        raise ValueError(cell)
    return found


def read_amount(cell: str) -> Decimal:
    """An amount above nothing, to the cent."""
    found = read_number(cell)
    if found <= 0 or found != found.quantize(Decimal("0.01")):
        raise ValueError(cell)
    return found


def read_quantity(cell: str) -> Decimal:
    """A quantity above nothing, as fine as rows keep it."""
    found = read_number(cell)
    if found <= 0 or found != found.quantize(Decimal(1).scaleb(-QUANTITY_PLACES)):
        raise ValueError(cell)
    return found


def read_weight(cell: str) -> Decimal:
    """Points from 0 to 100, to four places."""
    found = read_number(cell)
    if found > 100 or found != found.quantize(Decimal("0.0001")):
        raise ValueError(cell)
    return found


def read_place(cell: str) -> int:
    """The number of a lot."""
    found = read_number(cell)
    if found != int(found) or not 1 <= found <= 200:
        raise ValueError(cell)
    return int(found)


def read_line(cell: str) -> str:
    """Words that fit on a line of a notice."""
    if len(cell) > 300:
        raise ValueError(cell)
    return cell


def plain(number: Decimal) -> str:
    """Without exponent and without zeros at the end."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
