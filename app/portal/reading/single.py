"""One award and one contract, each as a page of its own, from what the journal shows everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.portal.reading import deals, outcomes, progress, tenders
from app.portal.reading.papers import Paper, public_papers
from app.portal.reading.record import Seen, Story, record_items, story_of
from app.portal.views import Document, Stop
from app.portal.views.single import (
    AwardPage,
    ContractLine,
    ContractPage,
    Decision,
    Inspection,
    SignedPaper,
    Signing,
    StandardFound,
    TenderNamed,
)
from app.web.shown import BEFORE_CLOSING
from journal.work import Work
from kernel.blobs import Blobs
from kernel.clock import parse_instant
from kernel.money import Money
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Action, ContractStage, Role
from procurement.awards.models import Award
from procurement.contracts.models import Contract
from procurement.parties.models import Organization, SignedDocument
from procurement.plans.models import Purchase
from procurement.profiles.loader import citation
from procurement.tenders.models import Tender
from procurement.tenders.standing import pinned_profile
from reports import labels

_VERDICTS: Mapping[str, tuple[Text, bool | None]] = {
    "TOTAL_PASSED": (Text("签名有效", "The signature is valid"), True),
    "TOTAL_FAILED": (Text("签名无效", "The signature is not valid"), False),
    "INDETERMINATE": (Text("签名暂时不能确认", "The signature cannot be confirmed yet"), None),
}
_BY_SILENCE = Text(
    "采购人未在期限内确定，依法以排名第一的候选人为中标人",
    "The buyer did not decide in time; by law the first-ranked candidate won",
)
_COMPOSITE = Text(
    "综合评分法，总分最高者为第一候选人",
    "Points for quality and price; the highest total ranks first",
)
_LOWEST = Text("最低评标价法，评审价最低者为第一候选人", "Lowest evaluated price ranks first")
_PARTIES = (Text("采购人（甲方）", "Buyer"), Text("供应商（乙方）", "Supplier"))
_IN_FORCE = (
    str(ContractStage.IN_FORCE),
    str(ContractStage.ACCEPTED),
    str(ContractStage.CLOSED),
)
_STATES: Mapping[ContractStage, Text] = {
    ContractStage.IN_FORCE: Text("履行中，还没有验收合格", "In force; not yet accepted"),
    ContractStage.ACCEPTED: Text("已验收合格，等待付清", "Accepted; payment to come"),
    ContractStage.CLOSED: Text("已验收并付清", "Accepted and paid in full"),
}
_OF_CONTRACT = frozenset(
    {
        Action.SIGN_AS_SUPPLIER,
        Action.SIGN_AS_BUYER,
        Action.ACCEPT_DELIVERY,
        Action.REJECT_DELIVERY,
    }
)
_OF_PAYMENTS = frozenset(
    {
        Action.MATCH_INVOICE,
        Action.PREPARE_PAYMENT,
        Action.RELEASE_PAYMENT,
        Action.SETTLE_PAYMENT,
    }
)


def award_page(
    work: Work, key: str, id: str, blobs: Blobs, now: datetime, zone: ZoneInfo
) -> AwardPage:
    """A published award; NotFound for one that is decided and not yet published."""
    session = work.session
    _purchase, tender, named = _named(session, key, now)
    award = session.get(Award, id) if id.isascii() and id.isprintable() else None
    if award is None or award.tender_id != tender.id or award.published_at is None:
        raise NotFound("award", id)
    story = story_of(work, tender.id, ())
    told = outcomes.told(session, tender, story)
    [lot] = [one for one in tender.lots if one.id == award.lot_id]
    profile = pinned_profile(tender)
    live = [award] if award.lapsed_at is None else []
    course = progress.Course(tender, named.status, story, live, now, zone)
    published = story.last(Action.PUBLISH_AWARD, award.id)
    panel = published.body.get("panel_names") if published else None
    return AwardPage(
        tender=named,
        id=award.id,
        result=outcomes.result_of(told, lot, award),
        decision=_decision(story, tender, award, named.buyer),
        challenge_until=award.challenge_until,
        challenge_rule=citation(profile, profile.challenge_workdays.cites[0]),
        clock=progress.clock(course),
        standstill_until=award.standstill_until,
        panel=tuple(str(one) for one in panel) if isinstance(panel, list) else (),
        papers=tuple(
            _signed(session, blobs, paper, story)
            for paper in public_papers(session, tender)
            if paper.object in (award.id, award.lot_id)
        ),
        lapsed=_lapsed(award),
        contract=session.scalar(
            select(Contract.id).where(Contract.award_id == award.id, Contract.stage.in_(_IN_FORCE))
        ),
        challenges=deals.challenges(session, story),
        record=record_items(
            Story(tuple(seen for seen in story.entries if seen.body.get("lot") == award.lot_id)),
            {},
            zone,
        ),
    )


def contract_page(
    work: Work, key: str, id: str, blobs: Blobs, now: datetime, zone: ZoneInfo
) -> ContractPage:
    """A contract in force; NotFound for a draft, which is its parties' business."""
    session = work.session
    _purchase, tender, named = _named(session, key, now)
    row = session.get(Contract, id) if id.isascii() and id.isprintable() else None
    if row is None or row.tender_id != tender.id or row.stage not in _IN_FORCE:
        raise NotFound("contract", id)
    story = story_of(work, tender.id, ())
    signed = story.last(Action.SIGN_AS_BUYER, row.id)
    lots = outcomes.lot_titles(tender)
    return ContractPage(
        tender=named,
        id=row.id,
        lot=lots.get(row.lot_id),
        amount=Money.of_minor(row.amount_minor, row.currency),
        paid=Money.of_minor(row.paid_minor, row.currency),
        state=_STATES[ContractStage(row.stage)],
        closed=row.stage == str(ContractStage.CLOSED),
        signed_on=_day(row.buyer_signed_at or row.drafted_at, zone),
        parties=_parties(session, row, story),
        lines=tuple(_lines(signed, row.currency)),
        delivery=outcomes.delivery_promised(session, row.award_id),
        payment_days=row.payment_days,
        from_acceptance=row.pays_from_acceptance,
        standards=tuple(Text(one["zh"], one["en"]) for one in row.standards),
        award=row.award_id,
        inspections=tuple(_inspections(story, row)),
        payments=deals.payments(session, tender, [row], story, {}, now),
        papers=tuple(_papers(session, blobs, tender, row, story)),
        record=record_items(Story(tuple(_of_contract(story, row.id))), {}, zone),
    )


def _named(session: Session, key: str, now: datetime) -> tuple[Purchase, Tender, TenderNamed]:
    purchase, tender = tenders.find(session, key)
    if tender is None or tender.published_at is None:
        raise NotFound("tender", key)
    status = tenders.status_of(session, tender, now)
    if status in BEFORE_CLOSING:
        raise NotFound("tender", key)
    buyer = session.get_one(Organization, tender.buyer_id)
    title = Text(tender.title_zh, tender.title_en)
    return (
        purchase,
        tender,
        TenderNamed(purchase.ocid, title, Text(buyer.name_zh, buyer.name_en), status),
    )


def _decision(story: Story, tender: Tender, award: Award, buyer: Text) -> Decision | None:
    decided = story.last(Action.DECIDE_AWARD, award.id)
    if decided is None:
        return None
    role = labels.ROLES[Role.APPROVER]
    by = (
        _BY_SILENCE
        if decided.body.get("by_silence") is True
        else Text(f"{buyer.zh}的{role.zh}", f"{role.en} of {buyer.en or buyer.zh}")
    )
    rule = _COMPOSITE if tender.award_criteria == "composite" else _LOWEST
    cites = Text(award.cites) if award.cites.strip() else None
    return Decision(by, decided.at, rule, cites, decided.proof)


def _lapsed(award: Award) -> Stop | None:
    if award.lapsed_at is None:
        return None
    cites = Text(award.lapsed_cites) if award.lapsed_cites else None
    return Stop(Text(award.lapsed_reason or ""), award.lapsed_at, cites)


def _signed(session: Session, blobs: Blobs, paper: Paper, story: Story) -> SignedPaper:
    return _judged(
        session,
        Document(
            paper.title,
            paper.digest,
            "PDF",
            blobs.size(paper.digest),
            story.proof(paper.action, paper.object),
        ),
    )


def _judged(session: Session, document: Document) -> SignedPaper:
    """What was found of the signature when the paper came in; the newest one of several."""
    kept = session.scalars(
        select(SignedDocument)
        .where(SignedDocument.content == document.digest, SignedDocument.form == "pades")
        .order_by(SignedDocument.signed_at.desc())
        .limit(1)
    ).one()
    verdict, sound = _VERDICTS[str(kept.verdict["indication"])]
    return SignedPaper(document, verdict, sound, kept.signed_at)


def _papers(
    session: Session, blobs: Blobs, tender: Tender, row: Contract, story: Story
) -> Iterator[SignedPaper]:
    if row.pdf is not None:
        proof = story.proof(Action.SIGN_AS_BUYER, row.id)
        title = Text("合同文本", "The contract")
        yield _judged(session, Document(title, row.pdf, "PDF", blobs.size(row.pdf), proof))
    for paper in public_papers(session, tender):
        if paper.object == row.id:
            yield _signed(session, blobs, paper, story)


def _parties(session: Session, row: Contract, story: Story) -> tuple[Signing, ...]:
    names = {
        one.id: Text(one.name_zh, one.name_en)
        for one in session.scalars(
            select(Organization).where(Organization.id.in_((row.buyer_id, row.supplier_id)))
        )
    }
    buyer, supplier = _PARTIES
    return (
        Signing(
            names[row.buyer_id],
            buyer,
            row.buyer_signed_at,
            story.proof(Action.SIGN_AS_BUYER, row.id),
        ),
        Signing(
            names[row.supplier_id],
            supplier,
            row.supplier_signed_at,
            story.proof(Action.SIGN_AS_SUPPLIER, row.id),
        ),
    )


def _lines(signed: Seen | None, currency: str) -> Iterator[ContractLine]:
    for one in _records(signed, "lines"):
        said, price, amount = one["description"], one["unit_price"], one["amount"]
        yield ContractLine(
            what=Text(said["zh"], said["en"]),
            quantity=_plain(one["quantity"]),
            unit=one["unit"],
            unit_price=None if price is None else _plain(price),
            amount=None if amount is None else Money.parse(amount, currency),
        )


def _plain(number: str) -> str:
    """A number without the zeros that rows keep at its end."""
    return format(Decimal(number).normalize(), ",f")


def _inspections(story: Story, row: Contract) -> Iterator[Inspection]:
    names = {one["code"]: Text(one["zh"], one["en"]) for one in row.standards}
    found = [
        seen
        for seen in story.entries
        if seen.object == row.id and seen.action in (Action.ACCEPT_DELIVERY, Action.REJECT_DELIVERY)
    ]
    for number, seen in enumerate(found, start=1):
        said = seen.body.get("opinions")
        yield Inspection(
            number=number,
            accepted=seen.action is Action.ACCEPT_DELIVERY,
            delivered_at=parse_instant(str(seen.body["delivered_at"])),
            inspected_at=seen.at,
            results=tuple(
                StandardFound(names[one["code"]], one["found"] == "passed", one["note"])
                for one in _records(seen, "results")
            ),
            opinions=tuple(str(one) for one in said) if isinstance(said, list) else (),
            proof=seen.proof,
        )


def _records(seen: Seen | None, name: str) -> Sequence[Mapping[str, Any]]:
    found = seen.body.get(name) if seen else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _of_contract(story: Story, contract: str) -> Iterator[Seen]:
    for seen in story.entries:
        if (seen.action in _OF_CONTRACT and seen.object == contract) or (
            seen.action in _OF_PAYMENTS and seen.body.get("contract") == contract
        ):
            # The lot is that of the page and need not be said.
            yield replace(seen, body={k: v for k, v in seen.body.items() if k != "lot"})


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
