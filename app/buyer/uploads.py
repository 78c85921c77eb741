"""Documents that officers upload: what they may be is found from their bytes, not their names.

A document's bytes are durable before anything names them. What a draft holds of one is a token that
this server signed for this purchase: nobody can publish bytes by their digest alone, which for
withheld documents is public.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import FileStorage
from wtforms import ValidationError

from app.container import Container
from app.web.forms import clean
from procurement.tenders import checks
from procurement.tenders.commands import NewDocument, keep_document
from signatures.sealed import text

UPLOAD_BYTES_MAX = 64 << 20
DOCUMENTS_MAX = 40
NAME_CHARACTERS_MAX = 120
_ZIP_ENTRIES_MAX = 4000
_ZIP_BYTES_MAX = 1 << 30
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDINGS = {
    PDF: (".pdf",),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
}
ACCEPT = ",".join(ending for endings in ENDINGS.values() for ending in endings)


@dataclass(frozen=True, slots=True)
class Staged:
    """A document of a draft: known already, or uploaded and not yet part of any tender."""

    document: NewDocument
    token: str
    number: int | None = None
    """Which document of the published tender it takes the place of, in a corrigendum."""


def media_type(data: bytes) -> str | None:
    """What the bytes are, of the kinds that are taken; None for anything else."""
    if data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]:
        return PDF
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"PK\x03\x04"):
        return _office_type(data)
    return None


def _office_type(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    names = {entry.filename for entry in entries}
    too_large = sum(entry.file_size for entry in entries) > _ZIP_BYTES_MAX
    # Encrypted parts cannot be read by everybody, and macros are programs.
    closed = any(entry.flag_bits & 1 for entry in entries)
    macros = any(name.casefold().endswith("vbaproject.bin") for name in names)
    if len(entries) > _ZIP_ENTRIES_MAX or too_large or closed or macros:
        return None
    if "[Content_Types].xml" not in names:
        return None
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None


def examined(container: Container, upload: FileStorage) -> NewDocument:
    """The upload as a durable document; ValidationError with words for what is wrong with it."""
    name = clean((upload.filename or "").replace("\\", "/").rsplit("/", 1)[-1])
    if (
        not name
        or len(name) > NAME_CHARACTERS_MAX
        or checks.name_allowed(name) is not None
        or name.startswith(".")
        or not text.allowed(name)
    ):
        raise ValidationError(
            _("文件名要在%(most)s个字以内，不含斜线、冒号和看不见的字符", most=NAME_CHARACTERS_MAX)
        )
    upload.stream.seek(0)
    data = upload.stream.read(UPLOAD_BYTES_MAX + 1)
    if len(data) > UPLOAD_BYTES_MAX:
        raise ValidationError(_("文件最大%(size)s MB", size=UPLOAD_BYTES_MAX >> 20))
    found = media_type(data)
    if found is None:
        raise ValidationError(_("只收PDF、DOCX、XLSX、PNG、JPEG；不收加密的和带宏的文件"))
    if not name.casefold().endswith(ENDINGS[found]):
        raise ValidationError(
            _("文件内容与扩展名不符：内容是%(kind)s", kind=ENDINGS[found][0].lstrip(".").upper())
        )
    return keep_document(container.blobs, name, found, data)


def staged(
    container: Container, purchase: str, document: NewDocument, number: int | None = None
) -> Staged:
    """The document with the token that a draft keeps."""
    value = {**asdict(document), "purchase": purchase, "number": number}
    return Staged(document, str(_serializer(container).dumps(value)), number)


def read_staged(container: Container, purchase: str, tokens: Sequence[str]) -> list[Staged]:
    """The documents of a draft; a token that is not of this server and purchase is left out."""
    found = []
    for token in tokens[:DOCUMENTS_MAX]:
        try:
            value = _serializer(container).loads(token)
        except BadSignature:
            continue
        if value.pop("purchase") == purchase:
            number = value.pop("number")
            found.append(Staged(NewDocument(**value), token, number))
    return found


def _serializer(container: Container) -> URLSafeSerializer:
    return URLSafeSerializer(container.cookie_key, salt="tender-document")
