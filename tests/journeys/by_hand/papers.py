"""PDFs: one for somebody to upload, and how those of the pages are judged."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from weasyprint import HTML

from signatures import pades
from signatures.trust import Trust
from tests.journeys.by_hand.people import Visitor


def printed(words: str) -> bytes:
    """A PDF that says so."""
    made: bytes = HTML(string=f"<h1>{words}</h1>").write_pdf()
    return made


def signatures_of(pdf: bytes, trust: Trust, at: datetime) -> int:
    """How many people signed a PDF; all is good by pyHanko under the installation's trust.

    None signed what somebody attached as it was: its digest stands in what they signed.
    """
    if b"/ByteRange" not in pdf:
        return 0
    verdicts = pades.verify_pdf(pdf, trust, at)
    assert all(verdict.passed for verdict in verdicts), [str(each) for each in verdicts]
    return len(verdicts)


def signatures_by_poppler(path: Path) -> int:
    """How many signatures of people `pdfsig` finds; each fits its bytes.

    Whom to trust poppler asks its own store of roots, which does not know an office's; that the
    digest fits and the value is right it says all the same. Time stamps of documents (RFC 3161) it
    lists as of an unknown type and does not judge, and it lists the empty field of who was absent.
    """
    said = subprocess.run(
        ["pdfsig", "-nocert", path], capture_output=True, text=True, timeout=60, check=False
    ).stdout
    not_persons = ("Signature Type: unknown", "The signature form field is not signed.")
    found = [
        part
        for part in said.split("Signature #")[1:]
        if not any(words in part for words in not_persons)
    ]
    assert all("Signature Validation: Signature is Valid." in part for part in found), said
    return len(found)


def judge_papers(visitors: Iterable[Visitor], trust: Trust, at: datetime) -> Counter[str]:
    """Download every PDF that anybody was led to; how many signatures the kinds have in all."""
    found: Counter[str] = Counter()
    for visitor in visitors:
        for number, address in enumerate(sorted(visitor.papers)):
            response = visitor.page.request.get(address)
            assert response.ok, (address, response.status)
            pdf = response.body()
            if not pdf.startswith(b"%PDF-"):
                continue
            path = visitor.folder / f"paper-{number}.pdf"
            path.write_bytes(pdf)
            count = signatures_of(pdf, trust, at)
            assert signatures_by_poppler(path) == count, address
            found[kind_of(address)] += count
    return found


def kind_of(address: str) -> str:
    """The kind of a paper: its address without what differs from one purchase to the next."""
    path = re.sub(r"^https?://[^/]+(/en)?", "", address)
    return re.sub(r"[a-z]{2,5}_[a-z2-7]{26}|ocds-[a-z0-9-]+|(sha256:)?[0-9a-f]{64}", "*", path)
