"""Write the static files that are served, from the sources beside them. Needs no network, no Node.

`app/static/brand/` holds what we write, `vendor/` what `vendor_govuk.py` fetched, `script/` our
modules. Out of them come `dist/<name>-<digest>.<ext>`, a gzip form of each, and `manifest.json`.
The same sources give the same bytes.

    python scripts/build_static.py
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "app" / "static"
DIST = STATIC / "dist"
STYLES = ("vendor/govuk-frontend.css", "brand/tokens.css", "brand/pages.css")
DIGEST_CHARACTERS = 12

_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_AROUND = re.compile(r"\s*([{};,])\s*")
_IMPORT = re.compile(r'(?P<before>(?:from|import)\s*\(?\s*["\'])\./(?P<name>[\w.-]+)(?=["\'])')


def minified(css: str) -> str:
    """CSS without comments and needless space; nothing cleverer, so nothing can change meaning."""
    css = re.sub(r"\s+", " ", _COMMENT.sub("", css))
    return _AROUND.sub(r"\1", css).replace(";}", "}").strip()


def stylesheet() -> bytes:
    """The one stylesheet of every page: govuk-frontend, then the tokens, then our additions."""
    parts = (minified((STATIC / path).read_text("utf-8")) for path in STYLES)
    return ("\n".join(parts) + "\n").encode()


def sources() -> dict[str, bytes]:
    """Plain name to bytes of everything that is served; a module's imports come before it."""
    found = {"sunlit.css": stylesheet()}
    for folder, pattern in (("brand", "*.svg"), ("vendor", "*.js"), ("script", "*.js")):
        for path in sorted((STATIC / folder).glob(pattern)):
            found[path.name] = path.read_bytes()
    return found


def digested(name: str, data: bytes) -> str:
    """`sunlit.css` becomes `sunlit-0f3a….css`."""
    stem, _, extension = name.rpartition(".")
    return f"{stem}-{hashlib.sha256(data).hexdigest()[:DIGEST_CHARACTERS]}.{extension}"


def built() -> tuple[dict[str, str], dict[str, bytes]]:
    """The manifest, and each served name with its bytes."""
    manifest: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for name, data in sources().items():
        if name.endswith(".js"):
            data = _IMPORT.sub(
                lambda found: f"{found['before']}./{manifest.get(found['name'], found['name'])}",
                data.decode(),
            ).encode()
        manifest[name] = digested(name, data)
        files[manifest[name]] = data
    return manifest, files


def main() -> None:
    """Write `dist/` anew."""
    manifest, files = built()
    DIST.mkdir(exist_ok=True)
    for old in DIST.iterdir():
        old.unlink()
    for name, data in files.items():
        (DIST / name).write_bytes(data)
        (DIST / f"{name}.gz").write_bytes(gzip.compress(data, compresslevel=9, mtime=0))
    text = json.dumps(manifest, indent=1, sort_keys=True)
    (DIST / "manifest.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
