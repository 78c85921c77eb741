"""Who may take a step, and in the refusal's words why the person who looks may not.

The authority table answers, and beside it the rules that ask for two persons. A page draws a button
for whom they let through, and for everybody else says whose step it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.outcome import words
from app.web.refusals import words_of
from kernel.refusal import Refusal, Refused
from kernel.text import Text
from kernel.vocabulary import Action, Actor, Role
from procurement.authority import RIGHTS, Subject, require
from reports import labels


@dataclass(frozen=True, slots=True)
class Permit:
    """Whether the person may take the step; if not, why, and whose step it is."""

    may: bool
    who: Text
    why: Text | None = None
    cites: tuple[str, ...] = ()


def permit(actor: Actor, action: Action, on: Subject, *rules: Refusal | None) -> Permit:
    """What authority and the given rules say about this person and this step."""
    who = words.roles(right.role for right in RIGHTS[action] if right.role is not Role.SYSTEM)
    try:
        require(actor, action, on)
    except Refused as refused:
        return _no(refused.refusal, who)
    for refusal in rules:
        if refusal is not None:
            return _no(refusal, who)
    return Permit(True, who)


def _no(refusal: Refusal, who: Text) -> Permit:
    return Permit(False, who, _why(refusal, who), refusal.cites)


def _why(refusal: Refusal, who: Text) -> Text:
    if refusal.code == "not_authorised":
        return Text(
            f"这一步由{who.zh}办理，您没有这个身份。",
            f"This step is for the {who.en.lower()}; you do not hold that role here.",
        )
    if refusal.code == "excluded_role":
        held = labels.ROLES[Role(str(refusal.facts["held"]))]
        wanted = labels.ROLES[Role(str(refusal.facts["wanted"]))]
        return Text(
            f"您已是本项目的{held.zh}，不能再以{wanted.zh}的身份办理。",
            f"You acted as {held.en.lower()} in this purchase, so you cannot be its"
            f" {wanted.en.lower()}.",
        )
    return words_of(refusal)
