"""What the law asks of a tender's text, whatever the time: at approval, publication, amendment."""

from __future__ import annotations

from kernel.money import Money
from kernel.refusal import enforce
from procurement.plans import rules as plan_rules
from procurement.profiles import Category, Method, Profile
from procurement.tenders import checks, rules
from procurement.tenders.commands import Terms
from procurement.tenders.content import Content


def require_lawful(
    profile: Profile, *, category: Category, budget: Money, content: Content
) -> None:
    """Raise the refusal of the first rule that the text of a tender breaks."""
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
    enforce(checks.something_bought(items_of_lots=[len(lot["items"]) for lot in content.lots]))
    enforce(
        plan_rules.split_reasoned(
            profile=profile, lots=len(content.lots), reason=terms.split_reason
        )
    )
    enforce(checks.lots_within_budget(total=content.budget, budget=budget))
    for lot in content.lots:
        enforce(
            rules.max_price_within_budget(
                profile=profile,
                ceiling=Money.parse(lot["ceiling"], content.currency),
                budget=Money.parse(lot["budget"], content.currency),
            )
        )
    enforce(
        rules.method_allowed(profile=profile, method=method, standard_goods=terms.standard_goods)
    )
    enforce(
        checks.criteria_fit_award(
            award_criteria=content.award_criteria,
            price_criteria=len(content.titles("price")),
            quality_criteria=len(content.titles("quality")),
        )
    )
    enforce(rules.weights_sum_to_100(profile=profile, weights=content.weights()))
    if method is Method.COMPOSITE:
        enforce(
            rules.price_weight_allowed(
                profile=profile,
                category=category,
                price_weight=content.price_weight(),
            )
        )
    enforce(
        rules.qualification_not_scored(
            profile=profile,
            qualifications=content.titles("qualification"),
            scored=content.titles("quality", "price"),
        )
    )
    enforce(rules.forbidden_criteria(profile=profile, criteria=titles, justified=justified))
    if terms.bid_security is not None:
        enforce(
            rules.security_within_cap(
                profile=profile, security=terms.bid_security, budget=content.budget
            )
        )
        enforce(rules.security_not_cash(profile=profile, form=terms.bid_security_form))
    enforce(
        rules.deduction_rates_allowed(
            profile=profile, small_rate=terms.small_rate, joint_rate=terms.joint_rate
        )
    )
    enforce(rules.abnormal_share_allowed(profile=profile, share=terms.abnormal_share_of_ceiling))
