"""Administrators by hand: an account, a role by two, certificates, a firm that registers."""

from __future__ import annotations

import secrets

import pytest
from flask import Flask

from app.accounts.applications import credit_code_fits
from app.admin import routes
from app.surfaces import application
from kernel.vocabulary import Role
from procurement.parties import queries as parties
from tests.app.accounts.test_recovery import NEW, letters, link_in
from tests.app.visiting import Visit
from tests.world import World

CODE = "91330381MA2ABCDE1E"


@pytest.fixture
def web(world: World) -> Flask:
    return application(world.installation)


def admin(web: Flask, number: int) -> Visit:
    visit = Visit(web)
    visit.log_in(f"admin{number}")
    return visit


def firm_certificate(world: World, code: str) -> bytes:
    """A certificate that names a firm, as the applicant's file."""
    signer = world.pki.issue_person(
        "高样本", "云杉示例医疗", code, serial_number=secrets.token_hex(9), keep=False
    )
    return signer.certificate.pem()


def test_an_account_a_role_and_a_certificate(world: World, web: Flask) -> None:
    first, second = admin(web, 1), admin(web, 2)
    form = first.open("/admin/people/new")
    buyer = world.staff.buyer
    page = first.send(form, name="新人", login="xin", email="xin@example.cn", organization=buyer.id)
    path = page.request.path
    # The person sets the own password, and has no role yet.
    (message,) = letters(web, world.installation)
    person = Visit(web)
    assert "设定密码的信已发到xin@example.cn" in first.open(path)
    told = person.send(person.open(link_in(message, "new-password")), new=NEW)
    assert "新密码已设好" in told
    person.log_in("xin", NEW)
    assert "还没有参与任何项目" in person.open("/desk")
    # One proposes, and cannot confirm; the other can.
    page = first.submit(_filled(first.open(path), "/roles", role="officer", organization=buyer.id))
    assert "要由另一位管理员确认" in page
    assert "确认角色：新人任" in second.open("/desk")
    page = second.submit(_form(second.open(path), "/confirm"))
    assert "已生效" in page
    signer = world.pki.issue_person(
        "新人", buyer.name.zh, buyer.identifier, serial_number=secrets.token_hex(9), keep=False
    )
    assert "登记证书：没有证书不能签名" in person.open("/desk")
    asked = person.open("/account/certificates/new").forms[0]
    asked["certificate"] = ("xin.pem", signer.certificate.pem())
    person.submit(asked)
    assert "没有证书不能签名" not in person.open("/desk")
    assert "登记您的签名证书" in person.open("/desk")
    form = _form(first.open(path), "/certificates")
    form["certificate"] = ("xin.pem", signer.certificate.pem())
    assert "可以签名" in first.submit(form)
    assert "签名证书" not in person.open("/desk")
    with world.installation.journal.read() as work:
        account = parties.account_by_login(work.session, "xin")
        assert parties.actor_for(work.session, account.person_id).has(Role.OFFICER)


def test_an_account_for_any_of_many_organizations(
    world: World, web: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are, the one that was looked for is offered, chosen, and taken."""
    monkeypatch.setattr(routes, "_ORGANIZATIONS_OFFERED", 1)
    visit, unit = admin(web, 1), world.staff.acceptor.firm
    found = visit.open(f"/admin/organizations?q={unit.identifier}")
    form = visit.open(found.html.select_one("a[href*='organization=']")["href"])
    assert form.forms[0]["organization"].value == unit.id
    page = visit.send(form, name="新人", login="xin", email="xin@example.cn")
    assert unit.name.zh in page
    for odd in ("x", "%ed%a0%80", ""):
        visit.open(f"/admin/people/new?organization={odd}")
    form = visit.open("/admin/people/new").forms[0]
    form["organization"].force_value("x\0")
    visit.submit(form, status=422)


def test_a_firm_registers_and_two_administrators_let_it_in(world: World, web: Flask) -> None:
    visit = Visit(web)
    page = visit.send(
        visit.open("/register"),
        person="高样本",
        login="gao",
        email="gao@example.cn",
        password=NEW,
        identifier=CODE,
        name_zh="云杉示例医疗",
        size="small",
        certificate=("gao.pem", firm_certificate(world, CODE)),
        agreed=True,
    )
    assert "注册已提交" in page
    first, second = admin(web, 1), admin(web, 2)
    assert "审核供应商注册：云杉示例医疗" in first.open("/desk")
    link = first.open("/admin/people").html.find("a", string=lambda s: s and "云杉示例医疗" in s)
    application_page = first.open(link["href"])
    assert "高样本 · 云杉示例医疗" in application_page
    person = first.submit(_form(application_page, "/grant"))
    with pytest.raises(AssertionError):
        Visit(web).log_in("gao", "wrong password, this")
    second.submit(_form(second.open(person.request.path), "/confirm"))
    (message,) = letters(web, world.installation)
    assert "云杉示例医疗的注册已通过" in message.get_content()
    visit.log_in("gao", NEW)
    assert "我的工作" in visit.open("/desk")


def test_a_registration_is_checked_before_it_is_taken(world: World, web: Flask) -> None:
    visit = Visit(web)
    wrong_code = CODE[:17] + ("7" if CODE[17] != "7" else "8")
    given = {
        "person": "高样本",
        "login": "gao",
        "email": "gao@example.cn",
        "password": NEW,
        "identifier": CODE,
        "name_zh": "云杉示例医疗",
        "size": "small",
        "certificate": ("gao.pem", firm_certificate(world, CODE)),
        "agreed": True,
    }
    cases = (
        ({"identifier": wrong_code}, "校验码"),
        ({"password": "short"}, "10"),
        ({"certificate": ("x.pem", b"no certificate")}, "证书无法读取"),
        ({"certificate": ("x.pem", firm_certificate(world, "91330100000000000X"))}, "单位"),
        ({"login": "admin1"}, "登录名"),
        ({"agreed": False}, "先勾选"),
    )
    for change, word in cases:
        page = visit.send(visit.open("/register"), status=422, **{**given, **change})
        assert word in page.html.select_one(".govuk-error-summary").text, change
        # Nothing that was typed is lost, but for what should not be drawn again.
        assert page.forms[0]["name_zh"].value == "云杉示例医疗"
        assert page.forms[0]["password"].value == ""


def test_turned_down_with_a_reason(world: World, web: Flask) -> None:
    visit = Visit(web)
    visit.send(
        visit.open("/register"),
        person="高样本",
        login="gao",
        email="gao@example.cn",
        password=NEW,
        identifier=CODE,
        name_zh="云杉示例医疗",
        size="small",
        certificate=("gao.pem", firm_certificate(world, CODE)),
        agreed=True,
    )
    first = admin(web, 1)
    link = first.open("/admin/people").html.find("a", string=lambda s: s and "云杉示例医疗" in s)
    page = first.open(link["href"])
    form = _form(page, "/turn-down")
    assert "不通过的理由" in first.submit(form, status=422)
    form["reason"] = "名称与执照不一致"
    first.submit(form)
    (message,) = letters(web, world.installation)
    assert message["To"] == "gao@example.cn"
    assert "名称与执照不一致" in message.get_content()
    first.open(link["href"], status=404)


def test_nobody_else_comes_in(world: World, web: Flask) -> None:
    officer, nobody = Visit(web, world.staff.officer), Visit(web)
    for path in ("/admin/people", "/admin/organizations", "/admin/settings", "/admin/people/new"):
        officer.open(path, status=403)
        assert nobody.open(path).request.path == "/account/log-in"


@pytest.mark.parametrize("key", ["x\0", "", "no such job"])
def test_trying_no_job_again_changes_nothing(world: World, web: Flask, key: str) -> None:
    visit = admin(web, 1)
    token = visit.open("/admin/people/new").forms[0]["csrf_token"].value
    sent = visit.browser.post("/admin/jobs/again", {"csrf_token": token, "key": key})
    assert sent.status_int == 303


def test_settings_tell_no_secret(world: World, web: Flask) -> None:
    page = admin(web, 1).open("/admin/settings")
    assert "SUNLIT_SMTP_URL" in page
    assert world.installation.cookie_key not in page


def test_a_closed_account_is_out_at_once(world: World, web: Flask) -> None:
    officer, first = Visit(web, world.staff.officer), admin(web, 1)
    page = first.open(f"/admin/people/{world.staff.officer.person}")
    form = _form(page, "/account")
    first.submit(form, name="close", index=0)
    assert officer.open("/desk").request.path == "/account/log-in"
    with pytest.raises(AssertionError):
        Visit(web, world.staff.officer)


def test_a_role_ends_with_a_reason(world: World, web: Flask) -> None:
    first = admin(web, 1)
    page = first.open(f"/admin/people/{world.staff.officer.person}")
    end = first.open(page.html.find("a", string="结束")["href"])
    assert "请填写“" in first.send(end, status=422)
    after = first.send(end, reason="调离")
    assert "还没有角色" in after.html.select_one("#roles").text


@pytest.mark.parametrize(
    "path",
    [
        "/admin/people",
        "/admin/organizations",
        "/admin/settings",
        "/account",
        "/register",
        "/trusted",
        "/account/forgotten",
    ],
)
def test_pages_in_both_languages(world: World, web: Flask, path: str) -> None:
    visit = admin(web, 1)
    assert visit.open(path).html.h1
    page = visit.open("/en" + path)
    assert page.html.h1.text.isascii()


def test_the_check_of_a_credit_code() -> None:
    assert credit_code_fits("91350100M000100Y43") is None
    assert credit_code_fits("91350100M000100Y44") is not None
    assert credit_code_fits("91350100M000100Y4") is not None
    assert credit_code_fits("91350100M000100I43") is not None


def _form(page, ending):  # type: ignore[no-untyped-def]
    return next(f for f in page.forms.values() if f.action.endswith(ending))


def _filled(page, ending, **fields):  # type: ignore[no-untyped-def]
    form = _form(page, ending)
    for name, value in fields.items():
        form[name] = value
    return form
