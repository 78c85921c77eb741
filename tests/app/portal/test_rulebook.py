"""The rules pages say every parameter of every profile, in words, with its source."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import get_type_hints

import pytest
from flask.testing import FlaskClient

from app.portal.rulebook import _UNITS, _words, profile_page, rules_page, value_words
from kernel.money import Money
from kernel.refusal import NotFound
from procurement.profiles.loader import load_profile, profile_names
from procurement.profiles.model import Confidence, Unit
from tests.app.portal.reading import read


@pytest.mark.parametrize("name", profile_names())
def test_every_parameter_is_said_once(name: str) -> None:
    page = profile_page(name)
    assert page.count == len(load_profile(name).parameters)
    said = [one.name.zh for group in page.groups for one in group.parameters]
    assert sorted(said) == sorted(set(said))
    for group in page.groups:
        for one in group.parameters:
            assert one.name.en
            assert one.value.en
            assert one.cites


@pytest.mark.parametrize("name", profile_names())
def test_every_parameter_and_choice_has_words(name: str) -> None:
    profile = load_profile(name)
    known = {named for group in _words()["groups"] for named in group["parameters"]}
    assert {one.name for one in profile.parameters} == known
    for one in profile.parameters:
        value = one.value
        if one.unit in (Unit.CHOICE, Unit.LIST):
            items = value.values() if isinstance(value, Mapping) else value
            codes = [value] if isinstance(value, str) else list(items)
            assert {str(code) for code in codes} <= set(_words()["choices"]), one.name


def test_every_unit_has_words() -> None:
    assert set(_UNITS) == set(Unit)
    assert get_type_hints(value_words)


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (5, Unit.WORKING_DAYS, "5个工作日", "5 working days"),
        (1, Unit.WORKING_DAYS, "1个工作日", "1 working day"),
        (20, Unit.CALENDAR_DAYS, "20日", "20 days"),
        (Decimal("0.02"), Unit.SHARE, "2%", "2%"),
        (Decimal("0.30"), Unit.SHARE, "30%", "30%"),
        (Decimal("1.20"), Unit.SHARE, "120%", "120%"),
        (Decimal("0.0005"), Unit.SHARE, "0.05%", "0.05%"),
        (Fraction(2, 3), Unit.SHARE, "3分之2", "2/3"),
        (Money(Decimal("2000000"), "CNY"), Unit.MONEY, "¥2,000,000.00", "CNY 2,000,000.00"),
        ({"goods": Decimal(30)}, Unit.POINTS, "货物：30分", "goods: 30 points"),
        (("price", "draw"), Unit.LIST, "报价、随机抽取", "price, a draw"),
        ((), Unit.LIST, "无", "none"),
        (False, Unit.YES_NO, "否", "no"),
    ],
)
def test_values_in_words(value: object, unit: Unit, zh: str, en: str) -> None:
    words = value_words(value, unit)
    assert (words.zh, words.en) == (zh, en)


def test_what_cannot_be_bought_under_is_named_last_and_says_so(client: FlaskClient) -> None:
    profiles = rules_page().profiles
    assert [one.for_production for one in profiles] == sorted(
        (one.for_production for one in profiles), reverse=True
    )
    assert "只供演示和研究" in read(client, "/rules/ua-replay").text


def test_an_edition_that_is_not_here_is_not_replaced_by_another() -> None:
    assert profile_page("cn-gov", "2026.1").profile.edition == "2026.1"
    with pytest.raises(NotFound):
        profile_page("cn-gov", "1999.1")
    with pytest.raises(NotFound):
        profile_page("atlantis")


def test_the_page_shows_value_article_and_how_it_is_known(client: FlaskClient) -> None:
    text = read(client, "/rules/cn-gov").text
    assert "从发文件到截止，至少 P03 20日" in text
    assert "第35条" in text
    for words in ("已核对条文", "据二手资料", "待核对", "本系统自定"):
        assert words in text
    assert {one.value for one in Confidence} == {"V", "V2", "M", "D"}
