"""Reads of people and organizations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.refusal import NotFound
from kernel.vocabulary import Actor, Grant, Role
from procurement.parties.models import (
    Account,
    Ban,
    EnrolledCertificate,
    Organization,
    Person,
    RoleGrant,
    SignedDocument,
)


def actor_for(session: Session, person_id: str, address: str = "") -> Actor:
    """The person as an actor, with the roles that hold now."""
    rows = session.execute(
        select(RoleGrant.role, RoleGrant.organization_id).where(
            RoleGrant.person_id == person_id,
            RoleGrant.confirmed_at.is_not(None),
            RoleGrant.revoked_at.is_(None),
        )
    )
    grants = frozenset(Grant(Role(role), organization) for role, organization in rows)
    return Actor(person_id, grants, address)


def organization(session: Session, id: str) -> Organization:
    """An organization by its id; NotFound if there is none."""
    found = session.get(Organization, id)
    if found is None:
        raise NotFound("organization", id)
    return found


def organization_by_identifier(session: Session, identifier: str) -> Organization | None:
    """An organization by its registered identifier, if it is known here."""
    return session.scalars(
        select(Organization).where(Organization.identifier == identifier)
    ).one_or_none()


def person(session: Session, id: str) -> Person:
    """A person by id; NotFound if there is none."""
    found = session.get(Person, id)
    if found is None:
        raise NotFound("person", id)
    return found


def account_by_login(session: Session, login: str) -> Account | None:
    """The account with this log-in name, unless it is disabled."""
    if "\0" in login:  # PostgreSQL keeps no such text, so nobody is called that
        return None
    return session.scalars(
        select(Account).where(Account.login == login, Account.disabled_at.is_(None))
    ).one_or_none()


def person_of_certificate(session: Session, fingerprint: str) -> str | None:
    """Who enrolled this certificate, if it is enrolled and not retired."""
    return session.scalars(
        select(EnrolledCertificate.person_id).where(
            EnrolledCertificate.fingerprint == fingerprint,
            EnrolledCertificate.retired_at.is_(None),
        )
    ).one_or_none()


def signing_certificate(
    session: Session, person_id: str, at: datetime
) -> EnrolledCertificate | None:
    """The certificate a person signs with at an instant: of those valid then the newest."""
    return next(iter(signing_certificates(session, person_id, at)), None)


def signing_certificates(
    session: Session, person_id: str, at: datetime
) -> Sequence[EnrolledCertificate]:
    """The certificates with which a person can sign at an instant, the newest first."""
    return session.scalars(
        select(EnrolledCertificate)
        .where(
            EnrolledCertificate.person_id == person_id,
            EnrolledCertificate.retired_at.is_(None),
            EnrolledCertificate.valid_from <= at,
            EnrolledCertificate.valid_to >= at,
        )
        .order_by(EnrolledCertificate.enrolled_at.desc(), EnrolledCertificate.fingerprint)
    ).all()


def enrolled_certificate(session: Session, fingerprint: str) -> EnrolledCertificate:
    """An enrolled certificate, retired or not; NotFound if nobody enrolled it."""
    found = session.get(EnrolledCertificate, fingerprint)
    if found is None:
        raise NotFound("certificate", fingerprint)
    return found


def pdfs_of(session: Session, kind: str, subject_id: str) -> list[SignedDocument]:
    """The signed PDFs of a kind about a thing, in the order in which they were signed."""
    rows = session.scalars(
        select(SignedDocument).where(
            SignedDocument.kind == kind,
            SignedDocument.subject_id == subject_id,
            SignedDocument.form == "pades",
        )
    )
    return in_order(list(rows))


def in_order(rows: Sequence[SignedDocument]) -> list[SignedDocument]:
    """Forms of documents so that each stands after the one that it was signed over.

    Instants alone would not do: two people may sign in the same one.
    """
    waiting = sorted(rows, key=lambda row: (row.signed_at, row.id))
    known = {row.content for row in waiting}
    ordered: list[SignedDocument] = []
    while waiting:
        placed = {row.content for row in ordered}
        following = next(
            row for row in waiting if row.base is None or row.base not in known - placed
        )
        ordered.append(following)
        waiting.remove(following)
    return ordered


def last_pdf(session: Session, kind: str, subject_id: str) -> SignedDocument | None:
    """The newest form of a document that several people sign; None while nobody has."""
    found = pdfs_of(session, kind, subject_id)
    return found[-1] if found else None


def people_with_role(session: Session, role: Role, organization_id: str | None = None) -> list[str]:
    """The persons who hold a role now, in a stable order."""
    wanted = select(RoleGrant.person_id).where(
        RoleGrant.role == str(role),
        RoleGrant.confirmed_at.is_not(None),
        RoleGrant.revoked_at.is_(None),
    )
    if organization_id is not None:
        wanted = wanted.where(RoleGrant.organization_id == organization_id)
    return sorted(set(session.scalars(wanted)))


def organizations_with_role(session: Session, role: Role) -> list[Organization]:
    """The organizations for which somebody holds a role now, by name."""
    held = select(RoleGrant.organization_id).where(
        RoleGrant.role == str(role),
        RoleGrant.confirmed_at.is_not(None),
        RoleGrant.revoked_at.is_(None),
    )
    return list(
        session.scalars(
            select(Organization)
            .where(Organization.id.in_(held))
            .order_by(Organization.name_zh, Organization.id)
        )
    )


def bans_of(session: Session, organization_id: str) -> list[Ban]:
    """Every ban of an organization, whether it has run out or not (requirement 040)."""
    return list(
        session.scalars(
            select(Ban).where(Ban.organization_id == organization_id).order_by(Ban.from_on, Ban.id)
        )
    )
