"""Sources are named in the reader's words, whoever wrote them down."""

from __future__ import annotations

import pytest

from kernel.text import Text
from reports.citing import source_named, sources_named


@pytest.mark.parametrize(
    ("cite", "zh", "en"),
    [
        (
            "Order 94 art. 29",
            "《政府采购质疑和投诉办法》第29条",
            "Measures for Challenges and Complaints in Government Procurement, art. 29",
        ),
        ("SEALED_BID 3.6", "密封投标规范第3.6节", "the sealed bid's specification, section 3.6"),
        ("DESIGN 3", "本系统的规定", "a rule of this system"),
        ("87号令第五十五条", "87号令第五十五条", "87号令第五十五条"),
    ],
)
def test_a_source_is_named_in_both_languages(cite: str, zh: str, en: str) -> None:
    assert source_named(cite) == Text(zh, en)


def test_a_line_of_several_and_a_list_say_the_same() -> None:
    line = sources_named("Order 87 art. 63; 招标文件第3章")
    assert line == sources_named(["Order 87 art. 63", "招标文件第3章"])
    assert line is not None
    assert line.zh == "《政府采购货物和服务招标投标管理办法》第63条；招标文件第3章"
    assert sources_named([]) is None
    assert sources_named(" ; ") is None
