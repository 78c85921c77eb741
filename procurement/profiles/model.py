"""What a rule profile says: every number of the law as a named, typed, cited parameter.

A profile is an edition of a body of law as data. A tender pins name and edition at publication and
keeps them (requirement 139); a new edition is a new file. Rules take their numbers, and the
citation of their refusals, from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Generic, TypeVar

from kernel.calendar import Roll
from kernel.money import Money
from kernel.refusal import Refusal
from kernel.text import Text
from procurement.authority import Exclusion

T = TypeVar("T", covariant=True)


class Unit(StrEnum):
    """What a parameter's value counts."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    YEARS = "years"
    HOURS = "hours"
    MINUTES = "minutes"
    COUNT = "count"
    POINTS = "points"
    SHARE = "share"
    PLACES = "places"
    MONEY = "money"
    CHOICE = "choice"
    LIST = "list"
    YES_NO = "yes_no"


class Confidence(StrEnum):
    """How far the value was checked against its source; the rules page shows it."""

    READ = "V"  # read in a full text
    SECONDARY = "V2"  # read only in a note that quotes the rule
    MEMORY = "M"  # from memory: check before relying on it
    DECISION = "D"  # no law says it: this system's own decision


class Category(StrEnum):
    """What is bought."""

    GOODS = "goods"
    SERVICES = "services"
    WORKS = "works"


class Method(StrEnum):
    """How bids are compared (GPR art. 34)."""

    LOWEST_PRICE = "lowest_price"
    COMPOSITE = "composite"


class Opening(StrEnum):
    """Whether technical and price envelopes are opened together."""

    SINGLE = "single"
    TWO_STAGE = "two_stage"


class PriceVisible(StrEnum):
    """From when the panel sees prices."""

    AT_OPENING = "at_opening"
    AFTER_QUALITY = "after_quality"


class TieBreak(StrEnum):
    """What orders bids of equal score, one after the other."""

    PRICE = "price"
    DOCUMENTS = "documents"
    ARRIVAL = "arrival"
    DRAW = "draw"


class BrandRule(StrEnum):
    """What becomes of bids that offer the same brand."""

    ONE_COUNTS = "one_counts"
    EACH_COUNTS = "each_counts"


class Effect(StrEnum):
    """What a suspicious word in a criterion leads to."""

    FORBID = "forbid"
    JUSTIFY = "justify"


@dataclass(frozen=True, slots=True)
class Parameter(Generic[T]):
    """One rule of the profile: the value, where it is written, how sure we are, when it holds."""

    name: str
    id: str
    value: T
    unit: Unit
    cites: tuple[str, ...]
    confidence: Confidence
    in_force_from: date
    in_force_until: date | None = None
    note: str = ""

    def in_force(self, on: date) -> bool:
        """Whether the rule holds on the day; it holds on its last day too."""
        return self.in_force_from <= on and (
            self.in_force_until is None or on <= self.in_force_until
        )


@dataclass(frozen=True, slots=True)
class Source:
    """A text of law that the profile cites by a short name."""

    name: str
    title: Text
    in_force_from: date
    in_force_until: date | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ForbiddenCriterion:
    """Words that betray a criterion the law forbids, or allows only with a reason."""

    kind: str
    words: tuple[str, ...]
    effect: Effect
    cites: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All rules of one edition, by the names that code uses for them."""

    name: str
    version: str
    title: Text
    currency: str
    zone: str
    production: bool
    in_force_from: date
    in_force_until: date | None
    digest: str
    sources: Mapping[str, Source]
    exclusions: tuple[Exclusion, ...]
    forbidden_criteria: tuple[ForbiddenCriterion, ...]

    # Need, budget, plan
    open_tender_from: Parameter[Money]
    survey_from: Parameter[Money]
    survey_from_works: Parameter[Money]
    survey_respondents_min: Parameter[int]
    survey_age_days_max: Parameter[int]
    public_comment_needed: Parameter[bool]
    reserve_up_to: Parameter[Money]
    reserved_share_min: Parameter[Decimal]
    small_share_of_reserved_min: Parameter[Decimal]
    author_apart_from_approver: Parameter[bool]
    budget_first: Parameter[bool]
    split_reason_needed: Parameter[bool]
    approval_for_other_methods: Parameter[bool]
    intention_lead_days: Parameter[int]
    single_source_publicity_workdays: Parameter[int]

    # Notice and documents
    notice_workdays_min: Parameter[int]
    bid_period_days_min: Parameter[int]
    documents_workdays_min: Parameter[int]
    documents_free: Parameter[bool]
    prequalification_workdays_min: Parameter[int]
    mandatory_notice_fields: Parameter[tuple[str, ...]]
    methods: Parameter[tuple[Method, ...]]
    lowest_price_for_standard: Parameter[bool]
    weights_total: Parameter[Decimal]
    price_weight_min: Parameter[Mapping[Category, Decimal]]
    price_weight_max: Parameter[Mapping[Category, Decimal]]
    qualification_may_be_scored: Parameter[bool]
    ceiling_within_budget: Parameter[bool]
    price_floor_allowed: Parameter[bool]
    bid_security_share_max: Parameter[Decimal]
    bid_security_cash: Parameter[bool]
    security_return_workdays: Parameter[int]
    security_late_rate_factor: Parameter[Decimal]
    negotiation_preparation_workdays: Parameter[int]
    quotation_preparation_workdays: Parameter[int]
    consultation_response_days: Parameter[int]

    # Clarification
    enquiry_answer_workdays: Parameter[int]
    amendment_lead_days: Parameter[int]
    prequalification_amendment_lead_days: Parameter[int]
    unamendable_fields: Parameter[tuple[str, ...]]
    closing_never_earlier: Parameter[bool]
    termination_reasoned: Parameter[bool]
    outage_extension_from_hours: Parameter[int]

    # Sealed bids and opening
    seal_mode: Parameter[str]
    holders_min: Parameter[int]
    holders_max: Parameter[int]
    threshold_min: Parameter[int]
    holders_outside_min: Parameter[int]
    acts_max: Parameter[int]
    late_bids_refused: Parameter[bool]
    banned_barred: Parameter[bool]
    consortium_member_once: Parameter[bool]
    specification_author_barred: Parameter[bool]
    operator_barred: Parameter[bool]
    opening_at_closing: Parameter[bool]
    objection_minutes: Parameter[int]
    opening: Parameter[Opening]
    price_visible_to_panel: Parameter[PriceVisible]
    panel_at_opening: Parameter[bool]
    bidders_min_to_open: Parameter[int]
    bidders_min_to_evaluate: Parameter[int]
    read_out: Parameter[tuple[str, ...]]
    decryption_minutes: Parameter[int]
    failed_to_open: Parameter[Mapping[str, str]]

    # Panel and evaluation
    panel_size_min: Parameter[int]
    panel_size_min_large: Parameter[int]
    panel_large_from: Parameter[Money]
    panel_size_odd: Parameter[bool]
    panel_expert_share_min: Parameter[Fraction]
    panel_buyer_may_chair: Parameter[bool]
    conflict_years: Parameter[int]
    interests_declared_first: Parameter[bool]
    opening_recorded: Parameter[bool]
    price_within_ceiling: Parameter[bool]
    scores_within_range: Parameter[bool]
    objective_scores_equal: Parameter[bool]
    report_signed_by_all: Parameter[bool]
    price_formula: Parameter[str]
    price_score_full: Parameter[Decimal]
    same_brand: Parameter[BrandRule]
    tie_break: Parameter[tuple[TieBreak, ...]]
    tie_break_price: Parameter[str]
    rounding_places: Parameter[int]
    rounding: Parameter[str]
    rounding_stage: Parameter[str]
    correction_order: Parameter[tuple[str, ...]]
    small_rate_min: Parameter[Decimal]
    small_rate_max: Parameter[Decimal]
    joint_rate_min: Parameter[Decimal]
    joint_rate_max: Parameter[Decimal]
    domestic_rate: Parameter[Decimal]
    domestic_cost_share_min: Parameter[Decimal]
    deduction_basis: Parameter[str]
    abnormal_share_of_mean: Parameter[Decimal]
    abnormal_share_of_second_lowest: Parameter[Decimal]
    abnormal_share_of_ceiling: Parameter[Decimal]
    abnormal_share_of_ceiling_max: Parameter[Decimal]
    abnormal_reply_minutes_min: Parameter[int]
    score_change_causes: Parameter[tuple[str, ...]]
    report_contents: Parameter[tuple[str, ...]]

    # Award, standstill, challenge
    report_workdays_max: Parameter[int]
    decision_workdays_max: Parameter[int]
    candidates_in_order: Parameter[bool]
    award_within_budget: Parameter[bool]
    award_notice_workdays_max: Parameter[int]
    award_notice_period_workdays: Parameter[int]
    award_notice_fields: Parameter[tuple[str, ...]]
    standstill_days: Parameter[int]
    challenge_suspends: Parameter[bool]
    challenge_workdays: Parameter[int]
    challenge_answer_workdays: Parameter[int]
    complaint_workdays: Parameter[int]
    challenge_before_complaint: Parameter[bool]
    complaint_within_challenge: Parameter[bool]
    complaint_decision_workdays: Parameter[int]
    complaint_admissibility_workdays: Parameter[int]
    complaint_service_workdays: Parameter[int]
    suspension_days_max: Parameter[int]
    reviewer_apart_from_buyer: Parameter[bool]

    # Contract, acceptance, payment
    contract_days_max: Parameter[int]
    contract_unchanged: Parameter[bool]
    contract_publication_workdays_max: Parameter[int]
    contract_filing_workdays_max: Parameter[int]
    performance_security_share_max: Parameter[Decimal]
    change_share_max: Parameter[Decimal]
    change_share_max_emergency: Parameter[Decimal]
    acceptance_each_standard: Parameter[bool]
    acceptance_public_opinion: Parameter[bool]
    payment_days_max: Parameter[int]
    payment_days_agreed_max: Parameter[int]
    late_interest_per_day: Parameter[Decimal]
    payment_two_people: Parameter[bool]
    three_way_match: Parameter[bool]
    invoice_kind: Parameter[str]

    # Record, disclosure, counting
    retention_years: Parameter[int]
    disclosure_workdays: Parameter[int]
    disclosure_extension_workdays: Parameter[int]
    disclosure_correction_workdays: Parameter[int]
    third_party_opinion_workdays: Parameter[int]
    day_roll: Parameter[Roll]
    calendar: Parameter[str]
    signature_level: Parameter[str]
    amber_from_share: Parameter[Decimal]

    @property
    def edition(self) -> str:
        """`cn-gov/2026.1`: what a tender pins. `digest` says what the edition held."""
        return f"{self.name}/{self.version}"

    @property
    def parameters(self) -> tuple[Parameter[object], ...]:
        """Every parameter in the order of the procedure: what the rules page lists."""
        values = (getattr(self, known.name) for known in fields(self))
        return tuple(value for value in values if isinstance(value, Parameter))

    def refuse(self, code: str, *parameters: Parameter[object], **facts: object) -> Refusal:
        """A refusal that cites what the profile cites, and says by which edition and value."""
        said = {"profile": self.edition} | {known.name: known.value for known in parameters} | facts
        cites = dict.fromkeys(cite for known in parameters for cite in known.cites)
        plain = {name: plain_fact(value) for name, value in said.items()}
        return Refusal(code, tuple(cites), MappingProxyType(plain))


def plain_fact(value: object) -> object:
    """A fact as page, log and JSON all can carry it: text, integer, yes or no, list, object."""
    if isinstance(value, StrEnum):
        return str(value)
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, Money):
        return value.as_record()
    if isinstance(value, Mapping):
        return {str(key): plain_fact(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(str(plain_fact(item)) for item in value)
    if isinstance(value, list | tuple):
        return [plain_fact(item) for item in value]
    return str(value)
