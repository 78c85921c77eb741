"""One-time codes: the vectors of the RFC, once each, near the present, and asked for when on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts import second_factor, services
from app.container import Container
from kernel.clock import FixedClock
from kernel.refusal import Refused
from tests.app.conftest import PASSWORD

# RFC 6238 appendix B, the SHA-1 column, cut to the last six of its eight figures.
SECRET = b"12345678901234567890"
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_vectors_of_the_rfc(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert second_factor.code_at(SECRET, second_factor.step_at(at)) == code


@pytest.mark.parametrize(
    ("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_code_is_good_near_its_step(steps: int, good: bool) -> None:
    at = datetime.fromtimestamp(1111111111, UTC)
    code = second_factor.code_at(SECRET, second_factor.step_at(at) + steps)
    assert (second_factor.matching_step(SECRET, code, at=at, after=0) is not None) is good


@pytest.mark.parametrize("code", ["", "05047", "0504711", "０５０４７１", "abcdef", "\ud800"])
def test_what_is_no_code_is_no_match(code: str) -> None:
    at = datetime.fromtimestamp(1111111111, UTC)
    assert second_factor.matching_step(SECRET, code, at=at, after=0) is None


def enter(container: Container, code: str = "") -> str:
    return services.log_in(
        container.journal, "lin", PASSWORD, address="", kind="web", code=code
    ).person


def switch_on(container: Container, clock: FixedClock) -> bytes:
    person = enter(container)
    with container.journal.write() as work:
        secret = services.propose_second_factor(work, person)
    with container.journal.write() as work:
        services.confirm_second_factor(work, person, _code(secret, clock))
    clock.advance(timedelta(minutes=1))
    return secret


def _code(secret: bytes, clock: FixedClock) -> str:
    return second_factor.code_at(secret, second_factor.step_at(clock.now()))


def test_proposed_secret_is_not_asked_for(container: Container) -> None:
    person = enter(container)
    with container.journal.write() as work:
        services.propose_second_factor(work, person)
    assert enter(container) == person


def test_wrong_code_confirms_nothing(container: Container) -> None:
    person = enter(container)
    with container.journal.write() as work:
        services.propose_second_factor(work, person)
    with pytest.raises(Refused, match="second_factor_wrong"), container.journal.write() as work:
        services.confirm_second_factor(work, person, "000000")
    with container.journal.read() as work:
        assert not services.has_second_factor(work, person)


def test_log_in_needs_a_code_that_is_good_once(container: Container, clock: FixedClock) -> None:
    secret = switch_on(container, clock)
    with pytest.raises(Refused, match="second_factor_needed"):
        enter(container)
    with pytest.raises(Refused, match="second_factor_wrong"):
        enter(container, "000000")
    code = _code(secret, clock)
    assert enter(container, f"{code[:3]} {code[3:]}")
    with pytest.raises(Refused, match="second_factor_wrong"):
        enter(container, code)


def test_wrong_password_does_not_tell_that_codes_are_on(
    container: Container, clock: FixedClock
) -> None:
    switch_on(container, clock)
    with pytest.raises(Refused, match="wrong_login"):
        services.log_in(container.journal, "lin", "guess", address="", kind="web")


def test_wrong_codes_count_as_tries(container: Container, clock: FixedClock) -> None:
    secret = switch_on(container, clock)
    for _ in range(8):
        with pytest.raises(Refused, match="second_factor_wrong"):
            enter(container, "000000")
    with pytest.raises(Refused, match="too_many_tries"):
        enter(container, _code(secret, clock))


def test_forgetting_the_telephone_ends_sessions(container: Container, clock: FixedClock) -> None:
    switch_on(container, clock)
    with container.journal.write() as work:
        person = services.parties.account_by_login(work.session, "lin").person_id  # type: ignore[union-attr]
        services.remove_second_factor(work, person)
    assert enter(container) == person
