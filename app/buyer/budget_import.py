"""Budget lines out of a spreadsheet: what is wrong in a row is named by line and field.

Either every row can be allotted, or nothing is: a list with a fault gives no allotments at all.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import InvalidOperation

from app.buyer.forms import LINE_CODE_CHARACTERS_MAX, LINE_YEARS
from app.buyer.tables import read_amount
from app.web.refusals import words_of
from journal.work import Work
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import Role
from procurement.parties import queries as parties
from procurement.plans import checks
from procurement.plans import queries as plans
from procurement.plans.commands import Allotment

ROWS_MAX = 500
COLUMNS = (
    Text("预算单位", "Organization"),
    Text("年度", "Year"),
    Text("预算指标编号", "Number of the line"),
    Text("指标金额", "Amount"),
)
_ORGANIZATION, _YEAR, _CODE, _AMOUNT = COLUMNS
_LIST = Text("表格", "List")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field of a line; line 0 is the list as a whole."""

    line: int
    field: Text
    said: Text


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the list that can be allotted, with what stood there before, if anything."""

    line: int
    organization: Text
    new: Allotment
    before: Money | None


@dataclass(frozen=True, slots=True)
class Imported:
    """A list as read: every change, or every fault."""

    changes: Sequence[Change] = ()
    faults: Sequence[Fault] = ()


def decoded(octets: bytes) -> str | None:
    """The text of a file: UTF-8, or what Excel in Chinese writes; None if it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return octets.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def imported(work: Work, text: str, currency: str) -> Imported:
    """The list held against the organizations and the lines as they are now."""
    try:
        rows = list(_rows(text))
    except csv.Error:
        return Imported(faults=[Fault(0, _LIST, Text("看不懂这份表格。", "It cannot be read."))])
    if not rows:
        return Imported(faults=[Fault(0, _LIST, Text("里面没有行。", "It has no rows."))])
    if len(rows) > ROWS_MAX:
        said = Text(
            f"最多{ROWS_MAX}行，请分次导入。", f"At most {ROWS_MAX} rows; send it in parts."
        )
        return Imported(faults=[Fault(0, _LIST, said)])
    names: dict[str, list[tuple[str, Text]]] = {}
    for one in parties.organizations_with_role(work.session, Role.OFFICER):
        for name in {one.name_zh.strip(), (one.name_en or one.name_zh).strip()}:
            names.setdefault(name, []).append((one.id, Text(one.name_zh, one.name_en)))
    changes: list[Change] = []
    faults: list[Fault] = []
    first: dict[tuple[str, str, int], int] = {}
    for line, cells in rows:
        wrong, change = _row(work, line, cells, names, currency)
        faults.extend(wrong)
        if change is None:
            continue
        key = (change.new.organization_id, change.new.code, change.new.year)
        if key in first:
            said = Text(f"与第{first[key]}行重复。", f"The same line as in row {first[key]}.")
            faults.append(Fault(line, _CODE, said))
        first.setdefault(key, line)
        changes.append(change)
    return Imported(faults=faults) if faults else Imported(changes)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with the number of their line, without empty ones and without the heads."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    mark = next((mark for mark in ("\t", ",", ";", "，") if mark in head), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    heads = {word.casefold() for word in (_ORGANIZATION.zh, _ORGANIZATION.en)}
    is_first = True
    for row in reader:
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if not (is_first and cells[0].casefold() in heads):
            yield reader.line_num, cells
        is_first = False


def _row(
    work: Work,
    line: int,
    cells: list[str],
    names: Mapping[str, list[tuple[str, Text]]],
    currency: str,
) -> tuple[list[Fault], Change | None]:
    if len(cells) != len(COLUMNS):
        said = Text(
            f"有{len(cells)}列，应当是{len(COLUMNS)}列。金额里有逗号的，要加引号或去掉逗号。",
            f"It has {len(cells)} columns and not {len(COLUMNS)}. An amount with commas is quoted.",
        )
        return [Fault(line, _LIST, said)], None
    name, year_cell, code, amount_cell = cells
    faults: list[Fault] = []
    known = names.get(name, [])
    if len(known) != 1:
        said = (
            Text("有多个单位叫这个名称。", "Several organizations have this name.")
            if known
            else Text(f"没有叫“{name}”的采购人。", f"No buyer is called “{name}”.")
        )
        faults.append(Fault(line, _ORGANIZATION, said))
    year = int(year_cell) if re.fullmatch(r"[0-9]{4}", year_cell) else 0
    if year not in LINE_YEARS:
        faults.append(Fault(line, _YEAR, Text("年度写四位数字。", "A year has four digits.")))
    if not 0 < len(code) <= LINE_CODE_CHARACTERS_MAX or not code.isprintable():
        said = Text(
            f"编号要填写，最多{LINE_CODE_CHARACTERS_MAX}个字。",
            f"A number is needed, of at most {LINE_CODE_CHARACTERS_MAX} characters.",
        )
        faults.append(Fault(line, _CODE, said))
    amount = _amount(amount_cell, currency)
    if amount is None:
        said = Text(
            "按元填写大于零的数字，最多两位小数，如1168000.00。",
            "A number above zero with at most two decimals, such as 1168000.00.",
        )
        faults.append(Fault(line, _AMOUNT, said))
    if faults or amount is None:
        return faults, None
    found = plans.budget_line_named(work.session, known[0][0], code, year)
    refusal = None
    if found is not None:
        reserved = Money.of_minor(found.reserved_minor, found.currency)
        refusal = checks.currencies_agree(found.currency, currency)
        refusal = refusal or checks.allotment_covers_reserved(amount=amount, reserved=reserved)
    if refusal is not None:
        return [Fault(line, _AMOUNT, words_of(refusal))], None
    before = Money.of_minor(found.amount_minor, found.currency) if found else None
    return [], Change(line, known[0][1], Allotment(known[0][0], code, year, amount), before)


def _amount(cell: str, currency: str) -> Money | None:
    try:
        return Money(read_amount(cell), currency)
    except (ValueError, InvalidOperation):
        return None
