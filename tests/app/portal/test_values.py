"""Amounts, capital figures, moments and digests as people read them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web import digests, moments
from kernel.money import Money
from reports import amounts

SHANGHAI = ZoneInfo("Asia/Shanghai")
KYIV = ZoneInfo("Europe/Kyiv")


def cny(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


# The first seven are the examples of 支付结算办法, annex on filling in instruments, and near them.
@pytest.mark.parametrize(
    ("amount", "capitals"),
    [
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("1168000", "壹佰壹拾陆万捌仟元整"),
        ("1280000", "壹佰贰拾捌万元整"),
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("0.53", "伍角叁分"),
        ("10", "壹拾元整"),
        ("100000001", "壹亿零壹元整"),
        ("100050000", "壹亿零伍万元整"),
        ("1000000000000", "壹万亿元整"),
        ("9999999999999.99", "玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ("-3.20", "负叁元贰角整"),
    ],
)
def test_capital_figures(amount: str, capitals: str) -> None:
    assert amounts.capitals(cny(amount)) == capitals


def read_back(capitals: str) -> int:
    """Cents of an amount in capital figures, by another way: units as multipliers, read once."""
    digits = {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
    units = {"拾": 10, "佰": 100, "仟": 1000}
    yuan, _, rest = capitals.rpartition("元")
    total = section = digit = 0
    for sign in yuan:
        if sign in digits:
            digit = digits[sign]
        elif sign in units:
            section, digit = section + digit * units[sign], 0
        elif sign == "万":
            section, digit = (section + digit) * 10_000, 0
        else:
            total, section, digit = (total + section + digit) * 100_000_000, 0, 0
    cents = (total + section + digit) * 100
    for value, unit in re.findall("([壹贰叁肆伍陆柒捌玖])([角分])", rest):
        cents += digits[value] * (10 if unit == "角" else 1)
    return cents


@given(st.integers(min_value=0, max_value=10**15))
def test_capital_figures_say_the_amount(cents: int) -> None:
    capitals = amounts.capitals(Money.of_minor(cents, "CNY"))
    assert read_back(capitals) == cents
    assert "零零" not in capitals
    assert capitals.endswith(("整", "分"))


def test_capital_figures_are_for_renminbi() -> None:
    with pytest.raises(ValueError, match="CNY only"):
        amounts.capitals(Money(Decimal(1), "EUR"))


@pytest.mark.parametrize(
    ("money", "chinese", "english"),
    [
        (cny("1168000"), "¥1,168,000.00", "CNY 1,168,000.00"),
        (cny("-5.5"), "-¥5.50", "CNY -5.50"),
        (Money(Decimal("1234567"), "JPY"), "JPY 1,234,567", "JPY 1,234,567"),
        (Money(Decimal("12.3"), "UAH"), "UAH 12.30", "UAH 12.30"),
    ],
)
def test_amounts_name_their_currency(money: Money, chinese: str, english: str) -> None:
    assert amounts.amount(money, "zh") == chinese
    assert amounts.amount(money, "en") == english


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1 KB"),
        (421_888, "412 KB"),
        (11_744_051, "11.2 MB"),
        (20 << 20, "20 MB"),
        (2 << 30, "2 GB"),
    ],
)
def test_sizes(count: int, words: str) -> None:
    assert amounts.size(count) == words


@pytest.mark.parametrize(
    ("value", "places", "words"),
    [
        ("100000.000000", 2, "100,000.00"),
        ("13850.000000", 2, "13,850.00"),
        ("0.125000", 2, "0.125"),
        ("40.000000", 0, "40"),
        ("2.500000", 0, "2.5"),
        ("10000", 0, "10,000"),
    ],
)
def test_quantities_and_unit_prices(value: str, places: int, words: str) -> None:
    assert amounts.decimal(Decimal(value), places) == words


CLOSES = datetime(2026, 11, 30, 1, 30, tzinfo=UTC)


def test_moments_name_weekday_and_hour() -> None:
    assert moments.full(CLOSES, "zh", SHANGHAI) == "2026年11月30日（周一）09:30"
    assert moments.full(CLOSES, "en", SHANGHAI) == "Monday 30 November 2026, 09:30"
    assert moments.with_weekday(CLOSES, "zh", SHANGHAI, CLOSES) == "11月30日（周一）09:30"
    assert moments.with_weekday(CLOSES, "en", SHANGHAI, CLOSES) == "Mon 30 Nov, 09:30"


def test_midnight_ends_the_day_before() -> None:
    midnight = datetime(2026, 12, 19, tzinfo=SHANGHAI)
    assert moments.deadline(midnight, "zh", SHANGHAI) == "2026年12月18日（周五）24:00"
    assert moments.deadline(midnight, "en", SHANGHAI) == "Friday 18 December 2026, 24:00"
    assert moments.deadline(midnight + timedelta(microseconds=1), "zh", SHANGHAI).endswith("00:00")


def test_the_year_shows_where_it_is_another() -> None:
    assert moments.day(date(2026, 10, 9), "zh", date(2026, 1, 1)) == "10月9日"
    assert moments.day(date(2025, 10, 9), "zh", date(2026, 1, 1)) == "2025年10月9日"
    assert moments.day(date(2025, 10, 9), "en", date(2026, 1, 1)) == "9 Oct 2025"
    # 2026 began in Beijing while it was still 2025 in UTC.
    eve = datetime(2025, 12, 31, 17, 0, tzinfo=UTC)
    assert moments.brief(eve, "zh", SHANGHAI, CLOSES) == "1月1日 01:00"


def test_zones_are_named_and_follow_summer_time() -> None:
    assert moments.zone_name(CLOSES, "zh", SHANGHAI) == "北京时间（UTC+8）"
    assert moments.zone_name(CLOSES, "en", SHANGHAI) == "Beijing time (UTC+8)"
    assert moments.zone_name(CLOSES, "en", KYIV) == "UTC+2"
    assert moments.zone_name(CLOSES - timedelta(days=150), "en", KYIV) == "UTC+3"
    assert moments.zone_name(CLOSES, "en", ZoneInfo("Asia/Kolkata")) == "UTC+5:30"
    assert moments.zone_name(CLOSES, "en", ZoneInfo("America/New_York")) == "UTC-5"


def test_a_moment_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs its zone"):
        moments.full(datetime(2026, 11, 30), "zh", SHANGHAI)  # noqa: DTZ001


def test_what_is_left_is_cut_and_never_rounded_up() -> None:
    left = moments.remaining(CLOSES, CLOSES - timedelta(minutes=1, microseconds=-1))
    assert (left.days, left.hours, left.minutes, left.over) == (0, 0, 0, False)
    assert moments.remaining(CLOSES, CLOSES).over
    assert moments.remaining(CLOSES, CLOSES + timedelta(days=3)).days == 0


@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=400)))
def test_what_is_left_never_promises_more(left: timedelta) -> None:
    found = moments.remaining(CLOSES, CLOSES - left)
    told = timedelta(days=found.days, hours=found.hours, minutes=found.minutes)
    assert told <= left < told + timedelta(minutes=1)


def test_digests_shorten_to_three_groups_and_the_last() -> None:
    whole = "9c41e07a35d2" + "0" * 48 + "8b16"
    assert digests.shorten("sha256:" + whole) == "9c41 e07a 35d2 … 8b16"
    assert digests.shorten(whole) == "9c41 e07a 35d2 … 8b16"
    assert digests.shorten("not a digest") == "not a digest"
    assert digests.grouped(whole).replace(" ", "") == whole
    assert digests.grouped("x") == "x"
