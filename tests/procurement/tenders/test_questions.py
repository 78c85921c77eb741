"""Questions: asked by nobody in particular, answered once and to everybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from journal.models import EntryRow
from kernel.refusal import NotFound, Refused
from kernel.text import Text
from kernel.vocabulary import Action, Grant, Role
from procurement.tenders import queries, services
from tests.procurement.tenders.town import AUDITORS, CLOSES_AT, FIRM, Town

ANSWER = Text("不允许偏离", "No deviation")
MICROSECOND = timedelta(microseconds=1)


def refused_with(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, match=rf"^{code} ")


def ask(town: Town, who: str = "supplier", words: str = "参数可否偏离？", **given: str) -> str:
    with town.work() as work:
        return services.ask_question(work, town.actors[who], town.tender, words, **given)


def answer(town: Town, question: str, who: str = "officer") -> None:
    with town.work() as work:
        services.answer_question(work, town.actors[who], question, ANSWER)


def test_the_answer_is_published_with_the_question_and_without_its_asker(town: Town) -> None:
    town.opened()
    question = ask(town)
    answer(town, question)
    (entry,) = town.entries(Action.ANSWER_QUESTION)
    assert entry["body.question"] == ("public", '"参数可否偏离？"')
    assert entry["body.answer"][0] == "public"
    with town.journal.read() as work:
        (shown,) = queries.questions(work.session, town.tender, answered_only=True)
    assert shown.answer_entry_id is not None


def test_no_public_field_of_any_entry_names_the_asker(town: Town) -> None:
    town.opened()
    answer(town, ask(town))
    asker = {town.actors["supplier"].person, town.organizations[FIRM], "supplier"}
    for action in (Action.ASK_QUESTION, Action.ANSWER_QUESTION):
        for entry in town.entries(action):
            public = [value for visibility, value in entry.values() if visibility == "public"]
            assert not [value for value in public for name in asker if name in value]


def test_that_somebody_asked_is_kept_in_the_tenders_private_tree(town: Town) -> None:
    town.opened()
    ask(town)
    with town.journal.read() as work:
        log = work.session.scalar(
            select(EntryRow.log).where(EntryRow.action == str(Action.ASK_QUESTION))
        )
    assert log == f"proceedings:{town.tender}"


def test_a_question_that_waits_is_not_shown(town: Town) -> None:
    town.opened()
    ask(town)
    with town.journal.read() as work:
        assert queries.questions(work.session, town.tender, answered_only=True) == []
        assert len(queries.questions(work.session, town.tender, answered_only=False)) == 1


@pytest.mark.parametrize("who", ["officer", "author", "holder1", "approver"])
def test_only_suppliers_ask(town: Town, who: str) -> None:
    town.opened()
    with refused_with("not_authorised"):
        ask(town, who)


@pytest.mark.parametrize("who", ["supplier", "approver", "author"])
def test_only_the_officer_answers(town: Town, who: str) -> None:
    town.opened()
    question = ask(town)
    with refused_with("not_authorised"):
        answer(town, question, who)


def test_a_question_has_one_answer(town: Town) -> None:
    town.opened()
    question = ask(town)
    answer(town, question)
    with refused_with("answered_already"):
        answer(town, question)


def test_a_draft_is_not_asked_about(town: Town) -> None:
    town.ready()
    with refused_with("wrong_stage"):
        ask(town)


def test_a_question_has_words(town: Town) -> None:
    town.opened()
    with refused_with("text_missing"):
        ask(town, words=" \n")


def test_one_microsecond_decides(town: Town) -> None:
    town.opened()
    town.clock.set(CLOSES_AT - MICROSECOND)
    question = ask(town)
    town.clock.set(CLOSES_AT)
    with refused_with("closing_passed"):
        ask(town)
    with refused_with("closing_passed"):
        answer(town, question)


def test_who_acts_for_two_suppliers_says_for_which(town: Town) -> None:
    town.opened()
    supplier = town.actors["supplier"]
    second = Grant(Role.SUPPLIER, town.organizations[AUDITORS])
    town.actors["supplier"] = replace(supplier, grants=supplier.grants | {second})
    with refused_with("supplier_not_named"):
        ask(town)
    ask(town, organization_id=second.organization)
    with pytest.raises(NotFound):
        ask(town, organization_id="org_other")


def test_a_question_that_does_not_exist_is_not_found(town: Town) -> None:
    town.opened()
    with pytest.raises(NotFound):
        answer(town, "qst_none")
