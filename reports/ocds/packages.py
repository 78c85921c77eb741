"""What stands round releases and records when they are handed out: who publishes, by which rules.

Stored lines go into a package as they are, byte for byte; only the frame is made at the asking.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.ocds.values import Object, filled, when

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_GITHUB = "https://raw.githubusercontent.com/open-contracting-extensions"
# Those whose fields are written, and `location`, without which `bidOpening` cannot be resolved.
EXTENSIONS = (
    f"{_GITHUB}/ocds_lots_extension/v1.1.5/extension.json",
    f"{_GITHUB}/ocds_bid_extension/v1.1.5/extension.json",
    f"{_GITHUB}/ocds_enquiry_extension/v1.1.5/extension.json",
    f"{_GITHUB}/ocds_process_title_extension/v1.1.5/extension.json",
    f"{_GITHUB}/ocds_location_extension/v1.1.5/extension.json",
    f"{_GITHUB}/ocds_bidOpening_extension/master/extension.json",
    f"{_GITHUB}/ocds_submissionTerms_extension/master/extension.json",
    f"{_GITHUB}/ocds_selectionCriteria_extension/master/extension.json",
    f"{_GITHUB}/ocds_awardCriteria_extension/master/extension.json",
    f"{_GITHUB}/ocds_partyDetails_scale_extension/master/extension.json",
    f"{_GITHUB}/ocds_legalBasis_extension/1.1/extension.json",
    f"{_GITHUB}/ocds_contract_completion_extension/master/extension.json",
    "https://gitlab.com/dncp-opendata/ocds_statusdetails_extension/-/raw/master/extension.json",
    f"{_GITHUB}/ocds_pagination_extension/master/extension.json",
)


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who answers for the installation, and where it is."""

    name: str
    scheme: str
    identifier: str
    base_url: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of one package: its own address, and that of the next page."""

    publisher: Publisher
    uri: str
    published_at: datetime
    next_url: str | None = None


def release_package(frame: Frame, releases: Sequence[bytes]) -> bytes:
    """Releases, each a stored line, in their frame."""
    return _package(frame, "releases", releases)


def record_package(frame: Frame, records: Sequence[bytes]) -> bytes:
    """Records in their frame."""
    return _package(frame, "records", records)


def record(ocid: str, releases: Sequence[bytes], compiled: bytes, versioned: bytes) -> bytes:
    """A record: its releases whole, what they come to, and how it came about."""
    return b"".join(
        (
            b'{"ocid":',
            json.dumps(ocid).encode(),
            b',"releases":[',
            b",".join(releases),
            b'],"compiledRelease":',
            compiled,
            b',"versionedRelease":',
            versioned,
            b"}",
        )
    )


def _package(frame: Frame, member: str, lines: Sequence[bytes]) -> bytes:
    head = json.dumps(_head(frame), ensure_ascii=False, separators=(",", ":")).encode()
    return b"".join((head[:-1], f',"{member}":['.encode(), b",".join(lines), b"]}\n"))


def _head(frame: Frame) -> Object:
    publisher = frame.publisher
    return filled(
        uri=frame.uri,
        version="1.1",
        publishedDate=when(frame.published_at),
        publisher=filled(
            name=publisher.name,
            scheme=publisher.scheme,
            uid=publisher.identifier,
            uri=publisher.base_url + "/",
        ),
        license=LICENCE,
        publicationPolicy=publisher.base_url + "/data",
        extensions=list(EXTENSIONS),
        links=filled(next=frame.next_url),
    )
