"""What is shown to whom and when; single fields shown; personal fields erased, proof standing."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from journal.disclose import (
    State,
    disclose_fields,
    erase_fields,
    field_shown,
    moment_reached,
    show,
)
from journal.entries import commitment, field_digest
from journal.models import EntryField, EntryRow
from journal.work import Journal
from kernel.refusal import NotFound, Refused
from kernel.vocabulary import Action, Actor, Audience, Log, Visibility
from tests.journal.conftest import OFFICER, ORIGIN, ROWS, BidCast, NoticePublished, Row

_REVIEWER = Actor("per_reviewer")
_PUBLIC, _RESTRICTED, _PERSONAL = Visibility.PUBLIC, Visibility.RESTRICTED, Visibility.PERSONAL
_BUYER = frozenset({Audience.BUYER})
_SUPERVISED = frozenset({Audience.SUPERVISOR})


def never(tender: str | None, moment: str) -> bool:
    return False


def always(tender: str | None, moment: str) -> bool:
    return True


@pytest.mark.parametrize(
    ("visibility", "audience", "reached", "before", "expected"),
    [
        (_PUBLIC, Audience.PUBLIC, True, _BUYER, True),
        (_PUBLIC, Audience.PUBLIC, False, _BUYER, False),
        (_PUBLIC, Audience.BUYER, False, _BUYER, True),
        (_PUBLIC, Audience.SUPERVISOR, False, _BUYER, False),
        (_RESTRICTED, Audience.PUBLIC, True, _BUYER, False),
        (_RESTRICTED, Audience.BUYER, False, _BUYER, True),
        (_RESTRICTED, Audience.SUPPLIER, True, _BUYER, False),
        (_PERSONAL, Audience.PUBLIC, True, _BUYER, False),
        (_PERSONAL, Audience.BUYER, True, _BUYER, False),
        (_PERSONAL, Audience.SUPERVISOR, False, _BUYER, False),
        (_PERSONAL, Audience.SUPERVISOR, True, _BUYER, True),
        (_PERSONAL, Audience.SUPERVISOR, False, _SUPERVISED, True),
        (_PERSONAL, Audience.NOBODY, True, _SUPERVISED, False),
    ],
)
def test_who_sees_a_field(
    visibility: Visibility,
    audience: Audience,
    reached: bool,
    before: frozenset[Audience],
    expected: bool,
) -> None:
    shown = field_shown(visibility, audience=audience, reached=reached, before=before)
    assert shown is expected


@pytest.mark.parametrize(
    ("moment", "answer", "expected"),
    [
        ("at_once", never, True),
        ("never", always, False),
        ("at_award", never, False),
        ("at_award", always, True),
    ],
)
def test_two_moments_need_no_tender(moment: str, answer: object, expected: bool) -> None:
    row = Row(Log.PUBLIC, moment)
    assert moment_reached(row, None, answer) is expected  # type: ignore[arg-type]


@pytest.fixture
def notice(journal: Journal) -> str:
    with journal.write() as work:
        return work.record(OFFICER, NoticePublished(object="ten_1", tender="ten_1", title="公告"))


def test_what_is_shown_can_be_checked_and_what_is_not_leaves_its_digest(
    journal: Journal, notice: str
) -> None:
    with journal.read() as work:
        (entry,) = show(
            work.session, [notice], disclosure=ROWS, audience=Audience.PUBLIC, reached=never
        )
    assert entry.body == {"title": "公告"}
    assert entry.value("actor") is None
    assert {name for name, field in entry.fields.items() if field.state is State.WITHHELD} == {
        "actor",
        "address",
        "body.contact",
        "body.estimate",
    }
    record = entry.fields["body.title"].as_record()
    raw = json.dumps(record["value"], ensure_ascii=False).encode()
    assert field_digest(bytes.fromhex(str(record["salt"])), raw) == record["digest"]
    assert set(entry.fields["actor"].as_record()) == {"digest", "state"}
    digests = {name: field.digest for name, field in entry.fields.items()}
    assert commitment(ORIGIN, notice, digests) == entry.commitment


def test_of_an_entry_before_its_moment_not_even_the_names_are_told(journal: Journal) -> None:
    with journal.write() as work:
        act = work.record(OFFICER, BidCast(object="bid_1", tender="ten_1"))
    with journal.read() as work:
        ask = {"disclosure": ROWS, "audience": Audience.PUBLIC}
        (hidden,) = show(work.session, [act], reached=never, **ask)  # type: ignore[arg-type]
        (shown,) = show(work.session, [act], reached=always, **ask)  # type: ignore[arg-type]
        assert hidden.fields == {}
        assert shown.body == {"digest": "sha256:00"}
        with pytest.raises(NotFound):
            show(work.session, ["ent_none"], reached=always, **ask)  # type: ignore[arg-type]


def test_a_single_field_is_disclosed_by_an_entry(journal: Journal, notice: str) -> None:
    with journal.write() as work:
        id = disclose_fields(
            work,
            _REVIEWER,
            notice,
            ["body.estimate"],
            audience=Audience.SUPPLIER,
            reason="GPR 56",
            reached=never,
        )
        # Again changes nothing but is an entry again.
    with journal.read() as work:
        for audience, expected in (
            (Audience.SUPPLIER, {"title": "公告", "estimate": "1168000.00"}),
            (Audience.PUBLIC, {"title": "公告"}),
        ):
            (entry,) = show(
                work.session, [notice], disclosure=ROWS, audience=audience, reached=never
            )
            assert entry.body == expected
        row = work.session.get_one(EntryRow, id)
        assert (row.action, row.object) == (Action.DISCLOSE, notice)


def test_what_is_disclosed_to_the_public_is_disclosed_to_all(journal: Journal, notice: str) -> None:
    for _ in range(2):
        with journal.write() as work:
            disclose_fields(
                work,
                _REVIEWER,
                notice,
                ["body.estimate"],
                audience=Audience.PUBLIC,
                reason="GPR 56",
                reached=never,
            )
    with journal.read() as work:
        for audience in Audience:
            (entry,) = show(
                work.session, [notice], disclosure=ROWS, audience=audience, reached=never
            )
            assert entry.body["estimate"] == "1168000.00"


def test_an_erased_field_is_gone_with_its_salt_and_the_commitment_stands(
    journal: Journal, notice: str
) -> None:
    with journal.write() as work:
        id = erase_fields(
            work, _REVIEWER, notice, ["actor", "body.contact"], reason="PIPL 47", reached=never
        )
    with journal.read() as work:
        fields = work.session.scalars(select(EntryField).where(EntryField.entry == notice)).all()
        row = work.session.get_one(EntryRow, notice)
        (entry,) = show(
            work.session, [notice], disclosure=ROWS, audience=Audience.SUPERVISOR, reached=always
        )
    erased = {field.name: field for field in fields if field.erased_by == id}
    assert set(erased) == {"actor", "body.contact"}
    assert all(field.value is None and field.salt is None for field in erased.values())
    assert commitment(ORIGIN, notice, {f.name: f.digest for f in fields}) == row.commitment
    assert entry.fields["actor"].state is State.ERASED
    assert entry.fields["actor"].as_record() == {
        "digest": erased["actor"].digest,
        "state": "erased",
    }


@pytest.mark.parametrize(
    ("names", "code"), [(["body.title"], "field_is_kept"), (["body.estimate"], "field_is_kept")]
)
def test_only_personal_fields_are_erased(
    journal: Journal, notice: str, names: list[str], code: str
) -> None:
    with pytest.raises(Refused) as refused, journal.write() as work:
        erase_fields(work, _REVIEWER, notice, names, reason="", reached=never)
    assert refused.value.refusal.code == code


def test_what_is_erased_is_neither_erased_nor_disclosed_again(
    journal: Journal, notice: str
) -> None:
    with journal.write() as work:
        erase_fields(work, _REVIEWER, notice, ["actor"], reason="", reached=never)
    with pytest.raises(Refused) as refused, journal.write() as work:
        erase_fields(work, _REVIEWER, notice, ["actor"], reason="", reached=never)
    assert refused.value.refusal.code == "field_erased"
    with pytest.raises(Refused) as refused, journal.write() as work:
        disclose_fields(
            work, _REVIEWER, notice, ["actor"], audience=Audience.PUBLIC, reason="", reached=never
        )
    assert refused.value.refusal.code == "field_erased"


def test_a_field_that_is_not_there_is_not_found(journal: Journal, notice: str) -> None:
    with pytest.raises(NotFound), journal.write() as work:
        erase_fields(work, _REVIEWER, notice, ["body.more"], reason="", reached=never)
    with pytest.raises(NotFound), journal.write() as work:
        erase_fields(work, _REVIEWER, "ent_none", ["actor"], reason="", reached=never)


def test_an_act_is_not_named_in_the_public_log_before_its_moment(journal: Journal) -> None:
    with journal.write() as work:
        act = work.record(OFFICER, BidCast(object="bid_1", tender="ten_1"))
    with pytest.raises(Refused) as refused, journal.write() as work:
        erase_fields(work, _REVIEWER, act, ["actor"], reason="", reached=never)
    assert refused.value.refusal.code == "entry_sealed"
    with pytest.raises(Refused), journal.write() as work:
        disclose_fields(
            work, _REVIEWER, act, ["actor"], audience=Audience.PUBLIC, reason="", reached=never
        )
    with journal.write() as work:
        erase_fields(work, _REVIEWER, act, ["actor"], reason="", reached=always)
    with Session(journal.engine) as session:
        field = session.get_one(EntryField, (act, "actor"))
        assert field.value is None
