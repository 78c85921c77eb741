"""The words for what the verify page finds and for how well a rule's value is known."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.portal.views import Verdict
from procurement.profiles.model import Confidence

VERDICT: dict[Verdict, Any] = {
    Verdict.PROVED: _l("与记录一致"),
    Verdict.WAITING: _l("已登记，等待入账"),
    Verdict.NOT_FOUND: _l("记录里没有它"),
    Verdict.DIFFERS: _l("与记录不符"),
    Verdict.UNSETTLED: _l("暂时不能确认"),
}
CONFIDENCE: dict[Confidence, Any] = {
    Confidence.READ: _l("已核对条文"),
    Confidence.SECONDARY: _l("据二手资料"),
    Confidence.MEMORY: _l("待核对"),
    Confidence.DECISION: _l("本系统自定"),
}
