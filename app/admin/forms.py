"""What an administrator is asked for."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.accounts.forms import email_fits
from app.admin import reading
from app.web.forms import Choice, Form, Passage, Selected, Words


class PersonForm(Form):
    """A person who gets an account."""

    refused_at = {"login_taken": "login"}  # noqa: RUF012

    name = Words(_l("姓名"))
    login = Words(_l("登录名"), most=60)
    email = Words(_l("邮箱"), email_fits, hint=_l("设定密码的链接发到这里，七天内有效"))
    organization = Selected(_l("单位"))


class OrganizationForm(Form):
    """An organization: a buyer, a using unit, a reviewing body, a supplier."""

    refused_at = {"organization_known": "identifier"}  # noqa: RUF012

    name_zh = Words(_l("名称"))
    name_en = Words(_l("英文名称"), needed=False)
    identifier = Words(_l("统一社会信用代码"), most=40)
    size = Choice(_l("规模"), items=[(value, words) for value, words in reading.SIZES.items()])


class RoleForm(Form):
    """A role that is proposed."""

    refused_at = {"grant_known": "role", "excluded_role": "role"}  # noqa: RUF012

    role = Selected(_l("角色"))
    organization = Selected(_l("为哪个单位"))


class ReasonForm(Form):
    """Why something ends."""

    reason = Passage(_l("理由"), most=500, rows=3, hint=_l("写进公开日志的限制字段"))


class TurnDownForm(Form):
    """Why an application is turned down."""

    reason = Passage(_l("不通过的理由"), most=500, rows=3, hint=_l("会发给申请人"))
