"""What a tender document may be is found from its bytes; only this server's tokens name one."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from wtforms import ValidationError

from app.buyer import uploads
from procurement.tenders.commands import NewDocument
from tests.app.buyer.pages import PDF, packed
from tests.world import World

DOCX = packed("[Content_Types].xml", "word/document.xml")
XLSX = packed("[Content_Types].xml", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, uploads.PDF),
        (DOCX, uploads.DOCX),
        (XLSX, uploads.XLSX),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        (b"MZ\x90\x00", None),
        (b"%PDF-1.7 without an end", None),
        (b"<html><script>", None),
        (b"PK\x03\x04 cut off", None),
        (packed("a.txt"), None),
        (packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), None),
        (b"", None),
    ],
)
def test_the_kind_is_found_from_the_bytes(data: bytes, kind: str | None) -> None:
    assert uploads.media_type(data) == kind


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", PDF),  # a PDF under another name
        ("a.pdf", DOCX),
        ("", PDF),
        (".pdf", PDF),
        ("a:b.pdf", PDF),
        ("a\u202efdp.pdf", PDF),
        ("x" * 121 + ".pdf", PDF),
        ("a.exe", b"MZ\x90"),
    ],
)
def test_a_bad_upload_is_refused(world: World, web: Flask, name: str, data: bytes) -> None:
    upload = FileStorage(_stream(data), filename=name)
    with web.test_request_context(), pytest.raises(ValidationError):
        uploads.examined(world.installation, upload)


def test_a_path_in_the_name_is_cut_off(world: World, web: Flask) -> None:
    with web.test_request_context():
        upload = FileStorage(_stream(PDF), filename="C:\\Users\\wang\\采购文件.pdf")
        document = uploads.examined(world.installation, upload)
    assert document.name == "采购文件.pdf"
    assert world.installation.blobs.read(document.content) == PDF


def test_a_token_is_of_its_purchase_and_of_this_server(world: World) -> None:
    document = NewDocument("a.pdf", uploads.PDF, "sha256:" + "0" * 64, 3)
    made = uploads.staged(world.installation, "pur_a", document, 2)
    assert uploads.read_staged(world.installation, "pur_a", [made.token]) == [made]
    assert not uploads.read_staged(world.installation, "pur_b", [made.token])
    assert not uploads.read_staged(world.installation, "pur_a", [made.token + "x", "", "e30.e30"])


def _stream(data: bytes) -> object:
    import io

    return io.BytesIO(data)
