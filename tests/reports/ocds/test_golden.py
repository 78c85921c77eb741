"""A whole purchase, release by release, as it is expected to be published.

A change of what is published shows here. If it is meant, write the file anew:

    WRITE_GOLDEN=1 .venv/bin/pytest tests/reports/ocds/test_golden.py
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from tests.reports.ocds.journey import HERE, Published

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "ocds-journey.json"
_ID = re.compile(r"\b([a-z]{2,5})_[a-z2-7]{26}\b")
_OCID = re.compile(r"\b(ocds-sunlit-demo)-[a-z2-7]{26}\b")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def plain(published: Published) -> str:
    """The record with each random name and digest numbered in the order in which it comes."""
    package = json.loads(published.reading.record(published.ocid, HERE).content)
    [record] = package["records"]
    # The history is made of the same values by `ocdsmerge`.
    del record["versionedRelease"]
    said = json.dumps(record, ensure_ascii=False, indent=1)
    known: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        kind = found[1] if found.re is not _DIGEST else "sha256"
        if found[0] not in known:
            count = sum(name.startswith(f"{kind}#") for name in known.values())
            known[found[0]] = f"{kind}#{count + 1}"
        return known[found[0]]

    for pattern in (_OCID, _ID, _DIGEST):
        said = pattern.sub(numbered, said)
    return said + "\n"


def test_the_journey_is_published_as_it_was(published: Published) -> None:
    found = plain(published)
    if os.environ.get("WRITE_GOLDEN"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert json.loads(found) == json.loads(GOLDEN.read_text(encoding="utf-8"))
