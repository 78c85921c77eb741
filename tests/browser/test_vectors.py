"""The browser modules answer every vector of the sealed bid, in Node and in Chromium."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

from flask import Response

from scripts.build_browser import MODULES, node
from tests.browser.pages import chromium, served, small_app

HERE = Path(__file__).parent
FOLDER = HERE.parent / "vectors" / "sealed-v1"


def vectors() -> list[dict[str, Any]]:
    return [
        vector
        for path in sorted(FOLDER.glob("*.json"))
        for vector in json.loads(path.read_text("utf-8"))
    ]


def in_node(folder: Path) -> dict[str, Any]:
    done = subprocess.run(
        [str(node()), str(HERE / "vectors_in_node.mjs"), str(folder)],
        capture_output=True,
        check=True,
        timeout=300,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_vector_in_node() -> None:
    assert in_node(FOLDER) == {"count": len(vectors()), "wrong": []}


def test_a_wrong_answer_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "blobs").symlink_to(FOLDER / "blobs")
    bent = [
        {**each, "refused": "something_else"} if "refused" in each else {**each, "out": "other"}
        for each in vectors()
        if each.get("out", "") is not None
    ]
    (tmp_path / "bent.json").write_text(json.dumps(bent), "utf-8")
    found = in_node(tmp_path)
    assert len(found["wrong"]) == found["count"] > 900
    assert not any("crashed" in each["given"] for each in found["wrong"])


def test_every_vector_in_chromium(tmp_path: Path) -> None:
    esbuild = [str(node()), str(MODULES / "esbuild" / "bin" / "esbuild")]
    made = tmp_path / "vectors.js"
    options = ["--bundle", "--format=esm", "--target=es2022", f"--outfile={made}"]
    subprocess.run([*esbuild, str(HERE / "vectors.mjs"), *options], check=True, capture_output=True)
    app = small_app()
    app.add_url_rule("/", "page", lambda: "<!doctype html><title>t</title>")
    app.add_url_rule(
        "/vectors.js", "js", lambda: Response(made.read_bytes(), mimetype="text/javascript")
    )
    blobs = {
        path.stem: base64.b64encode(path.read_bytes()).decode()
        for path in (FOLDER / "blobs").glob("*.bin")
    }
    with served(app) as address, chromium() as fresh:
        page = fresh()
        page.goto(address)
        wrong = page.evaluate(
            """async ([vectors, blobs]) => {
                const { runVectors } = await import('/vectors.js')
                const read = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0))
                const bytes = Object.entries(blobs).map(([name, text]) => [name, read(text)])
                return runVectors(vectors, Object.fromEntries(bytes))
            }""",
            [vectors(), blobs],
        )
    assert wrong == []
