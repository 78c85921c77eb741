"""The forms of needs, budgets and plans."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from app.buyer import words
from app.buyer.drafted import offered
from app.web.forms import (
    Amount,
    Choice,
    Choices,
    Day,
    Form,
    Number,
    Passage,
    Selected,
    Tick,
    Whole,
    Words,
)
from kernel.money import Money
from procurement.plans.commands import Allotment, NewNeed, NewPlan
from procurement.profiles import Category

# What a budget line's number and year may be, in the form as in a list of many lines.
LINE_CODE_CHARACTERS_MAX = 60
LINE_YEARS = range(2000, 2101)
_ENGLISH = _l("没有译文时，英文页面显示中文")


class NeedForm(Form):
    """What a using unit needs."""

    refused_at: ClassVar = {"estimate_missing": "estimate", "unit_changed": "unit"}

    title_zh = Words(_l("要买什么"), hint=_l("用途和名称，如：第一中学课桌椅采购"))
    title_en = Words(_l("名称的英文"), needed=False, hint=_ENGLISH)
    category = Choice(_l("类别"))
    specification_zh = Passage(
        _l("需求说明"), rows=8, hint=_l("数量、性能、标准、交付时间和地点；不写品牌和型号")
    )
    specification_en = Passage(_l("需求说明的英文"), needed=False, rows=4)
    estimate = Amount(_l("预算金额"))
    unit = Selected(_l("使用单位"))
    buyer = Selected(_l("由哪个单位采购"))
    public_service = Tick(_l("这是面向公众的服务"))
    comment_opened_on = Day(_l("征求公众意见的开始日期"), needed=False)
    survey_respondents = Whole(_l("需求调查的对象数量"), needed=False, most=10_000)
    surveyed_on = Day(_l("需求调查的日期"), needed=False)

    def offer(
        self,
        units: list[tuple[str, str]],
        buyers: list[tuple[str, str]],
        *,
        likely: str | None = None,
    ) -> None:
        """Set what can be chosen; the likely buyer comes first and is chosen to begin with."""
        self.category.items = offered(words.CATEGORIES)
        buyers = sorted(buyers, key=lambda each: each[0] != likely)
        self.unit.items, self.buyer.items = units, buyers
        if not self.buyer.typed and any(id == likely for id, _name in buyers):
            self.buyer.process_data(likely)
        for field in (self.unit, self.buyer):
            if len(field.items) == 1 and not field.typed:
                field.process_data(field.items[0][0])

    def command(self) -> NewNeed:
        """What the use case is asked to write."""
        return NewNeed(
            unit_id=self.unit.data,
            buyer_id=self.buyer.data,
            title=self.text("title"),
            specification=self.text("specification"),
            category=Category(self.category.data),
            estimate=self.estimate.data,
            public_service=self.public_service.data,
            survey_respondents=self.survey_respondents.data or 0,
            surveyed_on=self.surveyed_on.data,
            comment_opened_on=self.comment_opened_on.data,
        )


class ReasonForm(Form):
    """Why something is sent back."""

    refused_at: ClassVar = {"reason_missing": "reason"}

    reason = Passage(_l("退回理由"), rows=4, hint=_l("写明要改什么；理由记入全过程记录"))


class AllotForm(Form):
    """The amount of a budget line."""

    refused_at: ClassVar = {
        "allotment_below_reserved": "amount",
        "currencies_differ": "amount",
    }

    organization = Selected(_l("预算单位"))
    code = Words(
        _l("预算指标编号"),
        most=LINE_CODE_CHARACTERS_MAX,
        hint=_l("与财政系统里的编号一致；已有的编号会改为新金额"),
    )
    year = Whole(_l("年度"), least=LINE_YEARS[0], most=LINE_YEARS[-1])
    amount = Amount(_l("指标金额"))

    def command(self) -> Allotment:
        """What the use case is asked to allot."""
        return Allotment(self.organization.data, self.code.data, self.year.data, self.amount.data)


class PlanForm(Form):
    """One purchase made of approved needs."""

    refused_at: ClassVar = {
        "needs_missing": "needs",
        "need_of_other_buyer": "needs",
        "survey_too_small": "needs",
        "survey_too_old": "needs",
        "public_comment_missing": "needs",
        "method_not_approved": "method_basis",
        "start_passed": "planned_start_on",
        "budget_of_other_organization": "budget_line",
        "budget_exceeded": "budget",
        "budget_missing": "budget",
    }

    needs = Choices(_l("包含的需求"))
    title_zh = Words(_l("采购项目名称"))
    title_en = Words(_l("采购项目名称的英文"), needed=False, hint=_ENGLISH)
    category = Choice(_l("类别"))
    budget_line = Selected(_l("预算指标"))
    budget = Amount(_l("采购预算"), hint=_l("从指标里预留，精确到分"))
    profile = Selected(_l("适用规则"))
    method = Choice(_l("采购方式"))
    method_basis = Passage(
        _l("采用这种方式的批准文件和理由"), needed=False, rows=3,
        hint=_l("达到公开招标数额标准而不公开招标的，必须填写"),
    )  # fmt: skip
    reserved_share = Number(
        _l("预留给中小企业的份额"), most=100, suffix="%", needed=False, places=2
    )
    planned_start_on = Day(_l("计划发布招标公告的日期"))

    def offer(
        self,
        needs: Sequence[tuple[str, ...]],
        lines: list[tuple[str, str]],
        profiles: list[tuple[str, str]],
    ) -> None:
        """Set what can be chosen."""
        self.needs.items, self.budget_line.items, self.profile.items = needs, lines, profiles
        self.category.items = offered(words.CATEGORIES)
        self.method.items = offered(words.METHODS)
        if len(profiles) == 1 and not self.profile.typed:
            self.profile.process_data(profiles[0][0])

    def command(self, buyer: str, *, is_sample: bool) -> NewPlan:
        """What the use case is asked to plan."""
        budget: Money = self.budget.data
        return NewPlan(
            buyer_id=buyer,
            need_ids=tuple(self.needs.data),
            budget_line_id=self.budget_line.data,
            profile=self.profile.data,
            title=self.text("title"),
            category=Category(self.category.data),
            budget=budget,
            planned_start_on=self.planned_start_on.data,
            method=self.method.data,
            method_basis=self.method_basis.data or "",
            reserved_share=(self.reserved_share.data or Decimal(0)) / 100,
            is_sample=is_sample,
        )


class IntentionForm(Form):
    """What is said ahead of a purchase."""

    refused_at: ClassVar = {
        "intention_too_late": "early_reason",
        "intention_missing": "early_reason",
        "start_before_plan": "starts_on",
    }

    summary_zh = Passage(_l("向公众说明要买什么"), rows=6)
    summary_en = Passage(_l("说明的英文"), needed=False, rows=4)
    starts_on = Day(_l("计划发布招标公告的日期"), hint=_l("可以比批准的计划晚，不能早"))
    early_reason = Passage(
        _l("提前开始的理由"), needed=False, rows=3,
        hint=_l("只有公开时间不足时才填；理由会公开"),
    )  # fmt: skip
