"""Challenges that the buyer answers, and complaints that the reviewer decides."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from app.container import Container
from app.outcome import forms
from app.outcome.act_views import ChallengesPage
from app.outcome.reading import disputes as reading
from app.outcome.routes.twice import form_page
from app.web.access import actor
from app.web.audience import open_to
from app.web.forms import trying
from app.web.pages import page
from kernel.vocabulary import Audience
from procurement.challenges import services as challenges
from procurement.challenges.services import Answer, Ruling


def dispute_routes(pages: Blueprint, container: Container) -> None:
    """The lists and the pages of one challenge, for each side."""

    @pages.get("/buying/challenges")
    @open_to(Audience.BUYER)
    def challenge_list() -> Response:
        with container.journal.read() as work:
            found = reading.challenges_of_buyer(work, actor())
            view = ChallengesPage(
                rows=reading.rows_of(
                    work,
                    [one for one in found if reading.is_open(one)],
                    endpoint="outcome.challenge",
                ),
                past=reading.rows_of(
                    work,
                    [one for one in found if not reading.is_open(one)],
                    endpoint="outcome.challenge",
                ),
            )
        return page("outcome/challenges.html", view)

    @form_page(pages, "/buying/challenges/<challenge>", Audience.BUYER)
    def challenge(*, challenge: str, sent: bool) -> Response:
        form = forms.AnswerForm(sent=sent)
        if sent and form.valid():
            with trying(form):
                with container.journal.write() as work:
                    reading.challenge_for_buyer(work, actor(), challenge)
                    answer = Answer(form.outcome.data, form.text("answer"))
                    challenges.answer_challenge(work, actor(), challenge, answer)
                return redirect(url_for("outcome.challenge", challenge=challenge), 303)
        with container.journal.read() as work:
            found = reading.challenge_for_buyer(work, actor(), challenge)
            view = reading.challenge_page(work, actor(), found, form)
        return page("outcome/challenge.html", view, status=422 if sent else 200)

    @pages.get("/complaints")
    @open_to(Audience.REVIEWER)
    def complaint_list() -> Response:
        with container.journal.read() as work:
            found = reading.complaints(work)
            view = ChallengesPage(
                rows=reading.rows_of(
                    work,
                    [one for one in found if reading.is_open(one)],
                    endpoint="outcome.complaint",
                ),
                past=reading.rows_of(
                    work,
                    [one for one in found if not reading.is_open(one)],
                    endpoint="outcome.complaint",
                ),
                reviewer=True,
            )
        return page("outcome/challenges.html", view)

    @form_page(pages, "/complaints/<challenge>", Audience.REVIEWER)
    def complaint(*, challenge: str, sent: bool) -> Response:
        form = forms.RulingForm(sent=sent)
        if sent and form.valid():
            ruling = Ruling(
                form.ruling.data, form.remedy.data, form.text("decision"), form.cites.data
            )
            with trying(form):
                with container.journal.write() as work:
                    reading.complaint_for_reviewer(work, challenge)
                    challenges.decide_complaint(work, actor(), challenge, ruling)
                return redirect(url_for("outcome.complaint", challenge=challenge), 303)
        with container.journal.read() as work:
            found = reading.complaint_for_reviewer(work, challenge)
            view = reading.challenge_page(work, actor(), found, form)
        return page("outcome/complaint.html", view, status=422 if sent else 200)
