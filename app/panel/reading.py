"""The pages of bids, compliance and prices, read for one member."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import url_for

from app.container import Container
from app.drafts import services as drafts
from app.panel import words
from app.panel.forms import OpinionForm, opinion_form
from app.panel.sitting import Sitting, cited, head, sitting, steps
from app.panel.views import (
    Bid,
    Bidder,
    BidFile,
    BidsPage,
    CompliancePage,
    Correction,
    Criterion,
    PricedBid,
    PricesPage,
    Question,
    Step,
    StepName,
)
from bidding.evaluation import binding, judging, loading, queries
from bidding.evaluation.models import PriceCorrection, PriceQuestion
from bidding.evaluation.queries import PanelBid
from journal.work import Work
from kernel.blobs import Blobs
from kernel.money import Money
from kernel.refusal import NotFound, Refused
from kernel.text import Text
from kernel.vocabulary import Action, Actor, LotStage
from procurement.tenders.models import Criterion as CriterionRow
from procurement.tenders.models import Tender

OFFER = "offer.json"
OFFER_BYTES_MAX = 64 * 1024
OFFER_ROWS_MAX = 60
OFFER_CHARACTERS_MAX = 600
SHEET_DRAFT = "score-sheet"


@dataclass(frozen=True, slots=True)
class ReadableFile:
    """A file of a bid, for a member who may read it now."""

    name: str
    size: int
    digest: str


def step_of(work: Work, at: Sitting, name: StepName) -> Step:
    """One step of the member."""
    return next(step for step in steps(work, at) if step.name is name)


def bidders_of(work: Work, at: Sitting) -> list[Bidder]:
    """The bidders by name, which a member learns in order to declare ties to them."""
    opened = loading.opened_bids(work.session, at.lot.id).values()
    firms = queries.bidders(work.session, [bid.bidder_id for bid in opened])
    return [_bidder(firms[bid.bidder_id]) for bid in opened]


def bids_of(work: Work, at: Sitting, *, racing_only: bool = False) -> list[Bid]:
    """The qualified bids as the member may see them; Refused before the declaration."""
    found = queries.bids_for_member(work.session, at.lot, at.member.person_id)
    return [
        bid(at, one)
        for one in found
        if one.in_the_race or not racing_only
    ]  # fmt: skip


def bid(at: Sitting, row: PanelBid) -> Bid:
    """A bid as the pages show it."""
    standing = at.standings[row.bid]
    return Bid(
        id=row.bid,
        bidder=_bidder(row.bidder),
        price=None if row.price_minor is None else Money.of_minor(row.price_minor, row.currency),
        delivery=row.delivery,
        files=[
            BidFile(
                name=str(file["name"]),
                size=int(file["size"]),
                digest=str(file["digest"]),
                url=url_for("panel.file", lot=at.lot.id, bid=row.bid, digest=str(file["digest"])),
            )
            for file in row.files
        ],
        in_the_race=row.in_the_race,
        out_because=None
        if row.in_the_race
        else Text(standing.reason_zh or "—", standing.reason_en),
    )


def readable_file(work: Work, actor: Actor, lot_id: str, bid_id: str, digest: str) -> ReadableFile:
    """The file of a bid that this member may read now; NotFound for any other."""
    at = sitting(work, actor, lot_id)
    for one in queries.bids_for_member(work.session, at.lot, at.member.person_id):
        for file in one.files if one.bid == bid_id else ():
            if file["digest"] == digest:
                return ReadableFile(str(file["name"]), int(file["size"]), digest)
    raise NotFound("file", digest)


def criteria_of(tender: Tender, *kinds: str) -> list[Criterion]:
    """The criteria of these kinds with how points are given."""
    return [criterion(row) for row in tender.criteria if row.kind in kinds]


def criterion(row: CriterionRow) -> Criterion:
    """A criterion as the pages show it."""
    return Criterion(
        id=row.id,
        title=Text(row.title_zh, row.title_en),
        rule=Text(row.rule_zh, row.rule_en) if row.rule_zh.strip() else None,
        weight=plain(row.weight),
        objective=row.objective,
    )


def bids_page(container: Container, work: Work, actor: Actor, lot_id: str, by: str) -> BidsPage:
    """The reading room under one criterion."""
    at = sitting(work, actor, lot_id)
    bids = bids_of(work, at)
    listed = criteria_of(at.tender, "quality", "compliance")
    chosen = next((one for one in listed if one.id == by), next(iter(listed), None))
    hidden = at.price_hidden
    kept = drafts.find(work, actor.person, SHEET_DRAFT, lot_id)
    fields = kept.fields if kept else {}
    return BidsPage(
        head=head(work, at.lot),
        criteria=listed,
        chosen=chosen,
        bids=bids,
        answers=_answers(container.blobs, bids),
        price_hidden=hidden is not None,
        cites=cited(at.profile, hidden.cites) if hidden else (),
        step=step_of(work, at, StepName.BIDS),
        drafted=[_drafted(fields, one.id, chosen.id) for one in bids]
        if chosen and chosen.id in at.criteria and at.own_sheet is None
        else (),
    )


def compliance_page(
    work: Work, actor: Actor, lot_id: str, form: OpinionForm | None = None
) -> CompliancePage:
    """The member's own opinions; the panel's, once all have spoken."""
    at = sitting(work, actor, lot_id)
    bids = bids_of(work, at)
    step = step_of(work, at, StepName.COMPLIANCE)
    names = {one.id: one.bidder.name for one in bids}
    own = at.own_opinions
    open_now = not own and step.open and at.may(actor, Action.CHECK_COMPLIANCE)
    spoken = {one.member_id for one in at.opinions}
    return CompliancePage(
        head=head(work, at.lot),
        step=step,
        form=(form or compliance_form(at, bids)) if open_now else None,
        bids=bids,
        rules=compliance_rules(at),
        given=[
            (
                names[one.bid_id],
                one.compliant,
                Text(one.reason_zh, one.reason_en) if one.reason_zh else None,
            )
            for one in sorted(own, key=lambda one: list(names).index(one.bid_id))
        ],
        settled=bool(own) and at.settled,
        outcome=[
            (
                names[bid_id],
                bool(at.standings[bid_id].compliant),
                Text(at.standings[bid_id].reason_zh, at.standings[bid_id].reason_en)
                if at.standings[bid_id].compliant is False
                else None,
                at.standings[bid_id].cites,
            )
            for bid_id in (names if own and at.settled else ())
        ],
        missing=len(at.seats) - len(spoken),
    )


def compliance_rules(at: Sitting) -> list[Criterion]:
    """The rules that each bid must keep; where the tender names none, its documents as a whole."""
    listed = criteria_of(at.tender, "compliance")
    whole = Criterion("documents", words.UNNAMED_RULE, None, Decimal(0), objective=True)
    return listed or [whole]


def compliance_form(at: Sitting, bids: Sequence[Bid], *, sent: bool = False) -> OpinionForm:
    """The form of the opinions on these bids."""
    return opinion_form(
        [(one.id, one.bidder.name) for one in bids],
        [(one.id, one.title) for one in compliance_rules(at)],
        sent=sent,
    )


def prices_page(work: Work, actor: Actor, lot_id: str) -> PricesPage:
    """The prices that may be seen, and which of them ask for something."""
    at = sitting(work, actor, lot_id)
    hidden = at.price_hidden
    return PricesPage(
        head=head(work, at.lot),
        step=step_of(work, at, StepName.PRICES),
        bids=[] if hidden else [priced(work, actor, at, one) for one in bids_of(work, at)],
        ceiling=Money.of_minor(at.lot.ceiling_minor, at.tender.currency),
        minutes=at.profile.abnormal_reply_minutes_min.value,
        hidden=hidden is not None,
        cites=cited(
            at.profile, hidden.cites if hidden else at.profile.abnormal_reply_minutes_min.cites
        ),
    )


def priced_bid(work: Work, actor: Actor, lot_id: str, bid_id: str) -> tuple[Sitting, PricedBid]:
    """One bid with its price; NotFound where the price may not be seen."""
    at = sitting(work, actor, lot_id)
    for one in () if at.price_hidden else bids_of(work, at):
        if one.id == bid_id:
            return at, priced(work, actor, at, one)
    raise NotFound("bid", bid_id)


def priced(work: Work, actor: Actor, at: Sitting, of: Bid) -> PricedBid:
    """A price with what is asked and found about it."""
    asked = at.questions.get(of.id)
    corrected = binding.corrections(work.session, at.lot.id).get(of.id)
    triggers = judging.triggers_of(work, at.lot).get(of.id, ()) if at.settled else ()
    at_work = at.stage is LotStage.QUALIFIED and of.in_the_race
    return PricedBid(
        bid=of,
        triggers=[words.known(words.TRIGGERS, why) for why in triggers],
        question=_question(work, actor, at, asked) if asked else None,
        correction=_correction(corrected, at.tender.currency) if corrected else None,
        may_ask=at_work and at.settled and asked is None and at.may(actor, Action.QUESTION_PRICE),
        may_correct=at_work and corrected is None and at.may(actor, Action.CORRECT_PRICE),
    )


def _question(work: Work, actor: Actor, at: Sitting, row: PriceQuestion) -> Question:
    over = row.answered_at is not None or row.due_at <= work.clock.now()
    return Question(
        id=row.id,
        text=row.text,
        asked_at=row.asked_at,
        due_at=row.due_at,
        answer=row.answer,
        answered_at=row.answered_at,
        accepted=row.accepted,
        judgement=Text(row.judgement_zh, row.judgement_en or "") if row.judgement_zh else None,
        judged_at=row.judged_at,
        may_judge=over and row.accepted is None and at.may(actor, Action.JUDGE_PRICE),
    )


def _correction(row: PriceCorrection, currency: str) -> Correction:
    return Correction(
        price=Money.of_minor(row.price_minor, currency),
        steps=[
            (words.known(words.CORRECTIONS, step["rule"]), step["before"], step["after"])
            for step in row.steps
        ],
        due_at=row.due_at,
        confirmed=row.confirmed,
    )


def plain(value: Decimal) -> Decimal:
    """The same number without the zeros that its column adds, and without an exponent."""
    return Decimal(f"{value.normalize():f}")


def _bidder(row: queries.Bidder) -> Bidder:
    return Bidder(row.id, Text(row.name_zh, row.name_en), row.identifier)


def _drafted(fields: Mapping[str, Sequence[str]], bid_id: str, criterion_id: str) -> Decimal | None:
    typed = next(iter(fields.get(f"points-{bid_id}-{criterion_id}", ())), "").strip()
    try:
        return Decimal(typed) if typed else None
    except ArithmeticError:
        return None


def _answers(blobs: Blobs, bids: Sequence[Bid]) -> list[tuple[str, Sequence[str]]]:
    """What the offers say under the same heading, one row a heading; at most the first rows."""
    said = [_offer(blobs, one) for one in bids]
    names = list(dict.fromkeys(name for each in said for name in each))[:OFFER_ROWS_MAX]
    return [(name, [each.get(name, "") for each in said]) for name in names]


def _offer(blobs: Blobs, of: Bid) -> dict[str, str]:
    """The headings of a bid's own `offer.json`; nothing where it has none that can be read."""
    named = next((file for file in of.files if file.name == OFFER), None)
    if named is None or named.size > OFFER_BYTES_MAX:
        return {}
    try:
        with blobs.open(named.digest) as stream:
            found = json.loads(stream.read(OFFER_BYTES_MAX + 1))
    except (NotFound, Refused, ValueError, RecursionError):
        return {}
    return dict(_flat(found)) if isinstance(found, dict) else {}


def _flat(value: Mapping[str, Any], before: str = "", depth: int = 0) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, each in value.items():
        label = f"{before}{name}"[:120]
        if isinstance(each, dict) and depth < 3:
            rows += _flat(each, f"{label} · ", depth + 1)
        elif isinstance(each, str | int | float) and not isinstance(each, bool):
            rows.append((label, str(each)[:OFFER_CHARACTERS_MAX]))
        else:
            rows.append((label, json.dumps(each, ensure_ascii=False)[:OFFER_CHARACTERS_MAX]))
    return rows
