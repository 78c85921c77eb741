"""Addresses of every route: with ids of things that are there, and with ids that never were."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, text
from werkzeug.routing import Rule

Ids = Mapping[str, Any]
# A route that answers every address below it is asked for one of them.
_REST = {"_rest": "no/such/place", "name": "x001", "which": "log", "section": "base", "kind": "x"}
# Ids that look like ours and are nobody's.
_STRANGE = {
    "tender": "ten_" + "a" * 26,
    "tender_id": "ten_" + "a" * 26,
    "lot": "lot_" + "a" * 26,
    "bid": "act_" + "a" * 26,
    "challenge": "cha_" + "a" * 26,
    "contract": "con_" + "a" * 26,
    "correction": "cor_" + "a" * 26,
    "document": "doc_" + "a" * 26,
    "entry": "ent_" + "a" * 26,
    "grant": "gra_" + "a" * 26,
    "id": "per_" + "a" * 26,
    "invoice": "inv_" + "a" * 26,
    "key": "ocds-sunlit-demo-aaaaaaaa",
    "ocid": "ocds-sunlit-demo-aaaaaaaa",
    "need": "nee_" + "a" * 26,
    "plan": "pur_" + "a" * 26,
    "question": "que_" + "a" * 26,
    "request_id": "sgn_" + "a" * 26,
    "upload_id": "upl_" + "a" * 26,
    "digest": "sha256:" + "0" * 64,
    "fingerprint": "0" * 64,
}


def routes(web: Flask) -> Iterator[tuple[Rule, str]]:
    """Every rule with each of its methods; HEAD and OPTIONS follow from the others."""
    for rule in web.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}) or ["OPTIONS"]:
            yield rule, method


def address(rule: Rule, ids: Ids) -> str:
    """The rule's address with these ids; what is not among them is nobody's."""
    values = {name: ids.get(name, nobodys(name, rule)) for name in rule.arguments}
    values.update(rule.defaults or {})
    built = rule.build(values)
    assert built is not None, (rule.rule, values)
    return built[1]


def nobodys(name: str, rule: Rule) -> Any:
    """A value for an argument that leads to nothing."""
    if re.search(rf"<int:{name}>", rule.rule):
        return 99
    if one_of := re.search(rf"<any\((\w+)[^)]*\):{name}>", rule.rule):
        return one_of[1]
    return _REST.get(name) or _STRANGE.get(name, "nobodys")


def things(engine: Engine) -> tuple[Ids, ...]:
    """What there is in an installation: for each lot its own ids and those of what became of it."""
    with engine.connect() as connection:
        lots = connection.execute(
            text(
                "SELECT l.id AS lot, t.id AS tender, t.id AS tender_id, p.ocid AS key,"
                " p.ocid AS ocid, p.id AS plan FROM lot l JOIN tender t ON t.id = l.tender_id"
                " JOIN purchase p ON p.id = t.purchase_id ORDER BY p.ocid, l.number"
            )
        ).mappings()
        return tuple({**lot, **_around(connection, lot)} for lot in lots)


def _around(connection: Connection, lot: Ids) -> dict[str, Any]:
    """The first of each kind of thing that belongs to a lot, where there is one."""
    found: dict[str, Any] = {"seq": 1, "task": "bid", "subject": "nobodys"}
    for name, query in _THINGS.items():
        value = connection.execute(text(query), dict(lot)).scalar()
        if value is not None:
            found[name] = value
    return found


_THINGS = {
    "bid": "SELECT id FROM bid_act WHERE lot_id = :lot AND kind = 'bid' ORDER BY id LIMIT 1",
    "contract": "SELECT id FROM contract WHERE lot_id = :lot LIMIT 1",
    "invoice": "SELECT i.id FROM invoice i JOIN contract c ON c.id = i.contract_id"
    " WHERE c.lot_id = :lot LIMIT 1",
    "challenge": "SELECT id FROM challenge WHERE tender_id = :tender LIMIT 1",
    "need": "SELECT id FROM need WHERE purchase_id = :plan LIMIT 1",
    "question": "SELECT id FROM question WHERE tender_id = :tender LIMIT 1",
    "digest": "SELECT content FROM tender_document WHERE tender_id = :tender LIMIT 1",
    "request_id": "SELECT id FROM signing_request LIMIT 1",
    "id": "SELECT person_id FROM account WHERE login = 'officer'",
    "grant": "SELECT g.id FROM role_grant g JOIN account a ON a.person_id = g.person_id"
    " WHERE a.login = 'officer' LIMIT 1",
    "fingerprint": "SELECT c.fingerprint FROM certificate c JOIN account a"
    " ON a.person_id = c.person_id WHERE a.login = 'officer' LIMIT 1",
}
