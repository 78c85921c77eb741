"""What the law asks of a tender's text, whatever the time: at approval, publication, amendment."""

from __future__ import annotations

from collections.abc import Iterator

from kernel.money import Money
from kernel.refusal import Refusal, enforce
from procurement.plans import rules as plan_rules
from procurement.profiles import Category, Method, Profile
from procurement.tenders import checks, rules
from procurement.tenders.commands import Terms
from procurement.tenders.content import Content


def require_lawful(
    profile: Profile, *, category: Category, budget: Money, content: Content
) -> None:
    """Raise the refusal of the first rule that the text of a tender breaks."""
    for refusal in asked(profile, category=category, budget=budget, content=content):
        enforce(refusal)


def asked(
    profile: Profile, *, category: Category, budget: Money, content: Content
) -> Iterator[Refusal | None]:
    """What each rule answers in turn: all of it is shown to an officer before the approval."""
    terms = Terms.from_record(content.terms)
    method = Method(content.award_criteria)
    titles = {
        f"{each['kind']} {each['number']}": f"{each['title']['zh']} {each['rule']['zh']}"
        for each in content.criteria
    }
    justified = {
        f"{each['kind']} {each['number']}"
        for each in content.criteria
        if each["justification"].strip()
    }
    yield checks.something_bought(items_of_lots=[len(lot["items"]) for lot in content.lots])
    yield plan_rules.split_reasoned(
        profile=profile, lots=len(content.lots), reason=terms.split_reason
    )
    yield checks.lots_within_budget(total=content.budget, budget=budget)
    for lot in content.lots:
        yield rules.max_price_within_budget(
            profile=profile,
            ceiling=Money.parse(lot["ceiling"], content.currency),
            budget=Money.parse(lot["budget"], content.currency),
        )
    yield rules.method_allowed(profile=profile, method=method, standard_goods=terms.standard_goods)
    yield checks.criteria_fit_award(
        award_criteria=content.award_criteria,
        price_criteria=len(content.titles("price")),
        quality_criteria=len(content.titles("quality")),
    )
    yield rules.weights_sum_to_100(profile=profile, weights=content.weights())
    if method is Method.COMPOSITE:
        yield rules.price_weight_allowed(
            profile=profile,
            category=category,
            price_weight=content.price_weight(),
        )
    yield rules.qualification_not_scored(
        profile=profile,
        qualifications=content.titles("qualification"),
        scored=content.titles("quality", "price"),
    )
    yield rules.forbidden_criteria(profile=profile, criteria=titles, justified=justified)
    if terms.bid_security is not None:
        yield rules.security_within_cap(
            profile=profile, security=terms.bid_security, budget=content.budget
        )
        yield rules.security_not_cash(profile=profile, form=terms.bid_security_form)
    yield rules.deduction_rates_allowed(
        profile=profile, small_rate=terms.small_rate, joint_rate=terms.joint_rate
    )
    yield rules.abnormal_share_allowed(profile=profile, share=terms.abnormal_share_of_ceiling)
