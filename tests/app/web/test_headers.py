"""The name under which a file is carried away, for browsers and for tools that know ASCII alone."""

from __future__ import annotations

import pytest
from flask import Response
from werkzeug.http import parse_options_header

from app.web.headers import carried_as


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("notice.json", "notice.json"),
        ("合同.pdf", "document.pdf"),
        ("2026年 采购文件.pdf", "2026.pdf"),
        ("附件.表格", "document"),
        ("bids-第一中学.csv", "bids.csv"),
    ],
)
def test_a_name_is_given_whole_and_in_ascii(name: str, plain: str) -> None:
    kind, given = parse_options_header(carried_as(Response(), name).headers["Content-Disposition"])
    assert kind == "attachment"
    assert given["filename"] == name
    header = carried_as(Response(), name).headers["Content-Disposition"]
    assert f"filename={plain}" in header.replace('"', "")
