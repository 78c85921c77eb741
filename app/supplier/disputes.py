"""Challenge and complaint, as the firm files and follows them (S27)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from app.container import Container
from app.supplier.firms import Firm, firm_of, text_or_none, title_of
from app.supplier.results import working_days
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import Choice, Choices, Form, Passage, Selected, Tick, Words, trying
from app.web.pages import page
from app.web.shown import Countdown, CountdownKind
from bidding.envelopes.queries import acts_of_organization
from journal.work import Work
from kernel.refusal import NotFound, Refused
from kernel.text import Text
from kernel.vocabulary import Audience, ChallengeStage
from procurement.challenges import queries
from procurement.challenges import services as challenges
from procurement.challenges.models import Challenge
from procurement.challenges.rules import About
from procurement.challenges.services import ChallengeItem, NewChallenge
from procurement.plans import queries as plans
from procurement.tenders import queries as tenders
from procurement.tenders.commands import Terms
from procurement.tenders.models import Tender

ABOUT: dict[str, Any] = {
    "documents": _l("采购文件"),
    "process": _l("采购过程"),
    "result": _l("中标、成交结果"),
}
WHOLE = "whole"


class ChallengeForm(Form):
    """A challenge: a short letter that cannot be lost on form errors."""

    about = Choice(_l("质疑什么"), items=tuple(ABOUT.items()), missing=_l("请选择质疑什么"))
    lot = Selected(_l("哪个包"), items=(), missing=_l("请选择包"))
    item_1 = Passage(
        _l("质疑事项一"),
        most=4000,
        rows=4,
        hint=_l("写明哪一步、哪一条不对，依据什么事实，使贵单位受到什么损害。"),
        missing=_l("请写明至少一项质疑事项"),
    )
    cites_1 = Words(_l("认为违反的规定（事项一）"), needed=False, hint=_l("例如：87号令第五十五条"))
    item_2 = Passage(_l("质疑事项二"), most=4000, rows=3, needed=False)
    cites_2 = Words(_l("认为违反的规定（事项二）"), needed=False)
    item_3 = Passage(_l("质疑事项三"), most=4000, rows=3, needed=False)
    cites_3 = Words(_l("认为违反的规定（事项三）"), needed=False)
    true = Tick(
        _l("以上内容属实。捏造事实或提供虚假材料要承担法律责任"),
        needed=True,
        missing=_l("请先勾选这一项"),
    )
    refused_at: ClassVar[Mapping[str, str]] = {
        "no_standing": "about",
        "challenge_too_late": "about",
        "challenge_empty": "item_1",
    }

    def matters(self) -> tuple[ChallengeItem, ...]:
        """What was written, without the fields that were left empty."""
        pairs = [(self[f"item_{n}"].data, self[f"cites_{n}"].data) for n in (1, 2, 3)]
        return tuple(ChallengeItem(text, cites or "") for text, cites in pairs if text)


class ComplaintForm(Form):
    """A complaint takes up what was challenged, and adds nothing."""

    numbers = Choices(_l("投诉哪几项"), items=(), missing=_l("请至少选一项"))
    text = Passage(
        _l("投诉的理由"),
        most=8000,
        rows=6,
        hint=_l("写明为什么不同意答复。不能增加质疑时没有提的事项。"),
        missing=_l("请写明理由"),
    )
    refused_at: ClassVar[Mapping[str, str]] = {
        "complaint_empty": "numbers",
        "complaint_beyond_challenge": "numbers",
    }


@dataclass(frozen=True, slots=True)
class Window:
    """Until when something can be challenged; None where there is nothing to challenge yet."""

    about: str
    label: Any
    until: datetime | None
    working_days: int | None
    open: bool
    standing: bool


@dataclass(frozen=True, slots=True)
class NewChallengePage:
    """The form, with the deadlines computed."""

    tender: str
    key: str
    title: Text
    windows: Sequence[Window]
    open: bool
    """Whether anything can be challenged, of some lot at least."""
    lot: str
    contact: Text | None
    own: Sequence[Challenge]
    form: ChallengeForm


@dataclass(frozen=True, slots=True)
class ChallengePage:
    """A challenge of the firm with its answer, and what can follow."""

    challenge: Challenge
    items: Sequence[Mapping[str, Any]]
    key: str
    title: Text
    about: Any
    stage: ChallengeStage
    answer: Text | None
    decision: Text | None
    answer_over: bool
    may_complain: bool
    complain_until: Countdown | None
    now: datetime
    suspended_until: datetime | None
    form: ComplaintForm


def dispute_pages(pages: Blueprint, container: Container) -> None:
    """Add the pages to the surface."""
    _filing(pages, container)
    _complaining(pages, container)


def _filing(pages: Blueprint, container: Container) -> None:
    @pages.get("/tenders/<tender>/challenge")
    @open_to(Audience.SUPPLIER)
    def new_challenge(tender: str) -> Response:
        lot = request.args.get("lot", "")
        known = {"about": request.args.get("about", ""), "lot": lot}
        return _drawn(tender, ChallengeForm({name: v for name, v in known.items() if v}))

    @pages.post("/tenders/<tender>/challenge")
    @open_to(Audience.SUPPLIER)
    def challenge_it(tender: str) -> AnyResponse:
        form = ChallengeForm(sent=True)
        with container.journal.read() as work:
            found = tenders.published_tender(work.session, tender)
            form.lot.items = _lots(found)
        if form.valid():
            with trying(form):
                lot = None if form.lot.data == WHOLE else form.lot.data
                with container.journal.write() as work:
                    new = NewChallenge(
                        tender,
                        firm_of(work, actor()).id,
                        About(form.about.data),
                        form.matters(),
                        lot,
                    )
                    made = challenges.file_challenge(work, actor(), new)
                return redirect(url_for(".challenge", challenge=made), 303)
        return _drawn(tender, form, 422)

    def _drawn(tender: str, form: ChallengeForm, status: int = 200) -> Response:
        with container.journal.read() as work:
            view = _new_page(work, tender, form)
        return page("supplier/challenge_new.html", view, status=status)


def _complaining(pages: Blueprint, container: Container) -> None:
    @pages.get("/challenges/<challenge>")
    @open_to(Audience.SUPPLIER)
    def challenge(challenge: str) -> Response:
        return _drawn(challenge, ComplaintForm())

    @pages.post("/challenges/<challenge>/complaint")
    @open_to(Audience.SUPPLIER)
    def complain(challenge: str) -> AnyResponse:
        form = ComplaintForm(sent=True)
        with container.journal.read() as work:
            found = _own(work, firm_of(work, actor()), challenge)
            form.numbers.items = _items(found)
        if form.valid():
            with trying(form):
                numbers = [int(number) for number in form.numbers.data]
                with container.journal.write() as work:
                    challenges.file_complaint(work, actor(), challenge, numbers, form.text.data)
                return redirect(url_for(".challenge", challenge=challenge), 303)
        return _drawn(challenge, form, 422)

    def _drawn(challenge: str, form: ComplaintForm, status: int = 200) -> Response:
        with container.journal.read() as work:
            view = _page(work, challenge, form)
        return page("supplier/challenge.html", view, status=status)


def _own(work: Work, firm: Firm, challenge_id: str) -> Challenge:
    found = queries.challenge(work.session, challenge_id)
    if found.supplier_id != firm.id:
        raise NotFound("challenge", challenge_id)
    return found


def _items(found: Challenge) -> tuple[tuple[str, str], ...]:
    return tuple((str(item["number"]), item["text"]) for item in found.items)


def _lots(tender: Tender) -> tuple[tuple[str, Any], ...]:
    return (
        (WHOLE, _l("整个项目")),
        *((lot.id, f"{lot.number}. {lot.title_zh}") for lot in tender.lots),
    )


def _new_page(work: Work, tender_id: str, form: ChallengeForm) -> NewChallengePage:
    tender = tenders.published_tender(work.session, tender_id)
    firm = firm_of(work, actor())
    form.lot.items = _lots(tender)
    only = tender.lots[0].id if len(tender.lots) == 1 else ""
    # What was typed is any text; only what is offered is looked for.
    offered = {str(item[0]) for item in form.lot.items}
    lot = form.lot.typed if form.lot.typed in offered else only
    if not form.lot.typed and lot:
        form.lot.process_data(lot)
    part = bool(acts_of_organization(work.session, tender.id, firm.id))
    windows = [_window(work, tender, firm, about, lot, took_part=part) for about in About]
    return NewChallengePage(
        tender=tender.id,
        key=plans.purchase(work.session, tender.purchase_id).ocid,
        title=Text(tender.title_zh, tender.title_en),
        windows=windows,
        open=len(tender.lots) > 1 or any(one.open and one.standing for one in windows),
        lot=lot,
        contact=Terms.from_record(tender.terms).contact,
        own=[
            one
            for one in queries.challenges_of_supplier(work.session, firm.id)
            if one.tender_id == tender.id
        ],
        form=form,
    )


def _window(
    work: Work, tender: Tender, firm: Firm, about: About, lot: str, *, took_part: bool
) -> Window:
    wanted = None if lot in ("", WHOLE) else lot
    new = NewChallenge(tender.id, firm.id, about, (), wanted)
    try:
        until = challenges.late_from(work, new)
    except (NotFound, Refused):
        until = None
    return Window(
        str(about),
        ABOUT[str(about)],
        until,
        working_days(work, tender, until) if until and until > work.now() else None,
        until is not None and work.now() < until,
        about is About.DOCUMENTS or took_part,
    )


def _page(work: Work, challenge_id: str, form: ComplaintForm) -> ChallengePage:
    found = _own(work, firm_of(work, actor()), challenge_id)
    tender = tenders.tender(work.session, found.tender_id)
    lot = tenders.lot(work.session, found.lot_id) if found.lot_id else None
    stage, now = ChallengeStage(found.stage), work.now()
    form.numbers.items = _items(found)
    running = queries.suspensions_of_challenge(work.session, found.id)
    until = _complain_until(work, tender, found)
    return ChallengePage(
        challenge=found,
        items=found.items,
        key=plans.purchase(work.session, tender.purchase_id).ocid,
        title=title_of(tender, lot),
        about=ABOUT[found.about],
        stage=stage,
        answer=text_or_none(found.answer_zh, found.answer_en),
        decision=text_or_none(found.decision_zh, found.decision_en),
        answer_over=now >= found.answer_due_at,
        may_complain=until is not None and now < until.closes_at,
        complain_until=until,
        now=now,
        suspended_until=max((one.until_at for one in running), default=None),
        form=form,
    )


def _complain_until(work: Work, tender: Tender, found: Challenge) -> Countdown | None:
    """The deadline of a complaint, once one may be filed."""
    answered = found.stage == ChallengeStage.ANSWERED
    silent = found.stage == ChallengeStage.FILED and work.now() >= found.answer_due_at
    if not (answered or silent):
        return None
    try:
        until = challenges.complaint_late_from(tender, found)
    except Refused:
        return None
    return Countdown(
        CountdownKind.COMPLAINT, until, working_days=working_days(work, tender, until), note=_FREE
    )


_FREE = Text("向财政部门投诉，不收费。", "To the finance department, free of charge.")
