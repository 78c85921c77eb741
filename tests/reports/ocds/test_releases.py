"""Every event leaves one release, which says what was true then and never changes."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.rehearsal.judging import Judging
from journal.entries import Entry
from journal.models import EntryRow
from kernel import canonical
from kernel.refusal import Refused
from kernel.text import Text
from kernel.vocabulary import LotStage, Role, TenderStage
from procurement.parties.models import Organization
from reports.ocds import parties, publishing
from reports.ocds.models import OcdsRelease
from reports.ocds.tags import TAGS
from tests.reports.ocds.journey import Published, ocid_of, releases_of, two_lots, yuan
from tests.world import CLOSES_AT, PUBLISHED_AT, World

TAGS_OF_THE_JOURNEY = [
    "planning",
    "planningUpdate",
    "tender",
    "tenderUpdate",  # an answer
    "tenderAmendment",
    "tenderUpdate",  # closed
    "tenderUpdate",  # the desks are open
    "tenderUpdate",  # the benches are open
    "award",
    "tenderUpdate",  # the benches fail
    "awardCancellation",
    "award",
    "tenderUpdate",  # a complaint is decided
    "contract",
    "implementationUpdate",
    "implementation",
    "contractTermination",
]


def test_the_kinds_of_entries_are_those_of_the_verbs_with_a_tag() -> None:
    assert {kind.action for kind in publishing.PUBLISHED} == TAGS.keys()
    assert len(publishing.PUBLISHED) == len(TAGS)
    assert all(issubclass(kind, Entry) for kind in publishing.PUBLISHED)


def test_every_event_has_its_release_in_order(published: Published) -> None:
    assert [release["tag"] for release in published.releases] == [
        [tag] for tag in TAGS_OF_THE_JOURNEY
    ]
    dates = [release["date"] for release in published.releases]
    assert dates == sorted(set(dates))
    assert all(date.endswith("Z") for date in dates)
    assert {release["ocid"] for release in published.releases} == {published.ocid}


def test_a_release_is_called_as_its_entry_of_the_log(published: Published) -> None:
    with published.world.installation.journal.read() as work:
        for release in published.releases:
            entry = work.session.get_one(EntryRow, release["id"])
            assert TAGS[entry.action] == release["tag"][0]  # type: ignore[index]


def test_what_is_kept_is_what_its_digest_says(published: Published) -> None:
    with published.world.installation.journal.read() as work:
        for row in work.session.query(OcdsRelease):
            line = gzip.decompress(row.body)
            assert (canonical.digest(line), len(line)) == (row.digest, row.size)
            assert line.endswith(b"}\n")
            assert line.count(b"\n") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ocds_release SET tag = 'award'",
        "DELETE FROM ocds_release",
        "TRUNCATE ocds_release",
    ],
)
def test_nothing_changes_a_release(published: Published, statement: str) -> None:
    with (
        pytest.raises(IntegrityError, match="never changed"),
        published.world.installation.engine.begin() as connection,
    ):
        connection.execute(text(statement))


def test_a_release_cannot_be_as_early_as_the_last(published: Published) -> None:
    with (
        pytest.raises(IntegrityError, match="later"),
        published.world.installation.engine.begin() as connection,
    ):
        connection.execute(
            text(
                "INSERT INTO ocds_release (id, ocid, tag, date, body, size, digest)"
                " SELECT 'ent_other', ocid, tag, date, body, size, digest FROM ocds_release"
                " ORDER BY date DESC LIMIT 1"
            )
        )


def test_a_refused_step_leaves_no_release(world: World) -> None:
    play = world.tender()
    before = releases_of(world)
    asked = play.ask(world.supplier(1), "可否分批交货？")
    play.answer(asked, Text("可以"))
    with pytest.raises(Refused):
        play.answer(asked, Text("不可以"))
    assert [release["tag"] for release in releases_of(world)[len(before) :]] == [["tenderUpdate"]]


def test_what_a_lot_got_and_what_became_of_it(published: Published) -> None:
    first, second = (release["awards"][0] for release in published.tagged("award"))
    [lapsed] = published.tagged("awardCancellation")[0]["awards"]
    assert (first["status"], lapsed["status"], second["status"]) == (
        "active",
        "cancelled",
        "active",
    )
    assert lapsed["id"] == first["id"]
    assert lapsed["statusDetails"].startswith("中标人书面放弃中标资格")
    assert first["value"] == {"amount": 520000, "currency": "CNY"}
    assert second["value"] == {"amount": 540000, "currency": "CNY"}
    [contract] = published.tagged("contract")[0]["contracts"]
    assert contract["awardID"] == second["id"]
    [done] = published.tagged("implementation")[0]["contracts"]
    [transaction] = done["implementation"]["transactions"]
    assert transaction["value"] == contract["value"]
    [paid] = done["implementation"]["milestones"]
    assert paid["dateMet"] <= paid["dueDate"]
    [over] = published.tagged("contractTermination")[0]["contracts"]
    assert over["status"] == "terminated"
    assert over["implementation"]["finalValue"] == contract["value"]


def test_a_corrigendum_names_the_release_it_changes(published: Published) -> None:
    [notice], [amended] = published.tagged("tender"), published.tagged("tenderAmendment")
    [amendment] = amended["tender"]["amendments"]
    assert amendment["amendsReleaseID"] == notice["id"]
    assert amendment["releaseID"] == amended["id"]
    before, after = notice["tender"], amended["tender"]
    assert before["tenderPeriod"]["endDate"] < after["tenderPeriod"]["endDate"]
    assert len(after["documents"]) == len(before["documents"]) + 1  # the old version stays


def test_every_reference_has_its_party_with_that_name_and_role(published: Published) -> None:
    places = {
        "buyer": "buyer",
        "procuringEntity": "procuringEntity",
        "tenderers": "tenderer",
        "suppliers": "supplier",
        "payer": "payer",
        "payee": "payee",
    }
    for release in published.releases:
        known = {party["id"]: party for party in release["parties"]}
        assert len(known) == len(release["parties"])
        for member, found in _members(release):
            if member in places:
                for one in found if isinstance(found, list) else [found]:
                    assert known[one["id"]]["name"] == one["name"]
                    assert places[member] in known[one["id"]]["roles"]


def _members(value: Any) -> Any:
    if isinstance(value, dict):
        for name, member in value.items():
            yield name, member
            yield from _members(member)
    elif isinstance(value, list):
        for each in value:
            yield from _members(each)


def test_roles_are_never_lost(published: Published) -> None:
    held: dict[str, set[str]] = {}
    for release in published.releases:
        for party in release["parties"]:
            before = held.setdefault(party["id"], set())
            assert before - {"reviewBody"} <= set(party["roles"])
            before |= set(party["roles"])
    assert set().union(*held.values()) == {
        "buyer",
        "procuringEntity",
        "tenderer",
        "supplier",
        "payer",
        "payee",
        "reviewBody",
    }


def test_bids_are_told_with_their_lot_and_judged_with_the_last_one(published: Published) -> None:
    opened = [release for release in published.releases if "bids" in release]
    assert [len(release["bids"]["details"]) for release in opened[:2]] == [4, 3]
    assert {bid["status"] for release in opened[:2] for bid in release["bids"]["details"]} == {
        "pending"
    }
    award = published.tagged("award")[0]
    # The benches are not judged yet: of the desks no more is told than who has won.
    statuses = sorted(bid["status"] for bid in award["bids"]["details"])
    assert statuses == ["pending"] * 6 + ["valid"]
    failed = published.releases[published.releases.index(award) + 1]
    assert failed["tender"]["documents"][0]["documentType"] == "cancellationDetails"
    by_lot: dict[str, list[str]] = {}
    for bid in failed["bids"]["details"]:
        by_lot.setdefault(bid["relatedLots"][0], []).append(bid["status"])
    desks, benches = published.play.lots
    assert sorted(by_lot[desks]) == ["disqualified", "valid", "valid", "valid"]
    assert by_lot[benches] == ["disqualified"] * 3
    assert failed["tender"]["status"] == "complete"
    statuses_of_lots = {lot["id"]: lot["status"] for lot in failed["tender"]["lots"]}
    assert statuses_of_lots == {desks: "complete", benches: "unsuccessful"}


def test_the_number_of_tenderers_is_the_number_of_tenderers(published: Published) -> None:
    counts = [
        (release["tender"]["numberOfTenderers"], len(release["tender"]["tenderers"]))
        for release in published.releases
        if "numberOfTenderers" in release.get("tender", {})
    ]
    assert counts == [(4, 4), (5, 5)]


def test_nothing_is_told_of_bids_before_the_opening(world: World) -> None:
    """Not a byte of what is published changes when a bid comes, is replaced or is withdrawn."""
    play = world.tender()
    before = releases_of(world)
    for number in (1, 2, 3):
        play.bid(world.supplier(number), play.lots[0], yuan("1000000.00"))
    play.bid(world.supplier(1), play.lots[0], yuan("990000.00"))
    play.withdraw(world.supplier(3), play.lots[0])
    assert releases_of(world) == before
    world.clock.set(CLOSES_AT)
    play.close()
    [closed] = releases_of(world)[len(before) :]
    said = json.dumps(closed)
    assert "bids" not in closed
    assert not any(word in said for word in ("tenderers", "numberOfTenderers", "statistics"))
    firms = [world.supplier(number).firm.identifier for number in (1, 2, 3)]
    assert not any(firm in said for firm in firms)
    [milestone] = closed["tender"]["milestones"]
    assert milestone["status"] == "met"
    assert "sha256:" in milestone["description"]


def test_a_closing_is_told_alike_whatever_was_sent(world: World) -> None:
    """The sizes and shapes of the releases up to the closing do not depend on the bids."""
    shapes = []
    for bids in (0, 4):
        world.clock.set(PUBLISHED_AT - timedelta(days=31))
        play = world.tender(stage=TenderStage.CLOSED, bids=bids)
        shapes.append([len(json.dumps(each)) for each in releases_of(world, ocid_of(play))])
    assert shapes[0] == shapes[1]


def test_one_open_lot_tells_nothing_of_the_sealed_one(world: World) -> None:
    play = two_lots(world)
    play.plan()
    play.intend()
    world.clock.set(PUBLISHED_AT)
    play.draft()
    play.make_keys()
    play.set_committee()
    play.publish()
    desks, benches = play.lots
    for number in (1, 2, 3):
        play.bid(world.supplier(number), desks, yuan("500000.00"))
    for number in (3, 4, 5):
        play.bid(world.supplier(number), benches, yuan("500000.00"))
    world.clock.set(CLOSES_AT)
    play.close()
    world.clock.advance(timedelta(minutes=31))
    play.release(desks)
    play.open(desks)
    said = json.dumps(releases_of(world)[-1])
    for number in (4, 5):
        assert world.supplier(number).firm.identifier not in said
    assert releases_of(world)[-1]["tender"]["numberOfTenderers"] == 3


def test_a_tender_that_is_cancelled_says_why(world: World) -> None:
    play = world.tender(bids=2)
    play.cancel(Text("采购任务取消", "No longer needed"))
    last = releases_of(world)[-1]
    assert last["tag"] == ["tenderCancellation"]
    assert last["tender"]["status"] == "cancelled"
    assert last["tender"]["lots"][0]["status"] == "cancelled"
    [said] = last["tender"]["documents"]
    assert (said["description"], said["description_en"]) == ("采购任务取消", "No longer needed")
    assert "bids" not in last


def test_of_a_draft_that_is_cancelled_nothing_is_told_but_that(world: World) -> None:
    play = world.tender(stage=TenderStage.APPROVED)
    play.cancel(Text("采购任务取消"))
    last = releases_of(world)[-1]
    assert last["tender"].keys() == {"id", "status", "documents"}


def test_too_few_bids_stay_unsaid(world: World) -> None:
    play = world.tender(stage=TenderStage.CLOSED, bids=2)
    world.clock.advance(timedelta(minutes=31))
    assert play.leave_sealed(play.lots[0])
    last = releases_of(world)[-1]
    assert last["tender"]["status"] == "unsuccessful"
    assert "bids" not in last
    assert world.supplier(1).firm.identifier not in json.dumps(last)


def test_a_lot_that_fails_after_its_opening(world: World) -> None:
    play = world.tender(stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    judging = Judging(play, play.lots[0])
    bidders = play.opened(play.lots[0])
    judging.qualify(failed=dict.fromkeys(bidders, "87-44"))
    last = releases_of(world)[-1]
    assert last["tender"]["status"] == "unsuccessful"
    assert {bid["status"] for bid in last["bids"]["details"]} == {"disqualified"}


def test_a_sole_traders_name_is_public_and_the_tax_number_is_not(world: World) -> None:
    number = "92610000MA6TXA009X"
    trader = world.cast.firm(number, Text("咸阳王记家具店", "Wang's Furniture"), size="micro")
    player = world.cast.player("wang", "王某", trader, [(Role.SUPPLIER, trader)])
    play = world.tender(bids=3)
    play.bid(player, play.lots[0], yuan("970000.00"))
    world.clock.set(CLOSES_AT)
    play.close()
    world.clock.advance(timedelta(minutes=31))
    play.release(play.lots[0])
    play.open(play.lots[0])
    last = releases_of(world)[-1]
    said = json.dumps(last, ensure_ascii=False)
    assert number not in said
    assert "王某" not in said
    [party] = [one for one in last["parties"] if one["name"] == "咸阳王记家具店"]
    assert "identifier" not in party
    assert party["id"] == trader.id
    assert party["details"] == {"scale": "micro"}


@pytest.mark.parametrize(
    ("scheme", "number", "private"),
    [
        ("CN-USCC", "91610000MA6TXA001A", False),
        ("CN-USCC", "11610000MB2A00002Y", False),
        ("CN-USCC", "92610000MA6TXA001A", True),
        ("CN-USCC", "610102199003071234", True),
        ("CN-ID", "61010219900307123X", True),
        ("UA-EDR", "26622070", False),
        ("UA-EDR", "3101234567", True),
        ("UA-EDR", "P0f82e33da", True),
    ],
)
def test_whose_number_is_a_persons(scheme: str, number: str, private: bool) -> None:
    organization = Organization(id="org_1", scheme=scheme, identifier=number, name_zh="某")
    assert parties.is_persons_number(organization) is private
    assert (number in parties.party_id(organization)) is not private


def test_no_persons_name_is_in_any_release(published: Published) -> None:
    said = json.dumps(published.releases, ensure_ascii=False)
    for player in published.world.cast.players.values():
        assert player.name not in said, player.name
