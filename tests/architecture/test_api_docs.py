"""docs/api.md names every route of the API."""

from __future__ import annotations

import re
from pathlib import Path

from app.container import Container
from app.surfaces import application

API = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def test_every_route_is_in_the_docs_and_none_besides(container: Container) -> None:
    there = {
        (method, re.sub("<[^>]+>", "*", rule.rule))
        for rule in application(container).url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.nothing"
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    told = {
        (method, re.sub("/(ID|HEX)", "/*", path.partition("?")[0]))
        for method, path in re.findall(r"^\| `([A-Z]+) (/api/[^`]+)`", API, re.M)
    }
    assert there == told
