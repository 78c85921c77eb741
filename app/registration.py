"""Taking in what a key holder signed, from whichever surface: keys, then that they are at hand.

A holder's statement and the possession of the same key are two acts with an entry each (SEALED_BID
2), and come in one transaction: nobody is half registered, and what is kept already is passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.container import Container
from journal.work import Work
from kernel import canonical
from kernel.refusal import Refused, refuse
from kernel.vocabulary import Actor, Part
from procurement.parties.models import SignedDocument
from procurement.parties.signing import ExaminedSignature, examine_signature
from procurement.tenders import queries
from procurement.tenders import services as tenders
from procurement.tenders.models import HolderKey
from signatures.sealed.judging import Signed

# In this order: possession is shown of a key that is registered.
_USE_CASES = {
    "sunlit/holder/v1": tenders.register_holder_key,
    "sunlit/possession/v1": tenders.show_possession,
}
_KINDS = tuple(_USE_CASES)


@dataclass(frozen=True, slots=True)
class Given:
    """A signed statement, and what its sender calls it."""

    name: str
    signed: Signed


@dataclass(frozen=True, slots=True)
class Registered:
    """A statement that was taken: its digest and its entry in the public log."""

    statement: str
    entry: str


@dataclass(frozen=True, slots=True)
class _Examined:
    kind: str
    part: Part
    signature: ExaminedSignature


def register(
    container: Container, actor: Actor, tender_id: str, given: Sequence[Given]
) -> list[Registered]:
    """Register keys and possessions, all or none; what was not known before is returned."""
    now = container.clock.now()
    examined = [
        _Examined(
            *_about(each),
            examine_signature(
                each.signed.statement, each.signed.cms, trust=container.trust, at=now
            ),
        )
        for each in given
    ]
    examined.sort(key=lambda one: _KINDS.index(one.kind))
    with container.journal.write() as work:
        return [
            Registered(
                one.signature.digest,
                _USE_CASES[one.kind](work, actor, tender_id, one.part, one.signature),
            )
            for one in examined
            if not _kept(work, actor, tender_id, one)
        ]


def _about(given: Given) -> tuple[str, Part]:
    """Kind and part that a statement names; what it says besides is examined by the use case."""
    try:
        said = canonical.decode(given.signed.statement)
    except canonical.NotCanonical as problem:
        raise Refused(refuse("statement_not_canonical", "SEALED_BID 1")) from problem
    kind = said.get("type") if isinstance(said, dict) else None
    part = said.get("part") if isinstance(said, dict) else None
    if not isinstance(kind, str) or kind not in _USE_CASES:
        raise Refused(refuse("file_of_another_kind", path=given.name, expected=" / ".join(_KINDS)))
    if not isinstance(part, str) or part not in set(Part):
        raise Refused(refuse("request_malformed", field=f"{given.name}: part"))
    return kind, Part(part)


def _kept(work: Work, actor: Actor, tender_id: str, one: _Examined) -> bool:
    """Whether a second click, or a folder sent again, brings what is there already."""
    keys = queries.holder_keys(work.session, tender_id)
    key: HolderKey | None = next(
        (key for key in keys if key.person_id == actor.person and key.part == one.part), None
    )
    if key is None:
        return False
    document = key.document_id if one.kind == _KINDS[0] else key.possession_document_id
    known = None if document is None else work.session.get(SignedDocument, document)
    return known is not None and known.content == one.signature.digest
