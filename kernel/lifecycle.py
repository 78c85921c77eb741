"""A stage moves by its transition table alone."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from kernel.refusal import Refused, refuse
from kernel.vocabulary import Action

S = TypeVar("S", bound=StrEnum)


class Lifecycle(Generic[S]):
    """The transition table of one kind of thing: (stage, action) to stage.

    A row whose stage does not change says only that the action may happen there.
    """

    def __init__(
        self,
        kind: str,
        start: S,
        moves: Mapping[tuple[S, Action], S],
        begins_with: tuple[Action, ...] = (),
    ) -> None:
        self.kind = kind
        self.start = start
        self.moves = dict(moves)
        self.begins_with = begins_with

    def allows(self, stage: S, action: Action) -> bool:
        """Whether the action may happen in the stage."""
        return (stage, action) in self.moves

    def stages_for(self, action: Action) -> tuple[S, ...]:
        """The stages in which the action may happen, in the order of the table."""
        return tuple(stage for stage, known in self.moves if known is action)

    def after(self, stage: S, action: Action) -> S:
        """The stage after the action; a Refusal `wrong_stage` where the table has no row."""
        try:
            return self.moves[(stage, action)]
        except KeyError:
            raise Refused(
                refuse(
                    "wrong_stage",
                    kind=self.kind,
                    stage=str(stage),
                    action=str(action),
                    allowed=[str(known) for known in self.stages_for(action)],
                )
            ) from None
