"""How a no, a missing thing, a lost race and a bug are told."""

from __future__ import annotations

import logging

import pytest
from flask.testing import FlaskClient

from app.web.errors import EXIT_NOT_FOUND, EXIT_REFUSED, EXIT_STALE, answer_to, fault_answer
from app.web.refusals import sentences, words_of
from kernel.refusal import NotFound, Refusal, Refused, StaleWrite, refuse


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/refuse", 422, "no_such_sentence"),
        ("/missing", 404, ""),
        ("/stale", 409, ""),
        ("/no-such-page", 404, ""),
    ],
)
def test_page_for_each_ending(client: FlaskClient, path: str, status: int, told: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert told in answer.get_data(as_text=True)


def test_crash_gives_an_id_and_nothing_else(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/crash")
    assert answer.status_code == 500
    assert "swordfish" not in answer.get_data(as_text=True)
    code = caplog.records[-1].getMessage().split("fault ")[1].split(":")[0]
    assert code in answer.get_data(as_text=True)
    assert "swordfish" in caplog.text


@pytest.mark.parametrize(
    ("problem", "status", "exit_code"),
    [
        (Refused(refuse("late", "Order 87 art. 33")), 422, EXIT_REFUSED),
        (NotFound("tender", "ten_x"), 404, EXIT_NOT_FOUND),
        (StaleWrite("tender", "ten_x"), 409, EXIT_STALE),
    ],
)
def test_one_answer_for_page_program_and_shell(
    problem: Exception, status: int, exit_code: int
) -> None:
    answer = answer_to(problem)
    assert answer
    assert (answer.status, answer.exit_code) == (status, exit_code)


def test_bug_is_no_lawful_answer() -> None:
    assert answer_to(RuntimeError("x")) is None
    told = fault_answer(RuntimeError("swordfish"), logging.getLogger("test"))
    assert "swordfish" not in str(told.as_record())


def test_missing_thing_does_not_say_what_was_looked_for() -> None:
    answer = answer_to(NotFound("bid", "bid_secret"))
    assert answer
    assert "bid_secret" not in str(answer.as_record())


def test_sentence_takes_its_facts() -> None:
    assert "15分钟" in words_of(refuse("too_many_tries", minutes=15)).zh
    assert "—" in words_of(Refusal("too_many_tries")).zh


def test_a_sentence_says_which_fact_is_a_size() -> None:
    """Sizes of files are told as people say them; the length of a name stays in bytes."""
    assert words_of(refuse("upload_too_large", bytes_max=2 << 30)).en == (
        "The file is too large; 2 GB is the most."
    )
    assert "255 bytes" in words_of(refuse("file_name_length", bytes_max=255)).en
    assert "255字节" in words_of(refuse("file_name_length", bytes_max=255)).zh


def test_code_without_a_sentence_is_told_with_rule_and_facts() -> None:
    told = words_of(refuse("never_heard_of", "Order 87 art. 33", days=3))
    for part in ("never_heard_of", "Order 87 art. 33", "days = 3"):
        assert part in told.zh
        assert part in told.en


def test_every_sentence_is_in_both_languages() -> None:
    assert all(words.zh and words.en for words in sentences().values())
