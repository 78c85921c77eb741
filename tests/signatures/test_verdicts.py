"""How parts make a verdict: the table of EN 319 102-1, and no pass by omission."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import canonical
from signatures.verdicts import (
    Finding,
    Indication,
    Part,
    PartName,
    SubIndication,
    absent,
    conclude,
    not_passed,
    passed,
    verdict_of,
)

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ALL = [passed(name) for name in PartName]


def _with(*changed: Part) -> list[Part]:
    names = {part.name for part in changed}
    return [part for part in ALL if part.name not in names] + list(changed)


def test_every_part_good_is_a_pass() -> None:
    assert conclude(ALL) == (Indication.TOTAL_PASSED, None)


@pytest.mark.parametrize("name", [PartName.POLICY, PartName.TIME_STAMP, PartName.DOCUMENT])
def test_what_was_not_asked_for_may_be_absent(name: PartName) -> None:
    assert conclude(_with(absent(name)))[0] is Indication.TOTAL_PASSED


@pytest.mark.parametrize(
    "name",
    [
        PartName.FORMAT,
        PartName.INTACT,
        PartName.SIGNATURE,
        PartName.ALGORITHMS,
        PartName.CERTIFICATE,
        PartName.VALIDITY,
        PartName.REVOCATION,
    ],
)
def test_nothing_passes_because_nobody_looked(name: PartName) -> None:
    with pytest.raises(ValueError, match=name.value):
        conclude(part for part in ALL if part.name is not name)
    with pytest.raises(ValueError, match=name.value):
        conclude(_with(Part(name, Finding.NOT_REACHED)))


@pytest.mark.parametrize("sub_indication", SubIndication)
def test_each_sub_indication_has_its_indication(sub_indication: SubIndication) -> None:
    """EN 319 102-1 table 6: which reasons are final and which leave the question open."""
    final = {"FORMAT_FAILURE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE"}
    expected = (
        Indication.TOTAL_FAILED if sub_indication.value in final else Indication.INDETERMINATE
    )
    parts = _with(not_passed(PartName.VALIDITY, sub_indication, "code"))
    assert conclude(parts) == (expected, sub_indication)


def test_a_failure_outweighs_an_open_question_before_it() -> None:
    parts = _with(
        not_passed(PartName.POLICY, SubIndication.POLICY_PROCESSING_ERROR, "policy"),
        not_passed(PartName.DOCUMENT, SubIndication.FORMAT_FAILURE, "document"),
    )
    assert conclude(parts) == (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)


@given(st.permutations(ALL), st.sampled_from(PartName), st.sampled_from(SubIndication))
def test_the_order_of_looking_makes_no_difference(
    order: list[Part], name: PartName, sub_indication: SubIndication
) -> None:
    bad = not_passed(name, sub_indication, "code")
    shuffled = [bad if part.name is name else part for part in order]
    verdict = verdict_of(shuffled, judged_at=AT)
    assert not verdict.passed
    assert verdict.code == "code"
    assert verdict.awaits_revocation_data is (sub_indication is SubIndication.TRY_LATER)
    assert [part.name for part in verdict.parts] == list(PartName)


def test_a_replaced_part_concludes_anew() -> None:
    verdict = verdict_of(ALL, judged_at=AT)
    worse = verdict.with_part(not_passed(PartName.INTACT, SubIndication.HASH_FAILURE, "altered"))
    assert verdict.passed
    assert worse.indication is Indication.TOTAL_FAILED
    assert worse.with_part(passed(PartName.INTACT)).passed


def test_a_verdict_can_stand_in_the_record() -> None:
    record = verdict_of(ALL, judged_at=AT).as_record()
    assert canonical.decode(canonical.encode(record)) == record
    assert record["judged_at"] == "2026-03-02T01:00:00.000Z"
