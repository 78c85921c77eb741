"""Addresses that a visitor hands in: followed only if they are paths of ours."""

from __future__ import annotations

from urllib.parse import quote

# What a path may hold as it is (RFC 3986 section 3.3); a browser reads `\` as `/` and drops tabs.
_AS_IT_IS = "/:@!$&'()*+,;=~"


def local_address(asked: str) -> str:
    """The address if it is a path of ours, else nothing: a link must not lead elsewhere by us."""
    is_path = asked.startswith("/") and not asked.startswith(("//", "/\\"))
    return asked if is_path and asked.isprintable() and "\\" not in asked else ""


def written_path(path: str) -> str:
    """A path that was asked for, as a link may hold it: on this host, whatever stands in it."""
    return "/" + quote(path.lstrip("/"), safe=_AS_IT_IS)
