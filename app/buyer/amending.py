"""The form of a corrigendum, and what it makes of the terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from app.buyer import files, tables, words
from app.buyer.drafted import offered
from app.buyer.sections import CRITERIA_MAX, CRITERION_COLUMNS
from app.web.forms import Amount, Form, Moment, Number, Passage, Selected, Table, Words
from kernel.text import Text
from procurement.tenders.commands import Terms
from procurement.tenders.content import Content

_PERCENT = Decimal(100)


class AmendForm(Form):
    """What a corrigendum changes; what is left as it is stays."""

    refused_at: ClassVar = {
        "security_too_high": "bid_security",
        "security_in_cash": "bid_security_form",
        "deduction_rate_out_of_bounds": "small_rate",
        "abnormal_share_out_of_bounds": "abnormal_share",
    }

    closes_at = Moment(_l("投标截止时间"))
    changes_zh = Passage(_l("更正了什么，为什么"), rows=4, hint=_l("投标人先读这一段"))
    changes_en = Passage(_l("更正说明的英文"), needed=False, rows=3)
    facts_zh = Passage(_l("采购需求"), rows=8)
    facts_en = Passage(_l("采购需求的英文"), needed=False, rows=4)
    criteria = Table(_l("评审因素"), columns=CRITERION_COLUMNS, most=CRITERIA_MAX)
    bid_security = Amount(_l("投标保证金"), needed=False, hint=_l("不收的空着"))
    bid_security_form = Selected(_l("保证金的形式"), needed=False)
    small_rate = Number(_l("小微企业的价格扣除"), suffix="%", most=100)
    joint_rate = Number(_l("联合体或分包给小微企业的价格扣除"), suffix="%", most=100)
    abnormal_share = Number(_l("报价低于最高限价的多少时要说明"), suffix="%", most=100)
    delivery_zh = Words(_l("交货或服务的期限和地点"), needed=False)
    delivery_en = Words(_l("交货期限的英文"), needed=False)
    contact_zh = Words(_l("联系人和联系方式"))
    contact_en = Words(_l("联系方式的英文"), needed=False)
    opening_place_zh = Words(_l("开标地点"), hint=_l("网上开标时写“网上开标”"))
    opening_place_en = Words(_l("开标地点的英文"), needed=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bid_security_form.items = offered(words.SECURITY_FORMS)


def as_it_is(content: Content) -> dict[str, Any]:
    """The tender as it is, for the form to begin with."""
    terms = Terms.from_record(content.terms)
    return {
        "closes_at": content.closes_at,
        "facts_zh": content.facts["zh"],
        "facts_en": content.facts["en"],
        "criteria": files.criteria_rows(content),
        "bid_security": terms.bid_security,
        "bid_security_form": terms.bid_security_form or None,
        "small_rate": tables.plain(terms.small_rate * _PERCENT),
        "joint_rate": tables.plain(terms.joint_rate * _PERCENT),
        "abnormal_share": tables.plain(terms.abnormal_share_of_ceiling * _PERCENT),
        **_both("delivery", terms.delivery),
        **_both("contact", terms.contact),
        **_both("opening_place", terms.opening_place),
    }


def terms_amended(before: Content, form: Any) -> Terms | None:
    """The terms as they will be; None where the form leaves them as they are."""
    old = Terms.from_record(before.terms)
    new = replace(
        old,
        bid_security=form.bid_security.data,
        bid_security_form=(form.bid_security_form.data or "") if form.bid_security.data else "",
        small_rate=form.small_rate.data / _PERCENT,
        joint_rate=form.joint_rate.data / _PERCENT,
        abnormal_share_of_ceiling=form.abnormal_share.data / _PERCENT,
        delivery=_said(form, "delivery"),
        contact=_said(form, "contact"),
        opening_place=_said(form, "opening_place"),
    )
    return None if _same(old, new) else new


def _same(old: Terms, new: Terms) -> bool:
    """Numbers are compared as numbers: `0.10` in a record is `0.1` in a form."""
    rates = ("small_rate", "joint_rate", "abnormal_share_of_ceiling")
    return old == new or (
        all(getattr(old, name) == getattr(new, name) for name in rates)
        and _rest(old, rates) == _rest(new, rates)
    )


def _rest(terms: Terms, rates: tuple[str, ...]) -> Mapping[str, Any]:
    return {name: value for name, value in terms.as_record().items() if name not in rates}


def _said(form: Any, name: str) -> Text | None:
    words_zh = form[f"{name}_zh"].data
    return Text(words_zh, form[f"{name}_en"].data or "") if words_zh else None


def _both(name: str, said: Text | None) -> dict[str, str]:
    return {f"{name}_zh": said.zh, f"{name}_en": said.en} if said else {}
