"""A person's own account: password, address, language, certificates; and how a firm registers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.accounts import applications, passwords, recovery
from app.accounts.applications import FirmFacts
from app.accounts.forms import (
    AddressForm,
    CertificateForm,
    ForgottenForm,
    NewPasswordForm,
    PasswordForm,
    RegistrationForm,
)
from app.accounts.services import has_second_factor
from app.container import Container
from app.mail.letters import queue
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import Form, trying
from app.web.pages import page
from kernel.identifiers import new_id
from kernel.refusal import enforce
from kernel.text import Text
from kernel.vocabulary import Audience, Role
from procurement.parties import queries as parties
from procurement.parties.models import Account, EnrolledCertificate, Organization, RoleGrant
from reports.labels import ROLES
from signatures.certificates import Certificate
from signatures.trust import Trust

# A certificate that ends within two months is named, so that no bid is lost to it.
EXPIRES_SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate of a person, and whether it may sign."""

    fingerprint: str
    issuer: str
    valid_from: datetime
    valid_to: datetime
    state: str
    """`good`, `soon`, `expired`, `retired`, `asked`, `refused`."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AccountPage:
    """What a person sees of the own account."""

    name: str
    login: str
    organization: Text
    identifier: str
    roles: tuple[tuple[Text, Text], ...]
    email: str
    email_confirmed: bool
    second_factor: bool
    language: str
    certificates: tuple[CertificateView, ...]


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page that holds a form and little else."""

    form: Form
    done: bool = False


@dataclass(frozen=True, slots=True)
class ToldPage:
    """A page that says what has happened and what comes next."""

    name: str


def own_pages(container: Container) -> Blueprint:
    """The pages as a blueprint."""
    pages = Blueprint("own", __name__)
    _account(pages, container)
    _recovery(pages, container)
    _registration(pages, container)
    return pages


def _account(pages: Blueprint, container: Container) -> None:
    @pages.get("/account")
    @open_to(Audience.SIGNED_IN)
    def account() -> Response:
        return page("account/account.html", account_page(container, actor().person))

    @pages.get("/account/password")
    @open_to(Audience.SIGNED_IN)
    def password() -> Response:
        return page("account/password.html", FormPage(PasswordForm()))

    @pages.post("/account/password")
    @open_to(Audience.SIGNED_IN)
    def change_password() -> Response:
        form = PasswordForm(sent=True)
        if form.valid():
            with trying(form):
                with container.journal.write() as work:
                    recovery.change_password(work, actor().person, form.old.data, form.new.data)
                return redirect(url_for("account.log_in") + "?password-set", 303)
        return page("account/password.html", FormPage(form), status=422)

    @pages.get("/account/address")
    @open_to(Audience.SIGNED_IN)
    def address() -> Response:
        with container.journal.read() as work:
            known = recovery.address_of(work, actor().person)
            form = AddressForm({"email": known.email if known else None})
        return page("account/address.html", FormPage(form))

    @pages.post("/account/address")
    @open_to(Audience.SIGNED_IN)
    def change_address() -> Response:
        form = AddressForm(sent=True)
        if form.valid():
            with container.journal.write() as work:
                # It counts once the letter has arrived: a typing error gives nothing away.
                queue(work, "address", actor().person, key=new_id("key"), email=form.email.data)
            return page("account/told.html", ToldPage("address"))
        return page("account/address.html", FormPage(form), status=422)

    @pages.post("/account/language")
    @open_to(Audience.SIGNED_IN)
    def change_language() -> Response:
        wanted = request.form.get("language", "")
        with container.journal.write() as work:
            kept = work.session.get_one(Account, actor().person)
            kept.language = wanted if wanted in ("zh", "en") else kept.language
        return redirect(url_for(".account"), 303)

    @pages.get("/account/certificates/new")
    @open_to(Audience.SIGNED_IN)
    def new_certificate() -> Response:
        return page("account/certificate.html", FormPage(CertificateForm()))

    @pages.post("/account/certificates/new")
    @open_to(Audience.SIGNED_IN)
    def ask_for_certificate() -> Response:
        form = CertificateForm(sent=True)
        if form.valid():
            with trying(form):
                with container.journal.write() as work:
                    found = applications.verified_certificate(
                        work, form.certificate.octets(), container.trust
                    )
                    applications.apply_for_certificate(work, actor().person, found)
                return redirect(url_for(".account") + "#certificates", 303)
        return page("account/certificate.html", FormPage(form), status=422)


def _recovery(pages: Blueprint, container: Container) -> None:
    @pages.get("/account/forgotten")
    @open_to(Audience.PUBLIC)
    def forgotten() -> Response:
        return page("account/forgotten.html", FormPage(ForgottenForm()))

    @pages.post("/account/forgotten")
    @open_to(Audience.PUBLIC)
    def ask_for_link() -> Response:
        form = ForgottenForm(sent=True)
        if not form.valid():
            return page("account/forgotten.html", FormPage(form), status=422)
        with container.journal.write() as work:
            person = recovery.person_to_help(work, form.name.data)
            if person is not None:
                # One letter in ten minutes at most, however often somebody asks.
                slot = int(container.clock.now().timestamp()) // 600
                queue(work, recovery.PASSWORD, person, key=f"{person}/{slot}")
        return page("account/told.html", ToldPage("forgotten"))

    @pages.get("/account/new-password/<secret>")
    @open_to(Audience.PUBLIC)
    def new_password(secret: str) -> Response:
        with container.journal.write() as work:
            recovery.person_of_link(work, secret, recovery.PASSWORD, recovery.WELCOME)
        return page("account/new_password.html", FormPage(NewPasswordForm()))

    @pages.post("/account/new-password/<secret>")
    @open_to(Audience.PUBLIC)
    def set_password(secret: str) -> Response:
        form = NewPasswordForm(sent=True)
        if form.valid():
            with trying(form):
                with container.journal.write() as work:
                    recovery.set_password(work, secret, form.new.data)
                return redirect(url_for("account.log_in") + "?password-set", 303)
        return page("account/new_password.html", FormPage(form), status=422)

    @pages.get("/account/confirm-address/<secret>")
    @open_to(Audience.PUBLIC)
    def confirm(secret: str) -> Response:
        with container.journal.write() as work:
            recovery.person_of_link(work, secret, recovery.ADDRESS)
        return page("account/confirm_address.html", ToldPage(secret))

    @pages.post("/account/confirm-address/<secret>")
    @open_to(Audience.PUBLIC)
    def confirm_address(secret: str) -> Response:
        with container.journal.write() as work:
            recovery.confirm_address(work, secret)
        return page("account/told.html", ToldPage("confirmed"))


def _registration(pages: Blueprint, container: Container) -> None:
    @pages.get("/register")
    @open_to(Audience.PUBLIC)
    def register() -> Response:
        return page("account/register.html", FormPage(RegistrationForm()))

    @pages.get("/trusted")
    @open_to(Audience.PUBLIC)
    def trusted() -> Response:
        return page("account/trusted.html", trusted_page(container.trust))

    @pages.post("/register")
    @open_to(Audience.PUBLIC)
    def apply() -> Response:
        form = RegistrationForm(sent=True)
        if form.valid():
            with trying(form):
                enforce(passwords.password_fits(form.password.data))
                # Slow on purpose, and so outside of any transaction.
                kept = passwords.hash_password(form.password.data)
                with container.journal.write() as work:
                    applications.apply_as_supplier(
                        work,
                        _firm_facts(form),
                        kept,
                        applications.verified_certificate(
                            work, form.certificate.octets(), container.trust
                        ),
                    )
                return page("account/told.html", ToldPage("registered"))
        return page("account/register.html", FormPage(form), status=422)


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority whose certificates are taken here."""

    name: str
    purpose: Text
    valid_to: datetime
    fingerprint: str


@dataclass(frozen=True, slots=True)
class TrustedPage:
    """All of them."""

    authorities: tuple[Authority, ...]
    development: bool


def trusted_page(trust: Trust) -> TrustedPage:
    """Whom this installation believes, read from what it was started with."""
    kinds = (
        (trust.roots, Text("根证书", "Root")),
        (trust.intermediates, Text("颁发个人和企业证书", "Issues to people and firms")),
        (trust.timestamp_roots, Text("时间戳", "Time stamps")),
    )
    return TrustedPage(
        tuple(
            Authority(one.common_name or "", purpose, one.valid_to, one.fingerprint)
            for found, purpose in kinds
            for one in found
        ),
        trust.is_development,
    )


def _firm_facts(form: RegistrationForm) -> FirmFacts:
    return FirmFacts(
        identifier=form.identifier.data.upper(),
        name=form.text("name"),
        size=form.size.data,
        person=form.person.data,
        login=form.login.data,
        email=form.email.data,
    )


def account_page(container: Container, person_id: str) -> AccountPage:
    """What a person sees of the own account."""
    with container.journal.read() as work:
        person = parties.person(work.session, person_id)
        firm = parties.organization(work.session, person.organization_id)
        account = work.session.get_one(Account, person_id)
        contact = recovery.address_of(work, person_id)
        now = work.clock.now()
        enrolled = work.session.scalars(
            select(EnrolledCertificate)
            .where(EnrolledCertificate.person_id == person_id)
            .order_by(EnrolledCertificate.enrolled_at.desc(), EnrolledCertificate.fingerprint)
        )
        held = tuple(certificate_view(row, now) for row in enrolled)
        asked = tuple(
            _asked(row.certificate or b"", row.decided_at, row.reason)
            for row in applications.certificates_asked_for(work, person_id)
            if row.decided_at is None or row.reason
        )
        grants = work.session.scalars(
            select(RoleGrant).where(
                RoleGrant.person_id == person_id,
                RoleGrant.confirmed_at.is_not(None),
                RoleGrant.revoked_at.is_(None),
            )
        )
        roles = tuple(
            (
                ROLES[Role(grant.role)],
                _name(parties.organization(work.session, grant.organization_id)),
            )
            for grant in grants
        )
        return AccountPage(
            name=person.name,
            login=account.login,
            organization=_name(firm),
            identifier=firm.identifier,
            roles=roles,
            email=contact.email if contact else "",
            email_confirmed=contact is not None and contact.confirmed_at is not None,
            second_factor=has_second_factor(work, person_id),
            language=account.language,
            certificates=asked + held,
        )


def certificate_view(row: EnrolledCertificate, now: datetime) -> CertificateView:
    """An enrolled certificate, and whether it may sign at an instant."""
    found = Certificate.from_der(row.der)
    state = "good"
    if row.retired_at is not None:
        state = "retired"
    elif now > row.valid_to:
        state = "expired"
    elif now + EXPIRES_SOON > row.valid_to:
        state = "soon"
    return CertificateView(
        row.fingerprint, found.issuer_common_name or "", row.valid_from, row.valid_to, state
    )


def _asked(raw: bytes, decided_at: datetime | None, reason: str) -> CertificateView:
    found = Certificate.from_der(raw)
    state = "refused" if decided_at else "asked"
    issuer = found.issuer_common_name or ""
    return CertificateView(
        found.fingerprint, issuer, found.valid_from, found.valid_to, state, reason
    )


def _name(firm: Organization) -> Text:
    return Text(firm.name_zh, firm.name_en)
