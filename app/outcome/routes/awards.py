"""The award: decided within its time, announced by signature, or ended (S51)."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from app.container import Container
from app.documents import papers
from app.documents.papers import Paper
from app.outcome import forms
from app.outcome.act_views import DecidePage, LapsePage, NoticePage
from app.outcome.permits import permit
from app.outcome.reading import lots as reading
from app.outcome.reading.awards import award_view, items_of, letters_to_come
from app.outcome.reading.judging import places_of
from app.outcome.reading.seeing import head_of, lot_of, profile_of
from app.outcome.routes.lots import ready
from app.outcome.routes.twice import form_page
from app.outcome.signing import examined, examined_paper, is_signed, to_sign, with_paper
from app.web.access import actor
from app.web.forms import Form, trying
from app.web.language import language, say
from app.web.pages import page
from app.web.shown import Lamp
from bidding.evaluation import loading
from journal.work import Work
from kernel.money import Money
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Action, Audience
from procurement.awards import models, queries
from procurement.awards import services as awards
from procurement.awards.notices import AwardNotice
from procurement.awards.stages import AWARD
from procurement.tenders.models import Lot
from reports import amounts

_NOTICE = Text("结果公告", "the award notice")


def award_routes(pages: Blueprint, container: Container) -> None:
    """The three steps of an award."""

    @form_page(pages, "/buying/lots/<lot>/award", Audience.BUYER)
    def decide(*, lot: str, sent: bool) -> Response:
        with container.journal.read() as work:
            found = lot_of(work, actor(), lot)
            if not ready(found, AWARD, Action.DECIDE_AWARD):
                return redirect(url_for("outcome.lot", lot=lot), 303)
            form = forms.DecideForm(sent=sent)
            view = decide_page(work, found, form)
        if sent and form.valid():
            given = form.text("reason") if form.reason_zh.data else None
            with trying(form):
                with container.journal.write() as work:
                    awards.decide_award(
                        work,
                        actor(),
                        lot,
                        form.bid.data,
                        reason=given,
                        cites=form.cites.data or "",
                    )
                return redirect(url_for("outcome.lot", lot=lot, _anchor="award"), 303)
        return page("outcome/decide.html", view, status=422 if sent else 200)

    @form_page(pages, "/buying/lots/<lot>/award-notice", Audience.BUYER)
    def notice(*, lot: str, sent: bool) -> Response:
        form = forms.NoticeForm(sent=sent)
        good = sent and form.valid()
        signs = is_signed("notice")
        with container.journal.read() as work:
            found = lot_of(work, actor(), lot)
            award = queries.live_award(work.session, lot)
            if award is None or not ready(found, AWARD, Action.PUBLISH_AWARD):
                return redirect(url_for("outcome.lot", lot=lot), 303)
            award_id = award.id
        said = AwardNotice(form.winner_address.data or "")
        if good and signs:
            with trying(form):
                signed = examined(container, "notice")
                pdf = examined_paper(container, Paper.AWARD_NOTICE, award_id, signed.statement)
                with container.journal.write() as work:
                    awards.publish_award(work, actor(), award_id, said, signed, pdf=pdf)
                return redirect(url_for("outcome.lot", lot=lot, _anchor="award"), 303)
        with container.journal.read() as work:
            found = lot_of(work, actor(), lot)
            award = queries.award(work.session, award_id)
            view = notice_page(work, found, award, form, said if good else None)
        if view.to_sign and view.permit.may:
            statement = view.to_sign[0].statement or b""
            view = with_paper(
                view,
                Paper.AWARD_NOTICE,
                lambda: papers.award_notice_to_sign(container, actor(), award_id, said, statement),
            )
        bad = sent and (not good or signs)
        return page("outcome/notice.html", view, status=422 if bad else 200)

    @form_page(pages, "/buying/lots/<lot>/lapse", Audience.BUYER)
    def lapse(*, lot: str, sent: bool) -> Response:
        form = forms.LapseForm(sent=sent)
        with container.journal.read() as work:
            found = lot_of(work, actor(), lot)
            award = queries.live_award(work.session, lot)
            if award is None or not ready(found, AWARD, Action.LAPSE_AWARD):
                return redirect(url_for("outcome.lot", lot=lot), 303)
            award_id = award.id
            view = lapse_page(work, found, award, form)
        if sent and form.valid():
            with trying(form):
                with container.journal.write() as work:
                    awards.lapse_award(
                        work,
                        actor(),
                        award_id,
                        form.code.data,
                        form.reason.data,
                        form.cites.data,
                    )
                return redirect(url_for("outcome.lot", lot=lot), 303)
        return page("outcome/lapse.html", view, status=422 if sent else 200)


def decide_page(work: Work, lot: Lot, form: forms.DecideForm) -> DecidePage:
    """The candidates in the order of the ranking, and until when the buyer may choose."""
    session = work.session
    open_to_choice = {row.bid_id for row in queries.candidates(session, lot.id)}
    places = places_of(session, lot)
    candidates = [place for place in places if place.bid in open_to_choice]
    if not candidates:
        raise NotFound("candidate", lot.id)
    form.bid.items = [
        (
            place.bid,
            say(Text(f"第{place.rank}名：{place.bidder.zh}",
                     f"Rank {place.rank}: {place.bidder.en or place.bidder.zh}")),
            amounts.amount(place.price, language()),
        )
        for place in candidates
    ]  # fmt: skip
    due = reading.lot_due(work, lot)
    return DecidePage(
        head=head_of(work, lot),
        permit=permit(actor(), Action.DECIDE_AWARD, loading.lot_subject(work, lot)),
        form=form,
        places=places,
        first=candidates[0],
        budget=Money.of_minor(lot.budget_minor, lot.tender.currency),
        due=due,
        late=due is not None and due.lamp is Lamp.RED,
    )


def notice_page(
    work: Work, lot: Lot, award: models.Award, form: Form, said: AwardNotice | None
) -> NoticePage:
    """The notice and its letters; what is to be signed once the address is there."""
    statement = awards.prepare_award_notice(work, award.id, said) if said else None
    on = loading.lot_subject(work, lot, kind="award", id=award.id)
    return NoticePage(
        head=head_of(work, lot),
        permit=permit(actor(), Action.PUBLISH_AWARD, on),
        form=form,
        award=award_view(work.session, award),
        items=items_of(lot),
        experts=queries.panel_names(work.session, lot.id),
        letters=letters_to_come(work, award),
        period_workdays=profile_of(lot).award_notice_period_workdays.value,
        to_sign=to_sign("notice", _NOTICE, statement) if statement else (),
    )


def lapse_page(work: Work, lot: Lot, award: models.Award, form: Form) -> LapsePage:
    """The award that would end, and who would be next."""
    following = [
        place
        for place in places_of(work.session, lot)
        if place.bid in {row.bid_id for row in queries.candidates(work.session, lot.id)}
        and place.bid != award.bid_id
    ]
    on = loading.lot_subject(work, lot, kind="award", id=award.id)
    return LapsePage(
        head=head_of(work, lot),
        permit=permit(actor(), Action.LAPSE_AWARD, on),
        form=form,
        award=award_view(work.session, award),
        next_up=following[0].bidder if following else None,
    )
