"""Digests shortened for the eye: three groups and the last one."""

from __future__ import annotations

import re

_DIGEST = re.compile(r"(?:[a-z0-9]+:)?(?P<hex>[0-9a-f]{32,})")


def shorten(digest: str) -> str:
    """`sha256:9c41e07a35d2…8b16` becomes `9c41 e07a 35d2 … 8b16`; anything else stays as it is."""
    found = _DIGEST.fullmatch(digest)
    if found is None:
        return digest
    figures = found["hex"]
    return f"{figures[0:4]} {figures[4:8]} {figures[8:12]} … {figures[-4:]}"


def grouped(digest: str) -> str:
    """All of it, in groups of eight, for comparing by eye with a printed notice."""
    found = _DIGEST.fullmatch(digest)
    if found is None:
        return digest
    figures = found["hex"]
    return " ".join(figures[start : start + 8] for start in range(0, len(figures), 8))
