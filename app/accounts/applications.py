"""Applications: a firm that wants to sell, and a certificate that a person wants to sign with.

Anybody may ask; an administrator looks, and what follows is done by the use cases of
`procurement.parties`. The role of a supplier then still needs a second administrator.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from app.accounts import recovery
from app.accounts.models import Application
from journal.work import Work
from kernel.identifiers import new_id
from kernel.refusal import NotFound, Refusal, Refused, enforce, refuse
from kernel.text import Text
from kernel.vocabulary import Actor, Role
from procurement.parties import queries as parties
from procurement.parties import services
from procurement.parties.services import NewOrganization, NewPerson
from signatures.certificates import Certificate
from signatures.paths import find_path
from signatures.trust import Trust

SCHEME: Final = "CN-USCC"
SUPPLIER, CERTIFICATE = "supplier", "certificate"
# So that nobody fills the desk of the administrators by machine.
WAITING_MAX: Final = 500
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


@dataclass(frozen=True, slots=True)
class FirmFacts:
    """A firm and the person who applies for it."""

    identifier: str
    name: Text
    size: str
    person: str
    login: str
    email: str


def credit_code_fits(code: str) -> Refusal | None:
    """Refuse what is no 统一社会信用代码: 18 characters, the last one a check (GB 32100-2015)."""
    if re.fullmatch(f"[{_ALPHABET}]{{18}}", code):
        total = sum(w * _ALPHABET.index(c) for w, c in zip(_WEIGHTS, code[:17], strict=True))
        if _ALPHABET[(31 - total % 31) % 31] == code[17]:
            return None
    return refuse("credit_code_wrong", "GB 32100-2015", identifier=code)


def verified_certificate(work: Work, raw: bytes, trust: Trust) -> Certificate:
    """A certificate from DER or PEM whose chain is trusted here and proves its organisation."""
    try:
        found = (
            Certificate.from_pem(raw) if raw.lstrip()[:5] == b"-----" else Certificate.from_der(raw)
        )
    except ValueError as problem:
        raise Refused(refuse("certificate_unreadable")) from problem
    at = work.clock.now()
    if not found.valid_at(at):
        enforce(refuse("certificate_not_valid_now", "ESL art. 16", until=found.valid_to))
    path = find_path(found, (), trust, at)
    if not path.found or trust.organization_of(path.chain) is None:
        enforce(
            refuse("certificate_not_trusted", "SEALED_BID 3.6", issuer=found.issuer_common_name)
        )
    return found


def apply_as_supplier(
    work: Work, facts: FirmFacts, password_hash: str, certificate: Certificate
) -> str:
    """Ask to be registered; the certificate must name the firm that is applied for."""
    enforce(credit_code_fits(facts.identifier))
    if certificate.organization_identifier != facts.identifier:
        enforce(
            refuse(
                "certificate_of_other_organization",
                "SEALED_BID 3.6",
                certificate=certificate.organization_identifier,
                organization=facts.identifier,
            )
        )
    _enforce_room(work)
    waiting = select(Application.id).where(
        Application.kind == SUPPLIER,
        Application.decided_at.is_(None),
        Application.facts["login"].astext == facts.login,
    )
    if parties.account_by_login(work.session, facts.login) or work.session.scalar(waiting):
        enforce(refuse("login_taken", login=facts.login))
    made = Application(
        id=new_id("app"),
        kind=SUPPLIER,
        person_id=None,
        facts={
            "identifier": facts.identifier,
            "name": facts.name.as_record(),
            "size": facts.size,
            "person": facts.person,
            "login": facts.login,
            "email": facts.email,
        },
        password_hash=password_hash,
        certificate=certificate.der,
        made_at=work.clock.now(),
    )
    work.session.add(made)
    work.session.flush()
    return made.id


def apply_for_certificate(work: Work, person_id: str, certificate: Certificate) -> str:
    """Ask that a certificate be enrolled for oneself; once for each."""
    waiting = select(Application.id).where(
        Application.certificate == certificate.der, Application.decided_at.is_(None)
    )
    if work.session.scalar(waiting) is not None:
        enforce(refuse("certificate_known", certificate=certificate.fingerprint))
    _enforce_room(work)
    made = Application(
        id=new_id("app"),
        kind=CERTIFICATE,
        person_id=person_id,
        facts={"fingerprint": certificate.fingerprint},
        certificate=certificate.der,
        made_at=work.clock.now(),
    )
    work.session.add(made)
    work.session.flush()
    return made.id


def waiting(work: Work) -> list[Application]:
    """What waits for an administrator, the oldest first."""
    return list(
        work.session.scalars(
            select(Application)
            .where(Application.decided_at.is_(None))
            .order_by(Application.made_at, Application.id)
        )
    )


def certificates_asked_for(work: Work, person_id: str) -> list[Application]:
    """The person's own applications, decided or not, the newest first."""
    return list(
        work.session.scalars(
            select(Application)
            .where(Application.person_id == person_id)
            .order_by(Application.made_at.desc(), Application.id)
        )
    )


def grant(work: Work, actor: Actor, application_id: str) -> str:
    """Do what was asked for; the person whom it made or is about.

    The chain was verified when the application came; what has been revoked since shows at the first
    signature, which is judged on its own.
    """
    made = _for_decision(work, application_id)
    certificate = Certificate.from_der(made.certificate or b"")
    if made.kind == CERTIFICATE:
        person = made.person_id or ""
        services.enrol_certificate(work, actor, person, certificate)
    else:
        person = _register(work, actor, made, certificate)
    _decide(work, actor, made, "")
    return person


def turn_down(work: Work, actor: Actor, application_id: str, reason: str) -> None:
    """Say no, with a reason that the applicant is told."""
    if not actor.has(Role.ADMINISTRATOR):
        enforce(refuse("not_authorised"))
    _decide(work, actor, _for_decision(work, application_id), reason)


def _register(work: Work, actor: Actor, made: Application, certificate: Certificate) -> str:
    facts = made.facts
    known = parties.organization_by_identifier(work.session, facts["identifier"])
    firm = (
        known.id
        if known is not None
        else services.register_organization(
            work,
            actor,
            NewOrganization(facts["identifier"], SCHEME, Text(**facts["name"]), facts["size"]),
        )
    )
    person = services.enrol_person(
        work, actor, firm, NewPerson(facts["person"], facts["login"], made.password_hash or "")
    )
    recovery.set_address(work, person, facts["email"])
    services.enrol_certificate(work, actor, person, certificate)
    services.propose_grant(work, actor, person, Role.SUPPLIER, firm)
    return person


def _decide(work: Work, actor: Actor, made: Application, reason: str) -> None:
    made.decided_at, made.decided_by, made.reason = work.clock.now(), actor.person, reason
    made.password_hash = None
    work.session.flush()


def _for_decision(work: Work, application_id: str) -> Application:
    made = work.session.get(Application, application_id, with_for_update=True)
    if made is None or made.decided_at is not None:
        raise NotFound("application", application_id)
    return made


def _enforce_room(work: Work) -> None:
    count = work.session.scalar(
        select(func.count()).select_from(Application).where(Application.decided_at.is_(None))
    )
    if (count or 0) >= WAITING_MAX:
        enforce(refuse("applications_too_many", most=WAITING_MAX))
