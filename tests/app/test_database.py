"""The embedded server and the engine on it."""

from __future__ import annotations

from sqlalchemy import Engine, text


def test_session_is_utc_and_read_committed(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(text("SHOW timezone")).scalar_one() == "UTC"
        level = connection.execute(text("SHOW transaction_isolation")).scalar_one()
        assert level == "read committed"


def test_each_test_has_its_own_database_first(engine: Engine) -> None:
    _leave_a_table(engine)


def test_each_test_has_its_own_database_second(engine: Engine) -> None:
    _leave_a_table(engine)


def _leave_a_table(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE left_behind (id int)"))
