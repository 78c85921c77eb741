"""PDFs: one for somebody to upload, and how those of the pages are judged."""

from __future__ import annotations

import subprocess
from datetime import datetime
from pathlib import Path

from weasyprint import HTML

from signatures import pades
from signatures.trust import Trust


def printed(words: str) -> bytes:
    """A PDF that says so."""
    made: bytes = HTML(string=f"<h1>{words}</h1>").write_pdf()
    return made


def signatures_of(pdf: bytes, trust: Trust, at: datetime) -> int:
    """How many signatures a PDF has; all are good by pyHanko under the installation's trust."""
    verdicts = pades.verify_pdf(pdf, trust, at)
    assert all(verdict.passed for verdict in verdicts), [str(each) for each in verdicts]
    return len(verdicts)


def signatures_by_poppler(path: Path) -> int:
    """How many signatures `pdfsig` finds; each fits its bytes.

    Whom to trust poppler asks its own store of roots, which does not know an office's; that the
    digest fits and the value is right it says all the same.
    """
    said = subprocess.run(
        ["pdfsig", "-nocert", path], capture_output=True, text=True, timeout=60, check=False
    ).stdout
    found = said.count("Signature #")
    assert said.count("Signature Validation: Signature is Valid.") == found, said
    return found
