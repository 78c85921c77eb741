"""The award notice, and the letter to each bidder who lost (Order 87 art. 69, requirement 096)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bidding.evaluation import queries as evaluation
from bidding.evaluation.models import RankedBid, Score, ScoreSheet
from kernel import canonical
from kernel.money import Money
from kernel.refusal import NotFound
from kernel.text import Text
from procurement.awards import queries as awards
from procurement.awards.models import Award, AwardLetter
from procurement.awards.notices import letter_digest
from procurement.parties import queries as parties
from procurement.profiles import Profile
from procurement.tenders import queries as tenders
from reports.documents.frame import CHINESE, Edition, Enclosed, Page, Signatory
from reports.documents.purchase import OFFICER, ItemLine, bought, lot_title, name_of
from reports.documents.rendering import render_pdf
from reports.documents.words import plain, published, text_of

AWARD_NOTICE = Text("中标公告", "Award notice")
LETTER = Text("中标结果告知书", "Letter on the result")
_PLACES = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class AwardNoticePage(Page):
    """Everything that the award notice says."""

    winner: Text
    identifier: str
    address: str
    amount: Money
    rank: int
    reason: Text | None
    cites: str
    decided_at: datetime
    items: tuple[ItemLine, ...]
    documents: tuple[tuple[str, str], ...]
    experts: tuple[str, ...]
    notice_workdays: int
    challenge: str
    rules: str
    rules_title: Text


@dataclass(frozen=True, slots=True)
class OwnPoints:
    """The bidder's own points for one criterion: the mean of the panel's."""

    criterion: Text
    points: str
    of: str


@dataclass(frozen=True, slots=True)
class LetterPage(Page):
    """What a bidder who lost is told, and nobody else."""

    bidder: Text
    winner: Text
    amount: Money
    rank: int | None
    total: str
    points: tuple[OwnPoints, ...]
    reason: Text | None
    cites: str
    published_at: datetime
    challenge_until: datetime
    challenge: str
    rules_title: Text


def award_notice_pdf(
    session: Session,
    award_id: str,
    rest: Mapping[str, Any],
    statement: bytes,
    edition: Edition = CHINESE,
    *,
    signer: str = "",
) -> bytes:
    """The unsigned PDF of an award notice that is about to be published.

    `rest` is what the statement names by digest (`notices.rest_of`).
    """
    page = award_notice_page(session, award_id, rest, statement, edition, signer=signer)
    return render_pdf("award_notice.html", page)


def award_notice_page(
    session: Session,
    award_id: str,
    rest: Mapping[str, Any],
    statement: bytes,
    edition: Edition = CHINESE,
    *,
    signer: str = "",
) -> AwardNoticePage:
    """What the notice says, from its statement and from what that names by digest."""
    award = awards.award(session, award_id)
    lot = tenders.lot(session, award.lot_id)
    about = bought(session, lot.tender)
    winner = parties.organization(session, award.supplier_id)
    frame = about.frame(
        edition,
        AWARD_NOTICE,
        proof=canonical.digest(statement),
        title=lot_title(about, lot),
        signatories=(Signatory(OFFICER, signer, about.office),),
    )
    enclosed = (
        Enclosed("statement.json", statement, Text("签名的声明", "The signed statement")),
        Enclosed("details.json", canonical.encode(dict(rest)), Text("明细", "Details")),
    )
    return AwardNoticePage(
        frame=frame.enclosing(enclosed, at=award.decided_at),
        winner=name_of(winner),
        identifier=winner.identifier,
        address=rest["winner_address"],
        amount=Money.of_minor(award.amount_minor, award.currency),
        rank=award.rank,
        reason=text_of({"zh": award.reason_zh, "en": award.reason_en}),
        cites=award.cites,
        decided_at=award.decided_at,
        items=tuple(
            ItemLine(
                item["number"],
                published(item["description"]["zh"], item["description"]["en"]),
                plain(Decimal(item["quantity"])),
                item["unit"],
            )
            for item in rest["items"]
        ),
        documents=tuple((each["name"], each["digest"]) for each in rest["documents"]),
        experts=tuple(rest["experts"]),
        notice_workdays=json.loads(statement)["notice_period_workdays"],
        challenge=_challenge(about.profile),
        rules=about.profile.edition,
        rules_title=about.profile.title,
    )


def letter_pdf(session: Session, award_id: str, bid_id: str, edition: Edition = CHINESE) -> bytes:
    """The unsigned PDF of a loser's letter; NotFound where there is none."""
    return render_pdf("letter.html", letter_page(session, award_id, bid_id, edition))


def letter_page(
    session: Session, award_id: str, bid_id: str, edition: Edition = CHINESE
) -> LetterPage:
    """What the letter says: the bidder's own place, points and reason."""
    letter = session.get(AwardLetter, (award_id, bid_id))
    award = awards.award(session, award_id)
    if letter is None or award.published_at is None or award.challenge_until is None:
        raise NotFound("letter", award_id)
    lot = tenders.lot(session, award.lot_id)
    about = bought(session, lot.tender)
    bidder = parties.organization(session, letter.bidder_id)
    digest = letter_digest(letter)
    frame = about.frame(edition, LETTER, proof=digest, title=lot_title(about, lot))
    return LetterPage(
        frame=frame.enclosing((), at=letter.sent_at),
        bidder=name_of(bidder),
        winner=name_of(parties.organization(session, award.supplier_id)),
        amount=Money.of_minor(award.amount_minor, award.currency),
        rank=letter.rank,
        total="" if letter.total_points is None else _shown(letter.total_points),
        points=tuple(_own_points(session, award, bid_id)) if letter.rank else (),
        reason=text_of({"zh": letter.reason_zh, "en": letter.reason_en}),
        cites=letter.cites,
        published_at=award.published_at,
        challenge_until=award.challenge_until,
        challenge=_challenge(about.profile),
        rules_title=about.profile.title,
    )


def _own_points(session: Session, award: Award, bid_id: str) -> list[OwnPoints]:
    """The price's points and, for each scored criterion, the mean of the members' points."""
    place = session.get(RankedBid, bid_id)
    made = []
    weight = evaluation.price_weight(session, award.tender_id)
    if place is not None and place.price_points is not None:
        made.append(OwnPoints(Text("价格", "Price"), _shown(place.price_points), plain(weight)))
    given: dict[str, list[Decimal]] = {}
    seats = [seat.id for seat in evaluation.seated(session, award.lot_id)]
    for score in session.scalars(
        select(Score)
        .join(ScoreSheet, ScoreSheet.member_id == Score.member_id)
        .where(ScoreSheet.member_id.in_(seats), Score.bid_id == bid_id)
    ):
        given.setdefault(score.criterion_id, []).append(score.points)
    for id, criterion in evaluation.scored_criteria(session, award.tender_id).items():
        if points := given.get(id):
            mean = sum(points, Decimal(0)) / len(points)
            title = published(criterion.title_zh, criterion.title_en)
            made.append(OwnPoints(title, _shown(mean), plain(criterion.weight)))
    return made


def _shown(points: Decimal) -> str:
    return format(points.quantize(_PLACES, "ROUND_HALF_UP"), "f")


def _challenge(profile: Profile) -> str:
    """The rule that gives the right to challenge, as the profile cites it."""
    return "; ".join(profile.challenge_workdays.cites)
