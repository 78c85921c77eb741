"""The supplier's surface as a blueprint."""

from __future__ import annotations

from flask import Blueprint, request

from app.container import Container
from app.supplier.answers import answer_pages
from app.supplier.bid_pages import bid_pages
from app.supplier.company import FILE_BYTES_MAX, company_pages
from app.supplier.contracts import contract_pages
from app.supplier.disputes import dispute_pages
from app.supplier.openings import opening_pages
from app.supplier.questions import question_pages
from app.supplier.results import result_pages
from app.web.assets import manifest

# These take files; the token of the form is read before the view, so the limit is raised earlier.
_WITH_FILES = frozenset(
    f"supplier.{name}" for name in ("add_document", "answer_price", "objection", "send_invoice")
)
# A few files in one form, and what surrounds them.
_FORM_BYTES_MAX = 3 * FILE_BYTES_MAX


def supplier_pages(container: Container) -> Blueprint:
    """Everything that a supplier does, under `/supply`."""
    pages = Blueprint("supplier", __name__, url_prefix="/supply")

    @pages.url_value_preprocessor
    def let_files_in(endpoint: str | None, _values: object) -> None:
        if endpoint in _WITH_FILES:
            request.max_content_length = _FORM_BYTES_MAX

    pages.context_processor(lambda: {"has_asset": lambda name: name in manifest()})
    for add in (
        company_pages,
        bid_pages,
        question_pages,
        opening_pages,
        answer_pages,
        result_pages,
        dispute_pages,
        contract_pages,
    ):
        add(pages, container)
    return pages
