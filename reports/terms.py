"""The terms of a tender in words, one by one, as corrigenda and their comparison name them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from kernel.money import Money
from kernel.text import Text
from procurement.tenders.commands import Terms
from reports import amounts

_SECURITY_FORMS = {
    "guarantee": Text("保函", "Guarantee"),
    "cheque": Text("支票、汇票、本票", "Cheque or draft"),
    "insurance": Text("保证保险", "Surety insurance"),
}


def terms_in_words(record: Mapping[str, Any]) -> list[tuple[Text, Text | None]]:
    """Every term with its name, in one order; None where nothing is said."""
    terms = Terms.from_record(record)
    return [(name, shown(terms)) for name, shown in _TERM_FIELDS]


def _money(value: Money) -> Text:
    return Text(amounts.amount(value, "zh"), amounts.amount(value, "en"))


def _percent(value: Decimal) -> Text:
    return Text(f"{format((value * 100).normalize(), 'f')}%")


def _security(terms: Terms) -> Text:
    if terms.bid_security is None:
        return Text("不收", "None")
    form = _SECURITY_FORMS.get(terms.bid_security_form, Text(terms.bid_security_form or "–"))
    money = _money(terms.bid_security)
    return Text(f"{money.zh}\n{form.zh}", f"{money.en}\n{form.en or form.zh}")


_TERM_FIELDS: tuple[tuple[Text, Callable[[Terms], Text | None]], ...] = (
    (Text("投标保证金", "Bid security"), _security),
    (Text("小微企业的价格扣除", "Deduction for small firms"), lambda t: _percent(t.small_rate)),
    (
        Text("联合体或分包给小微企业的价格扣除", "Deduction for consortia and subcontracting"),
        lambda t: _percent(t.joint_rate),
    ),
    (
        Text(
            "报价低于最高限价的多少时要说明",
            "Share of the ceiling below which a price is asked about",
        ),
        lambda t: _percent(t.abnormal_share_of_ceiling),
    ),
    (Text("交货或服务的期限和地点", "Delivery"), lambda t: t.delivery),
    (Text("联系方式", "Contact"), lambda t: t.contact),
    (Text("开标地点", "Place of the opening"), lambda t: t.opening_place),
    (Text("分包的理由", "Why there are lots"), lambda t: Text(t.split_reason or "–")),
    (
        Text("小数位数", "Places kept"),
        lambda t: Text(str(t.rounding_places)),
    ),
)
