"""Asking the browser modules in Node, from their sources."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kernel.refusal import Refused, refuse
from scripts.build_browser import node

HERE = Path(__file__).parent


def ask(operation: str, **given: Any) -> Any:
    """What a function of the modules answers; its refusal is raised as ours."""
    answer = ask_all([(operation, given)])[0]
    if "refused" in answer:
        raise Refused(refuse(answer["refused"]))
    return answer["out"]


def ask_all(calls: Sequence[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Several answers from one process, refusals as `{"refused": code}`."""
    asked = [{"operation": operation, "given": given} for operation, given in calls]
    done = subprocess.run(
        [str(node()), str(HERE / "call.mjs")],
        input=json.dumps(asked, default=_written).encode(),
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()
    found: list[dict[str, Any]] = json.loads(done.stdout, object_hook=_read)
    return found


def _written(value: object) -> object:
    if isinstance(value, bytes | bytearray):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(type(value))


def _read(value: dict[str, Any]) -> Any:
    return base64.b64decode(value["base64"]) if value.keys() == {"base64"} else value
