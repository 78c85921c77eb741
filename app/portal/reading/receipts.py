"""Whether a receipt is ours, and whether what it stands for is in the tree that was closed.

A bidder pastes it; it is answered and kept nowhere (SEALED_BID 4, 5).
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.portal.views import Answer, Inclusion, LogEntry, Verdict
from bidding.envelopes.models import Closing
from journal import logs
from journal.models import EntryPosition, EntryRow
from journal.work import Work
from kernel.canonical import digest as digest_of
from kernel.clock import parse_instant
from kernel.refusal import Refused
from kernel.text import Text
from kernel.vocabulary import TenderStage
from procurement.plans.models import Purchase
from procurement.tenders.models import Tender
from signatures import notes
from signatures.merkle import leaf_hash
from signatures.notes import NoteProblem, VerifierKey
from signatures.sealed.receipts import note_text, read_receipt
from signatures.sealed.statements import Statement

_UNREADABLE = Text(
    "回执不完整或者被改动过，读不出来。", "The receipt is cut short or altered, and cannot be read."
)
_FOREIGN = Text("这份回执是另一个系统的。", "This receipt is of another system.")
_NOT_OURS = Text("回执上没有本系统的有效签名。", "The receipt bears no valid signature of ours.")
_DROPPED = Text(
    "签名是我们的，但截止时封存的清单里没有它。请立即提出异议，并出示这份回执。",
    "The signature is ours, but the set that was closed does not hold it. Object at once, and show"
    " this receipt.",
)
_BEFORE = Text(
    "签名是我们的。截止以后，可以在这里核对它是否在封存的清单里。",
    "The signature is ours. After the closing you can check here that the sealed set holds it.",
)
_CANCELLED = Text(
    "签名是我们的。项目已终止，投标保持密封。",
    "The signature is ours. The tender was cancelled, and bids stay sealed.",
)
_UNSIGNED = Text(
    "粘贴的内容里没有签名（note一栏），只能核对到这里。",
    "What was pasted holds no signature (the part “note”), so this is as far as it goes.",
)
_IN_SET = Text("它在截止时封存的清单里", "It is in the set that the closing fixed")
_SIGNED = Text("签名是我们的。", "The signature is ours.")
_EVENTS = {
    "bid": Text("收到投标的回执", "Receipt of a bid"),
    "replacement": Text("替换投标的回执", "Receipt of a replaced bid"),
    "withdrawal": Text("撤回投标的回执", "Receipt of a withdrawal"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """A receipt as it was pasted: its exact bytes, and the note over it if that came along."""

    raw: bytes
    note: bytes | None


def judge_receipt(work: Work, key: VerifierKey, text: str) -> Answer:
    """Is it whole, is it of this log, did we sign it, and does the closed tree hold its leaf?"""
    held = read_held(text)
    receipt = _read(held.raw) if held else None
    if held is None or receipt is None:
        return Answer(Verdict.UNSETTLED, explanation=_UNREADABLE)
    if receipt["origin"] != work.origin:
        return Answer(Verdict.DIFFERS, explanation=_FOREIGN)
    if held.note is not None and not _is_ours(held, key):
        return Answer(Verdict.DIFFERS, explanation=_NOT_OURS)
    return _in_tree(work, held, receipt)


def read_held(text: str) -> Held | None:
    """The receipt in a pasted text: the file of the offline tool, the API's answer, or itself."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    if "receipt" not in found:
        return Held(text.strip().encode(), None)
    inner, note = found["receipt"], found.get("note")
    if not isinstance(inner, str) or not isinstance(note, str | None):
        return None
    return Held(_unwrapped(inner), None if note is None else note.encode())


def _unwrapped(text: str) -> bytes:
    if text.lstrip().startswith("{"):
        return text.encode()
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _read(raw: bytes) -> Statement | None:
    try:
        return read_receipt(raw)
    except (Refused, ValueError):
        return None


def _is_ours(held: Held, key: VerifierKey) -> bool:
    try:
        return notes.verify(held.note or b"", [key]) == note_text(held.raw)
    except NoteProblem:
        return False


def _in_tree(work: Work, held: Held, receipt: Statement) -> Answer:
    session, tender = work.session, str(receipt["tender"])
    told = _told(work, held, receipt)
    closing = session.get(Closing, tender)
    if closing is None:
        stage = session.scalar(select(Tender.stage).where(Tender.id == tender))
        waits = _CANCELLED if stage == str(TenderStage.CANCELLED) else _BEFORE
        return Answer(Verdict.UNSETTLED, told, explanation=waits if held.note else _UNSIGNED)
    log, leaf = logs.acts_of(tender), leaf_hash(held.raw)
    place = session.execute(
        select(EntryRow.id, EntryPosition.position)
        .join(EntryPosition, EntryPosition.entry == EntryRow.id)
        .where(
            EntryRow.log == log,
            EntryRow.leaf_hash == leaf,
            EntryPosition.position < closing.size,
        )
    ).first()
    if place is None:
        # Without our signature anybody could have written it.
        verdict = Verdict.DIFFERS if held.note else Verdict.NOT_FOUND
        return Answer(
            verdict, told if held.note else None, explanation=_DROPPED if held.note else None
        )
    proof = logs.inclusion(session, place.id, closing.size)
    way = Inclusion(
        index=proof.position,
        size=proof.size,
        leaf="sha256:" + leaf.hex(),
        root=closing.root,
        path=tuple("sha256:" + step.hex() for step in proof.hashes),
        sealed_set=True,
    )
    words = Text(
        ("" if held.note is None else _SIGNED.zh)
        + f"{_IN_SET.zh}：第{proof.position + 1}份，共{proof.size}份。",
        ("" if held.note is None else _SIGNED.en + " ")
        + f"{_IN_SET.en}: number {proof.position + 1} of {proof.size}.",
    )
    return Answer(Verdict.PROVED, told, way, explanation=words)


def _told(work: Work, held: Held, receipt: Statement) -> LogEntry:
    """The receipt in the words of its holder: every part of it is theirs to see."""
    row = work.session.execute(
        select(Purchase.ocid, Tender.title_zh, Tender.title_en)
        .join(Tender, Tender.purchase_id == Purchase.id)
        .where(Tender.id == str(receipt["tender"]), Tender.published_at.is_not(None))
    ).one_or_none()
    return LogEntry(
        what=_EVENTS[str(receipt["event"])],
        at=_accepted_at(receipt),
        commitment=digest_of(held.raw),
        id=str(receipt["act"]),
        tender_key=row.ocid if row else None,
        tender_title=Text(row.title_zh, row.title_en) if row else None,
        fields=tuple(
            (name, json.dumps(receipt[name], ensure_ascii=False)) for name in sorted(receipt)
        ),
    )


def _accepted_at(receipt: Statement) -> datetime:
    return parse_instant(str(receipt["accepted_at"]))
