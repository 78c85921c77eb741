"""Reads a page as a browser would, as far as the tests ask."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient

HAN = re.compile(r"[\u4e00-\u9fff]")
_VOID = frozenset({"meta", "link", "input", "br", "img", "hr"})


@dataclass
class Page(HTMLParser):
    """The elements and texts of a page, with the language that each text stands in."""

    status: int = 0
    html: str = ""
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    _open: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.elements.append((tag, found))
        language = found.get("lang") or (self._open[-1][1] if self._open else "")
        if tag not in _VOID:
            self._open.append((tag, language))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        opened, _language = self._open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self._open[-1][1] if self._open else "", data.strip()))

    @property
    def is_closed(self) -> bool:
        """Whether every element was closed."""
        return not self._open

    @property
    def text(self) -> str:
        """All that is read, in order."""
        return " ".join(text for _language, text in self.texts)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each element of a name."""
        return [attributes for name, attributes in self.elements if name == tag]

    def with_class(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of each element of a class."""
        return [at for _tag, at in self.elements if name in (at.get("class") or "").split()]


def read(client: FlaskClient, address: str) -> Page:
    """Fetch a page, as somebody without gzip."""
    response = client.get(address)
    return Page(status=response.status_code, html=response.get_data(as_text=True))
