"""Identifiers, words in two languages, refusals."""

from __future__ import annotations

import re

import pytest

from kernel.identifiers import new_id
from kernel.refusal import Refusal, Refused, enforce, refuse
from kernel.text import Text


def test_identifier_tells_its_kind_and_nothing_else() -> None:
    made = {new_id("ten") for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch("ten_[a-z2-7]{26}", one) for one in made)
    # Not made in order: sorting them does not give the order of their making away.
    several = [new_id("ten") for _ in range(50)]
    assert several != sorted(several)


def test_chinese_is_never_empty_and_stands_in_for_english() -> None:
    assert Text("投标").in_language("en") == "投标"
    assert Text("投标", "bid").in_language("en") == "bid"
    assert Text("投标", "bid").in_language("zh") == "投标"
    assert Text("投标", "bid").as_record() == {"zh": "投标", "en": "bid"}
    for empty in ("", " \n"):
        with pytest.raises(ValueError, match="Chinese"):
            Text(empty, "bid")


def test_refusal_says_code_facts_and_rule() -> None:
    refusal = refuse("late", "Order 87 art. 33", by="1 µs")
    assert str(refusal) == "late (by=1 µs) [Order 87 art. 33]"
    assert refusal == Refusal("late", ("Order 87 art. 33",), {"by": "1 µs"})
    with pytest.raises(TypeError):
        refusal.facts["by"] = "2 µs"  # type: ignore[index]


def test_enforce_raises_what_a_rule_returned() -> None:
    enforce(None)
    with pytest.raises(Refused) as caught:
        enforce(refuse("late"))
    assert caught.value.refusal.code == "late"
