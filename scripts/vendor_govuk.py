"""Fetch govuk-frontend from npm and write the part of it that Sunlit may and does use.

What leaves: the GDS Transport fonts and their licence notice ("exclusive use on gov.uk"), the crown
and crest, the header and footer of gov.uk, and every component that no page of ours draws. What
stays is MIT. The result is the same byte for byte on every run, so a test can compare it.

    python scripts/vendor_govuk.py            # runs `npm pack` and writes app/static/vendor/
    python scripts/vendor_govuk.py FILE.tgz   # the same from a package already fetched
"""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "6.3.0"  # govuk-frontend-jinja 4.1.0 is written for this one: 657 of 657 fixtures equal
INTEGRITY = "sha512-" + (
    "cXIQxm5PHCsbic47GXZrVBZhAeeshTLRL6ZBKilLsR6rMCjJuWb7Fruq0VUNMBJFlJk/srsRj/q8d5bM9cgKoA=="
)
OUT = Path(__file__).resolve().parent.parent / "app" / "static" / "vendor"

# The blocks whose rules stay. A page that needs another one adds it here and runs the script.
_KEPT = """
    template width-container main-wrapper skip-link skip-link-focused-element
    visually-hidden visually-hidden-focusable clearfix
    link body body-m body-s body-l heading-xl heading-l heading-m heading-s
    caption-xl caption-l caption-m list section-break
    breadcrumbs back-link pagination details inset-text summary-list
    button button-group label label-wrapper hint fieldset form-group error-message error-summary
    input textarea select radios checkboxes date-input file-upload character-count password-input
"""
KEPT_BLOCKS = frozenset(_KEPT.split())
_BLOCK = re.compile(r"\.govuk-(?P<block>\\!|[a-z0-9]+(?:-[a-z0-9]+)*)")
_FONT_FACE = re.compile(r"(/\*![^*]*\*/)?@font-face\{[^}]*\}")
_FALLBACK = re.compile(r"var\((--govuk-[a-z-]+),[^()]*\)")


def package_bytes(arguments: list[str]) -> bytes:
    """The npm package, from a file or by `npm pack`; refused if its digest is another."""
    if arguments:
        data = Path(arguments[0]).read_bytes()
    else:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(  # noqa: S603  # fixed words, run by hand at a new version
                ["npm", "pack", "--silent", f"govuk-frontend@{VERSION}"],  # noqa: S607
                cwd=folder,
                check=True,
            )
            data = next(Path(folder).glob("*.tgz")).read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
    if found != INTEGRITY:
        raise SystemExit(f"govuk-frontend {VERSION} has another digest than pinned: {found}")
    return data


def members(package: bytes) -> dict[str, str]:
    """The two files of the package that are used."""
    with tempfile.TemporaryFile() as file:
        file.write(package)
        file.seek(0)
        with tarfile.open(fileobj=file, mode="r:gz") as tar:
            return {
                name: _read(tar, f"package/dist/govuk/govuk-frontend.min.{name}")
                for name in ("css", "js")
            }


def _read(tar: tarfile.TarFile, path: str) -> str:
    member = tar.extractfile(path)
    if member is None:
        raise SystemExit(f"{path} is missing from the package")
    return member.read().decode("utf-8")


def rebrand(css: str) -> str:
    """Take the fonts, the crest and the colours of gov.uk out of a stylesheet."""
    css = _FONT_FACE.sub("", css)
    css = css.replace("font-family:GDS Transport,arial,sans-serif", "font-family:var(--p-font)")
    css = purge(css)
    # tokens.css sets every one of these properties, so a fallback would only be gov.uk's colour.
    return _FALLBACK.sub(r"var(\1)", css)


def purge(css: str) -> str:
    """Drop each rule none of whose selectors can match a page of ours; order is kept."""
    kept = []
    for head, body in rules_of(css):
        if body is None:
            kept.append(head + ";")
        elif head.startswith(("@media", "@supports", "@-moz-document")):
            inner = purge(body)
            if inner:
                kept.append(f"{head}{{{inner}}}")
        elif head.startswith("@"):
            kept.append(f"{head}{{{body}}}")
        else:
            selectors = [one for one in split_selectors(head) if is_kept(one)]
            if selectors:
                kept.append(f"{','.join(selectors)}{{{body}}}")
    return "".join(kept)


def rules_of(css: str) -> list[tuple[str, str | None]]:
    """Cut minified CSS into (head, body) at the outermost braces; body is None for `@charset`."""
    found: list[tuple[str, str | None]] = []
    depth, start, opened = 0, 0, 0
    for place, sign in enumerate(css):
        if sign == "{":
            if depth == 0:
                opened = place
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                found.append((css[start:opened].strip(), css[opened + 1 : place]))
                start = place + 1
        elif sign == ";" and depth == 0:
            found.append((css[start:place].strip(), None))
            start = place + 1
    return found


def split_selectors(head: str) -> list[str]:
    """Split a selector list at its commas, but not inside brackets."""
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(head):
        if sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append(head[start:place])
            start = place + 1
    return [*parts, head[start:]]


def is_kept(selector: str) -> bool:
    """Whether every gov.uk block that a selector names is one that our pages draw."""
    blocks = {match["block"] for match in _BLOCK.finditer(selector)}
    return blocks <= KEPT_BLOCKS | {"frontend-supported"}


def main(arguments: list[str]) -> None:
    """Write the re-branded CSS and the script, and refuse anything that still looks like gov.uk."""
    source = members(package_bytes(arguments))
    css = rebrand(source["css"])
    for trace in ("GDS Transport", "crest", "Calvert", "url(", "crown"):
        if trace in css:
            raise SystemExit(f"the re-branded CSS still holds {trace!r}")
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "govuk-frontend.css").write_text(css + "\n", encoding="utf-8")
    script = re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "", source["js"])
    (OUT / "govuk-frontend.js").write_text(script.rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
