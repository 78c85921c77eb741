"""What the desk tells everybody who signs: without a certificate, or with one about to end."""

from __future__ import annotations

from flask import url_for

from app.accounts import applications
from app.accounts.pages import EXPIRES_SOON
from app.web import moments
from app.web.shown import Lamp
from app.web.site import site
from app.web.tasks import Desk, Task, Waiting
from journal.work import Work
from kernel.text import Text
from kernel.vocabulary import Actor, Role
from procurement.parties import queries as parties

# Those whose acts need a signature; the others only look, enter or decide.
SIGNING_ROLES = frozenset(
    {
        Role.OFFICER,
        Role.APPROVER,
        Role.HOLDER,
        Role.SUPPLIER,
        Role.PANELIST,
        Role.BUYER_PANELIST,
        Role.ACCEPTOR,
        Role.TREASURER,
    }
)


def account_tasks(work: Work, actor: Actor) -> Desk:
    """Enrolling or replacing the own certificate, or waiting for an administrator to take it."""
    if not any(actor.organizations(role) for role in SIGNING_ROLES):
        return Desk()
    now = work.now()
    certificate = parties.signing_certificate(work.session, actor.person, now)
    if certificate is not None and certificate.valid_to - now > EXPIRES_SOON:
        return Desk()
    mine = applications.certificates_asked_for(work, actor.person)
    if any(one.decided_at is None for one in mine):
        return Desk(
            waiting=[
                Waiting(
                    Text("登记您的签名证书", "Your certificate is to be enrolled"),
                    url_for("own.account", _anchor="certificates"),
                    Text("系统管理员", "An administrator"),
                )
            ]
        )
    url = url_for("own.new_certificate")
    if certificate is None:
        none = Text(
            "登记证书：没有证书不能签名", "Enrol a certificate: without one you cannot sign"
        )
        return Desk(tasks=[Task(none, url, lamp=Lamp.RED)])
    until = certificate.valid_to
    by = [moments.with_weekday(until, said, site().zone, now) for said in ("zh", "en")]
    return Desk(
        tasks=[
            Task(
                Text("更换快到期的证书", "Replace the certificate that runs out"),
                url,
                due_at=until,
                lamp=Lamp.AMBER,
                label=Text(f"{by[0]}前", f"By {by[1]}"),
            )
        ]
    )
