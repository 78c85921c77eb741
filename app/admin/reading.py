"""What the administrators' pages read."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from app.accounts import applications, recovery, services
from app.accounts.models import Application, MailLink
from app.accounts.pages import CertificateView, certificate_view, trusted_page
from app.admin.views import (
    ApplicationRow,
    FailingJob,
    GrantRow,
    Letter,
    OrganizationRow,
    OrganizationsPage,
    PeoplePage,
    PersonRow,
    SettingRow,
    SettingsPage,
    WaitingGrant,
)
from app.container import Container
from app.settings import each_setting
from journal import outbox
from journal.models import Job
from journal.work import Work
from kernel.text import Text
from kernel.vocabulary import Actor, Role
from procurement.parties import queries as parties
from procurement.parties.models import Account, EnrolledCertificate, Organization, Person, RoleGrant
from reports.labels import ROLES
from signatures.certificates import Certificate

PAGE_ROWS = 50
SIZES = {
    "micro": Text("微型企业", "Micro"),
    "small": Text("小型企业", "Small"),
    "medium": Text("中型企业", "Medium"),
    "large": Text("大型企业或单位", "Large, or a public body"),
}
_SECRET = frozenset({"SUNLIT_SECRET_KEY", "SUNLIT_SMTP_URL", "DATABASE_URL"})


def name_of(firm: Organization) -> Text:
    """The published name of an organization."""
    return Text(firm.name_zh, firm.name_en)


def people_page(work: Work, actor: Actor, asked: str, after: str | None) -> PeoplePage:
    """People by name, log-in or organization, keyset by log-in; and what waits."""
    wanted = (
        select(Person, Account, Organization)
        .join(Account, Account.person_id == Person.id)
        .join(Organization, Organization.id == Person.organization_id)
        .order_by(Account.login)
        .limit(PAGE_ROWS + 1)
    )
    if asked:
        like = f"%{asked.replace('%', '').replace('_', '')}%"
        wanted = wanted.where(
            or_(
                Person.name.ilike(like), Account.login.ilike(like), Organization.name_zh.ilike(like)
            )
        )
    if after:
        wanted = wanted.where(Account.login > after)
    rows = work.session.execute(wanted).all()
    shown = rows[:PAGE_ROWS]
    roles = _roles(work, [person.id for person, _account, _firm in shown])
    return PeoplePage(
        asked=asked,
        people=[
            PersonRow(
                person.id,
                person.name,
                account.login,
                name_of(firm),
                roles.get(person.id, ()),
                account.disabled_at is not None,
            )
            for person, account, firm in shown
        ],
        after=shown[-1][1].login if len(rows) > PAGE_ROWS else None,
        waiting=waiting_grants(work, actor),
        applications=[application_row(work, one) for one in applications.waiting(work)],
    )


def _roles(work: Work, people: list[str]) -> dict[str, tuple[Text, ...]]:
    found: dict[str, tuple[Text, ...]] = {}
    grants = work.session.execute(
        select(RoleGrant.person_id, RoleGrant.role)
        .where(
            RoleGrant.person_id.in_(people),
            RoleGrant.confirmed_at.is_not(None),
            RoleGrant.revoked_at.is_(None),
        )
        .order_by(RoleGrant.role)
    )
    for person, role in grants:
        label = ROLES[Role(role)]
        if label not in found.get(person, ()):
            found[person] = (*found.get(person, ()), label)
    return found


def waiting_grants(work: Work, actor: Actor) -> list[WaitingGrant]:
    """Roles that wait for a second administrator, the oldest first."""
    rows = work.session.scalars(
        select(RoleGrant)
        .where(RoleGrant.confirmed_at.is_(None), RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.proposed_at, RoleGrant.id)
    )
    return [
        WaitingGrant(
            row.id,
            parties.person(work.session, row.person_id).name,
            row.person_id,
            ROLES[Role(row.role)],
            name_of(parties.organization(work.session, row.organization_id)),
            _who(work, row.proposed_by),
            row.proposed_at,
            actor.person not in (row.proposed_by, row.person_id),
        )
        for row in rows
    ]


def grants_of(work: Work, actor: Actor, person: str) -> list[GrantRow]:
    """The roles of a person that hold or wait."""
    rows = work.session.scalars(
        select(RoleGrant)
        .where(RoleGrant.person_id == person, RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.proposed_at, RoleGrant.id)
    )
    return [
        GrantRow(
            row.id,
            ROLES[Role(row.role)],
            name_of(parties.organization(work.session, row.organization_id)),
            row.confirmed_at or row.proposed_at,
            _who(work, row.confirmed_by or row.proposed_by),
            row.confirmed_at is not None,
            actor.person not in (row.proposed_by, row.person_id),
        )
        for row in rows
    ]


def certificates_of(work: Work, person: str) -> list[CertificateView]:
    """The certificates of a person, the newest first."""
    rows = work.session.scalars(
        select(EnrolledCertificate)
        .where(EnrolledCertificate.person_id == person)
        .order_by(EnrolledCertificate.enrolled_at.desc(), EnrolledCertificate.fingerprint)
    )
    return [certificate_view(row, work.clock.now()) for row in rows]


def letter_to(work: Work, person: str) -> Letter | None:
    """The newest link for a password that is still good."""
    row = work.session.scalars(
        select(MailLink)
        .where(
            MailLink.person_id == person,
            MailLink.kind == recovery.WELCOME,
            MailLink.good_until > work.clock.now(),
        )
        .order_by(MailLink.made_at.desc())
        .limit(1)
    ).first()
    return Letter(row.email, row.good_until) if row else None


def application_row(work: Work, one: Application) -> ApplicationRow:
    """An application in the list."""
    if one.person_id is not None:
        person = parties.person(work.session, one.person_id)
        firm = parties.organization(work.session, person.organization_id)
        return ApplicationRow(
            one.id, one.kind, person.name, name_of(firm), firm.identifier, one.made_at
        )
    facts = one.facts
    return ApplicationRow(
        one.id, one.kind, facts["person"], Text(**facts["name"]), facts["identifier"], one.made_at
    )


def application_facts(work: Work, one: Application) -> tuple[tuple[Text, str], ...]:
    """What the applicant has stated, and what is known already."""
    if one.kind != applications.SUPPLIER:
        return ()
    known = parties.organization_by_identifier(work.session, one.facts["identifier"])
    return (
        (Text("登录名", "Log-in name"), one.facts["login"]),
        (Text("邮箱", "E-mail"), one.facts["email"]),
        (Text("企业规模", "Size"), SIZES[one.facts["size"]].zh),
        (
            Text("是否已登记", "Known already"),
            f"{known.name_zh}" if known is not None else "—",
        ),
    )


def certificate_of(one: Application) -> tuple[CertificateView, str]:
    """The certificate of an application, and whom it names."""
    found = Certificate.from_der(one.certificate or b"")
    view = CertificateView(
        found.fingerprint, found.issuer_common_name or "", found.valid_from, found.valid_to, "asked"
    )
    named = (found.common_name, found.organization_name, found.organization_identifier)
    return view, " · ".join(part for part in named if part)


def organizations_page(work: Work, asked: str, after: str | None) -> OrganizationsPage:
    """Organizations by name or identifier, keyset by identifier."""
    people = (
        select(func.count())
        .select_from(Person)
        .where(Person.organization_id == Organization.id)
        .scalar_subquery()
    )
    wanted = select(Organization, people).order_by(Organization.identifier).limit(PAGE_ROWS + 1)
    if asked:
        like = f"%{asked.replace('%', '').replace('_', '')}%"
        wanted = wanted.where(
            or_(
                Organization.name_zh.ilike(like),
                Organization.name_en.ilike(like),
                Organization.identifier.ilike(like),
            )
        )
    if after:
        wanted = wanted.where(Organization.identifier > after)
    rows = work.session.execute(wanted).all()
    shown = rows[:PAGE_ROWS]
    return OrganizationsPage(
        asked,
        [
            OrganizationRow(
                firm.id, name_of(firm), firm.identifier, SIZES[firm.size], count, firm.registered_at
            )
            for firm, count in shown
        ],
        shown[-1][0].identifier if len(rows) > PAGE_ROWS else None,
    )


def settings_page(work: Work, container: Container) -> SettingsPage:
    """What the installation runs with, and whether its queue flows."""
    rows = []
    for entry in each_setting():
        name, default = entry.metadata["name"], entry.metadata["default"]
        value = getattr(container.settings, entry.name)
        shown = {True: "1", False: "0"}.get(value, str(value)) if isinstance(value, bool) else value
        if name in _SECRET:
            shown = "***" if value else ""
        told = entry.metadata["says"]
        says = Text(told.zh.replace("`", ""), told.en.replace("`", ""))
        rows.append(SettingRow(name, str(shown), says, str(value) == str(default)))
    failing = work.session.scalars(
        select(Job)
        .where(Job.finished_at.is_(None), Job.attempts > 0)
        .order_by(Job.due_at, Job.number)
        .limit(PAGE_ROWS)
    )
    return SettingsPage(
        settings=rows,
        authorities=trusted_page(container.trust).authorities,
        origin=container.journal.origin,
        log_key=container.keys.log_vkey.encode(),
        backlog=outbox.backlog(work.session, work.clock.now()),
        failing=[
            FailingJob(job.key, job.attempts, job.due_at, job.problem or "") for job in failing
        ],
    )


def has_second_factor(work: Work, person: str) -> bool:
    """Whether the person is asked for codes."""
    return services.has_second_factor(work, person)


def email_of(work: Work, person: str) -> str:
    """The address at which the person is reached, or nothing."""
    contact = recovery.address_of(work, person)
    return contact.email if contact else ""


def _who(work: Work, person: str) -> str:
    return person if person.startswith("system:") else parties.person(work.session, person).name
