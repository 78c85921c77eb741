"""Changing the log key, so that trust in the old one carries to the new one (DESIGN 6).

The old key must sign something that names the new one: the entry `LogKeyRotated` stands at the end
of the log of size `from_size`, and the checkpoint of exactly that size bears both signatures. From
then on the new key signs alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from journal import logs
from journal.checkpoints import Checkpoint, Publication, publish
from journal.entries import Entry, public
from journal.sequencer import hold_sequence, place
from journal.work import Journal
from kernel.refusal import StaleWrite
from kernel.vocabulary import Action, Actor, system_actor
from signatures.notes import SigningKey

# Another entry may be committed between the count and the placing; then the size is asked again.
ATTEMPTS_MAX = 100


@dataclass(frozen=True, kw_only=True)
class LogKeyRotated(Entry):
    """The log key was changed: `new` signs logs that are larger than `from_size`."""

    action: ClassVar[Action] = Action.ROTATE_LOG_KEY
    old: str = public()
    new: str = public()
    from_size: int = public()


def rotate_log_key(
    journal: Journal, publication: Publication, new: SigningKey, actor: Actor | None = None
) -> tuple[Publication, Checkpoint]:
    """Hand over from the publication's key to a new one.

    Returns the publication that signs with the new key and still believes the old one's past, and
    the checkpoint that both have signed. After a crash in between, `publish_handover` ends it.
    """
    publish(publication)
    for _ in range(ATTEMPTS_MAX):
        from_size = _record(journal, publication, new, actor or system_actor("keys"))
        if from_size is not None:
            return publish_handover(publication, new, from_size)
    raise StaleWrite("log", logs.PUBLIC)


def publish_handover(
    publication: Publication, new: SigningKey, from_size: int
) -> tuple[Publication, Checkpoint]:
    """Sign the checkpoint of the hand-over with both keys."""
    both = replace(publication, keys=(*publication.keys, new))
    made = publish(both, at=from_size)
    past = (*publication.past, *(key.verifier for key in publication.keys))
    return replace(publication, keys=(new,), past=past), made


class _Elsewhere(Exception):
    """The entry did not get the position that it names."""


def _record(
    journal: Journal, publication: Publication, new: SigningKey, actor: Actor
) -> int | None:
    (old,) = publication.keys
    try:
        with journal.write() as work:
            hold_sequence(work.session)
            place(work.session)
            from_size = logs.size(work.session, logs.PUBLIC) + 1
            entry = work.record(
                actor,
                LogKeyRotated(
                    object=new.verifier.name,
                    old=old.verifier.encode(),
                    new=new.verifier.encode(),
                    from_size=from_size,
                ),
            )
            work.insert_drafts()
            place(work.session)
            at = logs.place_of(work.session, entry)
            if at is None or at.position != from_size - 1:
                raise _Elsewhere
    except _Elsewhere:
        return None
    return from_size
