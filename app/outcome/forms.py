"""The forms of this surface. What a refusal is about is shown at the field that it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from app.outcome import words
from app.web import forms as web
from app.web.forms import (
    Choice,
    Choices,
    Day,
    Moment,
    Number,
    Passage,
    Tick,
    Whole,
    Words,
)
from app.web.language import say
from kernel.refusal import Refused
from kernel.text import Text

CITES_MAX = 300


def offered(table: Mapping[str, Text]) -> list[tuple[str, str]]:
    """A table of words as the items of a choice, in the language of the request."""
    return [(code, say(text)) for code, text in table.items()]


class Form(web.Form):
    """A form of this surface: a stage that has moved on is named in its own words."""

    def refuse(self, refused: Refused) -> None:
        """As elsewhere; `wrong_stage` says where the thing is now instead of naming codes."""
        super().refuse(refused)
        refusal = refused.refusal
        if refusal.code == "wrong_stage" and self.problem is not None:
            now = words.stage_of(str(refusal.facts["kind"]), str(refusal.facts["stage"]))
            said = Text(
                f"这一步现在不能办，可能已经办过。现在是：{now.zh}。",
                f"This step cannot be taken now; it may be done already. Now: {now.en}.",
            )
            self.problem = web.Problem(refusal.code, said, refusal.cites)


class NothingForm(Form):
    """A form without fields: a press, or a signature."""


class ConfirmForm(Form):
    """One tick before something that cannot be taken back."""

    sure = Tick(_l("我知道这一步不能撤回"), needed=True)


class FailForm(Form):
    """Why a lot ends without a result: a ground of the law, and the reason in words."""

    refused_at: ClassVar[Mapping[str, str]] = {"reason_missing": "reason_zh"}
    ground = Choice(_l("法定情形"))
    reason_zh = Passage(_l("理由"), rows=3, hint=_l("会随结果公告。"))
    reason_en = Passage(_l("理由（英文）"), rows=3, needed=False)
    sure = Tick(_l("我知道废标不能撤回"), needed=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ground.items = [
            (code, say(text), cites) for code, (cites, text) in words.FAIL_GROUNDS.items()
        ]

    @property
    def cites(self) -> str:
        """The article of the chosen ground."""
        return words.FAIL_GROUNDS[self.ground.data][0]


class DrawForm(Form):
    """How large the panel is, whom the buyer names to it, and who cannot go on."""

    refused_at: ClassVar[Mapping[str, str]] = {
        "panel_too_small": "size",
        "panel_even": "size",
        "too_few_experts": "named",
        "panelist_not_free": "named",
        "panel_list_too_short": "size",
    }
    size = Whole(_l("评审小组人数"), least=1, most=99)
    named = Choices(
        _l("采购人代表"), needed=False, hint=_l("采购人可以指派；其余席位从专家名单随机抽取。")
    )
    absent = Choices(
        _l("不能继续评审的成员"), needed=False, hint=_l("勾选的成员离开小组，其评审意见作废。")
    )


class DecideForm(Form):
    """The candidate who is chosen, with a reason where it is not the first."""

    refused_at: ClassVar[Mapping[str, str]] = {
        "passed_over_without_reason": "reason_zh",
        "not_a_candidate": "bid",
        "award_above_budget": "bid",
        "decision_late": "bid",
    }
    bid = Choice(_l("中标人"))
    reason_zh = Passage(
        _l("不选第一名的理由"), rows=3, needed=False, hint=_l("选第一名时不填。会随结果公告。")
    )
    reason_en = Passage(_l("理由（英文）"), rows=3, needed=False)
    cites = Words(_l("依据的条款"), needed=False, most=CITES_MAX)
    sure = Tick(_l("我已看过评审报告，知道定标会记入公开日志"), needed=True)


class NoticeForm(Form):
    """What the officer adds to the award notice."""

    refused_at: ClassVar[Mapping[str, str]] = {"award_notice_incomplete": "winner_address"}
    winner_address = Words(_l("中标人地址"), hint=_l("随公告公布。"))


class LapseForm(Form):
    """Why an award comes to nothing."""

    refused_at: ClassVar[Mapping[str, str]] = {"lapse_without_reason": "reason"}
    code = Choice(_l("情形"))
    reason = Passage(_l("理由"), rows=3)
    cites = Words(_l("依据的条款"), most=CITES_MAX)
    sure = Tick(_l("我知道中标资格失效后不能恢复"), needed=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.code.items = offered(words.LAPSES)


class AnswerForm(Form):
    """The buyer's answer to a challenge."""

    outcome = Choice(_l("答复"))
    answer_zh = Passage(_l("理由"), hint=_l("逐项答复。会告知供应商，并记入公开日志。"))
    answer_en = Passage(_l("理由（英文）"), needed=False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.outcome.items = offered(words.OUTCOMES)


class RulingForm(Form):
    """The reviewer's decision, with what follows from it."""

    refused_at: ClassVar[Mapping[str, str]] = {
        "remedy_without_ruling": "remedy",
        "no_award_to_lapse": "remedy",
    }
    ruling = Choice(_l("决定"))
    remedy = Choice(_l("后果"), hint=_l("驳回投诉时采购照常进行。"))
    decision_zh = Passage(_l("处理决定书"), hint=_l("事实、理由和决定。会公布。"))
    decision_en = Passage(_l("处理决定书（英文）"), needed=False)
    cites = Words(_l("依据的条款"), most=CITES_MAX)
    sure = Tick(_l("我知道决定公布后不能撤回"), needed=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ruling.items = offered(words.RULINGS)
        self.remedy.items = offered(words.REMEDIES)


class ContractForm(Form):
    """What the parties may still agree: when payment is due."""

    refused_at: ClassVar[Mapping[str, str]] = {"payment_days_too_many": "payment_days"}
    payment_days = Whole(_l("付款期限（日）"), most=365)
    starts = Choice(_l("从哪一天起算"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.starts.items = offered(words.PAYMENT_STARTS)


class ReturnForm(Form):
    """Why an invoice goes back."""

    refused_at: ClassVar[Mapping[str, str]] = {"reason_missing": "reason"}
    code = Choice(_l("退回原因"))
    reason = Passage(_l("说明"), rows=3, hint=_l("供应商会看到。退回的发票不再占用合同金额。"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.code.items = offered(words.RETURNS)


class SettleForm(Form):
    """What the treasury has paid."""

    refused_at: ClassVar[Mapping[str, str]] = {
        "treasury_reference_missing": "reference",
        "treasury_reference_known": "reference",
        "paid_out_of_order": "paid_on",
    }
    reference = Words(_l("国库支付凭证号"), most=60)
    paid_on = Day(_l("支付日期"))


_PASSED = (("passed", _l("合格")), ("failed", _l("不合格")))


def qualify_form(bids: int, requirements: Sequence[Text], **kwargs: Any) -> Form:
    """The form of a qualification: `c-<bid>-<requirement>`, and for each bid its reason."""
    fields: dict[str, Any] = {}
    for bid in range(bids):
        for number, requirement in enumerate(requirements):
            fields[f"c-{bid}-{number}"] = Choice(
                say(requirement), items=_PASSED, missing=_l("请选合格或不合格")
            )
        fields[f"reason-{bid}-zh"] = Passage(
            _l("不合格的理由"), rows=2, needed=False, hint=_l("有一项不合格就要填，会告知投标人。")
        )
        fields[f"reason-{bid}-en"] = Passage(_l("理由（英文）"), rows=2, needed=False)
        fields[f"cites-{bid}"] = Words(_l("依据的条款"), needed=False, most=CITES_MAX)
        fields[f"small-{bid}"] = Tick(_l("小微企业"))
        fields[f"joint-{bid}"] = Tick(_l("与小微企业联合或分包"))
        fields[f"maker-{bid}"] = Tick(_l("有制造商声明"))
        fields[f"domestic-{bid}"] = Number(
            _l("国内成本占比"), needed=False, most=100, suffix="%", places=2
        )
        fields[f"brand-{bid}"] = Words(_l("核心产品品牌"), needed=False)
    made: Form = type("QualifyForm", (Form,), fields)(**kwargs)
    return made


def inspection_form(
    standards: Sequence[Text], *, public: bool, agreed: str = "", **kwargs: Any
) -> Form:
    """The form of an inspection: each standard passed or failed, and when it was delivered.

    `agreed` is what the contract says of it.
    """
    fields: dict[str, Any] = {"delivered_at": Moment(_l("交付时间"), hint=agreed)}
    for number, standard in enumerate(standards):
        fields[f"s-{number}"] = Choice(say(standard), items=_PASSED, missing=_l("请选合格或不合格"))
        fields[f"note-{number}"] = Words(_l("说明"), needed=False)
    if public:
        fields["opinions"] = Passage(
            _l("服务对象的意见"), rows=4, hint=_l("每行一条。面向公众的服务要听取意见。")
        )
    refused_at = {"delivery_out_of_order": "delivered_at"}
    if public:
        refused_at["users_unheard"] = "opinions"
    made: Form = type("InspectionForm", (Form,), {**fields, "refused_at": refused_at})(**kwargs)
    return made


def percent(value: Decimal | None) -> Decimal:
    """A share of one from a figure in percent; nothing where none was given."""
    return Decimal(0) if value is None else value / 100
