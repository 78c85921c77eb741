"""Fonts in a drawn document, made small.

Debian's Chinese fonts hold 65,535 glyphs in CFF outlines. The renderer embeds the few that a page
uses, but keeps an empty place for each of the others: 140 kB a face for fifty characters. Here the
places go too. Character ids stay what they were, since a CID-keyed CFF names them in its charset,
so that no page changes (ISO 32000-1 section 9.7.4.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pikepdf

_BARE: Final = "/CIDFontType0C"


def slim(pdf: pikepdf.Pdf) -> None:
    """Put in the place of every embedded OpenType font with CFF outlines its used glyphs alone."""
    import pikepdf

    for font in _composite_fonts(pdf):
        program = font.FontDescriptor.get("/FontFile3")
        if program is None or program.get("/Subtype") != "/OpenType":
            continue
        program.write(_only(program.read_bytes(), _used(font)))
        program.Subtype = pikepdf.Name(_BARE)
        # A list of the glyphs in the font, where there is one, is out of date now.
        if "/CIDSet" in font.FontDescriptor:
            del font.FontDescriptor["/CIDSet"]


def _composite_fonts(pdf: pikepdf.Pdf) -> Iterator[Any]:
    import pikepdf

    for found in pdf.objects:
        if isinstance(found, pikepdf.Dictionary) and found.get("/Subtype") == "/CIDFontType0":
            yield found


def _used(font: Any) -> set[int]:
    """The characters whose width the font states: those that some page draws, and no other."""
    import pikepdf

    stated, used, at = list(font.W), {0}, 0
    while at < len(stated):
        first, following = int(stated[at]), stated[at + 1]
        if isinstance(following, pikepdf.Array):
            used.update(range(first, first + len(following)))
            at += 2
        else:
            used.update(range(first, int(following) + 1))
            at += 3
    return used


def _only(program: bytes, characters: set[int]) -> bytes:
    """The CFF table with these glyphs; in what the renderer embeds, glyph and character agree."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(BytesIO(program), lazy=True)
    # Metrics and names stand in the document itself; only the outlines go on.
    for table in set(font.keys()) - {"GlyphOrder", "CFF ", "head", "maxp"}:
        del font[table]
    options = subset.Options()
    options.notdef_outline = True
    options.drop_tables = []
    subsetter = subset.Subsetter(options)
    subsetter.populate(gids=sorted(characters))
    subsetter.subset(font)
    made: bytes = font["CFF "].compile(font)
    return made
