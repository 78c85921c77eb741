"""The parts of a tender file as forms; together they are one `TenderDraft`.

Each part is kept as a draft of its own while it is filled in, in any order (S36). Only the whole is
saved, by the use cases, on top of the version that the officer saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from app.buyer import tables, words
from app.buyer.drafted import offered
from app.web.forms import (
    Amount,
    Choice,
    Choices,
    Column,
    Form,
    Moment,
    Number,
    Passage,
    Selected,
    Table,
    Tick,
    Whole,
    Words,
)
from kernel.text import Text
from procurement.profiles import Method

LOTS_MAX, ITEMS_MAX, CRITERIA_MAX = 50, 500, 60
_ENGLISH = _l("没有译文时，英文页面显示中文")


class BasicsForm(Form):
    """What it is, how bids are compared, whom to ask."""

    title_zh = Words(_l("项目名称"))
    title_en = Words(_l("项目名称的英文"), needed=False, hint=_ENGLISH)
    award_criteria = Choice(_l("评标方法"))
    standard_goods = Tick(_l("技术和服务标准统一的货物或服务（应当用最低评标价法）"))
    facts_zh = Passage(_l("采购需求和供应商要知道的事"), rows=8)
    facts_en = Passage(_l("采购需求的英文"), needed=False, rows=4)
    delivery_zh = Words(_l("交货或服务的期限和地点"), needed=False)
    delivery_en = Words(_l("交货期限的英文"), needed=False)
    contact_zh = Words(_l("联系人和联系方式"))
    contact_en = Words(_l("联系方式的英文"), needed=False)
    opening_place_zh = Words(_l("开标地点"), hint=_l("网上开标时写“网上开标”"))
    opening_place_en = Words(_l("开标地点的英文"), needed=False)

    def prepare(self) -> None:
        """Set what can be chosen."""
        self.award_criteria.items = offered(words.AWARD_CRITERIA)


LOT_COLUMNS = (
    Column("title_zh", _l("包名称"), tables.read_line),
    Column("title_en", _l("英文名称"), tables.read_line, needed=False),
    Column("budget", _l("预算"), tables.read_amount),
    Column("ceiling", _l("最高限价"), tables.read_amount),
    Column("reserved", _l("专门面向中小企业"), tables.read_yes, needed=False),
)
ITEM_COLUMNS = (
    Column("lot", _l("包号"), tables.read_place),
    Column("description_zh", _l("标的"), tables.read_line),
    Column("description_en", _l("英文名称"), tables.read_line, needed=False),
    Column("quantity", _l("数量"), tables.read_quantity),
    Column("unit", _l("单位"), tables.read_line),
    Column("classification", _l("品目编码"), tables.read_line, needed=False),
)
CRITERION_COLUMNS = (
    Column("kind", _l("类型"), tables.read_kind),
    Column("title_zh", _l("名称"), tables.read_line),
    Column("title_en", _l("英文名称"), tables.read_line, needed=False),
    Column("weight", _l("分值"), tables.read_weight, needed=False),
    Column("objective", _l("客观分"), tables.read_yes, needed=False),
    Column("rule_zh", _l("怎么给分或要交什么"), tables.read_line, needed=False),
    Column("rule_en", _l("英文说明"), tables.read_line, needed=False),
    Column("justification", _l("必要性说明"), tables.read_line, needed=False),
)


class LotsForm(Form):
    """Lots, and what each of them buys."""

    lots = Table(_l("分包"), columns=LOT_COLUMNS, most=LOTS_MAX)
    items = Table(_l("标的明细"), columns=ITEM_COLUMNS, most=ITEMS_MAX)
    split_reason = Passage(
        _l("分包的理由"), needed=False, rows=3, hint=_l("分成两个以上的包时要写")
    )


class CriteriaForm(Form):
    """Criteria with their weights, and three invented bids to try them on."""

    criteria = Table(_l("评审因素"), columns=CRITERION_COLUMNS, most=CRITERIA_MAX)
    price_1 = Amount(_l("甲的报价"), needed=False)
    price_2 = Amount(_l("乙的报价"), needed=False)
    price_3 = Amount(_l("丙的报价"), needed=False)
    quality_1 = Number(_l("甲的价格以外得分"), needed=False, most=100)
    quality_2 = Number(_l("乙的价格以外得分"), needed=False, most=100)
    quality_3 = Number(_l("丙的价格以外得分"), needed=False, most=100)
    small_1 = Tick(_l("甲是小微企业"))
    small_2 = Tick(_l("乙是小微企业"))
    small_3 = Tick(_l("丙是小微企业"))


class TermsForm(Form):
    """What the documents fix beside the criteria, within the bounds of the rules."""

    small_rate = Number(_l("小微企业的价格扣除"), suffix="%", most=100)
    joint_rate = Number(_l("联合体或分包给小微企业的价格扣除"), suffix="%", most=100)
    abnormal_share = Number(_l("报价低于最高限价的多少时要说明"), suffix="%", most=100)
    bid_security = Amount(_l("投标保证金"), needed=False, hint=_l("不收的空着"))
    bid_security_form = Selected(_l("保证金的形式"), needed=False)

    def prepare(self) -> None:
        """Set what can be chosen."""
        self.bid_security_form.items = offered(words.SECURITY_FORMS)


class HoldersForm(Form):
    """Who holds a key, and how many of them open the bids together."""

    refused_at: ClassVar = {"threshold_wrong": "threshold"}

    holders = Choices(_l("开标人"))
    threshold = Whole(_l("至少几人合力才能打开"), least=2, most=15)


class DatesForm(Form):
    """Until when bids may come."""

    closes_at = Moment(_l("投标截止时间"))


class DocumentsForm(Form):
    """Which documents go with the notice; each is a token of ours."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the file: its name in addresses, its word, its form."""

    name: str
    title: Text
    form: type[Form]
    hint: Text


SECTIONS: Mapping[str, Section] = {
    one.name: one
    for one in (
        Section(
            "basics",
            Text("基本情况", "Basics"),
            BasicsForm,
            Text("名称、评标方法、需求、联系方式", "Title, method, requirement, contact"),
        ),
        Section(
            "lots",
            Text("分包和标的", "Lots and items"),
            LotsForm,
            Text("每个包的预算、最高限价、标的数量", "Budget, ceiling and items of each lot"),
        ),
        Section(
            "criteria",
            Text("评审因素", "Criteria"),
            CriteriaForm,
            Text(
                "资格、符合性、评分；分值合计100", "Qualification, compliance, points: 100 in all"
            ),
        ),
        Section(
            "documents",
            Text("采购文件", "Documents"),
            DocumentsForm,
            Text("供应商免费下载的文件", "What suppliers download free of charge"),
        ),
        Section(
            "terms",
            Text("条款", "Terms"),
            TermsForm,
            Text("价格扣除、异常低价、保证金", "Deductions, very low prices, security"),
        ),
        Section(
            "holders",
            Text("开标人", "Key holders"),
            HoldersForm,
            Text("谁合力才能打开投标", "Who together can open the bids"),
        ),
        Section(
            "dates",
            Text("截止时间", "Closing time"),
            DatesForm,
            Text("系统算出最早可以哪天截止", "The earliest lawful day is computed"),
        ),
    )
}

# Where a refusal is mended: the part of the file and its field.
WHERE: Mapping[str, tuple[str, str]] = {
    "subject_missing": ("lots", "items"),
    "split_without_reason": ("lots", "split_reason"),
    "budget_exceeded": ("lots", "lots"),
    "ceiling_above_budget": ("lots", "lots"),
    "currencies_differ": ("lots", "lots"),
    "method_unknown": ("basics", "award_criteria"),
    "lowest_price_required": ("basics", "award_criteria"),
    "line_not_plain": ("basics", "title_zh"),
    "notice_incomplete": ("basics", "facts_zh"),
    "criteria_do_not_fit": ("criteria", "criteria"),
    "weights_wrong": ("criteria", "criteria"),
    "category_not_in_profile": ("criteria", "criteria"),
    "price_weight_too_low": ("criteria", "criteria"),
    "price_weight_too_high": ("criteria", "criteria"),
    "qualification_scored": ("criteria", "criteria"),
    "criterion_forbidden": ("criteria", "criteria"),
    "criterion_unjustified": ("criteria", "criteria"),
    "document_name": ("documents", "file"),
    "security_too_high": ("terms", "bid_security"),
    "security_in_cash": ("terms", "bid_security_form"),
    "deduction_rate_out_of_bounds": ("terms", "small_rate"),
    "abnormal_share_out_of_bounds": ("terms", "abnormal_share"),
    "holders_wrong": ("holders", "holders"),
    "no_outside_holder": ("holders", "holders"),
    "committee_persons": ("holders", "holders"),
    "holder_not_outside": ("holders", "holders"),
    "threshold_wrong": ("holders", "threshold"),
    "closing_passed": ("dates", "closes_at"),
    "closing_too_fine": ("dates", "closes_at"),
    "closing_too_early": ("dates", "closes_at"),
    "documents_too_short": ("dates", "closes_at"),
}
# Where a field is mended that the notice must have (Order 87 art. 13).
FIELD_WHERE: Mapping[str, tuple[str, str]] = {
    "title": ("basics", "title_zh"),
    "budget": ("lots", "lots"),
    "ceiling": ("lots", "lots"),
    "requirement": ("basics", "facts_zh"),
    "qualification": ("criteria", "criteria"),
    "documents": ("documents", "file"),
    "opening_place": ("basics", "opening_place_zh"),
    "contact": ("basics", "contact_zh"),
    "closes_at": ("dates", "closes_at"),
}


def prepared(form: Form) -> Form:
    """The form with what can be chosen in it, where that needs no database."""
    if isinstance(form, BasicsForm | TermsForm):
        form.prepare()
    return form


def method_of(basics: Any) -> Method | None:
    """The method of the basics, as far as it is chosen."""
    text = basics.award_criteria.typed
    return Method(text) if text in set(Method) else None
