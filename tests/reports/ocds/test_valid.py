"""What is published passes the schema, and the Data Review Tool's own checks, without a network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from reports.ocds import packages
from reports.ocds.records import SCHEMA
from tests.reports.ocds.journey import HERE, Published
from tests.reports.ocds.review import STANDARD, VERSIONED, copy_of

BASE = "https://standard.open-contracting.org/schema/1__1__5/"
REVIEW = Path(__file__).with_name("review.py")


@pytest.fixture(scope="module")
def release_package(published: Published) -> bytes:
    """All releases of the journey."""
    return published.reading.releases(0, 100, HERE).content


@pytest.fixture(scope="module")
def record_package(published: Published) -> bytes:
    """The record of the journey."""
    return published.reading.records(0, 10, HERE).content


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _validator(package: str) -> Draft4Validator:
    versioned = _read(STANDARD / VERSIONED)
    # Generated wrongly: the list has whole versions, and yet each member of an enquiry its own.
    # What an enquiry may be is checked in releases and in the compiled one.
    enquiries = versioned["definitions"]["Tender"]["properties"]["enquiries"]
    enquiries["items"]["properties"]["value"]["items"] = {"type": "object"}
    known = {
        "release-schema.json": _read(SCHEMA),
        "versioned-release-validation-schema.json": versioned,
    }
    registry: Any = Registry().with_resources(
        [
            (BASE + name, Resource.from_contents(schema, default_specification=DRAFT4))
            for name, schema in known.items()
        ]
    )
    return Draft4Validator(
        _read(STANDARD / package), registry=registry, format_checker=FormatChecker()
    )


def test_releases_pass_the_schema(release_package: bytes) -> None:
    given = json.loads(release_package)
    found = list(_validator("release-package-schema.json").iter_errors(given))
    assert [(list(error.path), error.message) for error in found] == []
    assert len(given["releases"]) == 17


def test_records_pass_the_schema(record_package: bytes) -> None:
    given = json.loads(record_package)
    found = list(_validator("record-package-schema.json").iter_errors(given))
    assert [(list(error.path), error.message) for error in found] == []
    [record] = given["records"]
    assert record.keys() == {"ocid", "releases", "compiledRelease", "versionedRelease"}


def test_a_mistake_would_be_found(release_package: bytes) -> None:
    given = json.loads(release_package)
    given["releases"][2]["tender"]["status"] = "open"
    assert list(_validator("release-package-schema.json").iter_errors(given))


@pytest.mark.parametrize("package", ["release_package", "record_package"])
def test_the_data_review_tool_finds_nothing(
    package: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path = tmp_path / "package.json"
    path.write_bytes(request.getfixturevalue(package))
    found = review(path)
    assert found["validation_errors"] == []
    assert found["all_additional_fields"] == []
    assert found["additional_closed_codelist_values"] == {}
    assert found["additional_checks"] == {}  # empty members, duplicate ids, prefix
    assert found["deprecated_fields"] == []
    assert not found.get("conformance_errors")
    assert not found["extensions"].get("invalid_extension")
    assert set(found["extensions"]["extensions"][0]) >= {"url"}
    assert len(found["extensions"]["extensions"]) == len(packages.EXTENSIONS)


def test_the_data_review_tool_would_find_a_mistake(release_package: bytes, tmp_path: Path) -> None:
    given = json.loads(release_package)
    given["releases"][2]["tender"]["invented"] = "?"
    given["releases"][2]["tender"]["title"] = ""
    path = tmp_path / "package.json"
    path.write_text(json.dumps(given), encoding="utf-8")
    found = review(path)
    assert {each["field_name"] for each in found["all_additional_fields"]} == {"invented"}


def review(path: Path) -> dict[str, Any]:
    """The tool's findings. It runs in a process of its own: nothing of ours imports it."""
    run = subprocess.run(
        [sys.executable, str(REVIEW), str(path)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def test_each_extension_that_is_named_is_used_and_known(record_package: bytes) -> None:
    """But `location`, on which `bidOpening` rests, and the paging of packages."""
    said = record_package.decode()
    used_by = {
        "ocds_lots_extension": '"lots":',
        "ocds_bid_extension": '"bids":',
        "ocds_enquiry_extension": '"enquiries":',
        "ocds_process_title_extension": '"language":"zh","parties"',
        "ocds_bidOpening_extension": '"bidOpening":',
        "ocds_submissionTerms_extension": '"submissionTerms":',
        "ocds_selectionCriteria_extension": '"selectionCriteria":',
        "ocds_awardCriteria_extension": '"pointsExact"',
        "ocds_partyDetails_scale_extension": '"scale":',
        "ocds_legalBasis_extension": '"legalBasis":',
        "ocds_contract_completion_extension": '"finalValue":',
        "ocds_statusdetails_extension": '"statusDetails":',
    }
    for url in packages.EXTENSIONS:
        assert copy_of(url), url
        name = url.removeprefix("https://").split("/")[2]
        if name not in ("ocds_location_extension", "ocds_pagination_extension"):
            assert used_by.pop(name) in said, name
    assert not used_by


def test_the_product_does_not_import_what_checks_it() -> None:
    root = Path(__file__).resolve().parents[3]
    for package in ("app", "bidding", "journal", "kernel", "procurement", "reports", "signatures"):
        for path in (root / package).rglob("*.py"):
            assert "libcove" not in path.read_text(encoding="utf-8"), path
