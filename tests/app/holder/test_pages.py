"""A key holder at the pages: keys before the notice, shares after the closing, the record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from flask import Flask
from webtest import TestResponse, Upload

from app.jobs.timekeeping import latest_checkpoint_digest
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from app.rehearsal.sealed import index_of, new_identity
from app.surfaces import application
from kernel.vocabulary import LotStage, Part, TenderStage
from procurement.tenders import queries as tenders
from signatures.sealed import committee
from tests.app.visiting import Visit
from tests.world import CLOSES_AT, PUBLISHED_AT, World


@pytest.fixture
def web(world: World) -> Flask:
    """Its pages."""
    return application(world.installation)


def drafted(world: World) -> Play:
    """A tender that is approved and has no key yet."""
    play = world.play()
    play.plan()
    play.intend()
    world.clock.set(PUBLISHED_AT)
    play.draft()
    return play


def made(play: Play, holder: Player) -> dict[str, bytes]:
    """What `sunlit-bid keys make` and `keys possession` write, for both parts."""
    origin = play.installation.journal.origin
    checkpoint = latest_checkpoint_digest(play.installation)
    files = {}
    for part in Part:
        with play.installation.journal.read() as work:
            index = index_of(work.session, holder, play.tender, str(part))
        identity = new_identity()
        about = {
            "origin": origin,
            "tender": play.tender,
            "part": str(part),
            "index": index,
            "identity": identity,
        }
        said = {
            "holder": committee.holder_statement(**about, made_at=play.clock.now()),  # type: ignore[arg-type]
            "possession": committee.possession_statement(**about, checkpoint=checkpoint),  # type: ignore[arg-type]
        }
        for kind, statement in said.items():
            files[f"{kind}-{part}.json"] = statement
            files[f"{kind}-{part}.p7s"] = holder.signs(statement)
        holder.identities[play.tender, str(part)] = identity
    return files


def bring(
    visit: Visit, page: TestResponse, files: Mapping[str, bytes], *, status: int = 200
) -> TestResponse:
    """Send these files with the word that the key file is kept."""
    form = page.forms[0]
    data = [("csrf_token", form["csrf_token"].value), ("kept", "1")]
    sent = visit.browser.post(
        form.action,
        params=[*data, *(("files", Upload(name, octets)) for name, octets in files.items())],
        content_type="multipart/form-data",
        status="*",
    ).maybe_follow()
    assert sent.status_int == status, sent.text
    return sent


def at(play: Play) -> str:
    """The address of the tender."""
    return f"/holding/{play.tender}"


def test_a_holder_brings_what_the_offline_tool_signed(world: World, web: Flask) -> None:
    play = drafted(world)
    holder = world.staff.holders[0]
    visit = Visit(web, holder)
    assert "生成并登记密钥" in visit.open("/desk")
    page = visit.open(at(play))
    assert page.html.h1.text == "生成并登记您的密钥"
    index = page.html.select_one("[data-holder]")["data-index"]
    assert f"--index {index} --part technical --part price" in page
    assert play.installation.journal.origin in page
    files = made(play, holder)
    done = bring(visit, page, files)
    assert done.html.h1.text == "您的密钥已登记，等公告发布"
    with world.installation.journal.read() as work:
        mine = [
            key
            for key in tenders.holder_keys(work.session, play.tender)
            if key.person_id == holder.person
        ]
        assert all(key.recipient and key.possession_document_id for key in mine)
    # The same once more, as by a double click, changes nothing.
    again = bring(visit, done, files)
    assert again.html.h1.text == "您的密钥已登记，等公告发布"


def test_wrong_files_are_named_and_nothing_is_registered(world: World, web: Flask) -> None:
    play = drafted(world)
    holder, other = world.staff.holders[:2]
    visit = Visit(web, holder)
    page = visit.open(at(play))
    files = made(play, holder)
    half = {name: octets for name, octets in files.items() if name != "holder-price.p7s"}
    assert "holder-price缺少配对" in bring(visit, page, half, status=422)
    assert "keys.age不是要交的文件" in bring(visit, page, {"keys.age": b"age"}, status=422)
    assert "选择工具生成的文件" in bring(visit, page, {}, status=422)
    altered = {**files, "holder-price.json": files["holder-technical.json"]}
    assert "签名未通过验证" in bring(visit, page, altered, status=422)
    # Another holder's statements do not become this one's.
    foreign = made(play, other)
    assert bring(visit, page, foreign, status=422).html.select_one(".govuk-error-summary")
    with world.installation.journal.read() as work:
        assert not any(key.recipient for key in tenders.holder_keys(work.session, play.tender))


def test_only_the_named_come_in(world: World, web: Flask) -> None:
    play = drafted(world)
    Visit(web, world.staff.officer).open(at(play), status=403)
    stranger = world.cast.player("holder9", "外人", world.staff.buyer, [])
    from kernel.vocabulary import Role

    world.cast.grant(stranger, [(Role.HOLDER, world.staff.buyer)])
    Visit(web, stranger).open(at(play), status=404)
    assert "没有被指定" in Visit(web, stranger).open("/holding")


def test_before_the_closing_there_is_nothing_to_decrypt(world: World, web: Flask) -> None:
    play = world.tender(stage=TenderStage.OPEN, bids=3)
    page = Visit(web, world.staff.holders[0]).open(at(play))
    assert page.html.h1.text == "截止前没有可以解密的东西"
    assert not page.html.select("[data-release]")
    assert "sunlit-bid release" not in page
    Visit(web, world.staff.holders[0]).open(f"{at(play)}/closing.tsr", status=404)


def test_shares_wait_for_the_objections_and_are_then_released(world: World, web: Flask) -> None:
    play = world.tender(stage=TenderStage.CLOSED, bids=3)
    lot = play.lots[0]
    first, second = world.staff.holders[:2]
    visit = Visit(web, first)
    early = visit.open(at(play))
    assert early.html.h1.text == "异议时间内，还不能交出份额"
    assert not early.html.select("[data-release]")
    world.clock.set(CLOSES_AT + timedelta(minutes=10))
    ready = visit.open(at(play))
    assert ready.html.h1.text == "可以开标了：交出您的份额"
    hook = ready.html.select_one("[data-release]")
    assert hook["data-parts"] == "technical price"
    assert f"--lot {lot} --part price" in ready
    assert "交出份额" in visit.open("/desk")
    play.release(lot, holders=[first])
    done = visit.open(at(play))
    assert done.html.h1.text == "您已交出份额，等其他开标人"
    assert not done.html.select("[data-release]")
    assert first.name in Visit(web, second).open(at(play))
    play.release(lot, holders=[second])
    play.open(lot)
    opened = visit.open(at(play))
    assert opened.html.h1.text == "已开标，密钥保管到质疑期结束"
    record = visit.open(f"{at(play)}/lots/{lot}/record")
    assert "980000.00" in record
    assert "您已在开标记录上签名" not in record
    visit.sign(record)
    assert "您已在开标记录上签名" in visit.open(f"{at(play)}/lots/{lot}/record")
    assert visit.browser.get(f"{at(play)}/closing.tsr").content_disposition


def test_every_page_opens_in_both_languages(world: World, web: Flask) -> None:
    play = world.tender(stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    visit = Visit(web, world.staff.holders[0])
    for prefix in ("", "/en"):
        for path in ("/holding", at(play), f"{at(play)}/lots/{play.lots[0]}/record"):
            assert visit.open(prefix + path).html.h1.text
