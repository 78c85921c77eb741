"""What the journal keeps about organizations, people and their roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from journal.entries import Entry, personal, public, restricted
from kernel.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class InstallationFounded(Entry):
    """The first entry: who answers for the installation, and under which keys it signs."""

    action: ClassVar[Action] = Action.FOUND_INSTALLATION
    name: dict[str, str] = public()
    administrators: list[str] = restricted()
    administrator_names: list[str] = personal()
    log_key: str = public(default="")


@dataclass(frozen=True, kw_only=True)
class OrganizationRegistered(Entry):
    """An organization is known from here on."""

    action: ClassVar[Action] = Action.REGISTER_ORGANIZATION
    scheme: str = public()
    identifier: str = public()
    name: dict[str, str] = public()
    size: str = public()


@dataclass(frozen=True, kw_only=True)
class PersonEnrolled(Entry):
    """A person has an account."""

    action: ClassVar[Action] = Action.ENROL_PERSON
    organization: str = restricted()
    name: str = personal()
    login: str = personal()


@dataclass(frozen=True, kw_only=True)
class CertificateEnrolled(Entry):
    """A person signs with this certificate; its verdict at enrolment is kept."""

    action: ClassVar[Action] = Action.ENROL_CERTIFICATE
    person: str = restricted()
    certificate: str = restricted()


@dataclass(frozen=True, kw_only=True)
class CertificateRetired(Entry):
    """A certificate may no longer sign here (ESL 15: a lost key)."""

    action: ClassVar[Action] = Action.RETIRE_CERTIFICATE
    certificate: str = restricted()
    reason: str = restricted()


@dataclass(frozen=True, kw_only=True)
class GrantProposed(Entry):
    """One person proposed a role for another."""

    action: ClassVar[Action] = Action.PROPOSE_GRANT
    person: str = restricted()
    role: str = restricted()
    organization: str = restricted()


@dataclass(frozen=True, kw_only=True)
class GrantConfirmed(Entry):
    """A second person confirmed the role; from here on it holds."""

    action: ClassVar[Action] = Action.CONFIRM_GRANT
    person: str = restricted()
    role: str = restricted()
    organization: str = restricted()


@dataclass(frozen=True, kw_only=True)
class GrantRevoked(Entry):
    """A role ended."""

    action: ClassVar[Action] = Action.REVOKE_GRANT
    person: str = restricted()
    role: str = restricted()
    reason: str = restricted()


@dataclass(frozen=True, kw_only=True)
class SupplierBanned(Entry):
    """A supplier may not bid for a time (GPL 77)."""

    action: ClassVar[Action] = Action.BAN_SUPPLIER
    from_on: str = public()
    until_on: str = public()
    cites: str = public()
