"""An installation in a folder of its own, with its two founding administrators."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.accounts.passwords import hash_password
from app.container import Container
from app.settings import Settings
from app.wiring import wire
from kernel.clock import FixedClock
from kernel.text import Text
from procurement.parties.services import NewOrganization, NewPerson, found_installation

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of `PASSWORD`: made once, since it is meant to be slow."""
    return hash_password(PASSWORD)


@pytest.fixture
def container(tmp_path: Path, engine: Engine, clock: FixedClock, password_hash: str) -> Container:
    """A founded installation; Lin (`lin`) and Wang (`wang`) are its administrators."""
    made = wire(Settings(var=tmp_path / "var", demo=True), engine, clock)
    with made.journal.write() as work:
        found_installation(
            work,
            NewOrganization("11330000000000000X", "CN-USCC", Text("青山县公共资源交易中心")),
            [NewPerson("林一", "lin", password_hash), NewPerson("王二", "wang", password_hash)],
        )
    return made
