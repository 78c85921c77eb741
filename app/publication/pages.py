"""The page about the open data (S45): what there is, under which licence, and how to get it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, request
from flask_babel import lazy_gettext as _l

from app.publication import files
from app.publication.files import File
from app.publication.reading import Reading
from app.web.audience import open_to
from app.web.language import root_without_language
from app.web.pages import page
from app.web.site import Entry
from kernel.vocabulary import Audience
from reports.ocds import packages

DATA = Entry("data", "data.overview", _l("开放数据"))


@dataclass(frozen=True, slots=True)
class Way:
    """An address of the interface, and what is there."""

    path: str
    says: str
    """A lazy word of the catalogue."""


@dataclass(frozen=True, slots=True)
class DataPage:
    """What the page shows."""

    root: str
    """Where the addresses below begin, `https://host/ocds`."""
    licence: str
    processes: int
    releases: int
    newest: datetime | None
    files: tuple[File, ...]
    ways: tuple[Way, ...]
    command: str


_WAYS = (
    Way("/releases?since=0&limit=100", _l("按公开先后排列的全部发布；links.next是下一页")),
    Way("/records?since=0&limit=10", _l("每个项目的全部发布、现状和变化过程")),
    Way("/release/{ocid}/{id}", _l("一条发布")),
    Way("/record/{ocid}", _l("一个项目")),
    Way("/", _l("全部文件的清单，含大小和SHA-256")),
)


def data_pages(reading: Reading) -> Blueprint:
    """The page as a blueprint of its own: what goes wrong here is told as a page."""
    routes = Blueprint("data", __name__)

    @routes.get("/data")
    @open_to(Audience.PUBLIC)
    def overview() -> Response:
        root = f"{request.host_url.rstrip('/')}{root_without_language()}/ocds"
        listed = files.files(reading)
        counts = [one for one in listed if one.name.startswith("compiled-")]
        view = DataPage(
            root=root,
            licence=packages.LICENCE,
            processes=sum(one.lines for one in counts),
            releases=sum(one.lines for one in listed) - sum(one.lines for one in counts),
            newest=max((one.newest for one in listed), default=None),
            files=listed,
            ways=_WAYS,
            command=f"curl -s '{root}/releases?limit=1'",
        )
        return page("publication/data.html", view)

    return routes
