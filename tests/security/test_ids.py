"""Ids of others: whoever guesses or is told one is answered as if there were no such thing.

The strangers hold every role, for bodies that have no part in the demonstration's purchases. What
everybody of a role may see of every purchase is named here, with its reason.
"""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import text

from app.demo.building import Demo
from app.web.access import is_open_to
from app.web.audience import audiences_of
from kernel.vocabulary import Audience, Role
from tests.security.addresses import Ids, address, routes
from tests.security.conftest import Strangers
from tests.security.people import STRANGE_ROLES, Browser, content_of

# Roles that are held for the whole installation: their pages are about every purchase.
_EVERYWHERE = {
    Role.ADMINISTRATOR, Role.FINANCE, Role.TREASURER, Role.REVIEWER, Role.SUPERVISOR, Role.AUDITOR,
}  # fmt: skip
# What a supplier may do at every published purchase: ask, bid, challenge. A page of the own bids
# holds nothing of another's: see the last test here.
_OF_EVERY_SUPPLIER = re.compile(
    r"supplier\.(bid|lot|offline|prepare|questions|ask|new_challenge|challenge_it|opening"
    r"|objection|receipts|withdrawal|withdraw|result)$"
    r"|(api|browser)\.own_acts$"
)
# A request for a document that one waits to sign is nobody else's, whatever the role.
_ANYBODYS = {"drafts.save"}


def opened(web: Flask, browser: Browser, ids: Ids) -> list[str]:
    """Where a stranger is answered otherwise than for a thing that never was."""
    faults = []
    for rule, method in routes(web):
        audiences = audiences_of(web.view_functions[rule.endpoint])
        if Audience.PUBLIC in audiences or not is_open_to(browser.actor, audiences):
            continue
        if not set(rule.arguments) & set(ids) or rule.endpoint in _ANYBODYS:
            continue
        if _OF_EVERY_SUPPLIER.match(rule.endpoint):
            continue
        asked = address(rule, ids)
        answer = browser.ask(method, asked)
        nobodys = browser.ask(method, address(rule, {}))
        unlike = answer.status_code != nobodys.status_code
        shown = answer.status_code < 400 and method == "GET"
        if shown or (unlike and answer.status_code not in (403, 404)):
            faults.append(f"{browser.login} {method} {asked}: {answer.status}")
    return faults


@pytest.mark.parametrize("role", [role for role in STRANGE_ROLES if role not in _EVERYWHERE])
def test_a_stranger_finds_nothing(
    demo: Demo, web: Flask, strangers: Strangers, there: tuple[Ids, ...], role: Role
) -> None:
    before = content_of(demo.installation.engine)
    faults = [fault for ids in (there[0], there[-1]) for fault in opened(web, strangers[role], ids)]
    assert faults == []
    assert content_of(demo.installation.engine) == before


def test_a_supplier_meets_no_other_firm(
    demo: Demo, web: Flask, strangers: Strangers, there: tuple[Ids, ...]
) -> None:
    """On the pages that every supplier has at every purchase there is no act of anybody else, and
    while bids are sealed no name of who has sent one."""
    with demo.installation.engine.connect() as connection:
        acts = connection.execute(
            text(
                "SELECT b.lot_id, b.id, b.digest, o.name_zh, l.stage FROM bid_act b"
                " JOIN organization o ON o.id = b.bidder_id JOIN lot l ON l.id = b.lot_id"
            )
        ).all()
    faults, seen = [], 0
    for ids in there:
        for rule, method in routes(web):
            if method != "GET" or not _OF_EVERY_SUPPLIER.match(rule.endpoint):
                continue
            answer = strangers[Role.SUPPLIER].ask(method, address(rule, ids))
            assert answer.status_code < 500
            seen += answer.status_code == 200
            for lot, act, digest, name, stage in acts:
                hidden = {act, digest} | ({name} if stage == "sealed" else set())
                if lot == ids["lot"] and any(one in answer.text for one in hidden):
                    faults.append(f"{rule.rule}: {name}")
    assert faults == []
    assert seen > 10
