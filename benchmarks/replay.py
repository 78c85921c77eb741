"""How many real lots a minute the whole procedure takes, beside the same cryptography alone.

In one run: real tenders are played from need to contract through the use cases; every signature
made or verified, every envelope sealed or opened and every box opened is counted, and some of each
are kept. Then the kept calls are made again, as often as was counted, with no database, no journal
and no rules around them. What is above that second number is the price of the procedure. A call
inside another is counted in both, in favour of the cryptography.

Run: python -m benchmarks.replay [--lots 20]
"""

from __future__ import annotations

import argparse
import io
import itertools
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import app.replay
from app.database import engine_for, upgrade
from app.postgres import EmbeddedPostgres
from app.replay.reading import read_real
from app.replay.running import replay
from signatures import cms
from signatures.sealed import bids, boxes, opening

DATA = Path(app.replay.__file__).parent / "data"
NAME = "prozorro-lviv-2026w41"
KEPT = 25

# What is counted: in words, and the function that everything above calls by its module's name.
COUNTED: tuple[tuple[str, ModuleType, str], ...] = (
    ("signatures made", cms, "sign_statement"),
    ("signatures verified", cms, "verify_statement"),
    ("envelopes sealed", bids, "seal_envelope"),
    ("boxes opened", boxes, "open_box"),
    ("envelopes opened", opening, "recover_and_open"),
)


@dataclass
class Calls:
    """One function: how often it was called, and some of the calls."""

    function: Callable[..., Any]
    count: int = 0
    kept: list[tuple[tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)

    def __call__(self, *given: Any, **named: Any) -> Any:
        """The same call, counted; a stream is read into memory, so that it can be read again."""
        self.count += 1
        if len(self.kept) < KEPT:
            sealed = named.get("ciphertext")
            if hasattr(sealed, "read"):
                raw = sealed.read()
                self.kept.append((given, {**named, "ciphertext": raw}))
                return self.function(*given, **{**named, "ciphertext": io.BytesIO(raw)})
            self.kept.append((given, named))
        return self.function(*given, **named)

    def again(self) -> float:
        """Seconds for as many calls as were counted, one after the other and nothing else."""
        calls = list(itertools.islice(itertools.cycle(self.kept), self.count))
        begun = time.perf_counter()
        for given, named in calls:
            fresh: dict[str, Any] = {}
            if "out" in named:
                fresh["out"] = io.BytesIO()
            if isinstance(named.get("ciphertext"), bytes):
                fresh = {"ciphertext": io.BytesIO(named["ciphertext"]), "sink": lambda _name: None}
            self.function(*given, **{**named, **fresh})
        return time.perf_counter() - begun


@contextmanager
def counted(module: ModuleType, name: str) -> Iterator[Calls]:
    """Count the calls of a module's function while the block runs."""
    function = getattr(module, name)
    calls = Calls(function)
    setattr(module, name, calls)
    try:
        yield calls
    finally:
        setattr(module, name, function)


def main() -> None:
    """Play, count, and do the cryptography once more alone."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lots", type=int, default=20)
    asked = parser.parse_args()
    data = read_real(DATA / f"{NAME}.tenders.jsonl", DATA / f"{NAME}.replay.csv")
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder) / "postgres").running() as server,
        ExitStack() as counting,
    ):
        engine = engine_for(server.url())
        upgrade(engine)
        calls = {
            words: counting.enter_context(counted(module, name)) for words, module, name in COUNTED
        }
        begun, used = time.perf_counter(), time.process_time()
        outcome = replay(data, engine, Path(folder), limit=asked.lots)
        whole, used = time.perf_counter() - begun, time.process_time() - used
        engine.dispose()
        alone = {words: each.again() for words, each in calls.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    bids_played = calls["envelopes sealed"].count // 2
    lots = len(outcome.lots)
    agree = sum(lot.agrees for lot in outcome.lots)
    print(f"{lots} lots, {bids_played} bids; {agree} awards as they really were")
    print("what                    calls   seconds alone")
    for words, seconds in alone.items():
        print(f"{words:22} {calls[words].count:6} {seconds:15.2f}")
    bare = sum(alone.values())
    print(f"the cryptography alone {bare:22.2f}")
    print(f"the whole procedure    {whole:22.2f}   (of it this process computed {used:.2f})")
    print(f"ratio                  {whole / bare:22.2f}")
    print(f"lots a minute          {lots * 60 / whole:22.1f}   with durable commits, one process")
    print(f"peak memory            {peak:19.0f} MB")


if __name__ == "__main__":
    main()
