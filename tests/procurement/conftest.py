"""Lots in the later stages of a purchase, reached by real use cases."""

from __future__ import annotations

from typing import cast

import pytest

from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.judging import Judging
from tests.world import World


@pytest.fixture
def reported(world: World) -> Judging:
    """A lot of three bids whose report all members have signed."""
    return cast(Judging, world.reached["reported"])


@pytest.fixture
def awarded(world: World) -> Judging:
    """The same lot with its award published."""
    return cast(Judging, world.reached["awarded"])


@pytest.fixture
def in_force(world: World) -> Contracting:
    """The same lot with a contract that both parties have signed."""
    return cast(Contracting, world.reached["in_force"])


@pytest.fixture
def accepted(world: World) -> Delivering:
    """The same lot with everything delivered and accepted."""
    return cast(Delivering, world.reached["accepted"])
