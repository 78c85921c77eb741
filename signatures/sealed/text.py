"""Text of statements: NFC, and only characters of one frozen table (SEALED_BID 1).

The table is Unicode 14.0.0, the oldest that a supported Python knows: every code point whose
general category is not control (Cc), format (Cf), surrogate (Cs) or unassigned (Cn), and not a
line or paragraph separator (Zl, Zp), which move text about as a control does. It is a committed
data file (`text-v1.json`) for every language to read, never made anew at run time: a newer
Unicode must not make a client accept what another refuses. Normalisation needs no table: Unicode
promises that NFC of text whose characters are all assigned in one version never changes later
(UAX 15, stability policy).

`python -m signatures.sealed.text` wrote the file, and writes nothing unless its own Unicode is
14.0.0.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from bisect import bisect_right
from pathlib import Path

UNICODE = "14.0.0"
_LEFT_OUT = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
_FILE = Path(__file__).with_name("text-v1.json")


def allowed(text: str) -> bool:
    """Whether a text may stand in a statement: characters of the table, in NFC."""
    if text.isascii():
        return all(" " <= character <= "~" for character in text)
    return all(_in_table(ord(each)) for each in text) and unicodedata.is_normalized("NFC", text)


def folded(name: str) -> str:
    """The name as it is compared with other names: full case folding by the table, then NFC."""
    return unicodedata.normalize("NFC", "".join(_FOLD.get(each, each) for each in name))


def _in_table(code_point: int) -> bool:
    at = bisect_right(_STARTS, code_point) - 1
    return at >= 0 and code_point <= _ENDS[at]


def make_table() -> dict[str, object]:
    """The table from this Python's Unicode, which must be the frozen one."""
    if unicodedata.unidata_version != UNICODE:
        raise RuntimeError(f"Unicode {UNICODE} is wanted, this is {unicodedata.unidata_version}")
    ranges: list[list[int]] = []
    folds: dict[str, str] = {}
    for code_point in range(0x110000):
        character = chr(code_point)
        if unicodedata.category(character) in _LEFT_OUT:
            continue
        if ranges and ranges[-1][1] == code_point - 1:
            ranges[-1][1] = code_point
        else:
            ranges.append([code_point, code_point])
        if character.casefold() != character:
            folds[character] = character.casefold()
    return {"unicode": UNICODE, "allowed": ranges, "fold": folds}


def _read() -> tuple[list[int], list[int], dict[str, str]]:
    table = json.loads(_FILE.read_text("utf-8"))
    return (
        [each[0] for each in table["allowed"]],
        [each[1] for each in table["allowed"]],
        table["fold"],
    )


if __name__ == "__main__":
    made = json.dumps(make_table(), ensure_ascii=False, separators=(",", ":"))
    _FILE.write_text(made.replace("],[", "],\n[") + "\n", "utf-8")
    sys.exit(0)

_STARTS, _ENDS, _FOLD = _read()
