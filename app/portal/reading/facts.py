"""What stands on a tender page from publication on: facts, lots, criteria, documents, questions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import PurePosixPath

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.portal.reading.papers import public_papers
from app.portal.reading.record import Story
from app.portal.reading.standing import lot_status
from app.portal.views import (
    Committee,
    Criterion,
    Document,
    KeyFacts,
    KeyHolder,
    Lot,
    Question,
    RulesName,
)
from app.web.shown import Status
from kernel import canonical
from kernel.blobs import Blobs
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import Action, LotStage, Part
from procurement.parties.models import Organization, Person
from procurement.plans.models import Purchase
from procurement.profiles.model import Profile
from procurement.tenders import queries as tenders
from procurement.tenders.commands import Terms
from procurement.tenders.models import Lot as LotRow
from procurement.tenders.models import Notice, Tender
from procurement.tenders.standing import pinned_profile
from reports import labels

_RESERVED = Text("专门面向中小企业", "Reserved for small and medium firms")
_KINDS = {"text/plain": "TXT", "application/pdf": "PDF", "application/json": "JSON"}


def budget_of(tender: Tender) -> Money:
    """The budget of all lots together."""
    return Money.of_minor(sum(lot.budget_minor for lot in tender.lots), tender.currency)


def key_facts(session: Session, tender: Tender) -> KeyFacts:
    """The six facts that are asked first."""
    buyer = session.get_one(Organization, tender.buyer_id)
    profile, terms = pinned_profile(tender), Terms.from_record(tender.terms)
    return KeyFacts(
        buyer=Text(buyer.name_zh, buyer.name_en),
        budget=budget_of(tender),
        delivery=terms.delivery,
        rules=rules_name(profile),
        committee=committee(session, tender),
        bid_security=terms.bid_security,
    )


def rules_name(profile: Profile) -> RulesName:
    """The profile and the edition, as the rules page is asked for them."""
    return RulesName(profile.name, profile.version, profile.title)


def committee(session: Session, tender: Tender) -> Committee | None:
    """Who together can open the bids, with the digests that the notice prints."""
    if tender.committee_digest is None:
        return None
    keys = tenders.holder_keys(session, tender.id)
    people = {
        person.id: (person, body)
        for person, body in session.execute(
            select(Person, Organization)
            .join(Organization, Organization.id == Person.organization_id)
            .where(Person.id.in_({key.person_id for key in keys}))
        )
    }
    holders = []
    for index in sorted({key.index for key in keys}):
        own = [key for key in keys if key.index == index]
        person, body = people[own[0].person_id]
        holders.append(
            KeyHolder(
                name=Text(person.name),
                body=Text(body.name_zh, body.name_en),
                outside=own[0].outside,
                fingerprints=tuple(
                    (Part(key.part), canonical.digest(key.statement))
                    for key in own
                    if key.statement is not None
                ),
            )
        )
    return Committee(tender.threshold, tuple(holders), tender.committee_digest)


def lots(
    tender: Tender, here: Iterable[LotRow], status: Status, paid: Collection[str]
) -> tuple[Lot, ...]:
    """The lots with their own states; `paid` are those whose contract is fully paid."""
    return tuple(
        Lot(
            number=str(lot.number),
            title=Text(lot.title_zh, lot.title_en),
            status=lot_status(LotStage(lot.stage), status, paid=lot.id in paid),
            budget=Money.of_minor(lot.budget_minor, tender.currency),
            note=_RESERVED if lot.reserved_for_small else None,
        )
        for lot in here
    )


def criteria(tender: Tender) -> tuple[Criterion, ...]:
    """What is scored; a tender that the lowest price wins has one line and needs none."""
    scored = [one for one in tender.criteria if one.weight > 0]
    if len(scored) < 2:
        return ()
    return tuple(
        Criterion(
            Text(one.title_zh, one.title_en),
            one.weight.normalize() if one.weight % 1 else one.weight.quantize(1),
            Text(one.rule_zh, one.rule_en) if one.rule_zh.strip() else None,
        )
        for one in scored
    )


def documents(session: Session, tender: Tender, blobs: Blobs, story: Story) -> tuple[Document, ...]:
    """Notices and other papers as signed files, then each document, its newest version first."""
    chain = tenders.notice_chain(session, tender.id)
    purchase = session.get_one(Purchase, tender.purchase_id)
    method, ocid = purchase.method, purchase.ocid
    listed = sorted(
        tenders.documents(session, tender.id), key=lambda one: (one.number, -one.version)
    )
    return (
        tuple(
            Document(
                title=labels.notice_called(method)
                if notice.number == 1
                else labels.corrigendum_called(notice.number),
                digest=notice.pdf,
                kind="PDF",
                size=blobs.size(notice.pdf),
                proof=story.proof_of(notice.entry_id),
                compare_url=url_for("portal.versions", key=ocid, number=notice.number)
                if notice.number > 1
                else None,
            )
            for notice in chain
            if notice.pdf is not None
        )
        + tuple(
            Document(
                title=paper.title,
                digest=paper.digest,
                kind="PDF",
                size=blobs.size(paper.digest),
                proof=story.proof(paper.action, paper.object),
            )
            for paper in public_papers(session, tender)
        )
        + tuple(
            Document(
                title=Text(one.name),
                digest=one.content,
                kind=kind_of(one.name, one.media_type),
                size=one.size,
                proof=story.proof_of(_noticed_in(chain, one.content)),
                version=one.version,
            )
            for one in listed
        )
    )


def _noticed_in(chain: Sequence[Notice], digest: str) -> str | None:
    """The entry of the first notice that names the document by its digest."""
    for notice in chain:
        if any(one.get("digest") == digest for one in notice.rest.get("documents", [])):
            return notice.entry_id
    return chain[0].entry_id if chain else None


def kind_of(name: str, media_type: str) -> str:
    """What a reader calls the format."""
    ending = PurePosixPath(name).suffix.removeprefix(".")
    return _KINDS.get(media_type) or (ending.upper() if 0 < len(ending) <= 5 else "")


def questions(session: Session, tender: Tender, story: Story) -> tuple[Question, ...]:
    """The answered questions, newest first; nobody learns who asked, or how many wait."""
    return tuple(
        Question(
            words=Text(one.text),
            answer=Text(one.answer_zh, one.answer_en or "") if one.answer_zh else None,
            answered_at=one.answered_at,
            proof=story.proof_of(one.answer_entry_id),
        )
        for one in reversed(tenders.questions(session, tender.id, answered_only=True))
    )


def summary(story: Story, title: Text) -> Text | None:
    """What the published intention says will be bought, if it says more than the title."""
    intended = story.last(Action.PUBLISH_INTENTION)
    words = intended.text("summary") if intended else None
    return None if words is None or words.zh == title.zh else words
