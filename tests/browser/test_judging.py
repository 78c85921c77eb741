"""The browser judges signatures as `signatures/cms.py` does."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from kernel.clock import parse_instant
from tests.browser.node import ask_all

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "signatures" / "vectors" / "cms-v1.json").read_text("utf-8")
)


def test_every_vector_of_signatures() -> None:
    cases = VECTORS["cases"]
    answers = ask_all(
        [
            (
                "judge_statement",
                {
                    "statement": case["statement"].encode(),
                    "cms": base64.b64decode(case["cms"]),
                    "trust": VECTORS["trust"],
                    "at": round(parse_instant(case["at"]).timestamp() * 1000),
                    "token": base64.b64decode(case["token"]) if case["token"] else None,
                },
            )
            for case in cases
        ]
    )
    wrong = [
        (case["name"], case["code"], found)
        for case, found in zip(cases, answers, strict=True)
        if found["out"]["passed"] != (case["indication"] == "TOTAL_PASSED")
        or found["out"]["failed"] != (case["indication"] == "TOTAL_FAILED")
        or found["out"]["code"] != case["code"]
        or found["out"]["organization"] != case["organization_identifier"]
    ]
    assert wrong == []
