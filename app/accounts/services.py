"""Logging in and out. A session is a random secret whose digest is a row, so it can be ended."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.accounts import passwords, rules, second_factor
from app.accounts.models import LoginAttempt, LoginSession, SecondFactor
from app.accounts.rules import SessionLimits, Tries
from journal.work import Journal, Work
from kernel.refusal import NotFound, Refused, enforce, refuse
from procurement.parties import queries as parties
from procurement.parties.models import Account

# Seen times are written this coarsely, so that reading a page rarely means writing a row.
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """What a successful log-in gives."""

    person: str
    secret: str


def log_in(
    journal: Journal, login: str, password: str, *, address: str, kind: str, code: str = ""
) -> LoggedIn:
    """Check name, password and one-time code, and begin a session; else a Refusal.

    Three transactions: the try is written first and for good, so that many at once count; the
    password is compared outside of any, since that is meant to be slow.
    """
    with journal.write() as work:
        _note_try(work, login, address)
    with journal.read() as work:
        enforce(rules.too_many_tries(_tries(work, login, address)))
        account = parties.account_by_login(work.session, login)
        person, stored = (account.person_id, account.password_hash) if account else (None, None)
    if not passwords.matches(stored, password) or person is None or stored is None:
        raise Refused(refuse("wrong_login"))
    with journal.write() as work:
        _take_code(work, person, code)
        if passwords.needs_new_hash(stored):
            kept = work.session.get_one(Account, person)
            kept.password_hash = passwords.hash_password(password)
        work.session.execute(
            delete(LoginAttempt).where(
                LoginAttempt.login_digest == _digest(login), LoginAttempt.address == address
            )
        )
        return LoggedIn(person, begin_session(work, person, kind))


def begin_session(work: Work, person: str, kind: str) -> str:
    """Begin a session of a person and return its secret, which is stored nowhere."""
    secret = secrets.token_urlsafe(32)
    now = work.clock.now()
    work.session.add(
        LoginSession(
            secret_digest=_digest(secret), person_id=person, kind=kind, began_at=now, seen_at=now
        )
    )
    return secret


def person_of_session(
    journal: Journal, secret: str, kind: str, limits: SessionLimits
) -> str | None:
    """Whose session it is, if it goes on; that it was used is noted."""
    now = journal.clock.now()
    with journal.read() as work:
        found = _live_session(work.session, secret, kind)
    if found is None:
        return None
    person, began_at, seen_at = found
    if rules.is_over(limits, began_at=began_at, seen_at=seen_at, now=now):
        return None
    if now - seen_at >= _SEEN_EVERY:
        with journal.write() as work:
            work.session.execute(
                update(LoginSession)
                .where(LoginSession.secret_digest == _digest(secret), LoginSession.seen_at < now)
                .values(seen_at=now)
            )
    return person


def log_out(work: Work, secret: str) -> None:
    """End a session, wherever its secret may still lie."""
    work.session.execute(delete(LoginSession).where(LoginSession.secret_digest == _digest(secret)))


def propose_second_factor(work: Work, person: str) -> bytes:
    """A secret for the person's app; it is not asked for before a code of it was confirmed."""
    known = _second_factor(work, person)
    if known is None:
        known = SecondFactor(person_id=person, secret=second_factor.new_secret(), last_step=0)
        work.session.add(known)
    elif known.confirmed_at is not None:
        enforce(refuse("second_factor_on"))
    return known.secret


def proposed_second_factor(work: Work, person: str) -> bytes | None:
    """The secret that waits for its first code, if the person asked for one."""
    known = work.session.get(SecondFactor, person)
    return known.secret if known is not None and known.confirmed_at is None else None


def confirm_second_factor(work: Work, person: str, code: str) -> None:
    """Ask for codes from here on, since the person's app has shown that it knows the secret."""
    known = _second_factor(work, person)
    if known is None:
        raise NotFound("second_factor", person)
    if known.confirmed_at is not None:
        enforce(refuse("second_factor_on"))
    _use_code(work, known, code)
    known.confirmed_at = work.clock.now()


def remove_second_factor(work: Work, person: str) -> None:
    """Ask for no codes any more: by the person at the server, for somebody who lost a telephone."""
    work.session.execute(delete(SecondFactor).where(SecondFactor.person_id == person))
    end_all_sessions(work, person)


def has_second_factor(work: Work, person: str) -> bool:
    """Whether codes are asked for."""
    known = work.session.get(SecondFactor, person)
    return known is not None and known.confirmed_at is not None


def login_of(work: Work, person: str) -> str:
    """The name under which a person logs in."""
    return work.session.get_one(Account, person).login


def end_all_sessions(work: Work, person: str) -> None:
    """End every session of a person: after a change of password, or when an account is closed."""
    work.session.execute(delete(LoginSession).where(LoginSession.person_id == person))


def sweep(work: Work, limits: SessionLimits) -> None:
    """Remove sessions and tries that no rule looks at any more."""
    now = work.clock.now()
    work.session.execute(
        delete(LoginSession).where(
            (LoginSession.began_at <= now - limits.whole)
            | (LoginSession.seen_at <= now - limits.idle)
        )
    )
    work.session.execute(delete(LoginAttempt).where(LoginAttempt.at <= now - rules.WINDOW))


def _take_code(work: Work, person: str, code: str) -> None:
    known = _second_factor(work, person)
    if known is None or known.confirmed_at is None:
        return
    if not code.strip():
        enforce(refuse("second_factor_needed"))
    _use_code(work, known, code)


def _use_code(work: Work, known: SecondFactor, code: str) -> None:
    step = second_factor.matching_step(
        known.secret, code, at=work.clock.now(), after=known.last_step
    )
    if step is None:
        raise Refused(refuse("second_factor_wrong", "RFC 6238"))
    known.last_step = step


def _second_factor(work: Work, person: str) -> SecondFactor | None:
    """The row, locked: of two log-ins with one code, one is refused."""
    return work.session.get(SecondFactor, person, with_for_update=True)


def _note_try(work: Work, login: str, address: str) -> None:
    work.session.add(
        LoginAttempt(login_digest=_digest(login), address=address, at=work.clock.now())
    )


def _tries(work: Work, login: str, address: str) -> Tries:
    this_login = LoginAttempt.login_digest == _digest(login)
    this_address = LoginAttempt.address == address
    both, account, place = work.session.execute(
        select(
            func.count().filter(this_login & this_address),
            func.count().filter(this_login),
            func.count().filter(this_address),
        ).where(
            LoginAttempt.at > work.clock.now() - rules.WINDOW,
            this_login | this_address,
        )
    ).one()
    return Tries(account_and_address=both, account=account, address=place)


def _live_session(
    session: Session, secret: str, kind: str
) -> tuple[str, datetime, datetime] | None:
    """Person, begin and last use of a session, unless its account has been disabled since."""
    row = session.execute(
        select(LoginSession.person_id, LoginSession.began_at, LoginSession.seen_at)
        .join(Account, Account.person_id == LoginSession.person_id)
        .where(
            LoginSession.secret_digest == _digest(secret),
            LoginSession.kind == kind,
            Account.disabled_at.is_(None),
        )
    ).one_or_none()
    return (row.person_id, row.began_at, row.seen_at) if row else None


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
