"""Documents that nobody signs in person: drawn when asked for, under the platform's seal."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from app.container import Container
from kernel.text import Text
from reports.documents.award import letter_pdf as drawn_letter
from reports.documents.frame import Edition
from reports.documents.receipt import receipt_document
from signatures import pades
from signatures.trust import Trust

SEAL_FIELD: Final = "seal"


def receipt_pdf(container: Container, act_id: str, *, language: str = "zh") -> bytes:
    """A bidder's receipt under the platform's seal. The caller asks whose receipt it is."""
    with container.journal.read() as work:
        drawn = receipt_document(work.session, act_id, edition(container, language))
    return sealed(container, drawn, Text("投标回执", "receipt for a bid"))


def letter_pdf(container: Container, award_id: str, bid_id: str, *, language: str = "zh") -> bytes:
    """A loser's letter under the platform's seal. The caller asks whose letter it is."""
    with container.journal.read() as work:
        drawn = drawn_letter(work.session, award_id, bid_id, edition(container, language))
    return sealed(container, drawn, Text("中标结果告知书", "letter on the result"))


def edition(container: Container, language: str = "zh") -> Edition:
    """How papers are drawn here, with the address of this installation's verify page."""
    settings = container.settings
    prefix = "/en" if language == "en" else ""
    host = (
        f"http://{settings.host}:{settings.port}"
        if settings.demo
        else f"https://{settings.host_name}"
    )
    return Edition(language, f"{host}{prefix}/verify")


def sealed(container: Container, pdf: bytes, name: Text) -> bytes:
    """A document under the platform's seal, as lasting as the settings allow."""
    seal, stamper = container.keys.seal, container.examiner.stamper
    return pades.sign_pdf(
        pdf,
        seal,
        reason=f"{name.zh} / {name.en}",
        field=SEAL_FIELD,
        tsa=stamper,
        level=pades.Level.B_LTA if stamper else pades.Level.B_B,
        trust=seal_trust(container),
        claimed_at=container.clock.now(),
    )


def seal_trust(container: Container) -> Trust:
    """Who is believed about a sealed document: this server's seal, and its time stamps."""
    return replace(container.trust, roots=(container.keys.seal.certificate,))
