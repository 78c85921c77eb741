"""Mail addresses, and the links by which a person proves to hold one: for a new password.

A link is good once and for an hour. Only its digest is kept, so a stolen database opens nothing.
Whether an account exists is never told: asking for a new password answers the same to everybody.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from app.accounts import passwords, services
from app.accounts.models import Contact, MailLink
from journal.work import Work
from kernel.refusal import Refused, enforce, refuse
from procurement.parties import queries as parties
from procurement.parties.models import Account

SERVES_FOR = timedelta(hours=1)
WELCOME_SERVES_FOR = timedelta(days=7)
LINKS_AT_ONCE_MAX = 3
PASSWORD, WELCOME, ADDRESS = "password", "welcome", "address"
LINKS = frozenset({PASSWORD, WELCOME, ADDRESS})


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a letter is for."""

    person: str
    name: str
    login: str
    email: str
    language: str


def reader_of(work: Work, person: str, email: str | None = None) -> Reader | None:
    """Who reads letters to this person; None where no address is known."""
    account = work.session.get(Account, person)
    contact = work.session.get(Contact, person)
    address = email or (contact.email if contact else None)
    if account is None or account.disabled_at is not None or not address:
        return None
    name = parties.person(work.session, person).name
    return Reader(person, name, account.login, address, account.language)


def stranger(email: str) -> Reader:
    """Somebody who has no account, and is written to in Chinese."""
    return Reader("", "", "", email, "zh")


def set_address(work: Work, person: str, email: str) -> None:
    """Keep an address at which a person is reached, as somebody else has stated it."""
    contact = work.session.get(Contact, person)
    if contact is None:
        work.session.add(Contact(person_id=person, email=email, confirmed_at=None))
    elif contact.email != email:
        contact.email, contact.confirmed_at = email, None
    work.session.flush()


def address_of(work: Work, person: str) -> Contact | None:
    """The address of a person, and whether it is known to arrive."""
    return work.session.get(Contact, person)


def person_to_help(work: Work, login_or_email: str) -> str | None:
    """Whose password is to be set anew; None where there is nobody, and nobody is told so."""
    account = parties.account_by_login(work.session, login_or_email)
    if account is not None:
        return account.person_id
    found = work.session.scalars(
        select(Contact.person_id)
        .join(Account, Account.person_id == Contact.person_id)
        .where(
            func.lower(Contact.email) == login_or_email.lower(),
            Contact.confirmed_at.is_not(None),
            Account.disabled_at.is_(None),
        )
        .limit(2)
    ).all()
    # An address that two people share opens neither account.
    return found[0] if len(found) == 1 else None


def new_link(work: Work, person: str, kind: str, email: str) -> str:
    """The secret of a fresh link; the oldest of too many at once ends."""
    now = work.clock.now()
    mine = select(MailLink).where(MailLink.person_id == person, MailLink.kind == kind)
    known = work.session.scalars(mine.order_by(MailLink.made_at.desc(), MailLink.digest)).all()
    for old in known[LINKS_AT_ONCE_MAX - 1 :]:
        work.session.delete(old)
    secret = secrets.token_urlsafe(32)
    work.session.add(
        MailLink(
            digest=_digest(secret),
            person_id=person,
            kind=kind,
            email=email,
            made_at=now,
            good_until=now + (WELCOME_SERVES_FOR if kind == WELCOME else SERVES_FOR),
        )
    )
    work.session.flush()
    return secret


def person_of_link(work: Work, secret: str, *kinds: str) -> str:
    """Whose link it is, while it is good; Refused afterwards, and for one that never was."""
    return _link(work, secret, *kinds).person_id


def set_password(work: Work, secret: str, password: str) -> str:
    """A new password by a link, once; every session ends, every other link too."""
    enforce(passwords.password_fits(password))
    link = _link(work, secret, PASSWORD, WELCOME)
    person, email = link.person_id, link.email
    account = work.session.get_one(Account, person)
    account.password_hash = passwords.hash_password(password)
    _confirmed(work, person, email)
    work.session.execute(delete(MailLink).where(MailLink.person_id == person))
    services.end_all_sessions(work, person)
    return person


def confirm_address(work: Work, secret: str) -> str:
    """The person's letters arrive at the address that the link was sent to."""
    link = _link(work, secret, ADDRESS)
    person, email = link.person_id, link.email
    set_address(work, person, email)
    _confirmed(work, person, email)
    work.session.delete(link)
    return person


def change_password(work: Work, person: str, old: str, new: str) -> None:
    """A new password by the old one; all sessions end, so that a stolen one ends too."""
    account = work.session.get_one(Account, person)
    if not passwords.matches(account.password_hash, old):
        raise Refused(refuse("wrong_password"))
    enforce(passwords.password_fits(new))
    account.password_hash = passwords.hash_password(new)
    services.end_all_sessions(work, person)


def sweep(work: Work) -> None:
    """Forget links that are good no more."""
    work.session.execute(delete(MailLink).where(MailLink.good_until <= work.clock.now()))


def _confirmed(work: Work, person: str, email: str) -> None:
    contact = work.session.get(Contact, person)
    if contact is not None and contact.email == email:
        contact.confirmed_at = work.clock.now()


def _link(work: Work, secret: str, *kinds: str) -> MailLink:
    link = work.session.get(MailLink, _digest(secret), with_for_update=True)
    now: datetime = work.clock.now()
    if link is None or link.kind not in kinds or now >= link.good_until:
        raise Refused(refuse("mail_link_over"))
    return link


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
