"""A crawler that follows the feed while many write misses nothing and sees nothing twice."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest

from app.publication.reading import Address
from app.rehearsal.play import Play
from journal.sequencer import sequence
from kernel.text import Text
from tests.reports.ocds.journey import ocid_of, reading_of, releases_of
from tests.world import World

TENDERS, QUESTIONS = 4, 8


def opened(world: World) -> list[tuple[Play, list[str]]]:
    """Some open tenders with questions that wait."""
    plays = []
    for _ in range(TENDERS):
        play = world.play()
        play.plan()
        play.intend()
        plays.append(play)
    world.clock.advance(timedelta(days=31))
    found = []
    for play in plays:
        play.draft()
        play.make_keys()
        play.set_committee()
        play.publish()
        asker = world.supplier(1)
        asked = [play.ask(asker, f"问题{number}？") for number in range(QUESTIONS)]
        found.append((play, asked))
    return found


@pytest.mark.parametrize("limit", [1, 7])
def test_nothing_is_lost_or_seen_twice(world: World, limit: int) -> None:
    """Each tender's answers come in a thread of their own, the sequencer runs in two more."""
    plays = opened(world)
    reading = reading_of(world)
    done, problems = threading.Event(), []
    seen: list[str] = []

    def write(play: Play, asked: list[str]) -> None:
        try:
            for question in asked:
                play.answer(question, Text("可以"))
        except Exception as problem:
            problems.append(problem)

    def place() -> None:
        while not done.is_set():
            sequence(world.installation.engine)

    def read() -> None:
        """As a crawler does: the next page while there is one, then the last address again."""
        since, finished = 0, False
        while True:
            stopping = done.is_set()
            path = f"/ocds/releases?since={since}&limit={limit}"
            made = reading.releases(since, limit, Address("http://localhost", path))
            found = [release["id"] for release in json.loads(made.content)["releases"]]
            if made.next_url is None:
                # The page is not full and may grow: it is asked for again, from where it began.
                finished = stopping
                if not finished:
                    continue
            seen.extend(found)
            if finished:
                return
            since = int(made.next_url.split("since=")[1].split("&")[0])  # type: ignore[union-attr]

    placers = [threading.Thread(target=place) for _ in range(2)]
    writers = [threading.Thread(target=write, args=each) for each in plays]
    reader = threading.Thread(target=read)
    for thread in (*placers, reader, *writers):
        thread.start()
    for writer in writers:
        writer.join()
    sequence(world.installation.engine)
    done.set()
    for thread in (*placers, reader):
        thread.join()
    assert not problems
    there = [release["id"] for release in releases_of(world)]
    assert len(there) == TENDERS * (3 + QUESTIONS)
    assert sorted(seen) == sorted(there)
    for play, _ in plays:
        of_one = [release["id"] for release in releases_of(world, ocid_of(play))]
        assert [id for id in seen if id in of_one] == of_one


def test_the_releases_of_one_process_come_one_by_one(world: World) -> None:
    """Many answer questions of one tender at once, under a clock that stands still."""
    [(play, asked), *_] = opened(world)
    start = threading.Barrier(len(asked))
    problems = []

    def write(question: str) -> None:
        start.wait()
        try:
            play.answer(question, Text("可以"))
        except Exception as problem:
            problems.append(problem)

    writers = [threading.Thread(target=write, args=(question,)) for question in asked]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not problems
    releases = releases_of(world, ocid_of(play))
    dates = [release["date"] for release in releases]
    assert dates == sorted(set(dates))
    # Each knows the answers before it.
    counts = [
        len(release["tender"]["enquiries"])
        for release in releases
        if "enquiries" in release.get("tender", {})
    ]
    assert counts == list(range(1, len(asked) + 1))
