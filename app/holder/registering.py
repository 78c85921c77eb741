"""Taking in what a holder signed at home: keys first, then that they are at hand."""

from __future__ import annotations

from collections.abc import Sequence

from app.container import Container
from app.holder.forms import SignedFile
from app.holder.reading import keys_of
from journal.work import Work
from kernel import canonical
from kernel.refusal import Refused, refuse
from kernel.vocabulary import Actor, Part
from procurement.parties.models import SignedDocument
from procurement.parties.signing import ExaminedSignature, examine_signature
from procurement.tenders import services as tenders
from procurement.tenders.models import HolderKey

# In this order: possession is shown of a key that is registered.
_KINDS = ("sunlit/holder/v1", "sunlit/possession/v1")


def register(
    container: Container, actor: Actor, tender_id: str, files: Sequence[SignedFile]
) -> None:
    """Register keys and possessions in one transaction; what is kept already is passed over."""
    now = container.clock.now()
    read = sorted((_read(file) for file in files), key=lambda one: _KINDS.index(one[0]))
    examined = [
        (kind, part, examine_signature(file.statement, file.cms, trust=container.trust, at=now))
        for kind, part, file in read
    ]
    with container.journal.write() as work:
        for kind, part, signature in examined:
            if not _kept(work, actor, tender_id, kind, part, signature):
                _take(work, actor, tender_id, kind, part, signature)


def _read(file: SignedFile) -> tuple[str, Part, SignedFile]:
    """What a statement is about; what it says besides is examined by the use case."""
    try:
        said = canonical.decode(file.statement)
    except canonical.NotCanonical as problem:
        raise Refused(refuse("statement_not_canonical", "SEALED_BID 1")) from problem
    kind = said.get("type") if isinstance(said, dict) else None
    part = said.get("part") if isinstance(said, dict) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        raise Refused(refuse("file_of_another_kind", path=file.name, expected=" / ".join(_KINDS)))
    if not isinstance(part, str) or part not in set(Part):
        raise Refused(refuse("request_malformed", field=f"{file.name}: part"))
    return kind, Part(part), file


def _take(
    work: Work,
    actor: Actor,
    tender_id: str,
    kind: str,
    part: Part,
    signature: ExaminedSignature,
) -> None:
    use_case = tenders.register_holder_key if kind == _KINDS[0] else tenders.show_possession
    use_case(work, actor, tender_id, part, signature)


def _kept(
    work: Work,
    actor: Actor,
    tender_id: str,
    kind: str,
    part: Part,
    signature: ExaminedSignature,
) -> bool:
    """Whether a second click brings what is there already."""
    _tender, mine = keys_of(work, actor, tender_id)
    key: HolderKey | None = next((one for one in mine if one.part == part), None)
    document = None if key is None else _document(key, kind)
    known = None if document is None else work.session.get(SignedDocument, document)
    return known is not None and known.content == signature.digest


def _document(key: HolderKey, kind: str) -> str | None:
    return key.document_id if kind == _KINDS[0] else key.possession_document_id
