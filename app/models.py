"""Every table of the system, known to `Base.metadata` once this module is imported.

A stage's `models.py` is found by its name, so a new stage needs no line here.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from kernel.columns import Base

_ROOT = Path(__file__).resolve().parent.parent
_PACKAGES = ("journal", "procurement", "bidding", "reports", "app")


def _import_models() -> tuple[str, ...]:
    """Import each file named `models.py` below the packages, in the order of its path."""
    names = [
        ".".join(path.relative_to(_ROOT).with_suffix("").parts)
        for package in _PACKAGES
        for path in sorted((_ROOT / package).rglob("models.py"))
        if path != Path(__file__).resolve()
    ]
    for name in names:
        importlib.import_module(name)
    return tuple(names)


MODULES = _import_models()
metadata = Base.metadata
