"""The notice as a PDF: what it says, that it will still be readable, and who signed it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import IndirectObject
from sqlalchemy import URL, Engine, select

from app.rehearsal.play import Play
from app.replay.documents import FIELD, signed_notices
from journal.models import EntryField, EntryRow
from kernel import canonical
from kernel.refusal import Refused
from kernel.vocabulary import Action, TenderStage
from procurement.parties.signing import examine_pdf
from procurement.tenders import queries as tenders
from reports.documents.frame import Edition
from reports.documents.notice import closing_words, notice_pdf
from signatures import pades
from signatures.verdicts import Verdict
from tests.world import CLOSES_AT, World
from tests.worlds import database_of


@dataclass(frozen=True)
class Notice:
    """A published notice as it lies in the blob store, and the play that made it."""

    world: World
    play: Play
    digest: str
    pdf: bytes

    def verdicts(self, pdf: bytes) -> list[Verdict]:
        """What the server finds in a signed document."""
        return pades.verify_pdf(pdf, self.world.installation.trust, self.world.clock.now())


@pytest.fixture(scope="module")
def notice(
    template: tuple[Engine, str], postgres: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Notice]:
    """A tender published with its signed document."""
    with database_of(template, postgres) as engine:
        world = World(engine, tmp_path_factory.mktemp("world"))
        play = world.tender(stage=TenderStage.APPROVED)
        examined = signed_notices(world.cast)(play)
        play.publish(pdf=examined)
        digest = examined.content
        yield Notice(world, play, digest, world.installation.blobs.read(digest))


@pytest.fixture(scope="module")
def text(notice: Notice) -> str:
    """The words of the notice without the spaces and line ends of its layout."""
    return _words(notice.pdf)


def _words(pdf: bytes) -> str:
    said = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return re.sub(r"\s", "", said)


def test_it_says_what_is_bought_until_when_and_for_how_much(text: str) -> None:
    assert "第一中学课桌椅采购" in text
    assert "安陵县教育局" in text
    assert "2026年4月28日（周二）09:30:00（UTC+08:00），此刻整到达即为迟到。" in text
    # Budget and ceiling of the one lot, each with the capital figures that bind.
    assert text.count("¥1,200,000.00壹佰贰拾万元整") == 2
    assert "最高限价" in text
    assert "可升降学生课桌椅1000套" in text
    assert "样例数据" in text


def test_it_prints_what_a_bidder_compares(notice: Notice, text: str) -> None:
    with notice.world.installation.journal.read() as work:
        package = tenders.committee_package(work.session, notice.play.tender)
        row = tenders.last_notice(work.session, notice.play.tender)
        assert row.pdf == notice.digest
        statement = row.digest
    assert package.fingerprint.replace(" ", "") in text
    assert statement.removeprefix("sha256:") in text
    for holder in package.holders:
        printed = canonical.digest(holder.holder.statement).removeprefix("sha256:")
        assert printed in text


def test_its_digest_is_in_the_entry_of_the_publication(notice: Notice) -> None:
    assert canonical.digest(notice.pdf) == notice.digest
    with notice.world.installation.journal.read() as work:
        published = select(EntryField.value).join(EntryRow, EntryRow.id == EntryField.entry)
        [value] = work.session.scalars(
            published.where(
                EntryRow.action == str(Action.PUBLISH_TENDER), EntryField.name == "body.pdf"
            )
        )
    assert value == f'"{notice.digest}"'


def test_it_is_drawn_in_english_too(notice: Notice) -> None:
    with notice.world.installation.journal.read() as work:
        statement = tenders.last_notice(work.session, notice.play.tender).statement
        pdf = notice_pdf(work.session, notice.play.tender, statement, Edition("en"))
    assert "DesksandchairsforNo.1MiddleSchool" in _words(pdf)
    assert re.sub(r"\s", "", closing_words(CLOSES_AT, "Asia/Shanghai").en) in _words(pdf)
    assert PdfReader(BytesIO(pdf)).root_object["/Lang"] == "en"


def test_it_is_tagged_and_marked_for_the_archive(notice: Notice) -> None:
    root = PdfReader(BytesIO(notice.pdf)).root_object
    assert bool(root["/MarkInfo"]["/Marked"])
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "zh-Hans"
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfaid:part>\s*3|pdfaid:part=\"3\"", metadata)
    assert re.search(r"pdfaid:conformance>\s*A|pdfaid:conformance=\"A\"", metadata, re.IGNORECASE)


def test_every_font_is_embedded(notice: Notice) -> None:
    fonts = dict(_fonts(PdfReader(BytesIO(notice.pdf))))
    assert fonts
    without = [
        name
        for name, descriptor in fonts.items()
        if not descriptor.keys() & {"/FontFile", "/FontFile2", "/FontFile3"}
    ]
    assert without == []


def _fonts(reader: PdfReader) -> Iterator[tuple[str, Any]]:
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            found = _resolved(font)
            for one in found.get("/DescendantFonts", [found]):
                inner = _resolved(one)
                yield str(inner["/BaseFont"]), _resolved(inner["/FontDescriptor"])


def _resolved(value: Any) -> Any:
    return value.get_object() if isinstance(value, IndirectObject) else value


def test_the_officer_signed_it(notice: Notice) -> None:
    [verdict] = notice.verdicts(notice.pdf)
    assert verdict.passed, verdict.as_record()
    assert verdict.field_name == FIELD
    assert verdict.signer == notice.play.staff.officer.signer.certificate


def test_openssl_says_the_same(notice: Notice, tmp_path: Path) -> None:
    cms, covered = _signature(notice.pdf)
    (tmp_path / "cms").write_bytes(cms)
    (tmp_path / "root.pem").write_bytes(notice.world.pki.root.certificate.pem())
    command = (
        *("openssl", "cms", "-verify", "-binary", "-purpose", "any", "-inform", "DER"),
        *("-in", "cms", "-content", "covered", "-CAfile", "root.pem", "-out", "out"),
        *("-attime", str(int(notice.world.clock.now().timestamp()))),
    )
    (tmp_path / "covered").write_bytes(covered)
    assert _run(command, tmp_path).returncode == 0
    (tmp_path / "covered").write_bytes(covered[:-1] + b"x")
    assert _run(command, tmp_path).returncode != 0


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="pdfsig (poppler-utils) is not installed")
def test_poppler_says_the_same(notice: Notice, tmp_path: Path) -> None:
    (tmp_path / "notice.pdf").write_bytes(notice.pdf)
    done = _run(("pdfsig", "-nocert", "notice.pdf"), tmp_path)
    assert "Signature is Valid." in done.stdout
    assert "Total document signed" in done.stdout


def _signature(pdf: bytes) -> tuple[bytes, bytes]:
    """The CMS in a signed PDF and the bytes that it is over."""
    found = re.search(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf)
    assert found
    start, size, second, rest = map(int, found.groups())
    room = bytes.fromhex(pdf[start + size + 1 : second - 1].decode())
    # The room is filled up with zeros; a SEQUENCE of this size says its length in two bytes.
    assert room[:2] == b"\x30\x82"
    cms = room[: 4 + int.from_bytes(room[2:4], "big")]
    return cms, pdf[start : start + size] + pdf[second : second + rest]


def _run(command: tuple[str, ...], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, errors="replace", check=False
    )


@pytest.mark.parametrize("share", [0.01, 0.25, 0.5, 0.9])
def test_a_changed_byte_is_seen(notice: Notice, share: float) -> None:
    at = int(len(notice.pdf) * share)
    altered = bytearray(notice.pdf)
    altered[at] ^= 1
    assert not any(verdict.passed for verdict in notice.verdicts(bytes(altered)))


def test_a_file_without_the_signature_does_not_pass(notice: Notice) -> None:
    first_end = notice.pdf.index(b"%%EOF") + len(b"%%EOF\n")
    assert not any(verdict.passed for verdict in notice.verdicts(notice.pdf[:first_end]))


def test_what_another_signed_is_not_kept_as_the_officers(notice: Notice) -> None:
    play, installation = notice.play, notice.world.installation
    with installation.journal.read() as work:
        statement = tenders.last_notice(work.session, play.tender).statement
        unsigned = notice_pdf(work.session, play.tender, statement)
    signed = pades.sign_pdf(
        unsigned,
        play.staff.approver.signer,
        reason="招标公告",
        field=FIELD,
        tsa=installation.examiner.stamper,
        claimed_at=play.clock.now(),
    )
    with pytest.raises(Refused, match="signature_not_valid"):
        examine_pdf(
            installation.blobs,
            signed,
            field=FIELD,
            certificate=play.staff.officer.signer.certificate.fingerprint,
            trust=installation.trust,
            at=play.clock.now(),
        )
