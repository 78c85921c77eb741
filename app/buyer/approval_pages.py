"""S38, S39: the rules asked ahead, the tender as it will read, and the approver's decision."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.buyer import files, listing
from app.buyer.file_views import ApprovalPage, ChecksPage, PreviewPage
from app.buyer.files import File
from app.buyer.findings import checked
from app.buyer.forms import ReasonForm
from app.buyer.history import happened
from app.buyer.standing import cited, may_with_tender, name_of, person_name
from app.container import Container
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import trying
from app.web.pages import page
from journal.work import Work
from kernel.refusal import NotFound
from kernel.vocabulary import Action, Audience, TenderStage
from procurement.tenders.content import Content
from procurement.tenders.models import Tender
from procurement.tenders.services import approve_tender, return_tender


def approval_pages(routes: Blueprint, container: Container) -> None:
    """Checks, preview, approval and return."""

    @routes.get("/buying/tenders/<tender>/checks")
    @open_to(Audience.BUYER)
    def checks(tender: str) -> Response:
        with container.journal.read() as work:
            file = files.load(work, actor(), tender)
            saved(file)
            unsaved = 0
            if listing.may_write(work, actor(), file):
                parts = files.parts_of(container, work, actor(), file)
                unsaved = sum(part.is_draft for part in parts.values())
            view = ChecksPage(
                head=listing.head(file),
                checked=checked(work, file),
                unsaved=unsaved,
                rules=file.profile.title,
                rules_url=url_for("portal.profile", id=file.profile.name),
            )
            return page("buyer/checks.html", view)

    @routes.get("/buying/tenders/<tender>/preview")
    @open_to(Audience.BUYER)
    def preview(tender: str) -> Response:
        with container.journal.read() as work:
            file = files.load(work, actor(), tender)
            _tender, content = saved(file)
            buyer = name_of(work, file.purchase.buyer_id)
            return page(
                "buyer/preview.html",
                PreviewPage(listing.head(file), buyer, content, file.profile.title),
            )

    @routes.get("/buying/tenders/<tender>/approval")
    @open_to(Audience.BUYER)
    def approval(tender: str) -> Response:
        with container.journal.read() as work:
            return page("buyer/approval.html", _approval(work, tender, ReasonForm()))

    @routes.post("/buying/tenders/<tender>/approve")
    @open_to(Audience.BUYER)
    def approve(tender: str) -> AnyResponse:
        with container.journal.read() as work:
            files.load(work, actor(), tender)
        form = ReasonForm()
        text = request.form.get("version", "")
        version = int(text) if text.isascii() and text.isdigit() else -1
        with trying(form):
            with container.journal.write() as work:
                approve_tender(work, actor(), tender, version)
            return redirect(url_for(".approval", tender=tender), 303)
        with container.journal.read() as work:
            return page("buyer/approval.html", _approval(work, tender, form), status=422)

    @routes.post("/buying/tenders/<tender>/return")
    @open_to(Audience.BUYER)
    def send_back(tender: str) -> AnyResponse:
        with container.journal.read() as work:
            files.load(work, actor(), tender)
        form = ReasonForm(sent=True)
        if form.valid():
            with trying(form):
                with container.journal.write() as work:
                    return_tender(work, actor(), tender, form.reason.data)
                return redirect(url_for(".tender", tender=tender), 303)
        with container.journal.read() as work:
            return page("buyer/approval.html", _approval(work, tender, form), status=422)

    def _approval(work: Work, key: str, back: ReasonForm) -> ApprovalPage:
        file = files.load(work, actor(), key)
        tender, content = saved(file)
        stage = TenderStage(tender.stage)
        allowed = stage is TenderStage.DRAFT and may_with_tender(
            work, actor(), Action.APPROVE_TENDER, tender
        )
        own = tender.drafted_by == actor().person
        return ApprovalPage(
            head=listing.head(file),
            buyer=name_of(work, file.purchase.buyer_id),
            content=content,
            rules=file.profile.title,
            checked=checked(work, file),
            drafted_by=person_name(work, tender.drafted_by),
            may_approve=allowed and not own,
            may_return=stage in (TenderStage.DRAFT, TenderStage.APPROVED)
            and may_with_tender(work, actor(), Action.RETURN_TENDER, tender),
            own_work=allowed and own,
            apart=cited(file.profile, file.profile.author_apart_from_approver.cites),
            back=back,
            record=happened(work, [tender.id]),
        )


def saved(file: File) -> tuple[Tender, Content]:
    """The saved tender of a file and what it says; a file without one has no such page."""
    content = file.content
    if file.tender is None or content is None:
        raise NotFound("tender", file.key)
    return file.tender, content
