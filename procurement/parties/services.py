"""Use cases about organizations, people, certificates and roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from journal.work import Work
from kernel.identifiers import new_id
from kernel.refusal import NotFound, Refusal, enforce, refuse
from kernel.text import Text
from kernel.vocabulary import Action, Actor, Role, system_actor
from procurement.authority import Subject, require
from procurement.parties import queries
from procurement.parties.entries import (
    CertificateEnrolled,
    CertificateRetired,
    GrantConfirmed,
    GrantProposed,
    GrantRevoked,
    InstallationFounded,
    OrganizationRegistered,
    PersonEnrolled,
    SupplierBanned,
)
from procurement.parties.models import (
    Account,
    Ban,
    EnrolledCertificate,
    Organization,
    Person,
    RoleGrant,
)
from signatures.certificates import Certificate


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """An organization to be registered, under its official identifier."""

    identifier: str
    scheme: str
    name: Text
    size: str = "large"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be enrolled; the password comes as an argon2id hash, made by the caller."""

    name: str
    login: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class Founded:
    """What the founding made."""

    organization: str
    administrators: tuple[str, str]


def found_installation(
    work: Work,
    operator: NewOrganization,
    administrators: Sequence[NewPerson],
    *,
    log_key: str = "",
) -> Founded:
    """Name the two founding administrators in the first entry of the journal (DESIGN 3).

    Two, since from then on every role needs one person to propose and another to confirm it.
    """
    if len(administrators) != 2:
        enforce(refuse("two_founders_needed", "DESIGN 3", given=len(administrators)))
    if work.session.scalars(select(Organization.id).limit(1)).first() is not None:
        enforce(refuse("already_founded", "DESIGN 3"))
    system = system_actor("init")
    organization = _add_organization(work, operator)
    people = [_add_person(work, organization.id, founder) for founder in administrators]
    for person in people:
        now = work.clock.now()
        work.session.add(
            RoleGrant(
                id=new_id("grant"),
                person_id=person.id,
                role=str(Role.ADMINISTRATOR),
                organization_id=organization.id,
                proposed_by="system:init",
                proposed_at=now,
                confirmed_by="system:founding",
                confirmed_at=now,
            )
        )
    work.session.flush()
    work.record(
        system,
        InstallationFounded(
            object=organization.id,
            name=operator.name.as_record(),
            administrators=[person.id for person in people],
            administrator_names=[person.name for person in people],
            log_key=log_key,
        ),
    )
    return Founded(organization.id, (people[0].id, people[1].id))


def register_organization(work: Work, actor: Actor, new: NewOrganization) -> str:
    """Register an organization; its identifier may be known only once."""
    require(actor, Action.REGISTER_ORGANIZATION, Subject("organization", new.identifier))
    if queries.organization_by_identifier(work.session, new.identifier) is not None:
        enforce(refuse("organization_known", identifier=new.identifier))
    organization = _add_organization(work, new)
    work.record(
        actor,
        OrganizationRegistered(
            object=organization.id,
            scheme=new.scheme,
            identifier=new.identifier,
            name=new.name.as_record(),
            size=new.size,
        ),
    )
    return organization.id


def enrol_person(work: Work, actor: Actor, organization_id: str, new: NewPerson) -> str:
    """Give a person an account. It holds no role until one is granted and confirmed."""
    require(actor, Action.ENROL_PERSON, Subject("person", new.login))
    organization = queries.organization(work.session, organization_id)
    if queries.account_by_login(work.session, new.login) is not None:
        enforce(refuse("login_taken", login=new.login))
    person = _add_person(work, organization.id, new)
    work.record(
        actor,
        PersonEnrolled(
            object=person.id, organization=organization.id, name=new.name, login=new.login
        ),
    )
    return person.id


def enrol_certificate(work: Work, actor: Actor, person_id: str, certificate: Certificate) -> None:
    """Enrol a certificate whose chain the caller has verified; it must name the person's firm.

    The identifier in the certificate binds the signer to the firm (SEALED_BID 3.6), so that nobody
    can enrol a person of their own under somebody else's.
    """
    require(actor, Action.ENROL_CERTIFICATE, Subject("certificate", certificate.fingerprint))
    person = queries.person(work.session, person_id)
    organization = queries.organization(work.session, person.organization_id)
    if certificate.organization_identifier != organization.identifier:
        enforce(
            refuse(
                "certificate_of_other_organization",
                "SEALED_BID 3.6",
                certificate=certificate.organization_identifier,
                organization=organization.identifier,
            )
        )
    if work.session.get(EnrolledCertificate, certificate.fingerprint) is not None:
        enforce(refuse("certificate_known", certificate=certificate.fingerprint))
    work.session.add(
        EnrolledCertificate(
            fingerprint=certificate.fingerprint,
            person_id=person.id,
            der=certificate.der,
            valid_from=certificate.valid_from,
            valid_to=certificate.valid_to,
            enrolled_at=work.clock.now(),
        )
    )
    work.session.flush()
    work.record(
        actor,
        CertificateEnrolled(
            object=person.id, person=person.id, certificate=certificate.fingerprint
        ),
    )


def retire_certificate(work: Work, actor: Actor, fingerprint: str, reason: str) -> None:
    """Stop a certificate from signing here, without touching what it has signed."""
    require(actor, Action.RETIRE_CERTIFICATE, Subject("certificate", fingerprint))
    certificate = work.session.get(EnrolledCertificate, fingerprint, with_for_update=True)
    if certificate is None or certificate.retired_at is not None:
        raise NotFound("certificate", fingerprint)
    certificate.retired_at = work.clock.now()
    work.record(
        actor,
        CertificateRetired(object=certificate.person_id, certificate=fingerprint, reason=reason),
    )


def propose_grant(
    work: Work, actor: Actor, person_id: str, role: Role, organization_id: str
) -> str:
    """Propose a role for another person; it holds once a third person has confirmed it."""
    require(actor, Action.PROPOSE_GRANT, Subject("grant", person_id))
    if actor.person == person_id:
        enforce(refuse("self_grant", "requirement 132"))
    person = queries.person(work.session, person_id)
    queries.organization(work.session, organization_id)
    enforce(_roles_that_exclude_everywhere(work, person.id, role))
    live = work.session.scalars(
        select(RoleGrant.id).where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == str(role),
            RoleGrant.organization_id == organization_id,
            RoleGrant.revoked_at.is_(None),
        )
    ).first()
    if live is not None:
        enforce(refuse("grant_known", role=str(role)))
    grant = RoleGrant(
        id=new_id("grant"),
        person_id=person.id,
        role=str(role),
        organization_id=organization_id,
        proposed_by=actor.person,
        proposed_at=work.clock.now(),
    )
    work.session.add(grant)
    work.session.flush()
    work.record(
        actor,
        GrantProposed(
            object=grant.id, person=person.id, role=str(role), organization=organization_id
        ),
    )
    return grant.id


def confirm_grant(work: Work, actor: Actor, grant_id: str) -> None:
    """Confirm a role that somebody else proposed for somebody else (requirement 132)."""
    require(actor, Action.CONFIRM_GRANT, Subject("grant", grant_id))
    grant = _grant_for_change(work, grant_id)
    if grant.confirmed_at is not None:
        enforce(refuse("grant_confirmed_already"))
    if actor.person in (grant.proposed_by, grant.person_id):
        enforce(refuse("second_person_needed", "requirement 132"))
    grant.confirmed_by = actor.person
    grant.confirmed_at = work.clock.now()
    work.session.flush()
    work.record(
        actor,
        GrantConfirmed(
            object=grant.id,
            person=grant.person_id,
            role=grant.role,
            organization=grant.organization_id,
        ),
    )


def revoke_grant(work: Work, actor: Actor, grant_id: str, reason: str) -> None:
    """End a role; what was done under it stays done."""
    require(actor, Action.REVOKE_GRANT, Subject("grant", grant_id))
    grant = _grant_for_change(work, grant_id)
    grant.revoked_at = work.clock.now()
    work.record(
        actor,
        GrantRevoked(object=grant.id, person=grant.person_id, role=grant.role, reason=reason),
    )


def ban_supplier(
    work: Work, actor: Actor, organization_id: str, from_on: date, until_on: date, cites: str
) -> str:
    """Keep a supplier from bidding for a time, naming the decision (GPL 77)."""
    require(actor, Action.BAN_SUPPLIER, Subject("organization", organization_id))
    organization = queries.organization(work.session, organization_id)
    if until_on < from_on or not cites.strip():
        enforce(refuse("ban_incomplete", "GPL art. 77"))
    ban = Ban(
        id=new_id("ban"),
        organization_id=organization.id,
        from_on=from_on,
        until_on=until_on,
        cites=cites,
    )
    work.session.add(ban)
    work.record(
        actor,
        SupplierBanned(
            object=organization.id,
            from_on=from_on.isoformat(),
            until_on=until_on.isoformat(),
            cites=cites,
        ),
    )
    return ban.id


# The system administrator has no right to any bid, score or key (DESIGN 3, requirement 133), and a
# key holder may not administer. This holds across purchases, so it is asked when a role is granted.
_NEVER_TOGETHER = {Role.ADMINISTRATOR: frozenset(Role) - {Role.ADMINISTRATOR, Role.SYSTEM}}


def _roles_that_exclude_everywhere(work: Work, person_id: str, wanted: Role) -> Refusal | None:
    held = queries.actor_for(work.session, person_id)
    for grant in held.grants:
        for first, others in _NEVER_TOGETHER.items():
            if {grant.role, wanted} & {first} and {grant.role, wanted} & others:
                return refuse(
                    "excluded_role", "requirement 133", held=str(grant.role), wanted=str(wanted)
                )
    return None


def _grant_for_change(work: Work, grant_id: str) -> RoleGrant:
    grant = work.session.get(RoleGrant, grant_id, with_for_update=True)
    if grant is None or grant.revoked_at is not None:
        raise NotFound("grant", grant_id)
    return grant


def _add_organization(work: Work, new: NewOrganization) -> Organization:
    organization = Organization(
        id=new_id("org"),
        identifier=new.identifier,
        scheme=new.scheme,
        name_zh=new.name.zh,
        name_en=new.name.en,
        size=new.size,
        registered_at=work.clock.now(),
    )
    work.session.add(organization)
    work.session.flush()
    return organization


def _add_person(work: Work, organization_id: str, new: NewPerson) -> Person:
    person = Person(
        id=new_id("per"),
        name=new.name,
        organization_id=organization_id,
        enrolled_at=work.clock.now(),
    )
    work.session.add(person)
    work.session.flush()
    work.session.add(Account(person_id=person.id, login=new.login, password_hash=new.password_hash))
    work.session.flush()
    return person
