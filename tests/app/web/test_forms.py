"""What people type is read as they mean it, and what cannot be read is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import ClassVar

import pytest
from flask import Flask

from app.web.forms import (
    Amount,
    Choice,
    Choices,
    Column,
    Day,
    Form,
    Moment,
    Number,
    Passage,
    Table,
    Tick,
    Whole,
    Words,
    trying,
)
from kernel.money import Money
from kernel.refusal import Refused, StaleWrite, refuse
from kernel.text import Text


class Everything(Form):
    """A field of each kind."""

    refused_at: ClassVar = {"over_budget": "budget"}

    title_zh = Words("名称", most=10)
    title_en = Words("英文名称", needed=False)
    about = Passage("说明", needed=False)
    budget = Amount("预算")
    share = Number("份额", most=100, places=1, needed=False)
    count = Whole("数量", least=1, needed=False)
    on = Day("日期", needed=False)
    closes = Moment("截止", needed=False)
    method = Choice("方式", items=[("open", "公开"), ("other", "其他")], needed=False)
    boxes = Choices("可多选", items=[("a", "甲"), ("b", "乙")], needed=False)
    agreed = Tick("同意", needed=True)
    lines = Table(
        "清单", columns=[Column("name", "品名"), Column("price", "单价", Decimal)], needed=False
    )


GOOD = {"title_zh": "课桌", "budget": "1,000.50", "agreed": "1"}


@pytest.fixture
def sent(web: Flask) -> Iterator[object]:
    """Makes the form as if it had been sent with these fields."""

    def make(**fields: object) -> Everything:
        with web.test_request_context("/", method="POST", data=fields):
            form = Everything(sent=True)
            form.valid()
            return form

    return make


def errors(form: Form) -> dict[str, str]:
    return {field.name: str(field.errors[0]) for field in form if field.errors}


def test_a_form_that_is_right(sent) -> None:  # type: ignore[no-untyped-def]
    form = sent(**GOOD, closes="2026-04-28T09:30", on="2026年11月3日", boxes=["a", "b"])
    assert not form.faults
    assert form.budget.data == Money(Decimal("1000.50"), "CNY")
    assert form.closes.data == datetime(2026, 4, 28, 1, 30, tzinfo=UTC)
    assert form.on.data == date(2026, 11, 3)
    assert form.boxes.data == ("a", "b")
    assert form.text("title") == Text("课桌", "")


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("budget", "１１６８０００．００", Money(Decimal(1168000), "CNY")),
        ("budget", "¥1,168,000", Money(Decimal(1168000), "CNY")),
        ("budget", "1168000元", Money(Decimal(1168000), "CNY")),
        ("share", "12.5%", Decimal("12.5")),
        ("count", "３", 3),
        ("on", "2026/4/1", date(2026, 4, 1)),
        ("about", "一\r\n二", "一\n二"),
    ],
)
def test_people_type_the_same_in_many_ways(sent, field, typed, value) -> None:  # type: ignore[no-untyped-def]
    form = sent(**{**GOOD, field: typed})
    assert form[field].data == value


@pytest.mark.parametrize(
    ("field", "typed", "word"),
    [
        ("title_zh", "", "请填写“"),
        ("title_zh", "   ", "请填写“"),
        ("title_zh", "一" * 11, "最多10个字"),
        ("title_zh", "a\u202eb", "看不见的字符"),
        ("title_zh", "a\x00b", "看不见的字符"),
        ("budget", "about a million", "填写数字"),
        ("budget", "0", "大于零"),
        ("budget", "-5", "大于零"),
        ("budget", "1.234", "填写数字"),
        ("budget", "1e9", "填写数字"),
        ("budget", "36.5万", "以元为单位"),
        ("budget", "36.5万元", "以元为单位"),
        ("budget", "NaN", "填写数字"),
        ("share", "100.5", "要在0和100之间"),
        ("share", "1.25", "最多1位小数"),
        ("share", "Infinity", "最多1位小数"),
        ("count", "1.5", "最多0位小数"),
        ("on", "2026-02-30", "填写日期"),
        ("closes", "soon", "填写日期和时间"),
        ("method", "secret", "请选择“"),
        ("boxes", ["a", "z"], "请从列出的里面选"),
        ("agreed", None, "要先勾选"),
        ("lines", "椅子\t三百", "第1行的“单价”"),
        ("lines", "椅子\t3\n桌子\t4\t5", "第2行有3格"),
    ],
)
def test_what_cannot_be_read_is_named_and_kept(sent, field, typed, word) -> None:  # type: ignore[no-untyped-def]
    given = {**GOOD, field: typed}
    form = sent(**{name: value for name, value in given.items() if value is not None})
    assert word in errors(form)[field]
    assert form.faults
    if isinstance(typed, str):
        assert form[field].typed == typed.replace("\x00", "\x00")


def test_the_summary_names_the_field_of_each_fault(sent) -> None:  # type: ignore[no-untyped-def]
    form = sent(title_zh="课桌", budget="soon")
    said = [str(words) for words, _id in form.faults]
    assert said == ["预算：填写数字，如1168000.00", "同意：要先勾选这一项"]


def test_the_summary_names_what_a_repeated_field_stands_under(web: Flask) -> None:
    class Repeated(Form):
        points = Number("得分", most=35, within="技术响应，甲公司")
        reason = Words("理由", within="技术响应，甲公司")

    with web.test_request_context("/", method="POST", data={"points": "40"}):
        form = Repeated(sent=True)
        form.valid()
        assert [str(words) for words, _id in form.faults] == [
            "技术响应，甲公司：得分：要在0和35之间",
            "技术响应，甲公司：请填写“理由”",
        ]


def test_rows_from_a_spreadsheet(sent) -> None:  # type: ignore[no-untyped-def]
    form = sent(**GOOD, lines="课桌\t300.5\n\n椅子 | 120")
    assert form.lines.data == [
        {"name": "课桌", "price": Decimal("300.5")},
        {"name": "椅子", "price": Decimal(120)},
    ]


def test_a_refusal_stands_at_its_field_with_its_rule(sent) -> None:  # type: ignore[no-untyped-def]
    form = sent(**GOOD)
    with trying(form):
        raise Refused(refuse("over_budget", "GPL 33"))
    assert form.problem is not None
    assert form.problem.cites == ("GPL 33",)
    assert [id for _said, id in form.faults] == ["budget"]
    assert form.budget.typed == "1,000.50"


def test_a_refusal_without_a_field_and_a_lost_race_lead_to_the_form(sent) -> None:  # type: ignore[no-untyped-def]
    for problem in (Refused(refuse("wrong_stage")), StaleWrite("tender", "ten_x")):
        form = sent(**GOOD)
        with trying(form):
            raise problem
        assert [id for _said, id in form.faults] == ["title_zh"]


def test_values_of_ours_are_written_as_people_type_them(web: Flask) -> None:
    with web.test_request_context("/"):
        form = Everything(
            {
                "title_zh": "课桌",
                "budget": Money(Decimal("1000.5"), "CNY"),
                "closes": datetime(2026, 4, 28, 1, 30, tzinfo=UTC),
                "lines": [{"name": "椅", "price": 3}],
            }
        )
        assert form.budget.typed == "1000.50"
        assert form.closes.typed == "2026-04-28T09:30"
        assert form.lines.typed == "椅\t3"
