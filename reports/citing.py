"""Sources of rules as a reader knows them: `Order 94 art. 29` in words of the page's language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from kernel.text import Text
from procurement.profiles import load_profile, profile_names
from procurement.profiles.loader import citation

_OWN = {
    "SEALED_BID": Text("密封投标规范", "the sealed bid's specification"),
    "DESIGN": Text("本系统的规定", "a rule of this system"),
}


@cache
def source_named(cite: str) -> Text:
    """A source in full, whichever profile knows it; what none knows stays as it was written."""
    name, _, place = cite.partition(" ")
    if name == "SEALED_BID" and place:
        own = _OWN[name]
        return Text(f"{own.zh}第{place}节", f"{own.en}, section {place}")
    if name in _OWN:
        return _OWN[name]
    for profile in map(load_profile, profile_names()):
        found = citation(profile, cite)
        if found.zh != cite:
            return found
    return Text(cite, cite)


def sources_named(cites: str | Iterable[str]) -> Text | None:
    """Several sources, from a list or as one line in which semicolons part them; None for none."""
    parts = re.split(r"[;；]", cites) if isinstance(cites, str) else cites
    named = [source_named(part.strip()) for part in parts if part.strip()]
    if not named:
        return None
    return Text("；".join(one.zh for one in named), "; ".join(one.en for one in named))
