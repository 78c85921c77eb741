"""S40: the committee is fixed and the notice published, each by the officer's own signature."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, redirect, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from app.buyer import files, listing
from app.buyer.approval_pages import saved
from app.buyer.file_views import CommitteePage, HolderRow, PublishPage
from app.buyer.files import File
from app.buyer.findings import Finding, found
from app.buyer.standing import may_with_tender, name_of
from app.container import Container
from app.documents import papers
from app.documents.papers import Paper
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import Form, Passage, Tick, trying
from app.web.pages import page
from app.web.signing import ToSign, signed_parts
from journal.work import Work
from kernel.refusal import Refused
from kernel.text import Text
from kernel.vocabulary import Action, Audience, Part, TenderStage
from procurement.parties import queries as parties
from procurement.parties.signing import examine_signature
from procurement.tenders import queries
from procurement.tenders.models import Tender
from procurement.tenders.services import (
    committee_to_examine,
    examine_committee,
    prepare_committee,
    prepare_notice,
    publication_asked,
    publish_tender,
    set_committee,
)
from signatures.sealed.committee import fingerprint_of

COMMITTEE = Text("开标人名单", "list of key holders")
NOTICE = Text("招标公告（数据）", "tender notice (data)")
PAPER = Text("招标公告（PDF）", "tender notice (PDF)")
_BEFORE = (TenderStage.DRAFT, TenderStage.APPROVED)


class PublishForm(Form):
    """The last word before a notice is out."""

    refused_at = {  # noqa: RUF012 (read only, as in every form)
        "intention_missing": "early_reason",
        "intention_too_late": "early_reason",
    }

    early_reason = Passage(_l("提前公告的理由"), needed=False, rows=3, hint=_l("理由会公开"))
    seen = Tick(_l("我已核对上面的内容；公告发布后不能收回"), needed=True)


class SignForm(Form):
    """A signature alone."""


def publishing_pages(routes: Blueprint, container: Container) -> None:
    """The pages of committee and notice."""

    @routes.get("/buying/tenders/<tender>/committee")
    @open_to(Audience.BUYER)
    def committee(tender: str) -> Response:
        return page("buyer/committee.html", _committee(tender, SignForm()))

    @routes.post("/buying/tenders/<tender>/committee")
    @open_to(Audience.BUYER)
    def fix_committee(tender: str) -> AnyResponse:
        form = SignForm(sent=True)
        with trying(form):
            part = signed_parts(("committee",))["committee"]
            with container.journal.read() as work:
                file = files.load(work, actor(), tender)
                known = committee_to_examine(work.session, work.origin, file.key)
            examined = examine_committee(
                part.statement,
                part.cms,
                known,
                trust=container.trust,
                at=container.clock.now(),
            )
            with container.journal.write() as work:
                set_committee(work, actor(), tender, examined)
            return redirect(url_for(".committee", tender=tender), 303)
        return page("buyer/committee.html", _committee(tender, form), status=422)

    @routes.get("/buying/tenders/<tender>/publish")
    @open_to(Audience.BUYER)
    def publish(tender: str) -> Response:
        return page("buyer/publish.html", _publish(tender, PublishForm()))

    @routes.post("/buying/tenders/<tender>/publish")
    @open_to(Audience.BUYER)
    def publish_notice(tender: str) -> AnyResponse:
        with container.journal.read() as work:
            files.load(work, actor(), tender)
        form = PublishForm(sent=True)
        if form.valid():
            with trying(form):
                parts = signed_parts(("notice", "pdf"))
                examined = examine_signature(
                    parts["notice"].statement,
                    parts["notice"].cms,
                    trust=container.trust,
                    at=container.clock.now(),
                )
                pdf = papers.finish(
                    container, actor(), Paper.NOTICE, tender, parts["pdf"], examined.statement
                )
                with container.journal.write() as work:
                    publish_tender(
                        work,
                        actor(),
                        tender,
                        examined,
                        pdf=pdf,
                        early_reason=form.early_reason.data,
                    )
                return redirect(url_for(".tender", tender=tender), 303)
        return page("buyer/publish.html", _publish(tender, form), status=422)

    def _committee(key: str, form: Form) -> CommitteePage:
        with container.journal.read() as work:
            file = files.load(work, actor(), key)
            tender, _content = saved(file)
            rows = _holders(work, tender)
            may_set = TenderStage(tender.stage) in _BEFORE and may_with_tender(
                work, actor(), Action.SET_COMMITTEE, tender
            )
            to_sign: tuple[ToSign, ...] = ()
            blocked: list[Finding] = []
            if may_set and tender.committee_digest is None:
                try:
                    statement = prepare_committee(work.session, work.origin, tender.id)
                    to_sign = (ToSign("committee", COMMITTEE, statement=statement),)
                except Refused as refused:
                    blocked = [replace(one, url=None) for one in found(file, [refused.refusal])]
            digest = tender.committee_digest
            return CommitteePage(
                head=listing.head(file),
                threshold=tender.threshold,
                holders=rows,
                digest=digest,
                fingerprint=fingerprint_of(digest) if digest else None,
                may_set=may_set,
                form=form,
                to_sign=to_sign,
                blocked=blocked,
            )

    def _publish(key: str, form: PublishForm) -> PublishPage:
        with container.journal.read() as work:
            file = files.load(work, actor(), key)
            tender, content = saved(file)
            allowed = may_with_tender(work, actor(), Action.PUBLISH_TENDER, tender)
            approved = TenderStage(tender.stage) is TenderStage.APPROVED
            asked = (
                publication_asked(
                    work.session,
                    tender.id,
                    at=work.clock.now(),
                    early_reason=file.purchase.early_reason,
                )
                if approved
                else []
            )
            # What a reason mends is asked for on this page; everything else stands in the way.
            needs_reason = any(one.code.startswith("intention_") for one in asked)
            blocked = found(file, [x for x in asked if not x.code.startswith("intention_")])
            statement = b""
            if approved and allowed and not blocked:
                statement = prepare_notice(
                    work.session, work.origin, tender.id, at=work.clock.now()
                )
            buyer = name_of(work, file.purchase.buyer_id)
        to_sign: tuple[ToSign, ...] = ()
        if statement:
            try:
                to_sign = _to_sign(file, statement)
            except Refused as refused:
                blocked = found(file, [refused.refusal])
        digest = tender.committee_digest
        return PublishPage(
            head=listing.head(file),
            buyer=buyer,
            content=content,
            rules=file.profile.title,
            fingerprint=fingerprint_of(digest) if digest else None,
            form=form,
            needs_early_reason=needs_reason,
            blocked=blocked,
            to_sign=to_sign,
            may_publish=approved and allowed,
        )

    def _to_sign(file: File, statement: bytes) -> tuple[ToSign, ...]:
        prepared = papers.notice_to_sign(container, actor(), file.key, statement)
        return (
            ToSign("notice", NOTICE, statement=statement),
            ToSign("pdf", PAPER, prepared=prepared),
        )


def _holders(work: Work, tender: Tender) -> list[HolderRow]:
    """Each named holder with how many keys of theirs are there."""
    keys = queries.holder_keys(work.session, tender.id)
    rows = []
    for index in sorted({key.index for key in keys}):
        own = [key for key in keys if key.index == index]
        person = parties.person(work.session, own[0].person_id)
        rows.append(
            HolderRow(
                name=person.name,
                organization=name_of(work, person.organization_id),
                outside=own[0].outside,
                keys=sum(key.recipient is not None for key in own),
                shown=sum(key.possession_document_id is not None for key in own),
                parts=len(Part),
            )
        )
    return rows
