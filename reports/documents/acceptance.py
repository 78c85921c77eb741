"""The acceptance of a delivery as a document: each standard passed or failed (GPR art. 45)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kernel import canonical
from kernel.money import Money
from kernel.text import Text
from procurement.contracts import queries as contracts
from procurement.contracts.services import Inspection
from procurement.parties import queries as parties
from procurement.tenders import queries as tenders
from reports.documents.frame import CHINESE, Edition, Enclosed, Page, Signatory
from reports.documents.purchase import bought, lot_title, name_of
from reports.documents.rendering import render_pdf
from reports.documents.words import published

ACCEPTANCE = Text("履约验收书", "Record of acceptance")
ACCEPTOR = Text("验收人", "Acceptor")


@dataclass(frozen=True, slots=True)
class Found:
    """A standard, and what was found."""

    code: str
    words: Text
    passed: bool
    note: str


@dataclass(frozen=True, slots=True)
class AcceptancePage(Page):
    """Everything that the acceptance says."""

    accepted: bool
    number: int
    contract: str
    supplier: Text
    amount: Money
    delivered_at: datetime
    results: tuple[Found, ...]
    opinions: tuple[str, ...]
    text: str


def acceptance_pdf(
    session: Session,
    contract_id: str,
    inspection: Inspection,
    statement: bytes,
    edition: Edition = CHINESE,
    *,
    signer: str = "",
) -> bytes:
    """The unsigned PDF of an inspection that is about to be recorded."""
    page = acceptance_page(session, contract_id, inspection, statement, edition, signer=signer)
    return render_pdf("acceptance.html", page)


def acceptance_page(
    session: Session,
    contract_id: str,
    inspection: Inspection,
    statement: bytes,
    edition: Edition = CHINESE,
    *,
    signer: str = "",
) -> AcceptancePage:
    """What the acceptance says; a rejection says nothing of what users said (requirement 114)."""
    contract = contracts.contract(session, contract_id)
    lot = tenders.lot(session, contract.lot_id)
    about = bought(session, lot.tender)
    accepted = all(result.passed for result in inspection.results)
    words = {each["code"]: published(each["zh"], each["en"]) for each in contract.standards}
    opinions = inspection.opinions if accepted else ()
    results = [
        {
            "code": result.code,
            "found": "passed" if result.passed else "failed",
            "note": result.note,
        }
        for result in sorted(inspection.results, key=lambda result: result.code)
    ]
    details = {"results": results, "opinions": list(opinions)}
    frame = about.frame(
        edition,
        ACCEPTANCE,
        proof=canonical.digest(statement),
        title=lot_title(about, lot),
        signatories=(Signatory(ACCEPTOR, signer),),
    )
    enclosed = (
        Enclosed("statement.json", statement, Text("签名的声明", "The signed statement")),
        Enclosed("details.json", canonical.encode(details), Text("明细", "Details")),
    )
    return AcceptancePage(
        frame=frame.enclosing(enclosed, at=inspection.delivered_at),
        accepted=accepted,
        number=len(contracts.acceptances(session, contract.id)) + 1,
        contract=contract.id,
        supplier=name_of(parties.organization(session, contract.supplier_id)),
        amount=Money.of_minor(contract.amount_minor, contract.currency),
        delivered_at=inspection.delivered_at,
        results=tuple(
            Found(result.code, words.get(result.code, Text("—")), result.passed, result.note)
            for result in inspection.results
        ),
        opinions=opinions,
        text=contract.digest,
    )
