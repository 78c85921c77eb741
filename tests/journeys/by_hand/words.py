"""The words on a page in the language of the run: looked up where the pages look them up."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from kernel.text import Text

ROOT = Path(__file__).resolve().parents[3]
CATALOGUE = ROOT / "app" / "locale" / "en" / "LC_MESSAGES" / "messages.po"


@cache
def _english() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    return {
        message.id: str(message.string)
        for message in catalogue
        if isinstance(message.id, str) and message.string
    }


def in_language(words: str | Text, language: str) -> str:
    """Words of a template by their Chinese source, or names of files and figures by themselves."""
    if isinstance(words, Text):
        return words.in_language(language)
    if language == "zh":
        return words
    return _english().get(words) or words.replace("¥", "CNY ")


def filled(words: str, **values: object) -> Text:
    """Words of a template with their places filled in."""
    return Text(words % values, _english()[words] % values)
