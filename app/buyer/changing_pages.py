"""While a tender is open: corrigenda, questions; and its end without a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse
from wtforms import ValidationError

from app.buyer import files, listing, words
from app.buyer.amending import AmendForm, as_it_is, terms_amended
from app.buyer.approval_pages import saved
from app.buyer.drafted import began, keep_sent, restored
from app.buyer.file_views import (
    AmendCheckPage,
    AmendPage,
    CancelPage,
    Change,
    DocumentRow,
)
from app.buyer.files import File
from app.buyer.findings import Finding, found
from app.buyer.standing import cited, may_with_tender
from app.buyer.uploads import (
    ACCEPT,
    DOCUMENTS_MAX,
    UPLOAD_BYTES_MAX,
    Staged,
    examined,
    read_staged,
    staged,
)
from app.container import Container
from app.documents import papers
from app.documents.papers import Paper
from app.drafts import services as drafts
from app.web import moments
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import Attachment, Form, Passage, Selected, Tick, trying
from app.web.language import language, say
from app.web.pages import page
from app.web.signing import ToSign, signed_parts
from app.web.site import site
from app.web.sizes import takes_files
from journal.work import Work
from kernel.refusal import NotFound, Refused
from kernel.text import Text
from kernel.vocabulary import Action, Audience, TenderStage
from procurement.parties.signing import examine_signature
from procurement.plans.standing import calendar_of
from procurement.tenders import rules
from procurement.tenders.commands import Amendment, DocumentChange
from procurement.tenders.content import Content, amended, changed
from procurement.tenders.models import Tender
from procurement.tenders.services import (
    amend_tender,
    amendment_asked,
    cancel_tender,
    prepare_amendment,
)
from procurement.tenders.standing import pinned_profile
from reports.terms import terms_in_words

AMENDMENT = "corrigendum"
CORRIGENDUM = Text("更正公告（数据）", "corrigendum (data)")
PAPER = Text("更正公告（PDF）", "corrigendum (PDF)")


class ReplaceForm(Form):
    """A new version of a document, or a further one."""

    number = Selected(_l("替换哪一份"), needed=False, hint=_l("不选就是新增一份"))
    file = Attachment(_l("文件"), most=UPLOAD_BYTES_MAX, accept=ACCEPT)


class SignForm(Form):
    """A signature alone."""


class CancelForm(Form):
    """Why a tender ends without a result."""

    refused_at = {"cancellation_without_reason": "reason_zh"}  # noqa: RUF012

    reason_zh = Passage(_l("终止的理由"), rows=5, hint=_l("会公开；依法写明重大变故或废标的情形"))
    reason_en = Passage(_l("理由的英文"), needed=False, rows=3)
    sure = Tick(_l("我知道终止后不能恢复"), needed=True)


def changing_pages(routes: Blueprint, container: Container) -> None:
    """Corrigendum and cancellation."""

    @routes.get("/buying/tenders/<tender>/amend")
    @open_to(Audience.BUYER)
    def amend(tender: str) -> Response:
        with container.journal.read() as work:
            file = _amendable(work, tender)
            form, _kept = began(work, actor().person, AMENDMENT, tender, AmendForm(_now(file)))
            return page("buyer/amend.html", _amend(work, file, form))

    @routes.post("/buying/tenders/<tender>/amend")
    @open_to(Audience.BUYER)
    def keep_amendment(tender: str) -> AnyResponse:
        with container.journal.write() as work:
            file = _amendable(work, tender)
            keep_sent(work, actor().person, AMENDMENT, tender)
            form = AmendForm(sent=True)
            if form.valid():
                return redirect(url_for(".check_amendment", tender=tender), 303)
            return page("buyer/amend.html", _amend(work, file, form), status=422)

    @routes.post("/buying/tenders/<tender>/amend/documents")
    @open_to(Audience.BUYER)
    @takes_files(UPLOAD_BYTES_MAX + (1 << 20))
    def amend_document(tender: str) -> AnyResponse:
        upload = ReplaceForm(sent=True)
        with container.journal.read() as work:
            file = _amendable(work, tender)
            _offer(file, upload)
            documents = _staged(work, file)
            form, _kept = began(work, actor().person, AMENDMENT, tender, AmendForm(_now(file)))
        if upload.valid():
            try:
                if len(documents) >= DOCUMENTS_MAX:
                    raise ValidationError(_("最多%(most)s份文件", most=DOCUMENTS_MAX))
                document = examined(container, upload.file.data)
            except ValidationError as problem:
                upload.file.errors = [str(problem)]
            else:
                number = int(upload.number.data) if upload.number.data else None
                others = [one for one in documents if number is None or one.number != number]
                _keep_documents(
                    tender, [*others, staged(container, file.purchase.id, document, number)]
                )
                return redirect(url_for(".amend", tender=tender), 303)
        with container.journal.read() as work:
            view = _amend(work, _amendable(work, tender), form, upload)
            return page("buyer/amend.html", view, status=422)

    @routes.post("/buying/tenders/<tender>/amend/documents/remove")
    @open_to(Audience.BUYER)
    def leave_document(tender: str) -> AnyResponse:
        with container.journal.read() as work:
            documents = _staged(work, _amendable(work, tender))
        digest = request.form.get("document", "")
        _keep_documents(tender, [one for one in documents if one.document.content != digest])
        return redirect(url_for(".amend", tender=tender), 303)

    @routes.get("/buying/tenders/<tender>/amend/check")
    @open_to(Audience.BUYER)
    def check_amendment(tender: str) -> AnyResponse:
        with container.journal.read() as work:
            found_amendment = _amendment(work, _amendable(work, tender))
        if found_amendment is None:
            return redirect(url_for(".amend", tender=tender), 303)
        return page("buyer/amend_check.html", _check(tender, found_amendment, SignForm()))

    @routes.post("/buying/tenders/<tender>/amend/publish")
    @open_to(Audience.BUYER)
    def publish_amendment(tender: str) -> AnyResponse:
        with container.journal.read() as work:
            amendment = _amendment(work, _amendable(work, tender))
        if amendment is None:
            return redirect(url_for(".amend", tender=tender), 303)
        form = SignForm(sent=True)
        with trying(form):
            parts = signed_parts(("notice", "pdf"))
            signed = examine_signature(
                parts["notice"].statement,
                parts["notice"].cms,
                trust=container.trust,
                at=container.clock.now(),
            )
            pdf = papers.finish(
                container, actor(), Paper.CORRIGENDUM, tender, parts["pdf"], signed.statement
            )
            with container.journal.write() as work:
                amend_tender(work, actor(), tender, amendment, signed, pdf=pdf)
                for kind in (AMENDMENT, f"{AMENDMENT}-documents"):
                    drafts.drop(work, actor().person, kind, tender)
            return redirect(url_for(".tender", tender=tender), 303)
        return page("buyer/amend_check.html", _check(tender, amendment, form), status=422)

    @routes.get("/buying/tenders/<tender>/cancel")
    @open_to(Audience.BUYER)
    def cancel(tender: str) -> Response:
        with container.journal.read() as work:
            return page("buyer/cancel.html", _cancel(work, tender, CancelForm()))

    @routes.post("/buying/tenders/<tender>/cancel")
    @open_to(Audience.BUYER)
    def end_tender(tender: str) -> AnyResponse:
        form = CancelForm(sent=True)
        with container.journal.read() as work:
            _cancel(work, tender, form)
        if form.valid():
            with trying(form):
                with container.journal.write() as work:
                    cancel_tender(work, actor(), tender, form.text("reason"))
                return redirect(url_for(".tender", tender=tender), 303)
        with container.journal.read() as work:
            return page("buyer/cancel.html", _cancel(work, tender, form), status=422)

    def _cancel(work: Work, key: str, form: CancelForm) -> CancelPage:
        file = files.load(work, actor(), key)
        tender, _content = saved(file)
        if TenderStage(tender.stage) is TenderStage.CANCELLED or not may_with_tender(
            work, actor(), Action.CANCEL_TENDER, tender
        ):
            raise NotFound("tender", key)
        return CancelPage(
            listing.head(file),
            form,
            tender.published_at is not None,
            file.budget,
            cited(file.profile, file.profile.termination_reasoned.cites),
        )

    def _amend(
        work: Work, file: File, form: AmendForm, upload: ReplaceForm | None = None
    ) -> AmendPage:
        tender, content = saved(file)
        profile = pinned_profile(tender)
        if upload is None:
            upload = ReplaceForm()
            _offer(file, upload)
        return AmendPage(
            head=listing.head(file),
            form=form,
            upload=upload,
            draft=url_for("drafts.save", kind=AMENDMENT, subject=tender.id),
            closes_at=tender.closes_at,
            moves_to=_moves_to(tender, work.clock.now()),
            lead_days=profile.amendment_lead_days.value,
            cites=cited(profile, profile.amendment_lead_days.cites),
            barred=cited(profile, profile.unamendable_fields.cites),
            documents=_rows(content),
            staged=_staged(work, file),
            accept=ACCEPT,
        )

    def _check(key: str, amendment: Amendment, form: Form) -> AmendCheckPage:
        with container.journal.read() as work:
            file = _amendable(work, key)
            tender, before = saved(file)
            after = amended(before, amendment)
            parts = changed(before, after)
            asked = amendment_asked(work.session, key, amendment, at=work.clock.now())
            blocked = _at_amendment(key, found(file, asked))
            statement = b""
            if not blocked:
                statement = prepare_amendment(work.session, work.origin, key, amendment)
            number = len(tender.notices) + 1
            moves_to = _moves_to(tender, work.clock.now())
        to_sign: tuple[ToSign, ...] = ()
        if statement:
            try:
                prepared = papers.corrigendum_to_sign(container, actor(), key, amendment, statement)
                to_sign = (
                    ToSign("notice", CORRIGENDUM, statement=statement),
                    ToSign("pdf", PAPER, prepared=prepared),
                )
            except Refused as refused:
                blocked = found(file, [refused.refusal])
        return AmendCheckPage(
            head=listing.head(file),
            form=form,
            number=number,
            closes_before=before.closes_at,
            closes_after=after.closes_at,
            moves_to=moves_to if parts - {"closes_at"} else None,
            changes=amendment.changes,
            parts=[_change(name, before, after) for name in sorted(parts)],
            blocked=blocked,
            to_sign=to_sign,
        )

    def _amendable(work: Work, key: str) -> File:
        file = files.load(work, actor(), key)
        tender = file.tender
        if (
            tender is None
            or TenderStage(tender.stage) is not TenderStage.OPEN
            or not may_with_tender(work, actor(), Action.AMEND_TENDER, tender)
        ):
            raise NotFound("tender", key)
        return file

    def _amendment(work: Work, file: File) -> Amendment | None:
        """The corrigendum as the person left it; None where it cannot be read."""
        kept = drafts.find(work, actor().person, AMENDMENT, file.key)
        if kept is None:
            return None
        form = restored(AmendForm(), kept.fields)
        if not form.valid():
            return None
        before = file.content
        criteria = files.criteria_of(form.criteria.data)
        unchanged = before is not None and form.criteria.typed.replace("\r\n", "\n") == _typed(
            before
        )
        return Amendment(
            closes_at=form.closes_at.data,
            changes=form.text("changes"),
            documents=tuple(
                DocumentChange(one.document, one.number) for one in _staged(work, file)
            ),
            criteria=None if unchanged else criteria,
            terms=terms_amended(before, form) if before else None,
            facts=form.text("facts"),
        )

    def _staged(work: Work, file: File) -> list[Staged]:
        kept = drafts.find(work, actor().person, f"{AMENDMENT}-documents", file.key)
        tokens = kept.fields.get("documents", ()) if kept else ()
        return read_staged(container, file.purchase.id, list(tokens))

    def _keep_documents(tender: str, documents: Sequence[Staged]) -> None:
        fields = {"documents": [one.token for one in documents]}
        with container.journal.write() as work:
            drafts.keep(work, actor().person, f"{AMENDMENT}-documents", tender, fields)


def _at_amendment(key: str, findings: list[Finding]) -> list[Finding]:
    """What is mended in the corrigendum itself is mended on its page."""
    return [
        Finding(
            one.code,
            one.words,
            one.cites,
            url_for(".amend", tender=key),
            Text("改更正内容", "Change the corrigendum"),
        )
        for one in findings
    ]


def _moves_to(tender: Tender, now: datetime) -> datetime | None:
    """To when the closing moves if the documents change now (Order 87 art. 27)."""
    profile = pinned_profile(tender)
    return rules.amendment_moves_closing(
        profile=profile, calendar=calendar_of(profile), now=now, closes_at=tender.closes_at
    )


def _now(file: File) -> dict[str, Any]:
    return as_it_is(file.content) if file.content else {}


def _typed(content: Content) -> str:
    return str(AmendForm({"criteria": files.criteria_rows(content)}).criteria.typed)


def _rows(content: Content) -> list[DocumentRow]:
    return [DocumentRow(one["number"], one["name"], one["version"]) for one in content.documents]


def _offer(file: File, form: ReplaceForm) -> None:
    content = file.content
    form.number.items = [
        (str(one.number), f"{one.number} {one.name}") for one in (_rows(content) if content else ())
    ]


def _change(name: str, before: Content, after: Content) -> Change:
    """One part in words, as it was and as it will be."""
    show = _SHOWN.get(name, lambda _content: "")
    return Change(words.PARTS[name], show(before), show(after))


def _closing(content: Content) -> str:
    return moments.full(content.closes_at, language(), site().zone)


def _facts(content: Content) -> str:
    return say(Text(content.facts["zh"], content.facts["en"]))


def _criteria(content: Content) -> str:
    return "\n".join(
        f"{say(_text(each['title']))} {Decimal(each['weight']).normalize():f}"
        for each in content.criteria
    )


def _documents(content: Content) -> str:
    return "\n".join(
        f"{one['number']} {one['name']} v{one['version']} {one['digest'][7:19]}"
        for one in content.documents
    )


def _text(record: Mapping[str, str]) -> Text:
    return Text(record["zh"], record["en"])


def _terms(content: Content) -> str:
    return "\n".join(
        f"{say(name)} {say(said)}".replace("\n", " ")
        for name, said in terms_in_words(content.terms)
        if said is not None
    )


_SHOWN = {
    "terms": _terms,
    "closes_at": _closing,
    "facts": _facts,
    "criteria": _criteria,
    "qualification": _criteria,
    "documents": _documents,
}
