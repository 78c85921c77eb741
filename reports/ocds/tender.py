"""The section `tender`: what is asked for, by which rules, until when, and how its lots stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from kernel.money import Money
from kernel.vocabulary import LotStage, TenderStage
from procurement.parties.models import Organization
from procurement.plans.models import Purchase
from procurement.profiles import Profile
from procurement.tenders.commands import Terms
from procurement.tenders.models import Criterion, Lot, Notice, Question, Tender
from reports.ocds import parties
from reports.ocds.values import Object, both, filled, number, translated, value, when

METHODS: Mapping[str, tuple[str, str, str]] = {
    "open": ("open", "公开招标", "Open tender"),
    "invited": ("selective", "邀请招标", "Invited tender"),
    "negotiation": ("limited", "竞争性谈判", "Competitive negotiation"),
    "consultation": ("limited", "竞争性磋商", "Competitive consultation"),
    "quotation": ("limited", "询价", "Request for quotations"),
    "single_source": ("direct", "单一来源", "Single source"),
}
_LOT_STATUS: Mapping[LotStage, str] = {
    LotStage.SEALED: "active",
    LotStage.OPENED: "active",
    LotStage.QUALIFIED: "active",
    LotStage.EVALUATED: "active",
    LotStage.REPORTED: "active",
    # That somebody has decided is told with the notice of the award, and not before.
    LotStage.DECIDED: "active",
    LotStage.AWARDED: "complete",
    LotStage.CONTRACTED: "complete",
    LotStage.FAILED: "unsuccessful",
    LotStage.CANCELLED: "cancelled",
}
_CRITERIA = {"qualification": "suitability", "compliance": "technical"}


def lot_status(stage: str) -> str:
    """How a lot stands, by its stage."""
    return _LOT_STATUS[LotStage(stage)]


def status(stage: str, lots: Sequence[Lot]) -> str:
    """How a tender stands: active until its last lot has come to an end."""
    known = TenderStage(stage)
    if known in (TenderStage.DRAFT, TenderStage.APPROVED):
        return "planning"
    if known is TenderStage.CANCELLED:
        return "cancelled"
    of_lots = {lot_status(lot.stage) for lot in lots}
    if "active" in of_lots:
        return "active"
    if "complete" in of_lots:
        return "complete"
    return "unsuccessful" if "unsuccessful" in of_lots else "cancelled"


def standing(tender: Tender, lots: Sequence[Lot]) -> Object:
    """How the tender and its lots stand, and nothing else."""
    return {
        "id": tender.id,
        "status": status(tender.stage, lots),
        "lots": [{"id": lot.id, "status": lot_status(lot.stage)} for lot in lots],
    }


def whole(
    tender: Tender,
    lots: Sequence[Lot],
    criteria: Sequence[Criterion],
    purchase: Purchase,
    buyer: Organization,
    profile: Profile,
    *,
    documents: Sequence[Object],
    base_url: str,
) -> Object:
    """The tender as its notice says it."""
    method, zh, en = METHODS.get(purchase.method, ("open", purchase.method, ""))
    composite = tender.award_criteria == "composite"
    terms = Terms.from_record(tender.terms)
    budget = Money.of_minor(sum(lot.budget_minor for lot in lots), tender.currency)
    return filled(
        id=tender.id,
        **translated("title", tender.title_zh, tender.title_en),
        **translated("description", tender.facts_zh, tender.facts_en),
        status=status(tender.stage, lots),
        procuringEntity=parties.reference(buyer),
        value=value(budget),
        procurementMethod=method,
        procurementMethodDetails=both(zh, en),
        procurementMethodRationale=purchase.method_basis.strip(),
        mainProcurementCategory=tender.category,
        legalBasis=_legal_basis(profile, base_url),
        awardCriteria="ratedCriteria" if composite else "priceOnly",
        **_award_words(composite=composite),
        selectionCriteria=_selection(criteria),
        submissionMethod=["electronicSubmission"],
        **translated(
            "submissionMethodDetails",
            "在供应商自己的电脑上签名并密封，开标前谁也读不了",
            "Signed and sealed on the bidder's own computer; nobody can read it before the opening",
        ),
        submissionTerms=_submission(terms),
        tenderPeriod=_period(tender.published_at, tender.closes_at),
        enquiryPeriod=_period(tender.published_at, tender.closes_at),
        bidOpening=_bid_opening(tender, terms, profile),
        items=[item for lot in lots for item in items(lot)],
        lots=[_lot(lot, criteria, tender.currency) for lot in lots],
        documents=list(documents),
        milestones=[closing(tender, None)],
    )


def items(lot: Lot) -> list[Object]:
    """The lines of what a lot buys."""
    return [
        filled(
            id=item.id,
            **translated("description", item.description_zh, item.description_en),
            classification=filled(scheme=item.scheme, id=item.classification)
            if item.scheme and item.classification
            else None,
            quantity=number(item.quantity),
            unit={"name": item.unit},
            relatedLot=lot.id,
        )
        for item in lot.items
    ]


def closing(tender: Tender, closed_at: datetime | None, root: str = "") -> Object:
    """The closing as a milestone; `root` fixes the sealed set before anything is opened.

    The size of the set is not told: it would bound how many bids there are.
    """
    return filled(
        id=f"closing-{tender.id}",
        **translated("title", "投标截止", "Closing of bids"),
        **translated(
            "description",
            f"密封投标集合的根：{root}" if root else "",
            f"Root of the sealed set: {root}" if root else "",
        ),
        type="engagement",
        dueDate=when(tender.closes_at),
        dateMet=when(closed_at),
        status="met" if closed_at else "scheduled",
    )


def enquiry(question: Question) -> Object:
    """A question with the one answer that everybody gets; nobody learns who asked (87-27, 28)."""
    return filled(
        id=question.id,
        description=question.text,
        answer=both(question.answer_zh, question.answer_en),
        dateAnswered=when(question.answered_at),
    )


def amendments(chain: Sequence[Notice], release: str) -> list[Object]:
    """The corrigenda; each names the release that it changed. `release` has the last of them."""
    return [
        filled(
            id=after.id,
            date=when(after.published_at),
            **translated("rationale", after.changes_zh, after.changes_en),
            amendsReleaseID=before.entry_id,
            releaseID=release if after is chain[-1] else after.entry_id,
        )
        for before, after in pairwise(chain)
    ]


def opened(
    tender: Tender, lots: Sequence[Lot], lot: Lot, tenderers: Sequence[Organization], at: datetime
) -> Object:
    """A lot is open: who has bid for any lot that is open by now."""
    made = standing(tender, lots)
    for one in made["lots"]:
        if one["id"] == lot.id:
            one["bidOpening"] = {"date": when(at)}
    ordered = sorted(tenderers, key=parties.party_id)
    return made | filled(
        tenderers=[parties.reference(one) for one in ordered], numberOfTenderers=len(ordered)
    )


def _lot(lot: Lot, criteria: Sequence[Criterion], currency: str) -> Object:
    return filled(
        id=lot.id,
        title=both(lot.title_zh, lot.title_en),
        description="专门面向中小企业 / Reserved for small and medium firms"
        if lot.reserved_for_small
        else None,
        status=lot_status(lot.stage),
        value=value(Money.of_minor(lot.budget_minor, currency)),
        awardCriteria=_weights(criteria),
    )


def _weights(criteria: Sequence[Criterion]) -> Object:
    scored = [one for one in criteria if one.weight > 0]
    return filled(
        criteria=[
            filled(
                type=one.kind,
                name=both(one.title_zh, one.title_en),
                description=both(one.rule_zh, one.rule_en),
                numbers=[{"number": number(one.weight), "weight": "pointsExact"}],
            )
            for one in scored
        ]
    )


def _selection(criteria: Sequence[Criterion]) -> Object:
    return filled(
        criteria=[
            filled(
                type=_CRITERIA[one.kind],
                description="：".join(
                    filter(None, (both(one.title_zh, one.title_en), both(one.rule_zh, one.rule_en)))
                ),
            )
            for one in criteria
            if one.kind in _CRITERIA
        ]
    )


def _award_words(*, composite: bool) -> Object:
    if composite:
        return translated(
            "awardCriteriaDetails",
            "综合评分法：按各包所列因素和分值，得分最高者排名第一",
            "Scored by the criteria and points of each lot; the highest total ranks first",
        )
    return translated(
        "awardCriteriaDetails",
        "最低评标价法：满足全部实质性要求，评审价最低者排名第一",
        "The lowest evaluated price among bids that meet every requirement ranks first",
    )


def _submission(terms: Terms) -> Object:
    security = terms.bid_security
    return filled(
        electronicSubmissionPolicy="required",
        advancedElectronicSignatureRequired=True,
        multipleBidsAllowed=False,
        depositsGuarantees=f"{security.currency} {security}，{terms.bid_security_form}".rstrip("，")
        if security
        else "不收投标保证金 / No bid security",
    )


def _bid_opening(tender: Tender, terms: Terms, profile: Profile) -> Object:
    place = terms.opening_place
    opens_from = tender.closes_at + timedelta(minutes=profile.objection_minutes.value)
    return filled(
        date=when(opens_from), description=both(place.zh, place.en) if place is not None else None
    )


def _legal_basis(profile: Profile, base_url: str) -> Object:
    return filled(
        scheme="Sunlit",
        id=profile.edition,
        **translated("description", profile.title.zh, profile.title.en),
        uri=f"{base_url}/rules/{profile.edition}",
    )


def _period(start: datetime | None, end: datetime) -> Object:
    return filled(startDate=when(start), endDate=when(end))
