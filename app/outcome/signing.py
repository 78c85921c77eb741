"""What this surface puts before a person to sign, and how it takes in what comes back.

Each signed act has one statement, and a paper that says the same in words (`app.documents.papers`).
Both are signed by one press.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from flask import request

from app.container import Container
from app.documents import papers
from app.documents.papers import Paper
from app.web.access import actor
from app.web.signing import PreparedPdf, ToSign, signed_parts
from kernel.refusal import StaleWrite
from kernel.text import Text
from procurement.parties.signing import ExaminedPdf, ExaminedSignature, examine_signature

_PAPER = "pdf"


class Signing(Protocol):
    """A view that puts something before a person to sign."""

    @property
    def to_sign(self) -> Sequence[ToSign]:
        """What is to be signed; nothing where the person may not."""
        ...


View = TypeVar("View", bound=Signing)


def to_sign(key: str, what: Text, statement: bytes) -> tuple[ToSign, ...]:
    """The statement of an act."""
    return (ToSign(key, what, statement=statement),)


def with_paper(view: View, paper: Paper, prepare: Callable[[], PreparedPdf]) -> View:
    """The view with the act's paper beside its statement, where there is something to sign.

    Laying it out opens transactions of its own: call it after the page has been read. A paper that
    cannot be laid out any more was signed meanwhile; the page says so by its own means.
    """
    if not view.to_sign:
        return view
    try:
        laid_out = ToSign(_PAPER, papers.NAMES[paper], prepared=prepare())
    except StaleWrite:
        return view
    changed: Any = replace(view, to_sign=(*view.to_sign, laid_out))  # type: ignore[type-var]
    return changed  # type: ignore[no-any-return]


def is_signed(key: str) -> bool:
    """Whether the present request brings a signature, or only what is to be signed."""
    return f"sign-{key}-statement" in request.form


def examined(container: Container, key: str) -> ExaminedSignature:
    """The signature that the request brings, examined outside any transaction."""
    part = signed_parts((key,))[key]
    return examine_signature(
        part.statement, part.cms, trust=container.trust, at=container.clock.now()
    )


def examined_paper(
    container: Container, paper: Paper, about: str, statement: bytes | None = None
) -> ExaminedPdf:
    """The paper that the request brings, finished and examined outside any transaction."""
    part = signed_parts((_PAPER,))[_PAPER]
    return papers.finish(container, actor(), paper, about, part, statement)


def is_papered(container: Container, kind: str, about: str) -> bool:
    """Whether somebody has signed the paper before: where nobody has, the next one cannot go on."""
    return papers.kept(container, kind, about) is not None
