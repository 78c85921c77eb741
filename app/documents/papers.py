"""The documents that people sign, one function an act: what the pages call.

Every act that needs a signature has its statement, signed for machines, and its paper, a PDF that
says the same in words and is signed beside it. A page does three things:

1. **GET.** Draw and lay out, beside the statement:

       statement = tenders.prepare_notice(work.session, work.origin, tender_id, at=work.now())
       prepared = papers.notice_to_sign(container, actor, tender_id, statement)
       to_sign = (ToSign("notice", NOTICE, statement=statement),
                  ToSign("pdf", PAPER, prepared=prepared))

2. **POST.** Take the results, finish the paper, hand both to the use case:

       parts = signed_parts(("notice", "pdf"))
       pdf = papers.finish(container, actor, Paper.NOTICE, tender_id, parts["pdf"], statement)
       tenders.publish_tender(work, actor, tender_id, examined, pdf=pdf)

   `finish` refuses a paper of another act or thing, one that says something else by now
   (StaleWrite), a wrong value (`signature_value_wrong`), a request that was used or has expired.
   It opens transactions of its own: call it before `journal.write()`, as everything that examines.

3. The use case keeps the paper with the act; `app.portal` lists it once the public may have it.

| act | function | `Paper` | about | its use case takes `pdf=` |
|---|---|---|---|---|
| notice | `notice_to_sign` | NOTICE | tender | `tenders.publish_tender` |
| corrigendum | `corrigendum_to_sign` | CORRIGENDUM | tender | `tenders.amend_tender` |
| opening record | `opening_record_to_sign` | OPENING_RECORD | lot | `opening.sign_opening_record` |
| evaluation report | `report_to_sign` | REPORT | lot | `evaluation.sign_report` |
| award notice | `award_notice_to_sign` | AWARD_NOTICE | award | `awards.publish_award` |
| contract | `contract_to_sign` | CONTRACT | contract | `contracts.sign_as_supplier`, `…_buyer` |
| acceptance | `acceptance_to_sign` | ACCEPTANCE | contract | `contracts.accept_…`, `reject_…` |
| payment order | `payment_order_to_sign` | PAYMENT_ORDER | payment | `payments.release_payment` |

Several sign one paper after the other: the opening record by the officer and by key holders, the
report by every member of the panel, the contract by the supplier and then by the buyer. Each signs
over the form that the one before left, in a field of their own; who was overtaken meanwhile gets
StaleWrite from the use case and signs again.

Without a person's signature, sealed by the platform: `receipt_pdf`, `letter_pdf`. Without any:
`tender_documents` for an officer's draft. Whether the actor may do the act is asked by the page
and by the use case, and not here; only whose place there is in a paper is asked here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from app.container import Container
from app.documents.requests import finish_pdf, prepare_pdf, waiting_pdf
from app.documents.sealing import edition, letter_pdf, receipt_pdf
from app.web.signing import PreparedPdf, SignedPart
from bidding.evaluation import queries as evaluation
from bidding.evaluation.concluding import REPORT_PDF
from bidding.opening import queries as openings
from bidding.opening.services import RECORD_PDF
from kernel import canonical
from kernel.refusal import NotFound, StaleWrite
from kernel.text import Text
from kernel.vocabulary import Actor
from procurement.awards import queries as awards
from procurement.awards.notices import AwardNotice, rest_of
from procurement.contracts import queries as contracts
from procurement.contracts.services import CONTRACT_PDF, Inspection
from procurement.parties import queries as parties
from procurement.parties.models import SignedDocument
from procurement.parties.signing import ExaminedPdf
from procurement.tenders import queries as tenders
from procurement.tenders.commands import Amendment, NewDocument, keep_document
from reports.documents.acceptance import acceptance_pdf
from reports.documents.award import award_notice_pdf
from reports.documents.contract import BUYER_FIELD, SUPPLIER_FIELD, contract_pdf
from reports.documents.evaluation_report import member_fields, report_pdf
from reports.documents.instructions import instructions_pdf
from reports.documents.notice import corrigendum_pdf, notice_pdf
from reports.documents.opening_record import OFFICER_FIELD, holder_people, opening_record_pdf
from reports.documents.payment_order import payment_order_pdf
from signatures import pades

__all__ = [
    "NAMES",
    "Paper",
    "acceptance_to_sign",
    "award_notice_to_sign",
    "contract_to_sign",
    "corrigendum_to_sign",
    "finish",
    "kept",
    "letter_pdf",
    "notice_to_sign",
    "opening_record_to_sign",
    "payment_order_to_sign",
    "receipt_pdf",
    "report_to_sign",
    "tender_documents",
]


class Paper(StrEnum):
    """The kinds of paper; a signing request is of one kind about one thing."""

    NOTICE = "notice"
    CORRIGENDUM = "corrigendum"
    OPENING_RECORD = "opening-record"
    REPORT = "evaluation-report"
    AWARD_NOTICE = "award-notice"
    CONTRACT = "contract"
    ACCEPTANCE = "acceptance"
    PAYMENT_ORDER = "payment-order"


# What each is called in the signature itself, where a PDF reader shows it, and on the page.
NAMES: Final[Mapping[Paper, Text]] = {
    Paper.NOTICE: Text("招标公告", "tender notice"),
    Paper.CORRIGENDUM: Text("更正公告", "corrigendum"),
    Paper.OPENING_RECORD: Text("开标记录", "record of the opening"),
    Paper.REPORT: Text("评审报告", "evaluation report"),
    Paper.AWARD_NOTICE: Text("中标公告", "award notice"),
    Paper.CONTRACT: Text("合同", "contract"),
    Paper.ACCEPTANCE: Text("履约验收书", "record of acceptance"),
    Paper.PAYMENT_ORDER: Text("付款凭单", "payment order"),
}
SIGNER_FIELD: Final = "signer"
TENDER_DOCUMENTS: Final = "采购文件.pdf"


def notice_to_sign(
    container: Container, actor: Actor, tender_id: str, statement: bytes
) -> PreparedPdf:
    """The notice for its officer; `statement` is what `prepare_notice` gave."""
    return _alone(
        container,
        actor,
        Paper.NOTICE,
        tender_id,
        statement,
        lambda session, name: notice_pdf(
            session, tender_id, statement, edition(container), signer=name
        ),
    )


def corrigendum_to_sign(
    container: Container, actor: Actor, tender_id: str, amendment: Amendment, statement: bytes
) -> PreparedPdf:
    """A corrigendum for its officer; `statement` is what `prepare_amendment` gave."""
    return _alone(
        container,
        actor,
        Paper.CORRIGENDUM,
        tender_id,
        statement,
        lambda session, name: corrigendum_pdf(
            session, tender_id, amendment, statement, edition(container), signer=name
        ),
    )


def award_notice_to_sign(
    container: Container, actor: Actor, award_id: str, notice: AwardNotice, statement: bytes
) -> PreparedPdf:
    """The award notice for its officer; `statement` is what `prepare_award_notice` gave."""
    with container.journal.read() as work:
        rest = rest_of(work, awards.award(work.session, award_id), notice)
    return _alone(
        container,
        actor,
        Paper.AWARD_NOTICE,
        award_id,
        statement,
        lambda session, name: award_notice_pdf(
            session, award_id, rest, statement, edition(container), signer=name
        ),
    )


def acceptance_to_sign(
    container: Container, actor: Actor, contract_id: str, inspection: Inspection, statement: bytes
) -> PreparedPdf:
    """The acceptance for its acceptor; `statement` is what `prepare_acceptance` gave."""
    return _alone(
        container,
        actor,
        Paper.ACCEPTANCE,
        contract_id,
        statement,
        lambda session, name: acceptance_pdf(
            session, contract_id, inspection, statement, edition(container), signer=name
        ),
    )


def payment_order_to_sign(
    container: Container, actor: Actor, payment_id: str, statement: bytes
) -> PreparedPdf:
    """The payment order for whom releases it; `statement` is what `prepare_release` gave."""
    return _alone(
        container,
        actor,
        Paper.PAYMENT_ORDER,
        payment_id,
        statement,
        lambda session, name: payment_order_pdf(
            session, payment_id, statement, edition(container), signer=name
        ),
    )


def opening_record_to_sign(container: Container, actor: Actor, lot_id: str) -> PreparedPdf:
    """The record for the officer, or for a key holder in the holder's own place.

    Nobody knows who signs last, so that each signature is made to last.
    """
    with container.journal.read() as work:
        record = openings.opening_record(work.session, lot_id)
        holders = holder_people(work.session, tenders.tender(work.session, record.tender_id))
    return _together(
        container,
        actor,
        Paper.OPENING_RECORD,
        lot_id,
        kept_as=RECORD_PDF,
        states=record.digest,
        fields=(OFFICER_FIELD, *holders.values()),
        field=holders.get(actor.person, OFFICER_FIELD),
        draw=lambda session: opening_record_pdf(session, lot_id, edition(container)),
        is_offered_again=True,
    )


def report_to_sign(
    container: Container, actor: Actor, lot_id: str, *, dissent: str | None = None
) -> PreparedPdf:
    """The report for a member of the panel; a dissent is said in the signature as its reason."""
    with container.journal.read() as work:
        ranking = evaluation.ranking(work.session, lot_id)
        fields = member_fields(work.session, lot_id)
        signed = len(parties.pdfs_of(work.session, REPORT_PDF, lot_id))
    if actor.person not in fields:
        raise NotFound("panel_member", actor.person)
    return _together(
        container,
        actor,
        Paper.REPORT,
        lot_id,
        kept_as=REPORT_PDF,
        states=ranking.digest,
        fields=tuple(fields.values()),
        field=fields[actor.person],
        draw=lambda session: report_pdf(session, lot_id, edition(container)),
        is_last=signed == len(fields) - 1,
        says=f"不同意见 / dissent: {dissent}" if dissent else None,
    )


def contract_to_sign(container: Container, actor: Actor, contract_id: str) -> PreparedPdf:
    """The contract for the supplier, and once the supplier has signed it for the buyer."""
    with container.journal.read() as work:
        contract = contracts.contract(work.session, contract_id)
        offered = contract.supplier_signed_at is not None
    return _together(
        container,
        actor,
        Paper.CONTRACT,
        contract_id,
        kept_as=CONTRACT_PDF,
        states=contract.digest,
        fields=(SUPPLIER_FIELD, BUYER_FIELD),
        field=BUYER_FIELD if offered else SUPPLIER_FIELD,
        draw=lambda session: contract_pdf(session, contract_id, edition(container)),
        is_last=offered,
        is_offered_again=True,
    )


def finish(
    container: Container,
    actor: Actor,
    paper: Paper,
    subject_id: str,
    part: SignedPart,
    statement: bytes | None = None,
) -> ExaminedPdf:
    """The paper with its signature, examined and durable, for the use case's `pdf=`.

    `statement` is the signed statement, where the paper says one in words that the page prepares;
    for record, report and contract it is known here.
    """
    if paper in _STATED:
        with container.journal.read() as work:
            states = _STATED[paper](work.session, subject_id)
    elif statement is not None:
        states = canonical.digest(statement)
    else:
        raise ValueError(f"{paper} says a statement in words, which has to be given")
    return finish_pdf(
        container,
        actor,
        part.request,
        part.value,
        kind=str(paper),
        subject_id=subject_id,
        states=states,
    )


def tender_documents(container: Container, tender_id: str, *, language: str = "zh") -> NewDocument:
    """The instructions to bidders of a draft, durable, to be listed among its documents."""
    with container.journal.read() as work:
        drawn = instructions_pdf(work.session, tender_id, edition(container, language))
    return keep_document(container.blobs, TENDER_DOCUMENTS, "application/pdf", drawn)


def kept(container: Container, kind: str, subject_id: str) -> SignedDocument | None:
    """The newest form of a paper that is kept, for the pages of those who may see it."""
    with container.journal.read() as work:
        return parties.last_pdf(work.session, kind, subject_id)


def _alone(
    container: Container,
    actor: Actor,
    paper: Paper,
    subject_id: str,
    statement: bytes,
    draw: Callable[[Session, str], bytes],
) -> PreparedPdf:
    """A paper that one person signs."""
    with container.journal.read() as work:
        pdf = draw(work.session, parties.person(work.session, actor.person).name)
    return prepare_pdf(
        container,
        actor,
        pdf,
        kind=str(paper),
        subject_id=subject_id,
        field=SIGNER_FIELD,
        reason=_reason(paper),
        states=canonical.digest(statement),
    )


def _together(
    container: Container,
    actor: Actor,
    paper: Paper,
    subject_id: str,
    *,
    kept_as: str,
    states: str,
    fields: tuple[str, ...],
    field: str,
    draw: Callable[[Session], bytes],
    is_last: bool = True,
    says: str | None = None,
    is_offered_again: bool = False,
) -> PreparedPdf:
    """A paper that several sign: the first over the drawn one with a field for each, the others
    over what the one before left. Looked at again, the one that waits is offered again."""
    with container.journal.read() as work:
        before = parties.pdfs_of(work.session, kept_as, subject_id)
    earlier = {str(one.verdict["field"]): one.signer_certificate for one in before}
    if field in earlier:
        raise StaleWrite(str(paper), subject_id)
    if is_offered_again:
        waiting = waiting_pdf(
            container,
            actor,
            kind=str(paper),
            subject_id=subject_id,
            field=field,
            states=states,
            earlier=earlier,
        )
        if waiting is not None:
            return waiting
    if before:
        pdf = container.blobs.read(before[-1].content)
    else:
        with container.journal.read() as work:
            pdf = draw(work.session)
        pdf = pades.add_empty_fields(pdf, fields)
    return prepare_pdf(
        container,
        actor,
        pdf,
        kind=str(paper),
        subject_id=subject_id,
        field=field,
        reason=says or _reason(paper),
        # Afterwards fields may be filled and nothing else.
        certify=not before,
        states=states,
        earlier=earlier,
        is_last=is_last,
    )


def _reason(paper: Paper) -> str:
    return f"{NAMES[paper].zh} / {NAMES[paper].en}"


# What the papers that are signed by several say, by its digest.
_STATED: Final[Mapping[Paper, Callable[[Session, str], str]]] = {
    Paper.OPENING_RECORD: lambda session, id: openings.opening_record(session, id).digest,
    Paper.REPORT: lambda session, id: evaluation.ranking(session, id).digest,
    Paper.CONTRACT: lambda session, id: contracts.contract(session, id).digest,
}
