"""What the checkers of data quality look for: dates in order, sums that fit, states that agree.

The rules are Pelican's, as far as one purchase can break them.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.reports.ocds.journey import HERE, Published


@pytest.fixture(scope="module")
def now(published: Published) -> dict[str, Any]:
    """The compiled release."""
    [record] = json.loads(published.reading.record(published.ocid, HERE).content)["records"]
    found: dict[str, Any] = record["compiledRelease"]
    return found


def test_periods_begin_before_they_end(published: Published) -> None:
    periods = [
        release["tender"][name]
        for release in published.releases
        for name in ("tenderPeriod", "enquiryPeriod")
        if name in release.get("tender", {})
    ]
    assert len(periods) == 4
    assert all(period["startDate"] < period["endDate"] for period in periods)


def test_one_thing_happens_after_the_other(now: dict[str, Any]) -> None:
    closing = now["tender"]["tenderPeriod"]["endDate"]
    awards = {award["id"]: award for award in now["awards"]}
    for contract in now["contracts"]:
        award = awards[contract["awardID"]]
        done = contract["implementation"]
        paid = [each["date"] for each in done["transactions"]]
        order = [closing, award["date"], contract["dateSigned"], *paid, done["endDate"]]
        assert order == sorted(order)
    for bid in now["bids"]["details"]:
        assert now["tender"]["tenderPeriod"]["startDate"] < bid["date"] < closing


def test_no_release_knows_what_comes_after_it(published: Published) -> None:
    past = {"date", "dateMet", "dateSigned", "datePublished", "dateAnswered"}
    for release in published.releases:
        assert all(said <= release["date"] for said in _dates(release, past)), release["tag"]


def _dates(value: Any, names: set[str]) -> list[str]:
    if isinstance(value, list):
        return [found for each in value for found in _dates(each, names)]
    if not isinstance(value, dict):
        return []
    found = []
    for name, member in value.items():
        if name == "bidOpening":  # planned until it has happened
            continue
        found += [member] if name in names else _dates(member, names)
    return found


def test_money_fits(now: dict[str, Any]) -> None:
    lots = sum(lot["value"]["amount"] for lot in now["tender"]["lots"])
    assert now["tender"]["value"]["amount"] == lots == now["planning"]["budget"]["amount"]["amount"]
    [active] = [award for award in now["awards"] if award["status"] == "active"]
    [contract] = now["contracts"]
    assert contract["value"] == active["value"]
    done = contract["implementation"]
    assert (
        sum(each["value"]["amount"] for each in done["transactions"])
        == (contract["value"]["amount"])
    )
    bids = {bid["id"]: bid for bid in now["bids"]["details"]}
    for award in now["awards"]:
        bid = bids[award["relatedBid"]]
        assert (bid["value"], bid["status"]) == (award["value"], "valid")
        assert bid["tenderers"][0]["id"] == award["suppliers"][0]["id"]
        assert bid["relatedLots"] == award["relatedLots"]


def test_what_red_flags_are_reckoned_from_is_there(now: dict[str, Any]) -> None:
    tender = now["tender"]
    for name in ("tenderPeriod", "procurementMethod", "procurementMethodDetails"):
        assert tender[name]
    assert tender["numberOfTenderers"] == len(tender["tenderers"])
    for bid in now["bids"]["details"]:
        assert bid.keys() == {"id", "date", "status", "tenderers", "value", "relatedLots"}
    classified = [item for award in now["awards"] for item in award["items"]]
    assert all(item["classification"]["id"] == "A02" for item in classified)
    assert now["buyer"]["id"] == tender["procuringEntity"]["id"]


def test_items_are_the_same_from_tender_to_contract(now: dict[str, Any]) -> None:
    tendered = {item["id"]: item for item in now["tender"]["items"]}
    for item in now["contracts"][0]["items"]:
        assert tendered[item["id"]]["quantity"] == item["quantity"]
        assert (
            item["unit"]["value"]["amount"] * item["quantity"]
            == (now["contracts"][0]["value"]["amount"])
        )
