"""docs/measurements.md: each run writes its own part and leaves the other."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
REPORT = """<testsuites><testsuite name="pytest">
<testcase classname="tests.kernel.test_money" name="test_a" time="0.5"/>
<testcase classname="tests.kernel.test_money" name="test_b[x]" time="4.25">
  <properties><property name="kind" value="property"/></properties></testcase>
<testcase classname="tests.properties.test_random_walk" name="test_long_walks[a plan]" time="121.0">
  <properties><property name="kind" value="walk"/><property name="walks" value="1250"/></properties>
</testcase>
<testcase classname="tests.properties.test_random_walk" name="test_long_walks[a draft]" time="60.0">
  <properties><property name="kind" value="walk"/><property name="walks" value="25"/></properties>
</testcase>
<testcase classname="tests.kernel.test_clock" name="test_c" time="0.0"><skipped/></testcase>
</testsuite></testsuites>"""


@pytest.fixture(scope="module")
def measurements() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location(
        "measurements", ROOT / "scripts" / "measurements.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["measurements"] = module
    spec.loader.exec_module(module)
    return module


def test_the_tests_are_counted_by_their_kind(measurements: ModuleType) -> None:
    part = measurements.verify_part(measurements.read_cases(REPORT), 2400, 2)
    assert part.startswith("4 passed, 1 skipped, in 40.0 min with 2 processes.")
    assert "| ordinary tests | 2 | 0 s |  |" in part
    assert "| random walks through a purchase | 2 | 3.0 min | 1,275 walks |" in part
    assert "| `tests/kernel/test_money.py::test_b[x]` | 4.2 |" in part
    assert part.index("test_long_walks[a plan]") < part.index("test_b[x]")


def test_each_run_writes_its_own_part(measurements: ModuleType) -> None:
    page = measurements.with_part("", "bench", "fast enough")
    assert "Not measured yet." in page
    page = measurements.with_part(page, "verify", "all passed")
    assert "Not measured yet." not in page
    assert "fast enough" in page
    again = measurements.with_part(page, "verify", "all passed twice")
    assert "all passed twice" in again
    assert "all passed\n" not in again
    assert again.count("# Measurements") == 1


def test_the_page_in_the_tree_is_of_this_form(measurements: ModuleType) -> None:
    page = measurements.PAGE.read_text("utf-8")
    assert measurements.with_part(page, "verify", measurements._part(page, "verify")) == page


def test_a_benchmark_is_shown_with_its_purpose(measurements: ModuleType) -> None:
    part = measurements.bench_part([("cms", 3.0, "sign ours 1.00 ms\n")])
    assert part.startswith("### cms\n\nWhat signing and judging one statement costs")
    assert part.endswith("```\nsign ours 1.00 ms\n```")


def test_the_machine_is_told_by_cores_and_memory_alone(measurements: ModuleType) -> None:
    said = measurements.machine()
    assert "cores" in said
    assert "GiB of memory" in said
    assert str(ROOT) not in said
