"""Pictures for the tour, taken where a folder for them was named (`SUNLIT_TOUR`)."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from scripts.tour import PICTURES

QUALITY = 72


@dataclass
class Album:
    """The pictures of one run; without a folder none is taken."""

    folder: Path | None = None
    taken: list[str] = field(default_factory=list)

    def take(self, page: Page, name: str, *, at: str | None = None) -> None:
        """A picture of the top of the page, or from an element on."""
        picture = PICTURES[name]
        self.taken.append(name)
        if self.folder is None:
            return
        size = page.viewport_size
        page.set_viewport_size({"width": picture.width, "height": picture.height})
        if at is not None:
            page.locator(at).first.evaluate(
                "it => scrollTo(0, it.getBoundingClientRect().top + scrollY - 16)"
            )
        else:
            page.evaluate("scrollTo(0, 0)")
        raw = page.screenshot()
        self.folder.mkdir(parents=True, exist_ok=True)
        image = Image.open(io.BytesIO(raw)).convert("RGB")
        image.save(self.folder / picture.file, "WEBP", quality=QUALITY, method=6)
        if size is not None:
            page.set_viewport_size(size)
