"""The page of one purchase, put together in one reading transaction."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.portal.reading import deals, facts, lotwise, outcomes, progress
from app.portal.reading.record import Story, record_items, story_of
from app.portal.reading.standing import status_at
from app.portal.views import KeyFacts, NextStep, TenderPage
from app.web.shown import BEFORE_CLOSING, Status
from journal.work import Work
from kernel.blobs import Blobs
from kernel.money import Money
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Action, PurchaseStage
from procurement.parties.models import Organization
from procurement.plans.models import Need, Purchase
from procurement.profiles import load_profile
from procurement.profiles.timetable import start_of
from procurement.tenders.models import Tender
from procurement.tenders.queries import notice_chain

# What a purchase is called in an address: its ocid, or the id that the API and the tools use.
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{2,79}")
_METHODS = {
    "open": Text("公开招标", "Open tender"),
    "invited": Text("邀请招标", "Invited tender"),
    "negotiation": Text("竞争性谈判", "Competitive negotiation"),
    "consultation": Text("竞争性磋商", "Competitive consultation"),
    "quotation": Text("询价", "Request for quotations"),
    "single_source": Text("单一来源", "Single source"),
}
_STARTS = Text("预计发布公告", "the notice is expected")


def tender_page(
    work: Work, key: str, blobs: Blobs, now: datetime, zone: ZoneInfo, page: int = 1
) -> TenderPage:
    """What may be shown of a purchase and of a page of its lots; NotFound if it is not there."""
    purchase, tender = find(work.session, key)
    objects = _before_the_tender(work.session, purchase)
    if tender is None or tender.published_at is None:
        lotwise.page_of((), page)
        return _planned(purchase, work, objects, zone)
    status = status_of(work.session, tender, now)
    return _published(work, purchase, tender, status, objects, blobs, now, zone, page)


def status_of(session: Session, tender: Tender, now: datetime) -> Status:
    """The state of a published tender as the public sees it."""
    return Status(session.scalars(select(status_at(now)).where(Tender.id == tender.id)).one())


def find(session: Session, key: str) -> tuple[Purchase, Tender | None]:
    """The purchase and its tender by ocid or by the tender's id; NotFound unless it is public."""
    if not _KEY.fullmatch(key):
        raise NotFound("tender", "unreadable")
    row = session.execute(
        select(Purchase, Tender)
        .outerjoin(Tender, Tender.purchase_id == Purchase.id)
        .where((Purchase.ocid == key) | (Tender.id == key))
    ).one_or_none()
    if row is None:
        raise NotFound("tender", key)
    purchase, tender = row
    published = tender is not None and tender.published_at is not None
    intended = purchase.intended_at is not None and purchase.stage != str(PurchaseStage.ENDED)
    if not published and not (intended and purchase.ocid == key):
        raise NotFound("tender", key)
    return purchase, tender


def _before_the_tender(session: Session, purchase: Purchase) -> set[str]:
    """What the entries of the time before the tender are about."""
    needs = session.scalars(select(Need.id).where(Need.purchase_id == purchase.id))
    return {purchase.id, purchase.budget_line_id, *needs}


def _published(
    work: Work,
    purchase: Purchase,
    tender: Tender,
    status: Status,
    objects: set[str],
    blobs: Blobs,
    now: datetime,
    zone: ZoneInfo,
    page: int,
) -> TenderPage:
    session, title = work.session, Text(tender.title_zh, tender.title_en)
    story = story_of(work, tender.id, objects)
    lots = outcomes.lot_titles(tender)
    here, pages = lotwise.page_of(tender.lots, page), lotwise.pages_of(tender.lots)
    told = outcomes.told(session, tender, story, here)
    deal = deals.in_force(session, tender)
    signed = [row for row in deal if row.lot_id in {lot.id for lot in here}]
    live = [award for award in told.awards.values() if award.lapsed_at is None]
    course = progress.Course(tender, status, story, live, now, zone)
    after = status not in BEFORE_CLOSING
    return TenderPage(
        key=purchase.ocid,
        number=purchase.ocid,
        title=title,
        method=method(purchase),
        status=status,
        facts=facts.key_facts(session, tender),
        stages=progress.stages(course),
        notice=story.proof(Action.AMEND_TENDER) or story.proof(Action.PUBLISH_TENDER),
        summary=facts.summary(story, title),
        clock=progress.clock(course),
        next_steps=progress.next_steps(course),
        lots=facts.lots(tender, here, status, deals.paid_lots(deal)),
        lots_count=len(tender.lots),
        lots_pages=pages,
        lots_here=pages[page - 1] if pages else None,
        criteria=facts.criteria(tender),
        documents=facts.documents(session, tender, blobs, story),
        questions=facts.questions(session, tender, story),
        openings=outcomes.openings(told) if after else (),
        results=outcomes.results(told) if after else (),
        contracts=deals.contracts(session, signed, story, blobs, lots, zone) if after else (),
        payments=deals.payments(session, tender, deal, story, lots, now, signed) if after else (),
        challenges=deals.challenges(session, story),
        record=record_items(
            lotwise.story_for(story, tender.lots, here, deal),
            lots,
            zone,
            _more(session, purchase, tender, story),
        ),
        stop=outcomes.stop(told) if status is Status.STOPPED else None,
        opening_url=url_for("portal.opening", key=purchase.ocid) if after else None,
    )


_COMPARE = Text("改了什么：与上一版对照", "What changed: beside the version before")
_AWARD = Text("看结果、得分和理由", "The result, scores and reasons")
_CONTRACT = Text("看合同、验收和付款", "The contract, delivery and payments")


def _more(
    session: Session, purchase: Purchase, tender: Tender, story: Story
) -> dict[str, tuple[str, Text]]:
    """Where more stands of what has happened, by the entry that tells of it."""
    key = purchase.ocid
    links = {
        notice.entry_id: (url_for("portal.versions", key=key, number=notice.number), _COMPARE)
        for notice in notice_chain(session, tender.id)
        if notice.number > 1
    }
    for seen in story.entries:
        if seen.action is Action.PUBLISH_AWARD:
            links[seen.id] = (url_for("portal.award", key=key, award=seen.object), _AWARD)
        elif seen.action is Action.SIGN_AS_BUYER:
            links[seen.id] = (url_for("portal.contract", key=key, contract=seen.object), _CONTRACT)
    return links


def _planned(purchase: Purchase, work: Work, objects: set[str], zone: ZoneInfo) -> TenderPage:
    buyer = work.session.get_one(Organization, purchase.buyer_id)
    profile = load_profile(purchase.profile)
    story: Story = story_of(work, None, objects)
    title = Text(purchase.title_zh, purchase.title_en)
    return TenderPage(
        key=purchase.ocid,
        number=purchase.ocid,
        title=title,
        method=method(purchase),
        status=Status.PLANNED,
        facts=KeyFacts(
            buyer=Text(buyer.name_zh, buyer.name_en),
            budget=Money.of_minor(purchase.budget_minor, purchase.currency),
            delivery=None,
            rules=facts.rules_name(profile),
            committee=None,
        ),
        stages=progress.planned_stages(purchase.intended_at, zone),
        notice=story.proof(Action.PUBLISH_INTENTION),
        summary=facts.summary(story, title),
        next_steps=(NextStep(start_of(profile, purchase.planned_start_on), _STARTS),),
        record=record_items(story, {}, zone),
    )


def method(purchase: Purchase) -> Text:
    """How it is bought, in words."""
    return _METHODS.get(purchase.method, Text(purchase.method))
