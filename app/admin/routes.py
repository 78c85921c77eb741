"""The administrators' routes. Two of them are needed for every role: one proposes, one confirms."""

from __future__ import annotations

import secrets

from flask import Blueprint, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.accounts import applications, passwords, recovery, services
from app.accounts.applications import SCHEME
from app.accounts.forms import CertificateForm
from app.accounts.models import Application
from app.admin import reading
from app.admin.forms import OrganizationForm, PersonForm, ReasonForm, RoleForm, TurnDownForm
from app.admin.views import (
    ApplicationPage,
    FormPage,
    PersonPage,
    ReasonPage,
)
from app.container import Container
from app.mail.letters import queue, queue_to
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import Form, trying
from app.web.pages import page
from app.web.tasks import Desk, Start, Task
from journal import outbox
from journal.work import Work
from kernel.identifiers import new_id
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Actor, Audience, Role
from procurement.parties import queries as parties
from procurement.parties import services as people
from procurement.parties.models import Account, Organization
from procurement.parties.services import NewOrganization, NewPerson
from reports.labels import ROLES

_ORGANIZATIONS_OFFERED = 500


def admin_tasks(work: Work, who: Actor) -> Desk:
    """What waits for an administrator."""
    if not who.has(Role.ADMINISTRATOR):
        return Desk()
    tasks = [
        Task(
            Text(
                f"确认角色：{one.person}任{one.role.zh}",
                f"Confirm a role: {one.person} as {one.role.in_language('en')}",
            ),
            url_for("admin.person", id=one.person_id),
            note=Text(f"{one.proposed_by}提出", f"proposed by {one.proposed_by}"),
        )
        for one in reading.waiting_grants(work, who)
        if one.may_confirm
    ]
    for one in applications.waiting(work):
        row = reading.application_row(work, one)
        title = (
            Text(
                f"审核供应商注册：{row.firm.zh}", f"Check a supplier: {row.firm.in_language('en')}"
            )
            if row.kind == applications.SUPPLIER
            else Text(f"登记证书：{row.name}", f"Enrol a certificate: {row.name}")
        )
        tasks.append(Task(title, url_for("admin.application", id=one.id)))
    return Desk(
        tasks=tasks,
        starts=(
            Start(Text("开立账号", "Open an account"), url_for("admin.new_person")),
            Start(Text("登记单位", "Register an organization"), url_for("admin.new_organization")),
        ),
    )


def admin_pages(container: Container) -> Blueprint:
    """The pages as a blueprint."""
    pages = Blueprint("admin", __name__, url_prefix="/admin")
    _people(pages, container)
    _one_person(pages, container)
    _applications(pages, container)
    _organizations(pages, container)

    @pages.get("/settings")
    @open_to(Audience.ADMIN)
    def settings() -> Response:
        with container.journal.read() as work:
            return page("admin/settings.html", reading.settings_page(work, container))

    @pages.post("/jobs/again")
    @open_to(Audience.ADMIN)
    def again() -> Response:
        with container.journal.write() as work:
            outbox.try_again(work.session, _asked(request.form.get("key", "")), work.clock.now())
        return redirect(url_for(".settings") + "#jobs", 303)

    return pages


def _people(pages: Blueprint, container: Container) -> None:
    @pages.get("/people")
    @open_to(Audience.ADMIN)
    def people_list() -> Response:
        asked = " ".join(request.args.get("q", "").split())[:100]
        with container.journal.read() as work:
            after = request.args.get("after") or None
            return page("admin/people.html", reading.people_page(work, actor(), asked, after))

    pages.add_url_rule("/people/", "people", people_list)

    @pages.get("/people/new")
    @open_to(Audience.ADMIN)
    def new_person() -> Response:
        return page("admin/new_person.html", FormPage(_person_form(container, sent=False)))

    @pages.post("/people/new")
    @open_to(Audience.ADMIN)
    def enrol() -> Response:
        form = _person_form(container, sent=True)
        if form.valid():
            with trying(form):
                # Nobody knows this password: the person sets one by the link in the letter.
                unknown = passwords.hash_password(secrets.token_urlsafe(32))
                with container.journal.write() as work:
                    new = NewPerson(form.name.data, form.login.data, unknown)
                    made = people.enrol_person(work, actor(), form.organization.data, new)
                    recovery.set_address(work, made, form.email.data)
                    queue(work, recovery.WELCOME, made, key=new_id("key"))
                return redirect(url_for(".person", id=made), 303)
        return page("admin/new_person.html", FormPage(form), status=422)


def _one_person(pages: Blueprint, container: Container) -> None:
    def shown(
        id: str, role: Form | None = None, certificate: Form | None = None, status: int = 200
    ) -> Response:
        with container.journal.read() as work:
            person = parties.person(work.session, id)
            firm = parties.organization(work.session, person.organization_id)
            account = work.session.get_one(Account, id)
            view = PersonPage(
                id=id,
                name=person.name,
                login=account.login,
                organization=reading.name_of(firm),
                identifier=firm.identifier,
                email=reading.email_of(work, id),
                letter=reading.letter_to(work, id),
                disabled=account.disabled_at is not None,
                second_factor=reading.has_second_factor(work, id),
                grants=reading.grants_of(work, actor(), id),
                certificates=reading.certificates_of(work, id),
                role_form=role or _role_form(container, firm.id),
                certificate_form=certificate or CertificateForm(),
                own=actor().person == id,
            )
        return page("admin/person.html", view, status=status)

    @pages.get("/people/<id>")
    @open_to(Audience.ADMIN)
    def person(id: str) -> Response:
        return shown(id)

    @pages.post("/people/<id>/roles")
    @open_to(Audience.ADMIN)
    def propose(id: str) -> Response:
        form = _role_form(container, None, sent=True)
        if form.valid():
            with trying(form):
                with container.journal.write() as work:
                    people.propose_grant(
                        work, actor(), id, Role(form.role.data), form.organization.data
                    )
                return redirect(url_for(".person", id=id), 303)
        return shown(id, role=form, status=422)

    @pages.post("/people/<id>/roles/<grant>/confirm")
    @open_to(Audience.ADMIN)
    def confirm(id: str, grant: str) -> Response:
        with container.journal.write() as work:
            people.confirm_grant(work, actor(), grant)
            first = parties.actor_for(work.session, id)
            if first.has(Role.SUPPLIER) and len(first.grants) == 1:
                firm = parties.organization(
                    work.session, parties.person(work.session, id).organization_id
                )
                queue(work, "registered", id, key=grant, firm=firm.name_zh)
        return redirect(url_for(".person", id=id), 303)

    @pages.get("/people/<id>/roles/<grant>/end")
    @open_to(Audience.ADMIN)
    def ending(id: str, grant: str) -> Response:
        return page("admin/reason.html", _ending(container, id, grant, ReasonForm()))

    @pages.post("/people/<id>/roles/<grant>/end")
    @open_to(Audience.ADMIN)
    def end(id: str, grant: str) -> Response:
        form = ReasonForm(sent=True)
        if form.valid():
            with trying(form):
                with container.journal.write() as work:
                    people.revoke_grant(work, actor(), grant, form.reason.data)
                return redirect(url_for(".person", id=id), 303)
        return page("admin/reason.html", _ending(container, id, grant, form), status=422)

    @pages.post("/people/<id>/certificates")
    @open_to(Audience.ADMIN)
    def enrol_certificate(id: str) -> Response:
        form = CertificateForm(sent=True)
        if form.valid():
            with trying(form):
                with container.journal.write() as work:
                    found = applications.verified_certificate(
                        work, form.certificate.octets(), container.trust
                    )
                    people.enrol_certificate(work, actor(), id, found)
                return redirect(url_for(".person", id=id) + "#certificates", 303)
        return shown(id, certificate=form, status=422)

    @pages.get("/people/<id>/certificates/<fingerprint>/retire")
    @open_to(Audience.ADMIN)
    def retiring(id: str, fingerprint: str) -> Response:
        return page("admin/reason.html", _retiring(id, fingerprint, ReasonForm()))

    @pages.post("/people/<id>/certificates/<fingerprint>/retire")
    @open_to(Audience.ADMIN)
    def retire(id: str, fingerprint: str) -> Response:
        form = ReasonForm(sent=True)
        if form.valid():
            with trying(form):
                with container.journal.write() as work:
                    people.retire_certificate(work, actor(), fingerprint, form.reason.data)
                return redirect(url_for(".person", id=id) + "#certificates", 303)
        return page("admin/reason.html", _retiring(id, fingerprint, form), status=422)

    @pages.post("/people/<id>/link")
    @open_to(Audience.ADMIN)
    def send_link(id: str) -> Response:
        with container.journal.write() as work:
            queue(work, recovery.WELCOME, id, key=new_id("key"))
        return redirect(url_for(".person", id=id, _anchor="account"), 303)

    @pages.post("/people/<id>/account")
    @open_to(Audience.ADMIN)
    def open_or_close(id: str) -> Response:
        """Close an account, or open it again; nobody closes the own one by mistake."""
        with container.journal.write() as work:
            account = work.session.get(Account, id, with_for_update=True)
            if account is None or id == actor().person:
                raise NotFound("account", id)
            closing = request.form.get("close") == "1"
            account.disabled_at = work.clock.now() if closing else None
            services.end_all_sessions(work, id)
        return redirect(url_for(".person", id=id), 303)


def _applications(pages: Blueprint, container: Container) -> None:
    def shown(id: str, form: Form, status: int = 200) -> Response:
        with container.journal.read() as work:
            one = work.session.get(Application, id)
            if one is None or one.decided_at is not None:
                raise NotFound("application", id)
            certificate, subject = reading.certificate_of(one)
            view = ApplicationPage(
                row=reading.application_row(work, one),
                facts=reading.application_facts(work, one),
                certificate=certificate,
                subject=subject,
                form=form,
            )
        return page("admin/application.html", view, status=status)

    @pages.get("/applications/<id>")
    @open_to(Audience.ADMIN)
    def application(id: str) -> Response:
        return shown(id, TurnDownForm())

    @pages.post("/applications/<id>/grant")
    @open_to(Audience.ADMIN)
    def grant(id: str) -> Response:
        form = TurnDownForm()
        with trying(form):
            with container.journal.write() as work:
                person = applications.grant(work, actor(), id)
            return redirect(url_for(".person", id=person), 303)
        return shown(id, form, 422)

    @pages.post("/applications/<id>/turn-down")
    @open_to(Audience.ADMIN)
    def turn_down(id: str) -> Response:
        form = TurnDownForm(sent=True)
        if form.valid():
            with container.journal.write() as work:
                applications.turn_down(work, actor(), id, form.reason.data)
                made = work.session.get_one(Application, id)
                if made.kind == applications.SUPPLIER:
                    queue_to(
                        work,
                        "turned_down",
                        made.facts["email"],
                        key=id,
                        name=made.facts["person"],
                        reason=form.reason.data,
                    )
            return redirect(url_for(".people"), 303)
        return shown(id, form, 422)


def _organizations(pages: Blueprint, container: Container) -> None:
    @pages.get("/organizations")
    @open_to(Audience.ADMIN)
    def organizations() -> Response:
        asked = " ".join(request.args.get("q", "").split())[:100]
        with container.journal.read() as work:
            after = request.args.get("after") or None
            found = reading.organizations_page(work, asked, after)
        return page("admin/organizations.html", found)

    @pages.get("/organizations/new")
    @open_to(Audience.ADMIN)
    def new_organization() -> Response:
        return page("admin/new_organization.html", FormPage(OrganizationForm()))

    @pages.post("/organizations/new")
    @open_to(Audience.ADMIN)
    def register() -> Response:
        form = OrganizationForm(sent=True)
        if form.valid():
            with trying(form):
                with container.journal.write() as work:
                    new = NewOrganization(
                        form.identifier.data, SCHEME, form.text("name"), form.size.data
                    )
                    people.register_organization(work, actor(), new)
                return redirect(url_for(".organizations", q=form.identifier.data), 303)
        return page("admin/new_organization.html", FormPage(form), status=422)


def _person_form(container: Container, *, sent: bool) -> PersonForm:
    form = PersonForm({"organization": request.args.get("organization")}, sent=sent)
    form.organization.items = _organization_items(container, form.organization.typed)
    return form


def _role_form(container: Container, firm: str | None, *, sent: bool = False) -> RoleForm:
    form = RoleForm({"organization": firm}, sent=sent)
    form.role.items = [(str(r), w) for r, w in ROLES.items() if r is not Role.SYSTEM]
    form.organization.items = _organization_items(container, form.organization.typed)
    return form


def _asked(name: str) -> str:
    """A name to look up as it was sent: it may be anything, and the database takes no NUL."""
    return name.replace("\0", "")


def _organization_items(container: Container, wanted: str) -> list[tuple[str, Text]]:
    """The organizations that are offered; the one that is wanted first, however many there are."""
    with container.journal.read() as work:
        rows = work.session.scalars(
            select(Organization)
            .order_by(Organization.id != _asked(wanted), Organization.name_zh, Organization.id)
            .limit(_ORGANIZATIONS_OFFERED)
        )
        return [(row.id, reading.name_of(row)) for row in rows]


def _ending(container: Container, id: str, grant: str, form: Form) -> ReasonPage:
    with container.journal.read() as work:
        found = [one for one in reading.grants_of(work, actor(), id) if one.id == grant]
        name = parties.person(work.session, id).name
    if not found:
        raise NotFound("grant", grant)
    role = found[0].role
    return ReasonPage(
        form,
        Text(f"结束{name}的角色：{role.zh}", f"End a role: {name} as {role.in_language('en')}"),
        Text("以前办的事仍然有效；以后不能再以这个角色办事。",
             "What was done stays done; nothing more can be done in this role."),
        url_for(".end", id=id, grant=grant),
        url_for(".person", id=id),
    )  # fmt: skip


def _retiring(id: str, fingerprint: str, form: Form) -> ReasonPage:
    return ReasonPage(
        form,
        Text("停用证书", "Retire a certificate"),
        Text("以前的签名仍然有效；以后不能再用它签名。不能恢复。",
             "Its signatures stay valid; nothing more is signed with it. This cannot be undone."),
        url_for(".retire", id=id, fingerprint=fingerprint),
        url_for(".person", id=id),
    )  # fmt: skip
