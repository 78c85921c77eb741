"""Records: the releases of a process merged into its newest state and into its history.

Merging is `ocdsmerge`'s, by the schema with all extensions: by the core schema alone some lists
would be merged that have to be replaced.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ocdsmerge import Merger

from reports.ocds.values import Object

SCHEMA = Path(__file__).resolve().parent / "schema" / "release-schema-patched.json"


@dataclass(frozen=True, slots=True)
class Compiled:
    """A process merged: how it stands now, and each value with the releases that gave it."""

    now: Object
    history: Object


def merge(releases: Sequence[Object]) -> Compiled:
    """Merge the releases of one process, in whatever order they are given."""
    given = list(releases)
    history = _merger(versioned=True).create_versioned_release(given)
    for party in history.get("parties", ()):
        if "details" in party:
            party["details"] = _whole_details(party["details"])
    return Compiled(_merger().create_compiled_release(given), _without_translations(history))


def read_member(body: bytes) -> bytes:
    """The line that a stored gzip member holds, without its end of line."""
    return gzip.decompress(body).rstrip(b"\n")


def read_release(body: bytes) -> Object:
    """A stored release as an object."""
    found: Object = json.loads(gzip.decompress(body))
    return found


# The standard's schema of versioned releases knows no versions of translations, of the members of
# `details`, and of single enquiries, while merging makes them. What is handed out keeps the schema.


def _without_translations(history: Any) -> Any:
    """A versioned release in which a translation is the newest one, as the schema has it."""
    if isinstance(history, list):
        return [_without_translations(each) for each in history]
    # An amendment has a `releaseID` of its own; a version has its value beside it.
    if not isinstance(history, dict) or history.keys() >= {"releaseID", "value"}:
        return history
    return {
        name: value[-1]["value"]
        if name.endswith("_en") and isinstance(value, list)
        else _without_translations(value)
        for name, value in history.items()
    }


def _whole_details(details: Object) -> list[Object]:
    """The versions of a party's `details`, which hold its scale and nothing else."""
    return [version | {"value": {"scale": version["value"]}} for version in details["scale"]]


@cache
def _merger(*, versioned: bool = False) -> Merger:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    if versioned:
        # Each release that has enquiries has all of them, so that the list can be taken whole.
        schema["definitions"]["Tender"]["properties"]["enquiries"]["wholeListMerge"] = True
    return Merger(schema)
