"""From a template and its one dataclass to a tagged PDF/A, with fonts embedded.

WeasyPrint is imported here alone. Nothing is fetched: a document has no address in it that the
renderer would follow.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from kernel.clock import instant
from kernel.money import Money
from reports.amounts import amount, capitals

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "documents"
VARIANT = "pdf/a-3a"


class AddressRefused(Exception):
    """A document tried to load something from an address."""


def render_pdf(template: str, page: Any) -> bytes:
    """The PDF of a document: `templates/documents/<template>` drawn with `page`."""
    import weasyprint  # it is slow to import, and most processes draw nothing

    html = _environment().get_template(template).render(page=page)
    drawn = weasyprint.HTML(string=html, url_fetcher=_refuse_address)
    made: bytes = drawn.write_pdf(pdf_variant=VARIANT, pdf_tags=True)
    return made


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(amount=amount, capitals=_capitals, instant=instant, grouped=_grouped)
    return environment


def _capitals(money: Money) -> str:
    """Capital figures where the currency has them."""
    return capitals(money) if money.currency == "CNY" else ""


def _grouped(digest: str) -> str:
    """A digest in groups of eight, for people who compare it."""
    figures = digest.removeprefix("sha256:").replace(" ", "")
    return " ".join(figures[at : at + 8] for at in range(0, len(figures), 8))


def _refuse_address(url: str, *_: Any, **__: Any) -> dict[str, Any]:
    raise AddressRefused(url)
