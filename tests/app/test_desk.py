"""The desk, drafts, and forms that outlive a session."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.drafts import services as drafts
from app.surfaces import application
from app.web.shown import Lamp
from app.web.tasks import Task, most_pressing_first
from kernel.refusal import Refused
from kernel.text import Text
from tests.app.visiting import Visit
from tests.world import START, World


@pytest.fixture
def web(world: World) -> Flask:
    return application(world.installation)


def test_log_in_leads_to_the_desk(world: World, web: Flask) -> None:
    visit = Visit(web, world.staff.officer)
    page = visit.open("/desk")
    assert "今天没有要办的事" in page
    assert visit.open("/en/desk").html.h1.text == "Nothing to do today"


def test_the_desk_is_for_people_who_are_logged_in(web: Flask) -> None:
    page = Visit(web).open("/desk")
    assert page.request.path == "/account/log-in"


def test_the_most_pressing_comes_first() -> None:
    def task(name: str, lamp: Lamp, hours: int | None = None) -> Task:
        due = START + timedelta(hours=hours) if hours is not None else None
        return Task(Text(name), "/", due_at=due, lamp=lamp)

    tasks = [
        task("idle", Lamp.IDLE),
        task("green", Lamp.GREEN, 1),
        task("later", Lamp.AMBER, 9),
        task("sooner", Lamp.AMBER, 2),
        task("red", Lamp.RED, 50),
    ]
    assert [one.title.zh for one in most_pressing_first(tasks)] == [
        "red", "sooner", "later", "green", "idle",
    ]  # fmt: skip


def test_a_draft_is_its_persons_alone(world: World) -> None:
    journal = world.installation.journal
    officer, other = world.staff.officer.person, world.staff.approver.person
    with journal.write() as work:
        drafts.keep(work, officer, "need", "new", {"title": ["课桌"]})
        drafts.keep(work, officer, "need", "new", {"title": ["课桌椅"]})
    with journal.read() as work:
        kept = drafts.find(work, officer, "need", "new")
        assert kept is not None
        assert kept.fields == {"title": ["课桌椅"]}
        assert drafts.find(work, other, "need", "new") is None
    with journal.write() as work:
        drafts.drop(work, officer, "need", "new")
        assert drafts.find(work, officer, "need", "new") is None


def test_a_draft_has_a_name_and_a_size(world: World) -> None:
    with world.installation.journal.write() as work:
        person = world.staff.officer.person
        for kind, subject in (("Need", "new"), ("need", "a b"), ("", "new"), ("need", "x" * 81)):
            with pytest.raises(Refused, match="draft_name"):
                drafts.keep(work, person, kind, subject, {})
        with pytest.raises(Refused, match="draft_too_large"):
            drafts.keep(work, person, "need", "new", {"title": ["x" * 300_001]})


def test_drafts_that_nobody_touches_are_forgotten(world: World) -> None:
    person = world.staff.officer.person
    with world.installation.journal.write() as work:
        drafts.keep(work, person, "need", "new", {"title": ["课桌"]})
    world.clock.advance(drafts.KEPT_FOR)
    with world.installation.journal.write() as work:
        drafts.sweep(work)
        assert drafts.find(work, person, "need", "new") is None


def test_saving_by_script_keeps_no_secret(world: World, web: Flask) -> None:
    visit = Visit(web, world.staff.officer)
    token = visit.open("/account/log-out").forms[0]["csrf_token"].value
    fields = {"csrf_token": token, "title": "课桌", "password": "x", "sign-notice-cms": "x"}
    saved = visit.browser.post("/drafts/need/new", fields).json
    # By the office's clock, wherever the computer is.
    assert saved == {"saved_at": "2026-03-02T01:00:00.000Z", "shown": "09:00:00"}
    with world.installation.journal.read() as work:
        kept = drafts.find(work, world.staff.officer.person, "need", "new")
    assert kept is not None
    assert kept.fields == {"title": ["课桌"]}
    assert visit.browser.post("/drafts/NEED/new", fields, status=422).json["error"] == "draft_name"


def test_a_form_that_comes_after_the_session_is_held_through_the_log_in(
    world: World, web: Flask
) -> None:
    visit = Visit(web, world.staff.officer)
    form = visit.open("/account/second-factor").forms[0]
    visit.browser.reset()
    gone = visit.browser.post(
        "/drafts/need/new", {"title": "课桌", "csrf_token": form["csrf_token"].value}, status=401
    )
    assert "您填的内容还在" in gone
    log_in = gone.forms[0]
    log_in["login"], log_in["password"] = world.staff.officer.login, "wrong password"
    again = log_in.submit(status=422)
    again.forms[0]["password"] = "correct horse battery staple"
    held = again.forms[0].submit()
    assert held.forms[0]["title"].value == "课桌"
    assert held.forms[0].submit().json["saved_at"]


def test_a_form_of_another_site_is_not_held(world: World, web: Flask) -> None:
    visit = Visit(web)
    visit.browser.extra_environ["HTTP_ORIGIN"] = "http://evil.example"
    gone = visit.browser.post("/drafts/need/new", {"title": "课桌"}, status=401)
    assert "课桌" not in gone


def test_an_old_form_of_ours_is_sent_once_more(world: World, web: Flask) -> None:
    visit = Visit(web, world.staff.officer)
    old = visit.browser.post("/drafts/need/new", {"title": "课桌", "csrf_token": "x"}, status=400)
    assert old.forms[0].submit().json["saved_at"]
