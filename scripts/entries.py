"""Writes docs/journal-entries.md: every kind of entry, from the code that records it.

Run: python scripts/entries.py
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from pathlib import Path

from journal.entries import Entry, body_parts, entry_kinds
from kernel.vocabulary import Action, Log, Visibility
from procurement.disclosure import DISCLOSURE, Disclosure, Moment

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "journal-entries.md"
_PACKAGES = ("journal", "procurement", "bidding")

_HEAD = """# Entries of the journal

Every kind of entry that the system records: its verb, its log, when its public fields are shown to
everybody and to whom before that, and the parts of its body. Written by `scripts/entries.py` from
the code; a test fails if it is out of date. How an entry is committed to is in
[log-v1.md](log-v1.md).

Besides its body every entry has `act`, `object`, `instant`, `result` and, where there is one,
`tender`, which are public, and `actor` and `address`, which are personal. A restricted field is
shown to the audiences of the row alone. A personal field is shown to the supervisor alone and can
be erased; its digest stays. Any single field can be shown to a further audience, and that is an
entry too (`FieldsDisclosed`). Where nothing of an entry is shown, the log shows its commitment.

"Public, never" means that the commitment is in the public log and the fields are never shown to
everybody.
"""

_TITLES = {
    "journal": "The log itself",
    "procurement.parties": "The installation and its people",
    "procurement.plans": "Need, budget, plan",
    "procurement.tenders": "Tender",
    "bidding.envelopes": "Sealed bids and closing",
    "bidding.opening": "Opening",
    "bidding.evaluation": "Evaluation",
    "procurement.awards": "Award",
    "procurement.challenges": "Challenge",
    "procurement.contracts": "Contract and delivery",
    "procurement.payments": "Payment",
}
_LOGS = {
    Log.PUBLIC: "public log",
    Log.ACTS: "the tender's tree `acts`",
    Log.PROCEEDINGS: "the tender's tree `proceedings`",
}
_MOMENTS = {
    Moment.AT_ONCE: "at once",
    Moment.AT_INTENTION: "with the intention, or with the notice where there is none",
    Moment.AT_PUBLICATION: "with the notice",
    Moment.AT_CLOSING: "at the closing",
    Moment.AT_OPENING: "at the opening",
    Moment.AT_AWARD: "with the award",
    Moment.NEVER: "never",
}


def kinds() -> list[type[Entry]]:
    """Every kind that is recorded, in the order of its verb; what others only build on is none."""
    for package in _PACKAGES:
        found = importlib.import_module(package)
        for module in pkgutil.walk_packages(found.__path__, f"{package}."):
            importlib.import_module(module.name)
    order = list(Action)
    recorded = [
        kind
        for kind in entry_kinds()
        if kind.__module__.partition(".")[0] in _PACKAGES and not kind.__subclasses__()
    ]
    return sorted(recorded, key=lambda kind: order.index(kind.action))


def page() -> str:
    """The whole page."""
    known = kinds()
    parts = [_HEAD]
    for package, title in _TITLES.items():
        rows = [_row(kind) for kind in known if kind.__module__.startswith(f"{package}.")]
        head = "| entry | log, and when it is public | body |\n|---|---|---|\n"
        parts.append(f"## {title}\n\n{head}" + "\n".join(rows))
    shown = sum(part.count("\n| **`") for part in parts)
    if shown != len(known):
        raise RuntimeError(f"{len(known) - shown} kinds are in no part of the page")
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _row(kind: type[Entry]) -> str:
    said = " ".join((kind.__doc__ or "").split())
    return f"| **`{kind.__name__}`** `{kind.action}`<br>{said} | {_when(kind)} | {_body(kind)} |"


def _when(kind: type[Entry]) -> str:
    row: Disclosure = DISCLOSURE[kind.action]
    before = f"; before that: {_listed(row.before)}" if row.before else ""
    return f"{_LOGS[row.log]}, {_MOMENTS[row.moment]}{before}"


def _body(kind: type[Entry]) -> str:
    parts = body_parts(kind)  # type: ignore[arg-type]  # a type is hashable
    by_visibility = [
        (visibility, [f"`{name}`" for name, found in parts if found is visibility])
        for visibility in Visibility
    ]
    return "<br>".join(f"{each}: {', '.join(names)}" for each, names in by_visibility if names)


def _listed(names: Iterable[object]) -> str:
    return ", ".join(sorted(map(str, names)))


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
