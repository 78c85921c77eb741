"""A new password by a letter, an address that is confirmed, and what each refuses."""

from __future__ import annotations

import email
import re
import socket
from dataclasses import replace
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from flask import Flask
from sqlalchemy import Engine, select

from app.accounts import recovery
from app.accounts.models import MailLink
from app.container import Container
from app.jobs.outbox import empty_outbox
from app.mail.sending import letter, send
from app.surfaces import application
from journal.models import Job
from kernel.refusal import Refused
from tests.app.visiting import Visit
from tests.world import PASSWORD, World

NEW = "four unrelated words here"


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    made = World(engine, tmp_path)
    with made.installation.journal.write() as work:
        recovery.set_address(work, made.staff.officer.person, "wang@example.cn")
        recovery.address_of(work, made.staff.officer.person).confirmed_at = work.clock.now()
    return made


@pytest.fixture
def web(world: World) -> Flask:
    return application(world.installation)


def letters(web: Flask, container: Container) -> list[EmailMessage]:
    """The letters that have been written, in the order of their names; the folder is emptied."""
    empty_outbox(web, container)
    found = []
    for path in sorted((container.settings.var / "mail").glob("*.eml")):
        found.append(email.message_from_bytes(path.read_bytes(), policy=policy.default))
        path.unlink()
    return found


def link_in(message: EmailMessage, word: str) -> str:
    found = re.search(rf"(/account/{word}/\S+)", message.get_content())
    assert found is not None, message.get_content()
    return found[1]


def test_a_new_password_by_a_letter(world: World, web: Flask) -> None:
    officer = world.staff.officer
    before = Visit(web, officer)
    visit = Visit(web)
    told = visit.send(visit.open("/account/forgotten"), name="wang@example.cn")
    assert "请看您的邮箱" in told
    (message,) = letters(web, world.installation)
    assert message["To"] == "wang@example.cn"
    assert message["Subject"] == "设新密码"
    link = link_in(message, "new-password")
    visit.send(visit.open(link), new=NEW)
    assert visit.open("/account/log-in").forms[0]
    assert visit.log_in(officer.login, NEW).request.path == "/desk"
    # Every session from before has ended, and the link is used up.
    assert before.open("/desk").request.path == "/account/log-in"
    assert "已经用过或者过期" in visit.open(link, status=422)


def test_the_answer_does_not_tell_whether_an_account_exists(world: World, web: Flask) -> None:
    visit = Visit(web)
    page = visit.open("/account/forgotten")
    known = visit.send(page, name=world.staff.officer.login)
    unknown = visit.send(visit.open("/account/forgotten"), name="nobody")
    strip = re.compile(rb'value="[^"]*"')
    assert strip.sub(b"", known.body) == strip.sub(b"", unknown.body)
    assert len(letters(web, world.installation)) == 1


def test_asking_often_sends_one_letter(world: World, web: Flask) -> None:
    visit = Visit(web)
    for _ in range(5):
        visit.send(visit.open("/account/forgotten"), name=world.staff.officer.login)
    assert len(letters(web, world.installation)) == 1


def test_no_secret_is_kept(world: World, web: Flask) -> None:
    visit = Visit(web)
    visit.send(visit.open("/account/forgotten"), name=world.staff.officer.login)
    (message,) = letters(web, world.installation)
    secret = link_in(message, "new-password").rpartition("/")[2]
    with world.installation.journal.read() as work:
        jobs = work.session.scalars(select(Job)).all()
        assert all(secret not in str(job.payload) for job in jobs)
        assert all(
            secret.encode() not in row.digest for row in work.session.scalars(select(MailLink))
        )


def test_a_link_ends_at_its_hour(world: World, web: Flask) -> None:
    visit = Visit(web)
    visit.send(visit.open("/account/forgotten"), name=world.staff.officer.login)
    (message,) = letters(web, world.installation)
    link = link_in(message, "new-password")
    world.clock.advance(recovery.SERVES_FOR - timedelta(microseconds=1))
    visit.open(link)
    world.clock.advance(timedelta(microseconds=1))
    visit.open(link, status=422)


def test_a_short_password_is_named_and_the_link_stays_good(world: World, web: Flask) -> None:
    visit = Visit(web)
    visit.send(visit.open("/account/forgotten"), name=world.staff.officer.login)
    (message,) = letters(web, world.installation)
    page = visit.open(link_in(message, "new-password"))
    again = visit.send(page, new="short", status=422)
    assert "10" in again.html.select_one(".govuk-error-summary").text
    visit.send(again, new=NEW)


def test_an_address_that_two_people_share_opens_neither_account(world: World, web: Flask) -> None:
    with world.installation.journal.write() as work:
        other = world.staff.approver.person
        recovery.set_address(work, other, "WANG@example.cn")
        recovery.address_of(work, other).confirmed_at = work.clock.now()
        assert recovery.person_to_help(work, "wang@example.cn") is None


def test_an_address_counts_once_a_letter_has_arrived(world: World, web: Flask) -> None:
    visit = Visit(web, world.staff.officer)
    visit.send(visit.open("/account/address"), email="new@example.cn")
    assert "wang@example.cn" in visit.open("/account")
    (message,) = letters(web, world.installation)
    assert message["To"] == "new@example.cn"
    page = visit.open(link_in(message, "confirm-address"))
    assert "邮箱已确认" in visit.send(page)
    assert "new@example.cn" in visit.open("/account")


@pytest.mark.parametrize("bad", ["", "wang", "wang@", "a b@c.cn", "x@y.cn\r\nBcc: all@z.cn"])
def test_an_address_has_the_form_of_one(world: World, web: Flask, bad: str) -> None:
    visit = Visit(web, world.staff.officer)
    page = visit.open("/account/address")
    again = visit.send(page, email=bad, status=422)
    assert again.html.select_one(".govuk-error-message")
    assert not letters(web, world.installation)


def test_a_password_is_changed_by_the_old_one(world: World, web: Flask) -> None:
    visit = Visit(web, world.staff.officer)
    wrong = visit.send(visit.open("/account/password"), old="not this one", new=NEW, status=422)
    assert "现在的密码不对" in wrong
    assert "not this one" not in wrong
    visit.send(wrong, old=PASSWORD, new=NEW)
    assert Visit(web).log_in(world.staff.officer.login, NEW).request.path == "/desk"


def test_links_of_one_kind_do_not_serve_as_another(world: World) -> None:
    with world.installation.journal.write() as work:
        secret = recovery.new_link(work, world.staff.officer.person, recovery.ADDRESS, "a@b.cn")
        with pytest.raises(Refused, match="mail_link_over"):
            recovery.set_password(work, secret, NEW)


def test_letters_go_through_a_mail_server(world: World, tmp_path: Path) -> None:
    taken: list[bytes] = []

    class Keep(Sink):
        async def handle_DATA(self, _server, _session, envelope) -> str:  # type: ignore[no-untyped-def]  # noqa: N802
            taken.append(envelope.content)
            return "250 OK"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host, port = free.getsockname()
    server = Controller(Keep(), hostname=host, port=port)
    server.start()
    try:
        message = letter("s@sunlit.cn", "w@example.cn", "主题", "正文", world.clock)
        send(message, smtp_url=f"smtp://{host}:{port}", folder=tmp_path)
    finally:
        server.stop()
    got = email.message_from_bytes(taken[0], policy=policy.default)
    assert (got["Subject"], got.get_content().strip()) == ("主题", "正文")


def test_a_mail_server_that_is_away_is_tried_again(world: World, web: Flask) -> None:
    settings = replace(world.installation.settings, smtp_url="smtp://127.0.0.1:9")
    away = replace(world.installation, settings=settings)
    visit = Visit(web)
    visit.send(visit.open("/account/forgotten"), name=world.staff.officer.login)
    empty_outbox(web, away)
    with world.installation.journal.read() as work:
        (job,) = work.session.scalars(select(Job))
        assert job.finished_at is None
        assert job.attempts == 1
        assert "Error" in job.problem
    assert not letters(web, world.installation)
    world.clock.advance(timedelta(minutes=1))
    assert len(letters(web, world.installation)) == 1
