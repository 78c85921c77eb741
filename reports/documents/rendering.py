"""From a template and its one dataclass to a tagged PDF/A-3a and PDF/UA-1, with fonts embedded.

WeasyPrint is imported here alone. Nothing is fetched: a document has no address in it that the
renderer would follow. The same facts give the same bytes: no clock and no chance goes in.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from kernel.money import Money
from kernel.text import Text
from reports import amounts
from reports.citing import sources_named
from reports.documents import words
from reports.documents.fonts import slim
from reports.documents.frame import Frame, Page, qr_code

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "documents"
VARIANT: Final = "pdf/a-3a"
# A longer table is laid out in pieces: the time for one grows faster than its rows do.
ROWS_IN_A_TABLE: Final = 60

# Both tell of every step, in a log where people look for what happened.
for _teller in ("weasyprint.progress", "fontTools.subset"):
    logging.getLogger(_teller).setLevel(logging.WARNING)

Row = TypeVar("Row")

# PDF/A lets metadata name only what it knows or what is declared: the mark of PDF/UA is declared
# (ISO 19005-3 section 6.6.2.3; PDF Association, TN0010).
_DECLARATION: Final = """<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="">
<pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the document keeps</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
_END_OF_RDF: Final = b"</rdf:RDF>"


class AddressRefused(Exception):
    """A document tried to load something from an address."""


def render_pdf(template: str, page: Page) -> bytes:
    """The PDF of a document: `templates/documents/<template>` drawn with `page`."""
    import weasyprint  # it is slow to import, and most processes draw nothing

    frame = page.frame
    html = _environment(frame).get_template(template).render(page=page, frame=frame)
    seed = hashlib.sha256(html.encode())
    for enclosed in frame.enclosed:
        seed.update(enclosed.content)
    drawn = weasyprint.HTML(string=html, url_fetcher=_refuse_address)
    made: bytes = drawn.write_pdf(
        pdf_variant=VARIANT,
        pdf_tags=True,
        pdf_identifier=seed.digest()[:16],
        attachments=[
            weasyprint.Attachment(
                file_obj=BytesIO(enclosed.content),
                name=enclosed.name,
                description=enclosed.what.in_language(frame.edition.language),
                created=frame.made_at,
                modified=frame.made_at,
                relationship="Source",
            )
            for enclosed in frame.enclosed
        ],
    )
    return _finished(made)


def _finished(pdf: bytes) -> bytes:
    """The same document with small fonts, marked as PDF/UA-1 beside PDF/A-3a.

    The renderer can write one of the two marks.
    """
    import pikepdf  # as slow to import

    with pikepdf.open(BytesIO(pdf)) as opened:
        metadata = opened.Root.Metadata
        said = metadata.read_bytes()
        if _END_OF_RDF not in said:
            raise ValueError("the document has no metadata to mark")
        marked = said.replace(_END_OF_RDF, _DECLARATION.encode() + _END_OF_RDF)
        # As it stands and not compressed: PDF/A wants metadata that can be found without tools.
        metadata.write(marked)
        slim(opened)
        saved = BytesIO()
        opened.save(
            saved,
            deterministic_id=True,
            linearize=False,
            object_stream_mode=pikepdf.ObjectStreamMode.preserve,
        )
    return saved.getvalue()


def _environment(frame: Frame) -> Environment:
    language, zone = frame.edition.language, frame.zone
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def say(value: Text | None) -> str:
        return value.in_language(language) if value else ""

    environment.globals.update(
        english=language == "en",
        language=language,
        t=lambda zh, en: en if language == "en" else zh,
        qr=lambda address, words_: Markup(qr_code(address, words_)),  # noqa: S704  # our own SVG
    )
    environment.filters.update(
        say=say,
        sources=lambda cites: say(sources_named(cites)),
        amount=lambda money: amounts.amount(money, language),
        capitals=_capitals,
        moment=lambda at: say(words.moment(at, zone)),
        day=lambda on: say(words.day(on)),
        grouped=words.grouped,
        short=words.shortened,
        pieces=pieces,
    )
    return environment


def pieces(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """The rows of a long table as several tables; of one without rows none."""
    for start in range(0, len(rows), ROWS_IN_A_TABLE):
        yield rows[start : start + ROWS_IN_A_TABLE]


def _capitals(money: Money) -> str:
    """Capital figures where the currency has them."""
    return amounts.capitals(money) if money.currency == "CNY" else ""


def _refuse_address(url: str, *_: Any, **__: Any) -> dict[str, Any]:
    raise AddressRefused(url)
