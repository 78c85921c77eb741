"""Use cases and reads of the company file."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from app.supplier.firms import Firm
from app.supplier.models import CompanyDocument
from journal.work import Work
from kernel.identifiers import new_id
from kernel.refusal import NotFound, Refusal, enforce, refuse
from kernel.vocabulary import Actor, Role
from procurement.parties import queries as parties
from procurement.parties.models import EnrolledCertificate, Person
from signatures.sealed import payload

DOCUMENTS_MAX = 200
# From here on a page says that something runs out: time enough to get a new one.
WARNED_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document whose bytes are durable already."""

    kind: str
    name: str
    media_type: str
    content: str
    size: int
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Authorised:
    """A person who may act for the firm, with the certificate they sign with."""

    person: Person
    certificates: tuple[EnrolledCertificate, ...]


def add_document(work: Work, actor: Actor, firm: Firm, new: NewDocument) -> str:
    """Keep a document in the firm's file."""
    enforce(name_fits_a_bid(new.name))
    enforce(room_left(len(documents(work, firm))))
    row = CompanyDocument(
        id=new_id("cdo"),
        organization_id=firm.id,
        kind=new.kind,
        name=new.name,
        media_type=new.media_type[:100],
        content=new.content,
        size=new.size,
        valid_until=new.valid_until,
        added_by=actor.person,
        added_at=work.clock.now(),
    )
    work.session.add(row)
    work.session.flush()
    return row.id


def remove_document(work: Work, firm: Firm, document_id: str) -> None:
    """Take a document out of the file. Bids that were sealed with it keep their own copy."""
    document(work, firm, document_id).removed_at = work.clock.now()


def documents(work: Work, firm: Firm) -> list[CompanyDocument]:
    """The documents in the firm's file, by kind and name."""
    return list(
        work.session.scalars(
            select(CompanyDocument)
            .where(CompanyDocument.organization_id == firm.id, CompanyDocument.removed_at.is_(None))
            .order_by(CompanyDocument.kind, CompanyDocument.name, CompanyDocument.added_at)
        )
    )


def document(work: Work, firm: Firm, document_id: str) -> CompanyDocument:
    """A document in the firm's file; another firm's is NotFound."""
    found = work.session.get(CompanyDocument, document_id)
    if found is None or found.organization_id != firm.id or found.removed_at is not None:
        raise NotFound("company_document", document_id)
    return found


def authorised(work: Work, firm: Firm) -> list[Authorised]:
    """Who may act for the firm, by name, with their certificates, the newest first."""
    people = parties.people_with_role(work.session, Role.SUPPLIER, firm.id)
    rows = work.session.scalars(
        select(Person).where(Person.id.in_(people)).order_by(Person.name, Person.id)
    )
    return [Authorised(row, tuple(_certificates(work, row.id))) for row in rows]


def _certificates(work: Work, person: str) -> list[EnrolledCertificate]:
    return list(
        work.session.scalars(
            select(EnrolledCertificate)
            .where(
                EnrolledCertificate.person_id == person, EnrolledCertificate.retired_at.is_(None)
            )
            .order_by(EnrolledCertificate.valid_to.desc())
        )
    )


def name_fits_a_bid(name: str) -> Refusal | None:
    """A name that an envelope could not carry is refused here, where it can be mended."""
    return payload.name_refusal(unicodedata.normalize("NFC", name))


def room_left(kept: int) -> Refusal | None:
    """A company file is no archive."""
    return refuse("company_file_full", most=DOCUMENTS_MAX) if kept >= DOCUMENTS_MAX else None
