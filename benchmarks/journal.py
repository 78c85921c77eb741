"""How many entries a second the journal takes, beside what the disk and the database could.

In one run, interleaved, for 1, 8 and 32 writers that are processes of their own:

    append   300 bytes to a file of the writer's own, and fdatasync: the floor of any durable record
    insert   one row of 300 bytes through SQLAlchemy Core, committed: what the database could
    journal  one entry with its fields, salts, commitment and queue row, committed, while a
             sequencer places all of them: what a use case pays

Run: python -m benchmarks.journal [--seconds 3] [--rounds 3]
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import Engine, text

from app.database import create_if_missing, engine_for
from app.postgres import EmbeddedPostgres
from journal.entries import Entry, public
from journal.models import KINDS
from journal.sequencer import sequence
from journal.work import Journal
from kernel.clock import SystemClock
from kernel.columns import Base
from kernel.vocabulary import Action, Actor, Audience, Log

WRITERS = (1, 8, 32)
ROW_BYTES = 300
ORIGIN = "benchmark.example/00000000000000000000000000000000"

# Forked, since spawning 32 interpreters would cost more than what is measured; nothing that must
# not be shared, no engine and no thread, exists before the fork.
PROCESSES = multiprocessing.get_context("fork")


class Row(NamedTuple):
    """The row of the disclosure table that the benchmark needs."""

    log: Log = Log.PUBLIC
    moment: str = "at_once"
    before: frozenset[Audience] = frozenset()


@dataclass(frozen=True, kw_only=True)
class NoticePublished(Entry):
    """A fact of usual size."""

    action: ClassVar[Action] = Action.PUBLISH_TENDER
    title: str = public()
    notice: str = public()


Step = Callable[[], object]
Prepare = Callable[[str, Path], Step]


def append(_url: str, folder: Path) -> Step:
    """Append to a file of one's own, and make it durable."""
    file = os.open(folder / f"append-{os.getpid()}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    row = os.urandom(ROW_BYTES)

    def step() -> None:
        os.write(file, row)
        os.fdatasync(file)

    return step


def insert(url: str, _folder: Path) -> Step:
    """Insert a bare row."""
    engine = engine_for(url)
    row = {"body": "x" * ROW_BYTES}
    statement = text("INSERT INTO bare (body) VALUES (:body)")

    def step() -> None:
        with engine.begin() as connection:
            connection.execute(statement, row)

    return step


def record(url: str, _folder: Path) -> Step:
    """Record an entry."""
    wired = Journal(engine_for(url), SystemClock(), ORIGIN, {action: Row() for action in Action})
    actor = Actor("per_benchmark", frozenset(), "192.0.2.1")
    entry = NoticePublished(
        object="ten_benchmark", tender="ten_benchmark", title="采购公告", notice="x" * 150
    )

    def step() -> None:
        with wired.write() as work:
            work.record(actor, entry)

    return step


def writer(prepare: Prepare, url: str, folder: Path, seconds: float, gate: Any, out: Any) -> None:
    """One writer: as many steps as fit; says how many, and the times that each took."""
    step = prepare(url, folder)
    step()
    gate.wait()
    took, count, until = [], 0, time.perf_counter() + seconds
    begun = time.perf_counter()
    while begun < until:
        step()
        ended = time.perf_counter()
        took.append(ended - begun)
        begun, count = ended, count + 1
    out.put((count, took))


def placer(url: str, stop: Any) -> None:
    """The sequencer, as the worker runs it."""
    engine = engine_for(url)
    while not stop.is_set():
        sequence(engine)
        time.sleep(0.05)


class Measured(NamedTuple):
    """Steps a second of all writers together, and the 50th and 99th percentile in ms."""

    rate: float
    p50: float
    p99: float


def measure(prepare: Prepare, writers: int, url: str, folder: Path, seconds: float) -> Measured:
    """Run the writers together."""
    gate, out, stop = PROCESSES.Barrier(writers), PROCESSES.Queue(), PROCESSES.Event()
    sequencer = PROCESSES.Process(target=placer, args=(url, stop))
    if prepare is record:
        sequencer.start()
    running = [
        PROCESSES.Process(target=writer, args=(prepare, url, folder, seconds, gate, out))
        for _ in range(writers)
    ]
    for process in running:
        process.start()
    results = [out.get() for _ in running]
    for process in running:
        process.join()
    stop.set()
    if prepare is record:
        sequencer.join()
    took = sorted(each for _, times in results for each in times)
    return Measured(
        sum(count for count, _ in results) / seconds,
        took[len(took) // 2] * 1000,
        took[int(len(took) * 0.99)] * 1000,
    )


def backlog(engine: Engine) -> tuple[int, float]:
    """Place what is left: how many there were, and how many a second."""
    begun = time.perf_counter()
    placed = sequence(engine)
    return placed, placed / (time.perf_counter() - begun)


def fill(url: str, count: int) -> None:
    """Record entries that wait."""
    step = record(url, Path())
    for _ in range(count):
        step()


def main() -> None:
    """Print the medians of all rounds, the ratios and the worst round."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sunlit-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with EmbeddedPostgres(folder / "postgres").running() as server:
            create_if_missing(server.url(), "bench")
            url = str(server.url("bench"))
            prepare_tables(url)
            report(url, folder, options.seconds, options.rounds)


def prepare_tables(url: str) -> None:
    """The journal's tables and the bare one."""
    engine = engine_for(url)
    names = [kind.__tablename__ for kind in KINDS]
    Base.metadata.create_all(engine, tables=[Base.metadata.tables[name] for name in names])
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE bare (id bigint GENERATED ALWAYS AS IDENTITY, body text)")
        )
    engine.dispose()


def report(url: str, folder: Path, seconds: float, rounds: int) -> None:
    """Measure interleaved and print."""
    steps: dict[str, Prepare] = {"append": append, "insert": insert, "journal": record}
    print(
        f"{os.cpu_count()} cores, {rounds} rounds of {seconds:g} s, load {os.getloadavg()[0]:.1f}"
    )
    # On tables without statistics every check of a foreign key reads the whole table: PostgreSQL
    # gathers them by itself within a minute, which is longer than a round here.
    fill(url, 1000)
    engine = engine_for(url)
    backlog(engine)
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()
    print("writers  what        a second   worst   p50 ms   p99 ms   journal : this")
    for writers in WRITERS:
        found: dict[str, list[Measured]] = {name: [] for name in steps}
        for _ in range(rounds):
            for name, prepare in steps.items():
                found[name].append(measure(prepare, writers, url, folder, seconds))
        ours = statistics.median(each.rate for each in found["journal"])
        for name, measured in found.items():
            rate = statistics.median(each.rate for each in measured)
            print(
                f"{writers:7}  {name:9} {rate:10.0f} {min(each.rate for each in measured):7.0f}"
                f" {statistics.median(each.p50 for each in measured):8.2f}"
                f" {statistics.median(each.p99 for each in measured):8.2f}"
                f"   {ours / rate:.2f}"
            )
    engine = engine_for(url)
    backlog(engine)
    engine.dispose()
    fill(url, 2000)
    engine = engine_for(url)
    placed, rate = backlog(engine)
    print(f"sequencer: {placed} waiting entries placed in one statement, {rate:.0f} a second")
    engine.dispose()


if __name__ == "__main__":
    main()
