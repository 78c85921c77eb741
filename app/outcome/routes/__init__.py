"""The addresses of this surface, by what they are about."""

from __future__ import annotations

from flask import Blueprint

from app.container import Container
from app.outcome.routes.awards import award_routes
from app.outcome.routes.contracts import contract_routes
from app.outcome.routes.disputes import dispute_routes
from app.outcome.routes.lots import lot_routes
from app.outcome.routes.payments import payment_routes
from app.outcome.routes.reports import report_routes


def outcome_pages(container: Container) -> Blueprint:
    """What follows the closing, for buyer, finance and reviewer, as a blueprint."""
    pages = Blueprint("outcome", __name__)
    lot_routes(pages, container)
    report_routes(pages, container)
    award_routes(pages, container)
    dispute_routes(pages, container)
    contract_routes(pages, container)
    payment_routes(pages, container)
    return pages
