"""The buyer's surface as one blueprint. Its routes parse and render; they decide nothing."""

from __future__ import annotations

from flask import Blueprint

from app.buyer.approval_pages import approval_pages
from app.buyer.budget_import_pages import budget_import_pages
from app.buyer.budget_pages import budget_pages
from app.buyer.changing_pages import changing_pages
from app.buyer.file_pages import file_pages
from app.buyer.need_pages import need_pages
from app.buyer.plan_pages import plan_pages
from app.buyer.publishing_pages import publishing_pages
from app.buyer.question_pages import question_pages
from app.container import Container


def buyer_pages(container: Container) -> Blueprint:
    """Needs, budgets, plans, and the tender file up to its closing."""
    routes = Blueprint("buyer", __name__)
    for add in (
        need_pages,
        budget_pages,
        budget_import_pages,
        plan_pages,
        file_pages,
        approval_pages,
        publishing_pages,
        changing_pages,
        question_pages,
    ):
        add(routes, container)
    return routes
