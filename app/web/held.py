"""A form that arrives after its session has ended is held through the log-in, so nothing is lost.

What was typed comes back in the log-in page as hidden fields, and after the log-in as a page that
sends it once more. Only a form that our own page has sent is held: one that another site made the
browser send would otherwise be put before the person as if it were theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import request

from app.web.addresses import local_address
from kernel.text import Text

PREFIX = "held-"
_LEFT_OUT = ("csrf_token", "password", "code", "sign-")
_CHARACTERS_MAX = 400_000


@dataclass(frozen=True, slots=True)
class Held:
    """A form as it was sent: where to, and its fields in their order."""

    action: str
    fields: tuple[tuple[str, str], ...]
    had_files: bool = False
    """Files cannot be held: the page says that they must be chosen again."""


@dataclass(frozen=True, slots=True)
class LogInPage:
    """The form for logging in, as it was filled in before."""

    login: str = ""
    next: str = ""
    fault: Text | None = None
    held: Held | None = None
    password_set: bool = False
    """Whether the person comes from setting a new password."""


def held_form() -> Held | None:
    """The form of the present request, if one of our own pages has sent it and it can be held."""
    if request.method != "POST" or not _from_here():
        return None
    fields = tuple(
        (name, value)
        for name, values in request.form.lists()
        if not name.startswith(_LEFT_OUT)
        for value in values
    )
    if not fields or sum(len(n) + len(v) for n, v in fields) > _CHARACTERS_MAX:
        return None
    files = any(f.filename for _, fs in request.files.lists() for f in fs)
    return Held(request.script_root + request.path, fields, files)


def held_before() -> Held | None:
    """The form that the log-in page carries along, if it does."""
    action = local_address(request.form.get(f"{PREFIX}action", ""))
    if not action or not _from_here():
        return None
    names = request.form.getlist(f"{PREFIX}name")
    values = request.form.getlist(f"{PREFIX}value")
    if len(names) != len(values):
        return None
    files = request.form.get(f"{PREFIX}files") == "1"
    return Held(action, tuple(zip(names, values, strict=True)), files)


def _from_here() -> bool:
    """Whether a page of this host sent the request: browsers name the origin with every POST."""
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    return bool(origin) and urlsplit(origin).netloc == request.host
