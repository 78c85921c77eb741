"""Waiting for the asynchronous library, with and without a loop in the same thread."""

from __future__ import annotations

import asyncio
import threading

from signatures import cms
from signatures.trust import Trust
from signatures.waiting import wait_for
from tests.signatures.conftest import NOW, World


async def _where() -> str:
    await asyncio.sleep(0)
    return threading.current_thread().name


def test_without_a_loop_this_thread_waits() -> None:
    assert wait_for(_where()) == threading.current_thread().name


def test_inside_a_loop_another_thread_works(world: World) -> None:
    """A browser driven from the same thread runs a loop there."""

    async def outer() -> tuple[str, bool]:
        trust: Trust = world.trust.with_crls(world.trust.crls)  # with no chain known yet
        signed = cms.sign_statement(b"{}", world.bidder)
        return wait_for(_where()), cms.verify_statement(b"{}", signed, trust, NOW).passed

    name, verified = asyncio.run(outer())
    assert name != threading.current_thread().name
    assert verified
