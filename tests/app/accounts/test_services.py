"""Logging in against a real database: right, wrong, too often, ended, disabled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.accounts import rules
from app.accounts.models import LoginAttempt, LoginSession
from app.accounts.rules import DEMONSTRATION, USUAL
from app.accounts.services import (
    LoggedIn,
    end_all_sessions,
    log_in,
    log_out,
    person_of_session,
    sweep,
)
from app.container import Container
from kernel.clock import FixedClock
from kernel.refusal import Refused
from procurement.parties.models import Account
from tests.app.conftest import PASSWORD

HERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"


def enter(container: Container, login: str = "lin", password: str = PASSWORD) -> LoggedIn:
    return log_in(container.journal, login, password, address=HERE, kind="web")


def whose(container: Container, done: LoggedIn, kind: str = "web") -> str | None:
    return person_of_session(container.journal, done.secret, kind, USUAL)


def code_of(container: Container, login: str, password: str, address: str = HERE) -> str:
    with pytest.raises(Refused) as caught:
        log_in(container.journal, login, password, address=address, kind="web")
    return caught.value.refusal.code


def test_right_password_begins_a_session(container: Container) -> None:
    done = enter(container)
    assert whose(container, done) == done.person


def test_session_of_one_kind_is_not_one_of_the_other(container: Container) -> None:
    assert whose(container, enter(container), kind="api") is None


@pytest.mark.parametrize(
    ("login", "password"),
    [("lin", PASSWORD + " "), ("lin", ""), ("nobody", PASSWORD), ("", ""), ("LIN", PASSWORD)],
)
def test_wrong_pair_says_not_which_half(container: Container, login: str, password: str) -> None:
    assert code_of(container, login, password) == "wrong_login"


def test_ninth_wrong_try_is_not_looked_at(container: Container) -> None:
    codes = [code_of(container, "lin", "guess") for _ in range(9)]
    assert codes == ["wrong_login"] * 8 + ["too_many_tries"]
    assert code_of(container, "lin", PASSWORD) == "too_many_tries"


def test_brake_at_one_address_does_not_lock_the_account(container: Container) -> None:
    for _ in range(9):
        code_of(container, "lin", "guess", ELSEWHERE)
    assert enter(container).person


def test_brake_opens_after_the_window(container: Container, clock: FixedClock) -> None:
    for _ in range(9):
        code_of(container, "lin", "guess")
    clock.advance(rules.WINDOW)
    assert enter(container).person


def test_success_forgets_the_tries_before_it(container: Container) -> None:
    for _ in range(8):
        code_of(container, "lin", "guess")
        if _ == 6:
            enter(container)
    assert enter(container).person


def test_log_out_ends_the_session_for_good(container: Container) -> None:
    done = enter(container)
    with container.journal.write() as work:
        log_out(work, done.secret)
    assert whose(container, done) is None


def test_all_sessions_end_at_once(container: Container) -> None:
    first, second = enter(container), enter(container)
    with container.journal.write() as work:
        end_all_sessions(work, first.person)
    assert whose(container, first) is None
    assert whose(container, second) is None


def test_idle_session_is_over_and_a_used_one_goes_on(
    container: Container, clock: FixedClock
) -> None:
    used, idle = enter(container), enter(container)
    clock.advance(timedelta(minutes=40))
    assert whose(container, used)
    clock.advance(timedelta(minutes=40))
    assert whose(container, used)
    assert whose(container, idle) is None


def test_demonstration_keeps_people_logged_in_over_months(
    container: Container, clock: FixedClock
) -> None:
    done = enter(container)
    clock.advance(timedelta(days=200))
    assert person_of_session(container.journal, done.secret, "web", DEMONSTRATION) == done.person


def test_disabled_account_neither_enters_nor_stays(container: Container) -> None:
    done = enter(container)
    with container.journal.write() as work:
        work.session.execute(update(Account).values(disabled_at=work.clock.now()))
    assert whose(container, done) is None
    assert code_of(container, "lin", PASSWORD) == "wrong_login"


def test_secret_is_not_in_the_database(container: Container) -> None:
    done = enter(container)
    with container.journal.read() as work:
        kept = work.session.scalars(select(LoginSession.secret_digest)).one()
    assert done.secret.encode() not in kept


def test_sweep_removes_only_what_is_over(container: Container, clock: FixedClock) -> None:
    enter(container)
    code_of(container, "lin", "guess")
    clock.advance(USUAL.idle)
    done = enter(container)
    with container.journal.write() as work:
        sweep(work, USUAL)
        assert work.session.scalar(select(func.count()).select_from(LoginSession)) == 1
        assert work.session.scalar(select(func.count()).select_from(LoginAttempt)) == 0
    assert whose(container, done)
