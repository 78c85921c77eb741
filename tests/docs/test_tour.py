"""docs/tour.md is what the table of pictures says, and each picture is there and small."""

from __future__ import annotations

from PIL import Image

from scripts import tour


def test_the_page_is_written_from_the_table() -> None:
    assert tour.PAGE.read_text(encoding="utf-8") == tour.rendered()


def test_the_pictures_are_those_of_the_table() -> None:
    there = {path.name: path for path in tour.FOLDER.iterdir()}
    assert there.keys() == {one.file for one in tour.PICTURES.values()}
    assert sum(path.stat().st_size for path in there.values()) < tour.BYTES_MAX
    for one in tour.PICTURES.values():
        with Image.open(there[one.file]) as image:
            assert image.size == (one.width, one.height), one.name
