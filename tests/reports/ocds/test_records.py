"""The record is what merging the published releases gives, whoever merges, in whatever order."""

from __future__ import annotations

import json
import random
import threading
from datetime import timedelta

import pytest
from ocdsmerge import Merger

from app.publication.reading import compiled
from kernel.refusal import NotFound
from kernel.text import Text
from reports.ocds.records import SCHEMA, merge, read_release
from tests.reports.ocds.journey import HERE, Published, ocid_of, reading_of, releases_of
from tests.world import World


def test_merging_what_is_published_gives_the_published_record(published: Published) -> None:
    """As an outsider does it: from the feed, with the plain library and the schema."""
    feed = json.loads(published.reading.releases(0, 100, HERE).content)
    package = json.loads(published.reading.record(published.ocid, HERE).content)
    [record] = package["records"]
    assert record["releases"] == feed["releases"] == published.releases
    merger = Merger(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for seed in range(5):
        shuffled = list(feed["releases"])
        random.Random(seed).shuffle(shuffled)
        assert merger.create_compiled_release(shuffled) == record["compiledRelease"]


def test_the_record_says_how_it_all_ended(published: Published) -> None:
    [record] = json.loads(published.reading.record(published.ocid, HERE).content)["records"]
    now = record["compiledRelease"]
    assert now["tag"] == ["compiled"]
    assert now["tender"]["status"] == "complete"
    assert now["tender"]["numberOfTenderers"] == len(now["tender"]["tenderers"]) == 5
    assert [award["status"] for award in now["awards"]] == ["cancelled", "active"]
    [contract] = now["contracts"]
    assert contract["status"] == "terminated"
    paid = sum(each["value"]["amount"] for each in contract["implementation"]["transactions"])
    assert paid == contract["value"]["amount"]
    milestones = {each["type"]: each for each in contract["implementation"]["milestones"]}
    assert milestones.keys() == {"delivery", "payment"}
    closing = record["versionedRelease"]["tender"]["tenderPeriod"]["endDate"]
    assert [version["releaseTag"] for version in closing] == [["tender"], ["tenderAmendment"]]


def test_lists_of_objects_have_ids_and_no_id_twice(published: Published) -> None:
    """What has no id is appended again by every merge; of two with one id the last wins."""
    [record] = json.loads(published.reading.record(published.ocid, HERE).content)["records"]
    whole = {"criteria", "numbers"}  # replaced whole by the schema
    for release in [*record["releases"], record["compiledRelease"]]:
        for name, listed in _lists(release):
            if listed and isinstance(listed[0], dict) and name not in whole:
                ids = [each["id"] for each in listed]
                assert all(isinstance(id, str) for id in ids), name
                assert len(set(ids)) == len(ids), name


def _lists(value: object) -> list[tuple[str, list[dict[str, str]]]]:
    found = []
    if isinstance(value, dict):
        for name, member in value.items():
            if isinstance(member, list):
                found.append((name, member))
                for each in member:
                    found += _lists(each)
            else:
                found += _lists(member)
    return found


def test_a_record_grows_with_its_releases(world: World) -> None:
    play = world.tender()
    ocid, engine = ocid_of(play), world.installation.engine
    first = compiled(engine, ocid)
    assert compiled(engine, ocid).compiled == first.compiled
    play.answer(play.ask(world.supplier(1), "可否分批交货？"), Text("可以"))
    second = compiled(engine, ocid)
    assert second.releases == first.releases + 1
    assert read_release(second.compiled) == merge(releases_of(world, ocid)).now
    assert "enquiries" in read_release(second.compiled)["tender"]


def test_an_unknown_process_has_no_record(world: World) -> None:
    with pytest.raises(NotFound):
        compiled(world.installation.engine, "ocds-sunlit-demo-nothing")


def test_many_who_ask_at_once_all_get_the_newest(world: World) -> None:
    """Each compiles on a connection of its own while releases come; none keeps an older record."""
    play = world.tender()
    ocid, engine = ocid_of(play), world.installation.engine
    asked = [play.ask(world.supplier(1), f"问题{number}？") for number in range(6)]
    stop, seen, problems = threading.Event(), [], []

    def ask() -> None:
        try:
            while not stop.is_set():
                seen.append(compiled(engine, ocid).releases)
        except Exception as problem:
            problems.append(problem)

    readers = [threading.Thread(target=ask) for _ in range(3)]
    for reader in readers:
        reader.start()
    for question in asked:
        world.clock.advance(timedelta(minutes=1))
        play.answer(question, Text("可以"))
    stop.set()
    for reader in readers:
        reader.join()
    assert not problems
    assert seen
    last = compiled(engine, ocid)
    assert last.releases == len(releases_of(world, ocid))
    assert reading_of(world).record(ocid, HERE).content.count(b'"dateAnswered"') > 0
