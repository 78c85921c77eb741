"""How each way of ending without effect is told: one answer, rendered as page, JSON or exit code.

Pages are drawn by `app.web.faults`; the API and the command line take theirs from here.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify
from werkzeug.exceptions import HTTPException

from app.web.faults import fault_code
from app.web.refusals import words_of
from kernel.refusal import NotFound, Refused, StaleWrite
from kernel.text import Text

# The exit codes of the command line; 2 is wrong usage (click), 1 is a fault of ours.
EXIT_FAULT, EXIT_REFUSED, EXIT_NOT_FOUND, EXIT_STALE = 1, 3, 4, 5

_MISSING = Text("没有找到，或者不向您开放。", "It does not exist, or it is not for you.")
_STALE = Text(
    "别人刚刚修改了同一内容，请重新读取后再试。",
    "Somebody changed it first. Read it again, then retry.",
)
_FAULT = Text(
    "系统出错，未作任何改动。请把编号告诉管理员。",
    "A fault of ours; nothing was changed. Please quote the id.",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is told of an exception: never more than the caller may know."""

    status: int
    exit_code: int
    code: str
    words: Text
    cites: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()

    def as_record(self) -> dict[str, object]:
        """As JSON for a program that called us."""
        return {
            "error": self.code,
            "words": self.words.as_record(),
            "cites": list(self.cites),
            "facts": dict(self.facts),
        }


def answer_to(problem: BaseException) -> Answer | None:
    """The answer to a lawful no, a missing thing or a lost race; None for anything else."""
    match problem:
        case Refused(refusal=refusal):
            facts = tuple((name, str(value)) for name, value in refusal.facts.items())
            return Answer(422, EXIT_REFUSED, refusal.code, words_of(refusal), refusal.cites, facts)
        case NotFound():
            return Answer(404, EXIT_NOT_FOUND, "not_found", _MISSING)
        case StaleWrite(kind=kind, id=id):
            facts = (("kind", kind), ("id", id))
            return Answer(409, EXIT_STALE, "stale_write", _STALE, facts=facts)
    return None


def fault_answer(problem: BaseException, log: logging.Logger) -> Answer:
    """The answer to a bug: an id that stands beside the traceback in the log, and nothing else."""
    code = fault_code()
    log.error("fault %s", code, exc_info=problem)
    return Answer(500, EXIT_FAULT, "fault", _FAULT, facts=(("id", code),))


def answer_in_json(api: Blueprint, log: logging.Logger) -> None:
    """Let the routes of a blueprint answer in JSON whatever happens in them."""

    def known(problem: Exception) -> tuple[Response, int]:
        answer = answer_to(problem) or fault_answer(problem, log)
        return jsonify(answer.as_record()), answer.status

    for kind in (Refused, NotFound, StaleWrite, Exception):
        api.register_error_handler(kind, known)

    # By number too: the application's own answers to these two, pages, would otherwise come first.
    @api.errorhandler(400)
    @api.errorhandler(401)
    @api.errorhandler(HTTPException)
    def http(problem: HTTPException) -> tuple[Response, int]:
        status = problem.code or 500
        record = {"error": f"http_{status}", "words": {"zh": "请求不成立。", "en": problem.name}}
        return jsonify(record | {"cites": [], "facts": {}}), status
