"""One lot, from the closing to the signed report: opening, qualification, panel, its end."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from app.container import Container
from app.documents import papers
from app.documents.papers import Paper
from app.outcome import forms
from app.outcome.act_views import ActPage, BidQuestion, DrawPage, LotsPage, QualifyPage, RecordPage
from app.outcome.permits import permit
from app.outcome.reading import lots as reading
from app.outcome.reading.opening import bids_of, has_signed_record, opening_of
from app.outcome.reading.seeing import head_of, lot_of, profile_of
from app.outcome.reading.telling import people
from app.outcome.routes.twice import form_page
from app.outcome.signing import examined, examined_paper, to_sign, with_paper
from app.outcome.views import Bid
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import Form, trying
from app.web.pages import page
from app.web.shown import BidState
from bidding.evaluation import loading, queries, rules
from bidding.evaluation import services as evaluation
from bidding.evaluation.services import Declared, PanelPlan, Qualification
from bidding.evaluation.stages import EVALUATION
from bidding.opening import queries as openings
from bidding.opening import services as opening
from bidding.opening.stages import OPENING
from journal.work import Work
from kernel.lifecycle import Lifecycle
from kernel.money import Money
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Action, Audience, LotStage
from procurement.payments import services as payments
from procurement.plans import queries as plans
from procurement.plans.standing import purchase_subject
from procurement.tenders.models import Lot

_RECORD = Text("开标记录", "the opening record")
_DECLARED = ("small", "joint", "maker", "domestic", "brand")


def lot_routes(pages: Blueprint, container: Container) -> None:
    """The pages of a lot and of the steps before its award."""

    @pages.get("/buying/lots")
    @open_to(Audience.BUYER)
    def lots() -> Response:
        with container.journal.read() as work:
            rows = [reading.row_of(work, lot) for lot in reading.lots_of_actor(work, actor())]
        return page("outcome/lots.html", LotsPage(rows))

    @pages.get("/buying/lots/<lot>")
    @open_to(Audience.BUYER)
    def lot(lot: str) -> Response:
        with container.journal.read() as work:
            view = reading.lot_page(work, actor(), lot_of(work, actor(), lot))
        return page("outcome/lot.html", view)

    @form_page(pages, "/buying/lots/<lot>/opening-record", Audience.BUYER)
    def opening_record(*, lot: str, sent: bool) -> Response:
        form = forms.NothingForm()
        if sent:
            with trying(form):
                signed = examined(container, "record")
                pdf = examined_paper(container, Paper.OPENING_RECORD, lot)
                with container.journal.write() as work:
                    lot_of(work, actor(), lot)
                    opening.sign_opening_record(work, actor(), lot, signed, pdf=pdf)
                return redirect(url_for("outcome.lot", lot=lot), 303)
        with container.journal.read() as work:
            found = lot_of(work, actor(), lot)
            if not sent and not ready(found, OPENING, Action.SIGN_OPENING_RECORD):
                return redirect(url_for("outcome.lot", lot=lot), 303)
            view = record_page(work, found, form)
        if view.permit.may:
            view = with_paper(
                view,
                Paper.OPENING_RECORD,
                lambda: papers.opening_record_to_sign(container, actor(), lot),
            )
        return page("outcome/record.html", view, status=422 if sent else 200)

    @form_page(pages, "/buying/lots/<lot>/qualification", Audience.BUYER)
    def qualify(*, lot: str, sent: bool) -> Response:
        with container.journal.read() as work:
            found = lot_of(work, actor(), lot)
            if not sent and not ready(found, EVALUATION, Action.QUALIFY_BIDS):
                return redirect(url_for("outcome.lot", lot=lot), 303)
            bids = [bid for bid in bids_of(work, found) if bid.state is BidState.OPEN]
            view = qualify_page(work, found, bids, sent=sent)
        if sent and view.form.valid() and reasoned(view):
            with trying(view.form):
                with container.journal.write() as work:
                    evaluation.qualify_bids(work, actor(), lot, decisions_of(view))
                return redirect(url_for("outcome.lot", lot=lot), 303)
        return page("outcome/qualify.html", view, status=422 if sent else 200)

    @form_page(pages, "/buying/lots/<lot>/panel", Audience.BUYER)
    def draw(*, lot: str, sent: bool) -> Response:
        with container.journal.read() as work:
            found = lot_of(work, actor(), lot)
            if not sent and not ready(found, EVALUATION, Action.DRAW_PANEL):
                return redirect(url_for("outcome.lot", lot=lot), 303)
            view = draw_page(work, found, sent=sent)
            commitment = evaluation.prepare_draw(work, lot) if sent else b""
        if sent and view.form.valid():
            plan = PanelPlan(
                view.form["size"].data, view.form["named"].data, view.form["absent"].data
            )
            with trying(view.form):
                stamp = evaluation.stamp_draw(container.examiner, commitment)
                with container.journal.write() as work:
                    evaluation.draw_panel(work, actor(), lot, plan, stamp=stamp)
                return redirect(url_for("outcome.lot", lot=lot, _anchor="panel"), 303)
        return page("outcome/draw.html", view, status=422 if sent else 200)

    @form_page(pages, "/buying/lots/<lot>/report", Audience.BUYER)
    def conclude(*, lot: str, sent: bool) -> Response:
        form = forms.ConfirmForm(sent=sent)
        if sent and form.valid():
            with trying(form):
                with container.journal.write() as work:
                    lot_of(work, actor(), lot)
                    evaluation.conclude_report(work, actor(), lot)
                return redirect(url_for("outcome.lot", lot=lot), 303)
        return act_page(lot, form, Action.CONCLUDE_REPORT, "outcome/conclude.html", sent=sent)

    @form_page(pages, "/buying/lots/<lot>/failure", Audience.BUYER)
    def fail(*, lot: str, sent: bool) -> Response:
        form = forms.FailForm(sent=sent)
        if sent and form.valid():
            with trying(form):
                with container.journal.write() as work:
                    lot_of(work, actor(), lot)
                    evaluation.fail_lot(work, actor(), lot, form.text("reason"), form.cites)
                return redirect(url_for("outcome.lot", lot=lot), 303)
        return act_page(lot, form, Action.FAIL_LOT, "outcome/fail.html", sent=sent)

    @form_page(pages, "/buying/lots/<lot>/end-of-purchase", Audience.BUYER)
    def close(*, lot: str, sent: bool) -> Response:
        form = forms.ConfirmForm(sent=sent)
        if sent and form.valid():
            with trying(form):
                with container.journal.write() as work:
                    found = lot_of(work, actor(), lot)
                    payments.close_purchase(work, actor(), found.tender.purchase_id)
                return redirect(url_for("outcome.lot", lot=lot), 303)
        with container.journal.read() as work:
            found = lot_of(work, actor(), lot)
            purchase = plans.purchase(work.session, found.tender.purchase_id)
            on = purchase_subject(work, purchase)
            may = permit(actor(), Action.CLOSE_PURCHASE, on)
            view = ActPage(head_of(work, found), may, form)
        return page("outcome/close.html", view, status=422 if sent else 200)

    def act_page(lot: str, form: Form, action: Action, template: str, *, sent: bool) -> Response:
        """A step of the evaluation that asks for a form and no signature."""
        with container.journal.read() as work:
            found = lot_of(work, actor(), lot)
            if not sent and not ready(found, EVALUATION, action):
                return redirect(url_for("outcome.lot", lot=lot), 303)
            may = permit(actor(), action, loading.lot_subject(work, found))
            view = ActPage(head_of(work, found), may, form)
        return page(template, view, status=422 if sent else 200)


def ready(lot: Lot, table: Lifecycle[LotStage], action: Action) -> bool:
    """Whether the stage allows the step; a page for another stage leads back to the lot."""
    return table.allows(LotStage(lot.stage), action)


def record_page(work: Work, lot: Lot, form: Form) -> RecordPage:
    """The opening record as it was made, to be read and signed."""
    facts = opening_of(work, lot)
    if facts is None:
        raise NotFound("opening record", lot.id)
    record = openings.opening_record(work.session, lot.id)
    on = loading.lot_subject(work, lot)
    return RecordPage(
        head=head_of(work, lot),
        permit=permit(actor(), Action.SIGN_OPENING_RECORD, on),
        form=form,
        opening=facts,
        bids=bids_of(work, lot),
        to_sign=to_sign("record", _RECORD, record.statement),
        signed_already=has_signed_record(work.session, lot.id, actor().person),
    )


def qualify_page(work: Work, lot: Lot, bids: Sequence[Bid], *, sent: bool) -> QualifyPage:
    """The bids, each with the requirements of the tender on a bidder."""
    wanted = [
        Text(row.title_zh, row.title_en)
        for row in lot.tender.criteria
        if row.kind == "qualification"
    ] or [Text("供应商具备参加采购的法定条件", "The supplier meets the conditions of the law")]
    form = forms.qualify_form(len(bids), wanted, sent=sent)
    return QualifyPage(
        head=head_of(work, lot),
        permit=permit(actor(), Action.QUALIFY_BIDS, loading.lot_subject(work, lot)),
        form=form,
        questions=[
            BidQuestion(
                bid=bid,
                fields=[f"c-{at}-{number}" for number in range(len(wanted))],
                reason=[f"reason-{at}-zh", f"reason-{at}-en", f"cites-{at}"],
                declared=[f"{name}-{at}" for name in _DECLARED],
            )
            for at, bid in enumerate(bids)
        ],
        requirements=wanted,
        least=profile_of(lot).bidders_min_to_open.value,
    )


def reasoned(view: QualifyPage) -> bool:
    """Whether each bid that is turned away has its reason and its rule; else it is said where."""
    for at, question in enumerate(view.questions):
        if any(view.form[name].data == "failed" for name in question.fields):
            for name in (f"reason-{at}-zh", f"cites-{at}"):
                if not view.form[name].data:
                    view.form[name].errors = [view.form[name].missing]
    return not view.form.faults


def decisions_of(view: QualifyPage) -> list[Qualification]:
    """What the form decides about each bid: every requirement passed, or which failed and why."""
    form, found = view.form, []
    for at, question in enumerate(view.questions):
        failed = [
            requirement
            for name, requirement in zip(question.fields, view.requirements, strict=True)
            if form[name].data == "failed"
        ]
        zh, en = form[f"reason-{at}-zh"].data or "", form[f"reason-{at}-en"].data or ""
        said_zh = "；".join(one.zh for one in failed)
        said_en = "; ".join(one.en or one.zh for one in failed)
        found.append(
            Qualification(
                bid=question.bid.id,
                qualified=not failed,
                reason=Text(f"不合格：{said_zh}。{zh}", f"Failed: {said_en}. {en}" if en else "")
                if failed
                else None,
                cites=(form[f"cites-{at}"].data or "") if failed else "",
                declared=Declared(
                    small=form[f"small-{at}"].data,
                    joint=form[f"joint-{at}"].data,
                    manufacturer_declared=form[f"maker-{at}"].data,
                    domestic_cost_share=forms.percent(form[f"domestic-{at}"].data),
                    brand=form[f"brand-{at}"].data or "",
                ),
            )
        )
    return found


def draw_page(work: Work, lot: Lot, *, sent: bool) -> DrawPage:
    """The form of a draw, with the least size that the rules ask for."""
    session, profile = work.session, profile_of(lot)
    budget = Money.of_minor(lot.budget_minor, lot.tender.currency)
    least = rules.panel_size_needed(profile=profile, budget=budget)
    before = queries.draws(session, lot.id)
    form = forms.DrawForm(data={"size": before[-1].seats if before else least}, sent=sent)
    own = queries.buyer_panelists(session, lot.tender.buyer_id)
    seats = queries.seated(session, lot.id)
    names = people(session, {*own, *(seat.person_id for seat in seats)})
    form.named.items = [(person, names[person]) for person in sorted(own, key=names.__getitem__)]
    form.absent.items = [(seat.person_id, names[seat.person_id]) for seat in seats]
    share = profile.panel_expert_share_min.value
    return DrawPage(
        head=head_of(work, lot),
        permit=permit(actor(), Action.DRAW_PANEL, loading.lot_subject(work, lot)),
        form=form,
        least=least,
        expert_share=f"{share.numerator}/{share.denominator}",
        listed=len(queries.expert_list(session)),
        again=bool(before),
    )
