"""Every refusal that a rule gives has its sentence in both languages."""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.web.refusals import sentences, words_of
from kernel.refusal import refuse
from procurement.profiles import load_profile

ROOT = Path(__file__).resolve().parents[2]
RULES = [*ROOT.glob("procurement/*/rules.py"), *ROOT.glob("bidding/*/rules.py")]
COUNTING = [ROOT / "kernel/calendar.py", ROOT / "procurement/profiles/loader.py"]


def _codes(path: Path) -> set[str]:
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    named = (call for call in calls if ast.unparse(call.func).split(".")[-1] == "refuse")
    first = (call.args[0] for call in named if call.args)
    return {str(arg.value) for arg in first if isinstance(arg, ast.Constant)}


@pytest.mark.parametrize("path", sorted(RULES + COUNTING), ids=lambda p: str(p.relative_to(ROOT)))
def test_every_code_has_its_sentence(path: Path) -> None:
    assert sorted(_codes(path) - sentences().keys()) == []


def test_codes_that_are_chosen_at_run_time_have_theirs() -> None:
    chosen = {"criterion_forbidden", "criterion_unjustified"}
    chosen |= {"line_not_in_contract", "line_not_accepted", "line_price_differs"}
    assert chosen <= sentences().keys()


def test_a_sentence_says_what_the_refusal_carries() -> None:
    profile = load_profile("cn-gov")
    refusal = profile.refuse("too_few_bids", profile.bidders_min_to_open, bids=2)
    assert words_of(refusal).zh == "投标人不足3家（现2家），不得开标，投标文件保持密封。"
    assert words_of(refuse("calendar_unknown", year=2027)).en.startswith("The holidays of 2027")


def test_an_amount_is_told_with_its_currency() -> None:
    profile = load_profile("cn-gov")
    limit = profile.open_tender_from
    refusal = profile.refuse("method_not_approved", profile.approval_for_other_methods, limit)
    assert "CNY 2,000,000.00" in words_of(refusal).en
    assert "¥2,000,000.00" in words_of(refusal).zh


def test_days_and_instants_are_told_as_people_read_them() -> None:
    late = refuse("closing_too_early", earliest=datetime(2026, 9, 28, 1, 0, tzinfo=UTC))
    assert "2026年9月28日（周一）09:00" in words_of(late).zh
    assert "Monday 28 September 2026, 09:00" in words_of(late).en
    early = refuse("intention_too_late", intended_on=date(2026, 9, 1), earliest=date(2026, 10, 1))
    assert "2026年9月1日" in words_of(early).zh
    assert "1 Oct 2026" in words_of(early).en
    profile = load_profile("cn-gov")
    lead = profile.intention_lead_days
    ruled = profile.refuse("intention_too_late", lead, **early.facts)
    assert words_of(ruled) == words_of(early)
    ruled = profile.refuse("closing_too_early", lead, **late.facts)
    assert words_of(ruled) == words_of(late)
    assert "2026-02-31" in words_of(refuse("start_passed", starts_on="2026-02-31")).zh
