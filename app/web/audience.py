"""Each route says for whom it is. A route that says nothing is for nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from kernel.vocabulary import Audience

View = TypeVar("View", bound=Callable[..., Any])


def open_to(*audiences: Audience) -> Callable[[View], View]:
    """Declare for whom a view is: `@open_to(Audience.PUBLIC)`, below the route decorator."""
    if not audiences:
        raise ValueError("a view is open to somebody; leave the decorator off for nobody")

    def declare(view: View) -> View:
        view.audiences = frozenset(audiences)  # type: ignore[attr-defined]
        return view

    return declare


def audiences_of(view: Callable[..., Any] | None) -> frozenset[Audience]:
    """For whom a view is; empty, and so for nobody, where it does not say."""
    found: frozenset[Audience] = getattr(view, "audiences", frozenset())
    return found
