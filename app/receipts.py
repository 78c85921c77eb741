"""How this installation signs receipts."""

from __future__ import annotations

from dataclasses import dataclass

from signatures import cms, notes
from signatures.serverkeys import ServerKeys


@dataclass(frozen=True, slots=True)
class ReceiptKeys:
    """The server's seal (CMS) and receipt key (signed note), one for people and one for machines.

    The stand-alone verifier needs the note alone; the CMS is what a court's tools know.
    """

    keys: ServerKeys

    def seal(self, receipt: bytes) -> bytes:
        """The platform's CMS over the receipt."""
        return cms.sign_document(receipt, self.keys.seal)

    def note(self, text: str) -> bytes:
        """The signed note over the receipt's text."""
        return notes.sign(text, self.keys.receipt)
