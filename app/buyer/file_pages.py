"""S36, S37: the tender file as a task list, and its parts, each kept while it is filled in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse
from wtforms import ValidationError

from app.buyer import exporting, files, listing
from app.buyer.drafted import keep_sent
from app.buyer.file_views import SectionPage
from app.buyer.files import File, Part
from app.buyer.findings import Finding, found
from app.buyer.lists import asked
from app.buyer.sections import SECTIONS, BasicsForm, CriteriaForm
from app.buyer.simulator import InventedBid, Outcome, simulate
from app.buyer.standing import buyers_of, cited
from app.buyer.uploads import (
    ACCEPT,
    DOCUMENTS_MAX,
    UPLOAD_BYTES_MAX,
    Staged,
    examined,
    staged,
)
from app.container import Container
from app.drafts import services as drafts
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import STALE, Attachment, Form
from app.web.language import say
from app.web.pages import page
from app.web.site import site
from app.web.sizes import takes_files
from app.web.spreadsheet import Kind, attached, written
from bidding.evaluation.prices import DeductionRates
from journal.work import Work
from kernel.refusal import Refused, StaleWrite
from kernel.text import Text
from kernel.vocabulary import Audience
from procurement.plans.standing import calendar_of
from procurement.profiles import Category, Method, Profile
from procurement.profiles.timetable import earliest_closing_on, local_date
from procurement.tenders.services import draft_tender, edit_tender
from reports.labels import TENDER_STAGES

INVENTED = (Text("甲", "A"), Text("乙", "B"), Text("丙", "C"))


class UploadForm(Form):
    """One document to add."""

    file = Attachment(_l("添加文件"), most=UPLOAD_BYTES_MAX, accept=ACCEPT)


def file_pages(routes: Blueprint, container: Container) -> None:
    """The task list, the parts, and the saving of the whole."""

    @routes.get("/buying/tenders", endpoint="tenders")
    @open_to(Audience.BUYER)
    def tenders_list() -> Response:
        with container.journal.read() as work:
            view = listing.tenders(work, actor(), buyers_of(actor()), asked(TENDER_STAGES))
            return page("buyer/tenders.html", view)

    @routes.get("/buying/tenders.<any(csv,xlsx):kind>")
    @open_to(Audience.BUYER)
    def tenders_file(kind: str) -> Response:
        form, heads = Kind(kind), [say(head) for head in exporting.HEADS]
        with container.journal.read() as work:
            rows = exporting.rows(work, buyers_of(actor()), asked(TENDER_STAGES))
            return attached(form, "tenders", written(form, heads, rows, site().zone))

    @routes.get("/buying/tenders/<tender>")
    @open_to(Audience.BUYER)
    def tender(tender: str) -> AnyResponse:
        with container.journal.read() as work:
            file = files.load(work, actor(), tender)
            if file.key != tender:
                return redirect(url_for(".tender", tender=file.key), 303)
            return page("buyer/tender.html", listing.file_page(container, work, actor(), file))

    @routes.post("/buying/tenders/<tender>/save")
    @open_to(Audience.BUYER)
    def save(tender: str) -> AnyResponse:
        with container.journal.read() as work:
            file = files.load(work, actor(), tender)
            parts = files.parts_of(container, work, actor(), file)
            problems = listing.unfilled(file, parts)
            # What the officer saw, and what each changed part stands on.
            seen = {_version(request.form.get("version", ""))}
            seen |= {part.base for part in parts.values() if part.is_draft}
            stale = seen != {file.version}
            command = None if problems or stale else files.composed(work, file, parts)
        if stale:
            return _refused(tender, [Finding("stale_write", STALE, None, None, None)], 409)
        if command is not None:
            try:
                with container.journal.write() as work:
                    if file.tender is None:
                        saved = draft_tender(work, actor(), file.purchase.id, command)
                    else:
                        saved = file.tender.id
                        edit_tender(work, actor(), saved, file.version, command)
                    for name in SECTIONS:
                        drafts.drop(work, actor().person, files.kind_of(name), file.purchase.id)
                return redirect(url_for(".tender", tender=saved), 303)
            except Refused as refused:
                problems = found(file, [refused.refusal])
            except StaleWrite:
                problems = [Finding("stale_write", STALE, None, None, None)]
        return _refused(tender, problems, 422)

    @routes.get("/buying/tenders/<tender>/parts/<section>")
    @open_to(Audience.BUYER)
    def section(tender: str, section: str) -> Response:
        with container.journal.read() as work:
            file = _writable(work, tender, section)
            part = files.part_of(container, work, actor(), file, section)
            return _section(file, part)

    @routes.post("/buying/tenders/<tender>/parts/<section>")
    @open_to(Audience.BUYER)
    def save_section(tender: str, section: str) -> AnyResponse:
        if section == "documents":
            raise NotFound
        with container.journal.write() as work:
            file = _writable(work, tender, section)
            # Kept even where something cannot be read yet: nothing that was typed is lost.
            keep_sent(work, actor().person, files.kind_of(section), file.purchase.id)
            part = files.part_of(container, work, actor(), file, section)
            trying_out = request.form.get("want") == "simulate"
            if part.form.valid() and not trying_out:
                return redirect(url_for(".tender", tender=file.key), 303)
            outcomes: tuple[Outcome, ...] = ()
            fault: Text | None = None
            if trying_out and not part.form.errors:
                outcomes, fault = _simulated(work, file, part.form)
            return _section(
                file, part, outcomes=outcomes, fault=fault, status=422 if part.form.errors else 200
            )

    @routes.post("/buying/tenders/<tender>/parts/<section>/discard")
    @open_to(Audience.BUYER)
    def discard(tender: str, section: str) -> AnyResponse:
        with container.journal.write() as work:
            file = _writable(work, tender, section)
            drafts.drop(work, actor().person, files.kind_of(section), file.purchase.id)
            return redirect(url_for(".section", tender=file.key, section=section), 303)

    @routes.post("/buying/tenders/<tender>/documents")
    @open_to(Audience.BUYER)
    @takes_files(UPLOAD_BYTES_MAX + (1 << 20))
    def upload_document(tender: str) -> AnyResponse:
        form = UploadForm(sent=True)
        with container.journal.read() as work:
            file = _writable(work, tender, "documents")
            part = files.part_of(container, work, actor(), file, "documents")
        if form.valid():
            try:
                if len(part.documents) >= DOCUMENTS_MAX:
                    raise ValidationError(_("最多%(most)s份文件", most=DOCUMENTS_MAX))
                document = examined(container, form.file.data)
            except ValidationError as problem:
                form.file.errors = [str(problem)]
            else:
                others = [one for one in part.documents if one.document.name != document.name]
                added = staged(container, file.purchase.id, document)
                _keep_documents(file, [*others, added])
                return redirect(url_for(".section", tender=file.key, section="documents"), 303)
        return _section(file, Part("documents", form, part.saved_at, part.base, part.documents),
                        status=422)  # fmt: skip

    @routes.post("/buying/tenders/<tender>/documents/remove")
    @open_to(Audience.BUYER)
    def remove_document(tender: str) -> AnyResponse:
        with container.journal.read() as work:
            file = _writable(work, tender, "documents")
            part = files.part_of(container, work, actor(), file, "documents")
        token = request.form.get("document", "")
        _keep_documents(file, [one for one in part.documents if one.document.content != token])
        return redirect(url_for(".section", tender=file.key, section="documents"), 303)

    def _keep_documents(file: File, documents: list[Staged]) -> None:
        fields = {
            "documents": [one.token for one in documents],
            "version": [str(file.version)],
        }
        with container.journal.write() as work:
            drafts.keep(work, actor().person, files.kind_of("documents"), file.purchase.id, fields)

    def _writable(work: Work, key: str, name: str) -> File:
        """The file, if there is such a part and the person drafts it; where not, it is unknown."""
        if name not in SECTIONS:
            raise NotFound
        file = files.load(work, actor(), key)
        listing.require_writable(work, actor(), file)
        return file

    def _refused(tender: str, problems: list[Finding], status: int) -> Response:
        with container.journal.read() as work:
            file = files.load(work, actor(), tender)
            view = listing.file_page(container, work, actor(), file, problems)
            return page("buyer/tender.html", view, status=status)

    def _section(
        file: File,
        part: Part,
        *,
        outcomes: tuple[Outcome, ...] = (),
        fault: Text | None = None,
        status: int = 200,
    ) -> Response:
        form = part.form
        if part.name == "documents" and not isinstance(form, UploadForm):
            form = UploadForm()
        return page(
            f"buyer/parts/{part.name}.html",
            section_page(container, file, part, form, outcomes, fault),
            status=status,
        )

    def _simulated(work: Work, file: File, form: Form) -> tuple[tuple[Outcome, ...], Text | None]:
        basics = files.part_of(container, work, actor(), file, "basics").form
        terms = files.part_of(container, work, actor(), file, "terms").form
        if not isinstance(form, CriteriaForm) or not isinstance(basics, BasicsForm):
            return (), None
        basics.valid()
        if not terms.valid() or basics.award_criteria.data is None:
            return (), Text(
                "先填好“基本情况”里的评标方法和“条款”。",
                "Fill in the method under basics, and the terms, first.",
            )
        return try_out(file, form, Method(basics.award_criteria.data), terms)


def try_out(
    file: File, form: Any, method: Method, terms: Any
) -> tuple[tuple[Outcome, ...], Text | None]:
    """Three invented bids by the criteria as they are typed now."""
    criteria = files.criteria_of(form.criteria.data)
    price = sum((one.weight for one in criteria if one.kind == "price"), Decimal(0))
    quality = sum((one.weight for one in criteria if one.kind == "quality"), Decimal(0))
    bids = [
        InventedBid(
            say(INVENTED[number - 1]),
            form[f"price_{number}"].data,
            form[f"quality_{number}"].data or Decimal(0),
            form[f"small_{number}"].data,
        )
        for number in (1, 2, 3)
        if form[f"price_{number}"].data is not None
    ]
    if len(bids) < 2:
        return (), Text("至少填两份报价。", "Give at least two prices.")
    if any(bid.quality > quality for bid in bids):
        return (), Text(
            f"价格以外的分最多{quality.normalize():f}分。",
            f"There are {quality.normalize():f} points beside the price.",
        )
    rates = DeductionRates(
        terms.small_rate.data / Decimal(100), terms.joint_rate.data / Decimal(100)
    )
    return (
        simulate(
            bids,
            profile=file.profile,
            method=method,
            category=Category(file.purchase.category),
            price_weight=price,
            rates=rates,
            ceiling=file.budget,
            abnormal_share=terms.abnormal_share.data / Decimal(100),
        ),
        None,
    )


def section_page(
    container: Container,
    file: File,
    part: Part,
    form: Form,
    outcomes: tuple[Outcome, ...],
    fault: Text | None,
) -> SectionPage:
    """A part with what its page says beside the fields."""
    profile, now = file.profile, container.clock.now()
    today = local_date(profile, now)
    names = list(SECTIONS)
    after = names[names.index(part.name) + 1 :]
    calendar = calendar_of(profile)
    planned = max(file.purchase.planned_start_on, today)
    return SectionPage(
        head=listing.head(file),
        name=part.name,
        title=SECTIONS[part.name].title,
        form=form,
        draft=url_for("drafts.save", kind=files.kind_of(part.name), subject=file.purchase.id),
        kept_at=part.saved_at,
        stale=part.is_draft and part.base != file.version,
        version=file.version,
        next=SECTIONS[after[0]].title if after else None,
        next_url=url_for(".section", tender=file.key, section=after[0]) if after else None,
        budget=file.budget,
        earliest_on=earliest_closing_on(profile, calendar, today).on,
        earliest_from_plan_on=earliest_closing_on(profile, calendar, planned).on,
        planned_start_on=planned,
        days_min=profile.bid_period_days_min.value,
        cites=_cites(profile, part.name),
        documents=part.documents,
        accept=ACCEPT,
        megabytes_max=UPLOAD_BYTES_MAX >> 20,
        outcomes=outcomes,
        simulator_fault=fault,
        holders_min=profile.holders_min.value,
        holders_max=profile.holders_max.value,
        threshold_min=profile.threshold_min.value,
        outside_min=profile.holders_outside_min.value,
        bounds=_bounds(file) if part.name in ("criteria", "terms") else (),
    )


def _cites(profile: Profile, name: str) -> Text | None:
    parameter: Any = {
        "criteria": profile.weights_total,
        "documents": profile.documents_workdays_min,
        "terms": profile.small_rate_max,
        "holders": profile.holders_outside_min,
        "dates": profile.bid_period_days_min,
        "lots": profile.ceiling_within_budget,
    }.get(name)
    return cited(profile, parameter.cites) if parameter is not None else None


def _bounds(file: File) -> list[tuple[Text, str]]:
    """The limits within which the officer chooses."""
    profile, category = file.profile, Category(file.purchase.category)

    def between(least: Decimal, most: Decimal) -> str:
        return f"{least.normalize():f}–{most.normalize():f}"

    def percent(least: Decimal, most: Decimal) -> str:
        return f"{between(least * 100, most * 100)}%"

    return [
        (
            Text("价格分值", "Points for the price"),
            between(
                profile.price_weight_min.value[category], profile.price_weight_max.value[category]
            ),
        ),
        (
            Text("小微企业扣除", "Deduction for small firms"),
            percent(profile.small_rate_min.value, profile.small_rate_max.value),
        ),
        (
            Text("联合体扣除", "Deduction for consortia"),
            percent(profile.joint_rate_min.value, profile.joint_rate_max.value),
        ),
        (
            Text("异常低价比例", "Share below which a price is explained"),
            percent(
                profile.abnormal_share_of_ceiling.value,
                profile.abnormal_share_of_ceiling_max.value,
            ),
        ),
    ]


def _version(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else -1


__all__ = ["file_pages", "try_out"]
