"""What every document has around what it says: whose it is, who signs, and how it is checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Final
from urllib.parse import urlencode

import segno

from kernel.text import Text

# Files inside a document carry a date. Where a document has none of its own this stands for it,
# so that the same facts give the same bytes.
UNDATED: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Edition:
    """In which language a document is drawn, and where its readers can check it."""

    language: str = "zh"
    verify_url: str = ""


CHINESE: Final = Edition()


@dataclass(frozen=True, slots=True)
class Signatory:
    """A place for a signature: as what somebody signs, and who, where that is known."""

    role: Text
    name: str = ""
    organization: Text | None = None


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file inside the document: the signed statement, so that machines read the same facts."""

    name: str
    content: bytes
    what: Text


@dataclass(frozen=True, slots=True)
class Frame:
    """The letterhead, the places for signatures, and the way to the proof."""

    edition: Edition
    zone: str
    kind: Text
    title: Text
    office: Text
    number: str
    is_sample: bool = False
    # The digest of the statement that the document says in words, or another thing that the verify
    # page knows.
    proof: str = ""
    signatories: tuple[Signatory, ...] = ()
    enclosed: tuple[Enclosed, ...] = ()
    made_at: datetime = UNDATED

    def enclosing(self, files: tuple[Enclosed, ...], *, at: datetime = UNDATED) -> Frame:
        """The same frame with these files inside, dated by the fact that they tell."""
        return replace(self, enclosed=files, made_at=at)

    @property
    def verify_address(self) -> str:
        """Where a reader of the paper is led by the code on it; empty where there is no page."""
        if not (self.edition.verify_url and self.proof):
            return ""
        return f"{self.edition.verify_url}?{urlencode({'q': self.proof}, safe=':')}"


@dataclass(frozen=True, slots=True)
class Page:
    """What every document's page is: its frame, and what its own kind adds."""

    frame: Frame


def qr_code(address: str, alternative: str) -> str:
    """The code that a telephone reads, as inline SVG with words for who does not see it."""
    drawn = BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=True, border=0, scale=1, title=alternative
    )
    return drawn.getvalue().decode()
