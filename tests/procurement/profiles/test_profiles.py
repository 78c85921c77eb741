"""Profiles: complete, typed, cited; what is wrong in a file is refused and the place named."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import procurement.profiles as package
from kernel.calendar import Roll, WorkCalendar
from kernel.money import Money
from kernel.refusal import Refused
from kernel.vocabulary import Role
from procurement.authority import Subject, excluded
from procurement.profiles import (
    Category,
    Confidence,
    Method,
    Unit,
    check,
    load_profile,
    profile_names,
    profile_on,
)
from procurement.profiles.loader import NotAProfile, citation, parse_profile, read_profile
from procurement.profiles.model import plain_fact

CN = load_profile("cn-gov")
UA = load_profile("ua-replay")
CN_TEXT = (Path(package.__file__).parent / "cn-gov.toml").read_text()

# The CN-GOV column of the requirements, section 5A.
CN_VALUES = [
    ("P01", "intention_lead_days", 30, Unit.CALENDAR_DAYS),
    ("P02", "notice_workdays_min", 5, Unit.WORKING_DAYS),
    ("P03", "bid_period_days_min", 20, Unit.CALENDAR_DAYS),
    ("P04", "documents_workdays_min", 5, Unit.WORKING_DAYS),
    ("P05", "amendment_lead_days", 15, Unit.CALENDAR_DAYS),
    ("P05", "prequalification_amendment_lead_days", 3, Unit.CALENDAR_DAYS),
    ("P06", "documents_free", True, Unit.YES_NO),
    ("P07", "bid_security_share_max", Decimal("0.02"), Unit.SHARE),
    ("P08", "security_return_workdays", 5, Unit.WORKING_DAYS),
    ("P08", "security_late_rate_factor", Decimal("1.20"), Unit.SHARE),
    ("P09", "bidders_min_to_open", 3, Unit.COUNT),
    ("P09", "bidders_min_to_evaluate", 3, Unit.COUNT),
    ("P10", "panel_size_min", 5, Unit.COUNT),
    ("P10", "panel_size_min_large", 7, Unit.COUNT),
    ("P10", "panel_large_from", Money(Decimal(10_000_000), "CNY"), Unit.MONEY),
    ("P10", "panel_expert_share_min", Fraction(2, 3), Unit.SHARE),
    ("P13", "domestic_rate", Decimal("0.20"), Unit.SHARE),
    ("P14", "abnormal_share_of_ceiling", Decimal("0.45"), Unit.SHARE),
    ("P14", "abnormal_reply_minutes_min", 30, Unit.MINUTES),
    ("P16", "report_workdays_max", 2, Unit.WORKING_DAYS),
    ("P16", "decision_workdays_max", 5, Unit.WORKING_DAYS),
    ("P17", "award_notice_workdays_max", 2, Unit.WORKING_DAYS),
    ("P17", "award_notice_period_workdays", 1, Unit.WORKING_DAYS),
    ("P18", "standstill_days", 0, Unit.CALENDAR_DAYS),
    ("P19", "challenge_workdays", 7, Unit.WORKING_DAYS),
    ("P20", "enquiry_answer_workdays", 3, Unit.WORKING_DAYS),
    ("P20", "challenge_answer_workdays", 7, Unit.WORKING_DAYS),
    ("P21", "complaint_workdays", 15, Unit.WORKING_DAYS),
    ("P21", "complaint_decision_workdays", 30, Unit.WORKING_DAYS),
    ("P21", "suspension_days_max", 30, Unit.CALENDAR_DAYS),
    ("P22", "complaint_admissibility_workdays", 5, Unit.WORKING_DAYS),
    ("P22", "complaint_service_workdays", 8, Unit.WORKING_DAYS),
    ("P23", "contract_days_max", 30, Unit.CALENDAR_DAYS),
    ("P24", "contract_publication_workdays_max", 2, Unit.WORKING_DAYS),
    ("P24", "contract_filing_workdays_max", 7, Unit.WORKING_DAYS),
    ("P25", "performance_security_share_max", Decimal("0.10"), Unit.SHARE),
    ("P26", "change_share_max", Decimal("0.10"), Unit.SHARE),
    ("P26", "change_share_max_emergency", Decimal("0.30"), Unit.SHARE),
    ("P27", "payment_days_max", 30, Unit.CALENDAR_DAYS),
    ("P27", "payment_days_agreed_max", 60, Unit.CALENDAR_DAYS),
    ("P28", "late_interest_per_day", Decimal("0.0005"), Unit.SHARE),
    ("P29", "retention_years", 15, Unit.YEARS),
    ("P30", "disclosure_workdays", 20, Unit.WORKING_DAYS),
    ("P32", "single_source_publicity_workdays", 5, Unit.WORKING_DAYS),
    ("P33", "prequalification_workdays_min", 5, Unit.WORKING_DAYS),
    ("P36", "day_roll", Roll.STATUTORY_HOLIDAY, Unit.CHOICE),
    ("P39", "rounding_places", 2, Unit.PLACES),
    ("P40", "panel_at_opening", False, Unit.YES_NO),
]


@pytest.mark.parametrize(("id", "name", "value", "unit"), CN_VALUES, ids=[c[1] for c in CN_VALUES])
def test_cn_gov_says_what_the_law_says(id: str, name: str, value: object, unit: Unit) -> None:
    known = getattr(CN, name)
    assert (known.id, known.value, known.unit) == (id, value, unit)


def test_every_parameter_from_p01_to_p40_has_a_row() -> None:
    ids = {known.id for known in CN.parameters}
    assert ids >= {f"P{number:02d}" for number in range(1, 41)}


@pytest.mark.parametrize("name", ["cn-gov", "ua-replay"])
def test_what_ships_has_no_fault(name: str) -> None:
    assert check(load_profile(name)) == []
    assert name in profile_names()


@pytest.mark.parametrize("name", ["cn-gov", "ua-replay"])
def test_every_number_is_cited_and_dated(name: str) -> None:
    for known in load_profile(name).parameters:
        assert known.cites, known.name
        assert known.in_force_from.year >= 2013, known.name
        assert known.confidence in Confidence


def test_confidence_is_carried_over_from_the_requirements() -> None:
    second_hand = {known.id for known in CN.parameters if known.confidence is Confidence.SECONDARY}
    assert second_hand >= {"P01", "P13", "P14", "P31"}
    assert CN.change_share_max_emergency.confidence is Confidence.SECONDARY
    assert CN.bid_period_days_min.confidence is Confidence.READ


def test_a_rule_holds_from_the_day_its_source_does() -> None:
    assert CN.abnormal_share_of_mean.in_force_from == date(2026, 2, 1)
    emergency = CN.change_share_max_emergency
    assert not emergency.in_force(date(2026, 9, 30))
    assert emergency.in_force(date(2026, 10, 1))
    ended = replace(emergency, in_force_until=date(2026, 12, 31))
    assert ended.in_force(date(2026, 12, 31))
    assert not ended.in_force(date(2027, 1, 1))


def test_price_weights_by_category() -> None:
    assert CN.price_weight_min.value[Category.GOODS] == 30
    assert CN.price_weight_min.value[Category.SERVICES] == 10
    assert Category.WORKS not in CN.price_weight_min.value  # Order 87 is not for works (GPR 7)


def test_a_tender_finds_its_pinned_edition_again() -> None:
    assert load_profile("cn-gov", CN.edition) is CN
    assert profile_on("cn-gov", date(2026, 3, 1)) is CN


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: load_profile("cn-gov", "cn-gov/1999.1"), "profile_unknown"),
        (lambda: load_profile("atlantis"), "profile_unknown"),
        (lambda: profile_on("cn-gov", date(2026, 1, 31)), "profile_not_in_force"),
    ],
)
def test_an_unknown_edition_is_refused_and_not_replaced(ask, code: str) -> None:
    with pytest.raises(Refused) as caught:
        ask()
    assert caught.value.refusal.code == code


def test_the_replay_is_not_for_production_and_asks_little() -> None:
    assert CN.production
    assert not UA.production
    assert (UA.currency, UA.zone) == ("UAH", "Europe/Kyiv")
    assert UA.methods.value == (Method.LOWEST_PRICE,)
    assert UA.bidders_min_to_open.value == UA.panel_size_min.value == 1
    assert UA.bid_period_days_min.value == UA.amendment_lead_days.value == 0
    assert (UA.threshold_min.value, UA.holders_min.value) == (2, 3)
    assert WorkCalendar.for_country(UA.calendar.value).is_workday(date(2026, 10, 5))


PAIRS = [
    (Role.USING_UNIT, Role.UNIT_APPROVER, "GPL art. 61"),
    (Role.OFFICER, Role.APPROVER, "GPL art. 61"),
    (Role.OFFICER, Role.ACCEPTOR, "GPL art. 61"),
    (Role.APPROVER, Role.ACCEPTOR, "GPL art. 61"),
    (Role.HOLDER, Role.PANELIST, "Order 87 art. 40"),
    (Role.HOLDER, Role.BUYER_PANELIST, "Order 87 art. 40"),
    (Role.HOLDER, Role.SUPPLIER, "GPL art. 25"),
    (Role.HOLDER, Role.ADMINISTRATOR, "Sunlit"),
    (Role.FINANCE, Role.TREASURER, "财会〔2012〕21号"),
    (Role.OFFICER, Role.PANELIST, "Order 87 art. 47"),
    (Role.REVIEWER, Role.OFFICER, "GPL art. 60"),
    (Role.SUPPLIER, Role.OFFICER, "GPL art. 25"),
    (Role.SUPPLIER, Role.ACCEPTOR, "GPL art. 25"),
]


@pytest.mark.parametrize(("held", "wanted", "cites"), PAIRS)
def test_capacities_exclude_each_other_both_ways(held: Role, wanted: Role, cites: str) -> None:
    for first, second in ((held, wanted), (wanted, held)):
        acted = frozenset({("wang", first)})
        subject = Subject("tender", "t", acted=acted, exclusions=CN.exclusions)
        refusal = excluded("wang", second, subject)
        assert refusal is not None
        assert cites in refusal.cites[0]


def test_a_small_county_may_let_one_person_do_what_the_law_lets_one_do() -> None:
    for held, wanted in (
        (Role.USING_UNIT, Role.ACCEPTOR),
        (Role.UNIT_APPROVER, Role.APPROVER),
        (Role.OFFICER, Role.USING_UNIT),
        (Role.OFFICER, Role.HOLDER),
        (Role.USING_UNIT, Role.BUYER_PANELIST),
    ):
        subject = Subject("t", "t", acted=frozenset({("li", held)}), exclusions=CN.exclusions)
        assert excluded("li", wanted, subject) is None


def test_citations_in_full() -> None:
    assert citation(CN, "GPL art. 35").zh == "《中华人民共和国政府采购法（2014年修正）》第35条"
    assert citation(CN, "Order 87 art. 27").en.endswith("Government Procurement, art. 27")
    assert citation(CN, "财库〔2026〕2号").zh.startswith("《")
    assert citation(CN, "Nowhere art. 1").zh == "Nowhere art. 1"


def test_a_refusal_cites_its_parameters_and_says_plain_facts() -> None:
    at = datetime(2026, 3, 4, 1, 2, 3, 456789, tzinfo=UTC)
    refusal = CN.refuse(
        "x", CN.panel_large_from, CN.panel_size_min, at=at, on=date(2026, 3, 4), rate=Decimal("0.1")
    )
    assert refusal.cites == ("Order 87 art. 47",)
    assert refusal.facts == {
        "profile": "cn-gov/2026.1",
        "panel_large_from": {"amount": "10000000.00", "currency": "CNY"},
        "panel_size_min": 5,
        "at": "2026-03-04T01:02:03.456Z",
        "on": "2026-03-04",
        "rate": "0.1",
    }
    assert plain_fact({"b": {Category.WORKS}, "a": (None, True, Fraction(2, 3))}) == {
        "b": ["works"],
        "a": [None, True, "2/3"],
    }


def _changed(name: str, **rows: str) -> bytes:
    start = CN_TEXT.index(f"[parameters.{name}]")
    block = CN_TEXT[start : CN_TEXT.index("\n\n", start)]
    changed = block
    for key, value in rows.items():
        changed = re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", changed)
    assert changed != block
    return CN_TEXT.replace(block, changed).encode()


BROKEN = [
    ("an unknown parameter", lambda: (CN_TEXT + "\n[parameters.more]\nvalue = 1\n").encode()),
    ("a missing one", lambda: CN_TEXT.replace("[parameters.acts_max]", "[x]").encode()),
    ("text for a number", lambda: _changed("bid_period_days_min", value='"20"')),
    ("yes for a number", lambda: _changed("bid_period_days_min", value="true")),
    ("a float for a share", lambda: _changed("bid_security_share_max", value="0.02")),
    ("no citation", lambda: _changed("bid_period_days_min", cites="[]")),
    ("an unknown source", lambda: _changed("bid_period_days_min", cites='["Hearsay art. 1"]')),
    ("an unknown unit", lambda: _changed("bid_period_days_min", unit='"moons"')),
    ("an unknown confidence", lambda: _changed("bid_period_days_min", confidence='"sure"')),
    ("an unknown method", lambda: _changed("methods", value='["by_lot"]')),
    ("an amount too fine", lambda: _changed("panel_large_from", value='"1.001"')),
    ("an unknown key", lambda: _changed("bid_period_days_min", unit='"count"\nhint = "x"')),
    (
        "an exclusion of an unknown source",
        lambda: CN_TEXT.replace('cites = ["GPL art. 61"]\nconf', 'cites = ["X"]\nconf').encode(),
    ),
]


@pytest.mark.parametrize(("case", "raw"), BROKEN, ids=[row[0] for row in BROKEN])
def test_a_broken_file_is_no_profile(case: str, raw, tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(raw())
    with pytest.raises(NotAProfile, match=r"broken\.toml: "):
        read_profile(path)


FAULTS = [
    ("intention_lead_days", {"value": "-1"}, "intention_lead_days: negative"),
    ("bid_security_share_max", {"value": '"1.5"'}, "bid_security_share_max: a share outside"),
    ("panel_size_min", {"value": "9"}, "panel_size_min is above panel_size_min_large"),
]


@pytest.mark.parametrize(("name", "rows", "fault"), FAULTS)
def test_check_names_what_is_wrong(name: str, rows: dict[str, str], fault: str) -> None:
    altered, found = check(parse_profile(_changed(name, **rows)))
    assert altered.startswith("cn-gov/2026.1: not what was released")
    assert found.startswith(fault)


def test_what_was_released_is_on_record() -> None:
    released = json.loads((Path(package.__file__).parent / "editions.json").read_text())
    assert released == {
        profile.edition: profile.digest for profile in map(load_profile, profile_names())
    }


def test_check_finds_a_rule_that_never_holds() -> None:
    (known,) = [row for row in CN.parameters if row.name == "acts_max"]
    past = replace(CN, acts_max=replace(known, in_force_until=date(2020, 1, 1)))
    assert check(past) == ["acts_max: not in force at any time of the edition"]


def test_the_digest_says_what_an_edition_held() -> None:
    assert parse_profile(CN_TEXT.encode()).digest == CN.digest
    assert parse_profile(_changed("acts_max", value="51")).digest != CN.digest
