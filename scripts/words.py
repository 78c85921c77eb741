"""Keep the interface's words: collect them, carry translations over, say what is missing, compile.

The source language is Chinese: a word in a template or in code *is* the Chinese word, and the
Chinese catalogue says each word to itself, with its one plural form. English is translated.

    python scripts/words.py           # update app/locale from templates and code, then compile
    python scripts/words.py --check   # change nothing; fail if a catalogue is behind or incomplete
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "app" / "locale"
SOURCE, TRANSLATED = "zh_Hans_CN", ("en",)
METHODS = [("app/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
OPTIONS = {"templates/**.html": {"silent": "false"}, "templates/**.txt": {"silent": "false"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_pgettext": ((1, "c"), 2)}

_HAN = r"[一-鿿]"
_HALF_WIDTH = re.compile(rf"{_HAN}[,;:!?()]|[,;:!?()]{_HAN}")
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def extracted() -> Catalog:
    """The words as templates and code have them now."""
    words = Catalog(project="sunlit", charset="utf-8")
    for folder in ("app", "templates"):
        found = extract_from_dir(
            ROOT / folder,
            [
                (pattern.removeprefix(folder + "/"), method)
                for pattern, method in METHODS
                if pattern.startswith(folder)
            ],
            {pattern.removeprefix(folder + "/"): options for pattern, options in OPTIONS.items()},
            keywords=KEYWORDS,
        )
        for _file, _line, message, comments, context in found:
            words.add(message, auto_comments=comments, context=context)
    return words


def po_path(locale: str) -> Path:
    """Where a catalogue lies."""
    return LOCALE / locale / "LC_MESSAGES" / "messages.po"


def stored(locale: str) -> Catalog:
    """A catalogue as it is committed, or an empty one."""
    path = po_path(locale)
    if not path.exists():
        return Catalog(locale=locale)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def updated(locale: str, words: Catalog) -> Catalog:
    """A catalogue with exactly today's words; translations of words that stayed are kept."""
    old, new = stored(locale), Catalog(locale=locale, project="sunlit", charset="utf-8")
    for message in words:
        if not message.id:
            continue
        known = old.get(message.id, message.context)
        string = said_to_itself(message) if locale == SOURCE else (known.string if known else "")
        if isinstance(message.id, tuple) and not isinstance(string, tuple):
            string = ("",) * new.num_plurals
        new.add(message.id, string, context=message.context)
    return new


def said_to_itself(message: Message) -> str | tuple[str, ...]:
    """The Chinese of a Chinese word: itself; of a plural, its one form."""
    return message.id[1:] if isinstance(message.id, tuple) else message.id


def faults(locale: str, catalog: Catalog) -> Iterator[str]:
    """What is wrong with a catalogue: empty words, other placeholders, half-width marks by Han."""
    for message in catalog:
        if not message.id:
            continue
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        source = message.id[0] if isinstance(message.id, tuple) else message.id
        if not all(forms):
            yield f"{locale}: no words for {source!r}"
            continue
        wanted = set(_PLACEHOLDER.findall(source))
        for form in forms:
            given = set(_PLACEHOLDER.findall(form))
            # An English singular may say "one" in place of the number.
            if given != wanted and not (isinstance(message.id, tuple) and given < wanted):
                yield f"{locale}: other placeholders in {form!r} than in {source!r}"
            if _HALF_WIDTH.search(form):
                yield f"{locale}: a half-width mark beside Han in {form!r}"
            if locale != SOURCE and re.search(_HAN, form):
                yield f"{locale}: Han left in {form!r}"


def po_bytes(catalog: Catalog) -> bytes:
    """A catalogue as it is committed: sorted, without places or dates, so that diffs read well."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, no_location=True, omit_header=True, sort_output=True, width=100)
    head = f"# Words of Sunlit, {catalog.locale_identifier}. Made by scripts/words.py.\n".encode()
    fields = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalog.locale_identifier}\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    )
    return head + fields.encode() + buffer.getvalue()


def mo_bytes(locale: str) -> bytes:
    """The compiled form of the committed catalogue."""
    buffer = io.BytesIO()
    catalog = stored(locale)
    # A fixed date: the same words compile to the same bytes.
    catalog.revision_date = catalog.creation_date = datetime(2026, 1, 1, tzinfo=UTC)
    write_mo(buffer, catalog)
    return buffer.getvalue()


def main(arguments: list[str]) -> int:
    """Update or check both catalogues; the number of faults is the exit code, one at most."""
    checking, words, found = "--check" in arguments, extracted(), []
    for locale in (SOURCE, *TRANSLATED):
        catalog = updated(locale, words)
        data = po_bytes(catalog)
        path = po_path(locale)
        if checking:
            if not path.exists() or path.read_bytes() != data:
                found.append(f"{locale}: the catalogue is behind the templates and the code")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            path.with_suffix(".mo").write_bytes(mo_bytes(locale))
        found += faults(locale, catalog)
    print("\n".join(found) or "both languages are complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
