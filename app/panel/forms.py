"""The forms of the panel: some have a field for each bid, so their classes are made by the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from app.panel import words
from app.web.forms import (
    Amount,
    Choice,
    Column,
    Day,
    Form,
    Number,
    Passage,
    Table,
    Tick,
    Whole,
)
from app.web.language import say
from app.web.moments import local
from app.web.site import site
from bidding.evaluation.panels import Tie
from bidding.evaluation.prices import PriceLine
from bidding.evaluation.services import Detail, Opinion, Points
from kernel.money import Money, UnitPrice
from kernel.text import Text

REASON_CHARACTERS_MAX = 500
YES, NO = "yes", "no"
NO_TIE = "none"
FormT = TypeVar("FormT", bound=Form)


class SignForm(Form):
    """Nothing but a signature."""


class InterestForm(Form):
    """For each bidder: a tie, or none."""

    bidders: ClassVar[tuple[str, ...]] = ()

    def ties(self) -> tuple[Tie, ...]:
        """The ties that were declared."""
        return tuple(
            Tie(bidder, self[f"tie-{bidder}"].data, self[f"ended-{bidder}"].data)
            for bidder in self.bidders
            if self[f"tie-{bidder}"].data != NO_TIE
        )


def interest_form(
    bidders: Sequence[tuple[str, Text]], *, data: Mapping[str, Any] | None = None, sent: bool
) -> InterestForm:
    """The form for these bidders; nothing is chosen beforehand."""
    items = [(NO_TIE, _("没有关系"))] + [(kind, say(said)) for kind, said in words.TIES.items()]
    fields: dict[str, Any] = {"bidders": tuple(id for id, _name in bidders)}
    for id, name in bidders:
        fields[f"tie-{id}"] = Choice(
            _("您或近亲属与%(bidder)s的关系", bidder=say(name)),
            items=items,
        )
        fields[f"ended-{id}"] = Day(
            _("关系已结束的，写结束日期"),
            _not_ahead,
            needed=False,
            hint=_("仍存在的不填"),
            within=say(name),
        )
    return _made(InterestForm, fields)(data, sent=sent)


class OpinionForm(Form):
    """For each bid and each rule: does it comply; and for a no, why."""

    bids: ClassVar[tuple[str, ...]] = ()
    rules: ClassVar[tuple[tuple[str, Text], ...]] = ()

    def valid(self) -> bool:
        """A no has its reason, beside the bid that it is about."""
        good = super().valid()
        for bid in self.bids:
            field = self[f"reason-{bid}"]
            if self._failed(bid) and not field.data:
                field.errors = [*field.errors, _("写明不符合的地方")]
                good = False
        return good

    def opinions(self) -> tuple[Opinion, ...]:
        """The opinions as the use case takes them; the rule that was missed leads the reason."""
        return tuple(self._opinion(bid) for bid in self.bids)

    def _failed(self, bid: str) -> list[Text]:
        return [title for id, title in self.rules if self[f"rule-{bid}-{id}"].data == NO]

    def _opinion(self, bid: str) -> Opinion:
        failed = self._failed(bid)
        if not failed:
            return Opinion(bid, True)
        why, why_en = self[f"reason-{bid}"].data or "", self[f"reason_en-{bid}"].data or ""
        zh = "、".join(title.zh for title in failed) + "：" + why
        en = ", ".join(title.en or title.zh for title in failed) + f": {why_en}" if why_en else ""
        return Opinion(bid, False, Text(zh, en))


def opinion_form(
    bids: Sequence[tuple[str, Text]],
    rules: Sequence[tuple[str, Text]],
    *,
    data: Mapping[str, Any] | None = None,
    sent: bool,
) -> OpinionForm:
    """The form for these bids and rules."""
    fields: dict[str, Any] = {"bids": tuple(id for id, _name in bids), "rules": tuple(rules)}
    items = [(YES, _("符合")), (NO, _("不符合"))]
    for bid, name in bids:
        for rule, title in rules:
            fields[f"rule-{bid}-{rule}"] = Choice(say(title), items=items, within=say(name))
        fields[f"reason-{bid}"] = Passage(
            _("不符合的理由"),
            needed=False,
            within=say(name),
            rows=3,
            most=REASON_CHARACTERS_MAX,
            hint=_("写明在投标文件何处；结果公告会公布这条理由"),
        )
        fields[f"reason_en-{bid}"] = Passage(
            _("理由的英文"), needed=False, rows=2, most=REASON_CHARACTERS_MAX
        )
    fields["sure"] = Tick(_("我已逐份核对，提交后不能修改"), needed=True)
    return _made(OpinionForm, fields)(data, sent=sent)


class ScoreForm(Form):
    """For each criterion and each bid: points within the weight, and why."""

    places: ClassVar[tuple[tuple[str, str], ...]] = ()

    def given(self) -> list[Points]:
        """The points as the use case takes them."""
        return [
            Points(
                bid,
                criterion,
                self[f"points-{bid}-{criterion}"].data,
                self[f"reason-{bid}-{criterion}"].data,
            )
            for bid, criterion in self.places
        ]


def score_form(
    bids: Sequence[tuple[str, Text]],
    criteria: Sequence[tuple[str, Text, Decimal]],
    *,
    data: Mapping[str, Any] | None = None,
    sent: bool,
) -> ScoreForm:
    """The form for these bids (id, bidder) and criteria (id, title, weight)."""
    fields: dict[str, Any] = {
        "places": tuple((bid, id) for id, _title, _weight in criteria for bid, _name in bids)
    }
    for id, title, weight in criteria:
        for bid, name in bids:
            where = _("%(criterion)s，%(bidder)s", criterion=say(title), bidder=say(name))
            fields[f"points-{bid}-{id}"] = Number(
                _("得分"), most=weight, suffix=f"/ {weight}", within=where
            )
            fields[f"reason-{bid}-{id}"] = Passage(
                _("理由"), rows=2, most=REASON_CHARACTERS_MAX, within=where
            )
    return _made(ScoreForm, fields)(data, sent=sent)


class QuestionForm(Form):
    """A price to be explained."""

    refused_at: ClassVar[Mapping[str, str]] = {"reply_window_too_short": "minutes"}
    text = Passage(_l("请投标人说明什么"), rows=5, most=2000)
    minutes = Whole(_l("答复时间（分钟）"), least=1, most=10_000)


class JudgeForm(Form):
    """Whether an explained price is accepted, and why."""

    accepted = Choice(
        _l("说明能否成立"),
        items=[
            (YES, _l("成立，报价有效")),
            (NO, _l("不能证明报价合理，作无效投标处理"), _l("理由会在结果公告中公布")),
        ],
    )
    judgement = Passage(_l("理由"), rows=4, most=2000)
    judgement_en = Passage(_l("理由的英文"), rows=3, most=2000, needed=False)
    sure = Tick(_l("我已核对，提交后不能修改"), needed=True)

    def words(self) -> Text:
        """The judgement as it is published."""
        return Text(self.judgement.data or "", self.judgement_en.data or "")


def _price(text: str) -> Decimal:
    found = Decimal(text.replace(",", ""))
    if found <= 0:
        raise InvalidOperation
    return found


def _quantity(text: str) -> Decimal:
    return _price(text)


def _misplaced(text: str) -> bool:
    if text.lower() not in ("是", "否", "yes", "no"):
        raise ValueError(text)
    return text.lower() in ("是", "yes")


class CorrectForm(Form):
    """What a bid itself says about its price, beside what was read out."""

    in_words = Amount(_l("大写金额（按数字填写）"), needed=False, hint=_l("与唱标价不同才填"))
    total = Amount(_l("分项报价的合计"), needed=False)
    lines = Table(
        _l("分项"),
        needed=False,
        columns=(
            Column("unit_price", _l("单价"), _price),
            Column("quantity", _l("数量"), _quantity),
            Column("misplaced", _l("小数点明显错位（是或否）"), _misplaced, needed=False),
        ),
    )
    minutes = Whole(_l("确认时间（分钟）"), least=1, most=10_000)
    sure = Tick(_l("我已核对投标文件，提交后不能修改"), needed=True)
    refused_at: ClassVar[Mapping[str, str]] = {"reply_window_too_short": "minutes"}

    def detail(self, currency: str) -> Detail:
        """As the use case takes it."""
        rows = self.lines.data or []
        return Detail(
            in_words=_money(self.in_words.data, currency),
            total=_money(self.total.data, currency),
            lines=tuple(
                PriceLine(
                    UnitPrice(row["unit_price"], currency), row["quantity"], bool(row["misplaced"])
                )
                for row in rows
            ),
        )


class DissentForm(Form):
    """Why a member does not agree with the report."""

    dissent = Passage(
        _l("不同意见和理由"), rows=5, most=4000, missing=_l("不同意的，要写明不同意见和理由")
    )


def _made(base: type[FormT], fields: Mapping[str, Any]) -> type[FormT]:
    made: type[FormT] = type(base.__name__, (base,), dict(fields))
    return made


def _money(value: Money | None, currency: str) -> Money | None:
    return None if value is None else Money(value.amount, currency)


def _not_ahead(_form: Any, field: Any) -> None:
    if isinstance(field.data, date) and field.data > local(site().now, site().zone).date():
        raise ValidationError(_("结束日期不能在今天之后"))
