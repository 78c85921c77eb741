"""What the verify page finds: an entry by number or id, a published thing by its digest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.portal.asking import Asked, Digest, EntryId, EntryNumber, Receipt
from app.portal.reading.receipts import judge_receipt
from app.portal.views import Answer, Inclusion, LogEntry, Verdict
from bidding.envelopes.models import BidAct, Closing
from bidding.evaluation.models import Ranking
from bidding.opening.models import OpenedBid, OpeningRecord
from journal import logs
from journal.disclose import ShownEntry, State, show
from journal.models import EntryPosition, EntryRow
from journal.proofs import published_proof
from journal.tiles import TileFolder
from journal.work import Work
from kernel import canonical
from kernel.text import Text
from kernel.vocabulary import Action, Audience, ContractStage
from procurement.awards.models import Award
from procurement.awards.moments import Moments
from procurement.contracts.models import Acceptance, Contract
from procurement.parties.models import SignedDocument
from procurement.plans.models import Purchase
from procurement.tenders.models import Notice, Tender, TenderDocument
from reports import labels
from signatures.notes import VerifierKey

# PostgreSQL's bigint; a larger number is no position of any log.
POSITION_MAX = 2**63 - 1
_NOT_FOUND = Answer(Verdict.NOT_FOUND)
_HIDDEN = Text("内容尚未公开的一步", "A step whose content is not public yet")


@dataclass(frozen=True, slots=True)
class Means:
    """What answers are made with."""

    work: Work
    tiles: TileFolder
    receipt_key: VerifierKey
    log_url: str

    @property
    def session(self) -> Session:
        """The reading transaction."""
        return self.work.session


def verify(means: Means, asked: Asked) -> Answer:
    """The answer to what was pasted."""
    match asked:
        case EntryNumber(number):
            return _by_number(means, number)
        case EntryId(id):
            return _of_entry(means, id)
        case Digest(digest):
            return _by_digest(means, digest)
        case Receipt(text):
            return judge_receipt(means.work, means.receipt_key, text)


def _by_number(means: Means, number: int) -> Answer:
    if number > POSITION_MAX:
        return _NOT_FOUND
    entry = means.session.scalar(
        select(EntryPosition.entry).where(
            EntryPosition.log == logs.PUBLIC, EntryPosition.position == number
        )
    )
    return _NOT_FOUND if entry is None else _of_entry(means, entry)


def _of_entry(means: Means, entry: str, explanation: Text | None = None) -> Answer:
    """An entry of the public log; those of private trees are for their bidders alone."""
    row = means.session.get(EntryRow, entry)
    if row is None or row.log != logs.PUBLIC:
        return _NOT_FOUND
    proof = published_proof(means.session, means.tiles, entry)
    [seen] = show(
        means.session,
        [entry],
        disclosure=means.work.disclosure,
        audience=Audience.PUBLIC,
        reached=Moments(means.session).reached,
    )
    told = _told(means.session, row, seen, proof.inclusion.position if proof else None)
    if proof is None:
        return Answer(Verdict.WAITING, told, explanation=explanation)
    way = Inclusion(
        index=proof.inclusion.position,
        size=proof.inclusion.size,
        leaf="sha256:" + row.leaf_hash.hex(),
        root="sha256:" + proof.checkpoint.root.hex(),
        path=tuple("sha256:" + step.hex() for step in proof.inclusion.hashes),
    )
    file = f"{means.log_url}/proof/{entry}.tlog-proof"
    return Answer(Verdict.PROVED, told, way, file, explanation)


def _told(session: Session, row: EntryRow, seen: ShownEntry, number: int | None) -> LogEntry:
    """What is told of an entry; of one that shows nothing not even its kind or its tender."""
    is_shown = seen.value("act") is not None
    key, title = _tender_named(session, row) if is_shown else (None, None)
    return LogEntry(
        what=labels.ACTIONS[Action(row.action)] if is_shown else _HIDDEN,
        at=row.recorded_at,
        commitment="sha256:" + row.commitment.hex(),
        id=row.id,
        number=number,
        tender_key=key,
        tender_title=title,
        fields=tuple(
            (field.name, canonical.encode(field.value).decode())
            for field in seen.fields.values()
            if field.state is State.SHOWN
        ),
        withheld=tuple(
            field.name for field in seen.fields.values() if field.state is not State.SHOWN
        ),
    )


def _tender_named(session: Session, row: EntryRow) -> tuple[str | None, Text | None]:
    found = session.execute(
        select(Purchase.ocid, Tender.title_zh, Tender.title_en)
        .join(Tender, Tender.purchase_id == Purchase.id)
        .where(Tender.id == row.tender, Tender.published_at.is_not(None))
    ).one_or_none()
    if found is not None:
        return found.ocid, Text(found.title_zh, found.title_en)
    planned = session.execute(
        select(Purchase.ocid, Purchase.title_zh, Purchase.title_en).where(
            Purchase.id == row.object, Purchase.intended_at.is_not(None)
        )
    ).one_or_none()
    return (planned.ocid, Text(planned.title_zh, planned.title_en)) if planned else (None, None)


def _by_digest(means: Means, digest: str) -> Answer:
    for look in _LOOKS:
        for entry, words in look(means.session, digest):
            answer = _of_entry(means, entry, words)
            # A thing whose entry is not public yet is not known here.
            if answer.entry is not None and answer.entry.fields:
                return answer
    return _NOT_FOUND


Found = Iterator[tuple[str, Text]]


def _as_notice(session: Session, digest: str) -> Found:
    rows = session.execute(
        select(Notice.entry_id, Notice.number, Purchase.method)
        .join(Tender, Tender.id == Notice.tender_id)
        .join(Purchase, Purchase.id == Tender.purchase_id)
        .where((Notice.digest == digest) | (Notice.pdf == digest))
        .limit(1)
    )
    for row in rows:
        first = labels.notice_called(row.method)
        name = (
            Text(first.zh, f"the {first.en[:1].lower()}{first.en[1:]}")
            if row.number == 1
            else Text(f"第{row.number - 1}份更正公告", f"corrigendum {row.number - 1}")
        )
        yield row.entry_id, _original(name)


def _as_document(session: Session, digest: str) -> Found:
    """The notice that names the document; the same bytes may be of several tenders."""
    rows = session.execute(
        select(TenderDocument.name, TenderDocument.version, Notice)
        .join(Notice, Notice.tender_id == TenderDocument.tender_id)
        .join(Tender, Tender.id == TenderDocument.tender_id)
        .where(TenderDocument.content == digest, Tender.published_at.is_not(None))
        .order_by(Notice.published_at)
    )
    for row in rows:
        if any(one.get("digest") == digest for one in row.Notice.rest.get("documents", [])):
            zh, en = f"“{row.name}”第{row.version}版", f"version {row.version} of “{row.name}”"
            yield row.Notice.entry_id, _original(Text(zh, en))


def _as_committee(session: Session, digest: str) -> Found:
    wanted = select(Tender.committee_entry_id).where(
        Tender.committee_digest == digest, Tender.published_at.is_not(None)
    )
    for entry in session.scalars(wanted):
        if entry is not None:
            yield entry, _original(Text("开标人名单", "the list of key holders"))


def _as_closing(session: Session, digest: str) -> Found:
    wanted = select(Closing.entry_id).where((Closing.digest == digest) | (Closing.root == digest))
    for entry in session.scalars(wanted.limit(1)):
        yield entry, _original(Text("截止时封存的清单", "the set that the closing fixed"))


def _as_opening_record(session: Session, digest: str) -> Found:
    lots = session.scalars(select(OpeningRecord.lot_id).where(OpeningRecord.digest == digest))
    for lot in lots:
        yield from _newest(session, Action.OPEN_LOT, lot, Text("开标记录", "the opening record"))


def _as_act(session: Session, digest: str) -> Found:
    """A bid is known here only once its lot was opened whole."""
    lots = session.scalars(
        select(OpenedBid.lot_id)
        .join(BidAct, BidAct.id == OpenedBid.act_id)
        .where(BidAct.digest == digest)
    )
    for lot in lots:
        name = Text("已开启的投标", "a bid that was opened")
        yield from _newest(session, Action.OPEN_LOT, lot, name)


def _as_award(session: Session, digest: str) -> Found:
    awards = session.scalars(
        select(Award.id)
        .join(SignedDocument, SignedDocument.id == Award.document_id)
        .where(SignedDocument.content == digest, Award.published_at.is_not(None))
    )
    for award in awards:
        name = Text("中标公告", "the award notice")
        yield from _newest(session, Action.PUBLISH_AWARD, award, name)


def _as_contract(session: Session, digest: str) -> Found:
    unsigned = (str(ContractStage.DRAFTED), str(ContractStage.OFFERED))
    found = session.scalars(
        select(Contract.id).where(
            (Contract.digest == digest) | (Contract.pdf == digest),
            Contract.stage.not_in(unsigned),
        )
    )
    for contract in found:
        yield from _newest(session, Action.SIGN_AS_BUYER, contract, Text("合同", "the contract"))


# Signed documents by their kind: which entry of the thing tells of one, and what it is called.
_SIGNED: Mapping[str, tuple[tuple[Action, ...], Text]] = {
    "opening-record-document": (
        (Action.SIGN_OPENING_RECORD,),
        Text("开标记录", "the opening record"),
    ),
    "evaluation-report-document": (
        (Action.SIGN_REPORT,),
        Text("评审报告", "the evaluation report"),
    ),
    "award-notice-document": ((Action.PUBLISH_AWARD,), Text("中标公告", "the award notice")),
    "acceptance": (
        (Action.ACCEPT_DELIVERY, Action.REJECT_DELIVERY),
        Text("履约验收书", "the record of acceptance"),
    ),
    "payment-release": ((Action.RELEASE_PAYMENT,), Text("付款凭单", "the payment order")),
    "payment-order-document": ((Action.RELEASE_PAYMENT,), Text("付款凭单", "the payment order")),
}


def _as_report(session: Session, digest: str) -> Found:
    for lot in session.scalars(select(Ranking.lot_id).where(Ranking.digest == digest)):
        yield from _newest(
            session, Action.RANK_BIDS, lot, Text("评审报告", "the evaluation report")
        )


def _as_signed(session: Session, digest: str) -> Found:
    """A statement or a paper that somebody signed; its entry is the first that the act made."""
    rows = session.scalars(
        select(SignedDocument).where(
            SignedDocument.content == digest, SignedDocument.kind.in_(_SIGNED)
        )
    )
    for row in rows:
        actions, name = _SIGNED[row.kind]
        for action in actions:
            yield from _newest(session, action, row.subject_id, name)


def _as_inspection(session: Session, digest: str) -> Found:
    """An acceptance's paper is kept with the inspection, of which the contract's entry tells."""
    rows = session.execute(
        select(Acceptance.contract_id, Acceptance.accepted)
        .join(SignedDocument, SignedDocument.subject_id == Acceptance.id)
        .where(SignedDocument.content == digest)
    )
    for row in rows:
        action = Action.ACCEPT_DELIVERY if row.accepted else Action.REJECT_DELIVERY
        name = Text("履约验收书", "the record of acceptance")
        yield from _newest(session, action, row.contract_id, name)


def _newest(session: Session, action: Action, object: str, name: Text) -> Found:
    entry = session.scalars(
        select(EntryRow.id)
        .where(EntryRow.object == object, EntryRow.action == str(action))
        .order_by(EntryRow.seq.desc())
        .limit(1)
    ).one_or_none()
    if entry is not None:
        yield entry, _original(name)


def _original(name: Text) -> Text:
    return Text(f"这是{name.zh}的原件。", f"This is the original of {name.en}.")


# Each table that knows things by their digest. Private trees are not among them.
_LOOKS: tuple[Callable[[Session, str], Found], ...] = (
    _as_notice,
    _as_document,
    _as_committee,
    _as_closing,
    _as_opening_record,
    _as_act,
    _as_award,
    _as_contract,
    _as_report,
    _as_signed,
    _as_inspection,
)
