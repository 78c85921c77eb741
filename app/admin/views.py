"""What the administrators' pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.accounts.pages import Authority, CertificateView
from app.web.forms import Form
from journal.outbox import Backlog
from kernel.text import Text


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in the list."""

    id: str
    name: str
    login: str
    organization: Text
    roles: tuple[Text, ...]
    disabled: bool


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """The people found, a page of them."""

    asked: str
    people: Sequence[PersonRow]
    after: str | None
    waiting: Sequence[WaitingGrant]
    applications: Sequence[ApplicationRow]


@dataclass(frozen=True, slots=True)
class WaitingGrant:
    """A role that one administrator has proposed."""

    id: str
    person: str
    person_id: str
    role: Text
    organization: Text
    proposed_by: str
    proposed_at: datetime
    may_confirm: bool


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """What somebody asks for."""

    id: str
    kind: str
    name: str
    firm: Text
    identifier: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """One application, with what the certificate itself says."""

    row: ApplicationRow
    facts: tuple[tuple[Text, str], ...]
    certificate: CertificateView
    subject: str
    form: Form


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A role that holds, or waits."""

    id: str
    role: Text
    organization: Text
    since: datetime
    by: str
    confirmed: bool
    may_confirm: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """The newest letter by which the person sets a password, while its link is good."""

    email: str
    good_until: datetime


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person, with everything an administrator may change."""

    id: str
    name: str
    login: str
    organization: Text
    identifier: str
    email: str
    letter: Letter | None
    disabled: bool
    second_factor: bool
    grants: Sequence[GrantRow]
    certificates: Sequence[CertificateView]
    role_form: Form
    certificate_form: Form
    own: bool


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page that holds a form and little else."""

    form: Form


@dataclass(frozen=True, slots=True)
class ReasonPage:
    """A step that ends something and wants its reason."""

    form: Form
    what: Text
    consequence: Text
    action: str
    back: str


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """An organization in the list."""

    id: str
    name: Text
    identifier: str
    size: Text
    people: int
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class OrganizationsPage:
    """The organizations found."""

    asked: str
    organizations: Sequence[OrganizationRow]
    after: str | None


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting with its meaning; a secret one says only whether it is set."""

    name: str
    value: str
    says: Text
    is_default: bool


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """What the installation runs with; changed in the environment, not here."""

    settings: Sequence[SettingRow]
    authorities: Sequence[Authority]
    origin: str
    log_key: str
    backlog: Backlog
    failing: Sequence[FailingJob]


@dataclass(frozen=True, slots=True)
class FailingJob:
    """A job that failed and will be tried again."""

    key: str
    attempts: int
    due_at: datetime
    problem: str
