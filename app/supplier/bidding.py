"""What a bid's pages are made from. Nothing here is of the bid itself: that is in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from app.drafts import services as drafts
from app.drafts.models import Draft
from app.supplier.company import Certificate, signing_certificate
from app.supplier.company_file import documents
from app.supplier.declarations import Declaration, declarations_of
from app.supplier.firms import Firm, acts_for, firm_of, published_lot
from app.supplier.models import CompanyDocument
from app.supplier.proofs import proof_of_entry
from app.web.shown import Countdown, CountdownKind, Proof
from bidding.envelopes import queries as envelopes
from bidding.envelopes.models import BidAct
from journal import logs
from journal.work import Work
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import Actor, LotStage, TenderStage
from procurement.parties import queries as parties
from procurement.plans import queries as plans
from procurement.tenders import queries as tenders
from procurement.tenders.commands import Terms
from procurement.tenders.models import Criterion, Item, Lot, Tender
from procurement.tenders.standing import pinned_profile
from signatures.sealed.committee import fingerprint_of
from signatures.sealed.statements import PARTS

# Under this name the ticks of the task list are kept: which task is done, and nothing of what.
TICKS = "bid-tasks"


class BidTask(StrEnum):
    """What has to be filled in before a bid is sealed."""

    DECLARATIONS = "declarations"
    DOCUMENTS = "documents"
    TECHNICAL = "technical"
    PRICE = "price"


class BidStanding(StrEnum):
    """How the firm's bid for a lot stands."""

    NONE = "none"
    LIVE = "live"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class LotLine:
    """A lot of the tender with what the firm has sent for it."""

    id: str
    number: int
    title: Text
    standing: BidStanding


@dataclass(frozen=True, slots=True)
class OwnAct:
    """One of the firm's acts for a lot with its receipt."""

    digest: str
    kind: str
    seq: int
    accepted_at: datetime
    code: str
    """What a person reads out of the receipt on the telephone."""
    signer: str
    token: bool
    live: bool
    superseded: bool
    envelopes: Sequence[tuple[str, int, str]]
    """Part, size and digest of each ciphertext."""
    path: logs.InclusionProof | None
    """The way to the closed root, after the closing."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bid goes: tender, lot, committee, deadline; the same on each of its pages."""

    tender: str
    key: str
    title: Text
    lot: str
    lot_number: int
    lot_title: Text
    lots: Sequence[LotLine]
    currency: str
    ceiling: Money
    reserved_for_small: bool
    closes_at: datetime
    open: bool
    stage: TenderStage
    lot_stage: LotStage
    threshold: int
    holders: int
    fingerprint: str
    proof: Proof | None
    notice: str
    corrected: int
    """How many corrigenda there are; the last one is what a bid must name."""
    firm: Firm
    origin: str

    @property
    def several(self) -> bool:
        """Whether the tender has more than one lot."""
        return len(self.lots) > 1

    @property
    def countdown(self) -> Countdown:
        """The clock of every page of the bid."""
        return Countdown(CountdownKind.BIDDING, self.closes_at, note=_EARLY if self.open else None)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A document of the company file that can be taken into a bid."""

    id: str
    name: str
    size: int
    kind: str


@dataclass(frozen=True, slots=True)
class BidPage:
    """The task list of a bid (S16)."""

    place: Place
    ticked: frozenset[str]
    certificate: Certificate | None
    runs_out_before: bool
    banned: bool
    standing: BidStanding
    last: OwnAct | None
    outdated: bool
    """Whether the live bid names an older notice than the one in force."""
    declarations: int
    documents: int
    items: int
    account: str


@dataclass(frozen=True, slots=True)
class PreparePage:
    """A page on which something is filled in for the bid."""

    place: Place
    declarations: Sequence[Declaration]
    wanted: Sequence[Criterion]
    scored: Sequence[Criterion]
    items: Sequence[Item]
    shelf: Sequence[Shelf]
    terms: Terms
    size: str


@dataclass(frozen=True, slots=True)
class ReceiptsPage:
    """What was received for a lot, and what can still be done about it (S23, S24)."""

    place: Place
    standing: BidStanding
    acts: Sequence[OwnAct]
    cancelled: bool


@dataclass(frozen=True, slots=True)
class OfflinePage:
    """The commands of the offline tool for this tender, lot and bidder."""

    place: Place
    server: str
    log: str
    receipt_key: str
    log_key: str
    account: str
    after: bool


_EARLY = Text(
    "到点即为迟到。建议提前一天提交，提交后仍可更换或撤回。",
    "At that instant a bid is late. Send it a day early: you can still replace or withdraw it.",
)


def place_of(work: Work, actor: Actor, tender_id: str, lot_id: str) -> Place:
    """The place of a bid; NotFound for what is not published."""
    tender, lot = published_lot(work, tender_id, lot_id)
    firm = firm_of(work, actor)
    chain = tenders.notice_chain(work.session, tender.id)
    digest = tender.committee_digest or ""
    return Place(
        tender=tender.id,
        key=plans.purchase(work.session, tender.purchase_id).ocid,
        title=Text(tender.title_zh, tender.title_en),
        lot=lot.id,
        lot_number=lot.number,
        lot_title=Text(lot.title_zh, lot.title_en),
        lots=lots_of(work, firm, tender),
        currency=tender.currency,
        ceiling=Money.of_minor(lot.ceiling_minor, tender.currency),
        reserved_for_small=lot.reserved_for_small,
        closes_at=tender.closes_at,
        open=takes_bids(tender, work.now()),
        stage=TenderStage(tender.stage),
        lot_stage=LotStage(lot.stage),
        threshold=tender.threshold,
        holders=tender.holders,
        fingerprint=fingerprint_of(digest) if digest else "",
        proof=proof_of_entry(work.session, tender.committee_entry_id),
        notice=chain[-1].digest,
        corrected=len(chain) - 1,
        firm=firm,
        origin=work.origin,
    )


def takes_bids(tender: Tender, now: datetime) -> bool:
    """Whether a bid would be in time, whether or not the job has closed the tender yet."""
    return tender.stage == TenderStage.OPEN and now < tender.closes_at


def lots_of(work: Work, firm: Firm, tender: Tender) -> list[LotLine]:
    """The lots with what the firm itself has sent; of others nothing is asked."""
    return [
        LotLine(
            lot.id,
            lot.number,
            Text(lot.title_zh, lot.title_en),
            standing_of(acts_for(work, firm, lot.id)),
        )
        for lot in tender.lots
    ]


def standing_of(acts: Sequence[BidAct]) -> BidStanding:
    """How a chain of acts stands: its last one says it."""
    if not acts:
        return BidStanding.NONE
    return BidStanding.LIVE if acts[-1].kind == "bid" else BidStanding.WITHDRAWN


def bid_page(work: Work, actor: Actor, tender_id: str, lot_id: str, account: str) -> BidPage:
    """The task list with what the server may know: ticks, certificate, own acts."""
    place = place_of(work, actor, tender_id, lot_id)
    tender, lot = published_lot(work, tender_id, lot_id)
    acts = own_acts(work, place.firm, tender, lot)
    certificate = signing_certificate(work, actor.person, work.now())
    profile = pinned_profile(tender)
    day = tender.closes_at.date()
    return BidPage(
        place=place,
        ticked=ticked(work, actor, lot_id),
        certificate=certificate,
        runs_out_before=certificate is not None and certificate.valid_to <= tender.closes_at,
        banned=any(
            ban.from_on <= day <= ban.until_on
            for ban in parties.bans_of(work.session, place.firm.id)
        ),
        standing=standing_of(acts_for(work, place.firm, lot_id)),
        last=acts[0] if acts else None,
        outdated=_outdated(work, place),
        declarations=len(declarations_of(profile.name)),
        documents=len(_unscored(tender)),
        items=len(lot.items),
        account=account,
    )


def prepare_page(work: Work, actor: Actor, tender_id: str, lot_id: str) -> PreparePage:
    """What the tender asks for, for the pages that fill a bid in."""
    place = place_of(work, actor, tender_id, lot_id)
    tender, lot = published_lot(work, tender_id, lot_id)
    return PreparePage(
        place=place,
        declarations=declarations_of(pinned_profile(tender).name),
        wanted=_unscored(tender),
        scored=[one for one in tender.criteria if one.kind == "quality"],
        items=list(lot.items),
        shelf=[_shelved(row) for row in documents(work, place.firm)],
        terms=Terms.from_record(tender.terms),
        size=place.firm.size,
    )


def ticked(work: Work, actor: Actor, lot_id: str) -> frozenset[str]:
    """Which tasks the person has ticked off for a lot: their names and nothing else."""
    kept = drafts.find(work, actor.person, TICKS, lot_id)
    done = kept.fields.get("done", ()) if kept else ()
    return frozenset(done) & frozenset(str(task) for task in BidTask)


def own_acts(work: Work, firm: Firm, tender: Tender, lot: Lot) -> list[OwnAct]:
    """The firm's acts for a lot, newest first, with the way to the root once it is closed."""
    rows = acts_for(work, firm, lot.id)
    return [
        OwnAct(
            digest=row.digest,
            kind=row.kind if row.seq == 1 or row.kind != "bid" else "replacement",
            seq=row.seq,
            accepted_at=row.accepted_at,
            code=receipt_code(row),
            signer=parties.person(work.session, row.person_id).name,
            token=row.token is not None,
            live=row is rows[-1] and row.kind == "bid",
            superseded=row is not rows[-1],
            envelopes=[
                (one.part, one.size, one.ciphertext)
                for one in sorted(row.envelopes, key=lambda one: PARTS.index(one.part))
            ],
            path=envelopes.proof_of_act(work.session, row) if tender.closed_at else None,
        )
        for row in reversed(rows)
    ]


def receipt_code(row: BidAct) -> str:
    """`R-7Q4K-20M9`: short enough to say; made of the act's digest, so that it tells nothing."""
    number = int(row.digest.removeprefix("sha256:")[:10], 16)
    letters = []
    for _ in range(8):
        number, rest = divmod(number, len(_CODE))
        letters.append(_CODE[rest])
    return f"R-{''.join(letters[:4])}-{''.join(letters[4:])}"


# Letters and figures that are not mistaken for each other.
_CODE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def tenders_with_ticks(work: Work, actor: Actor) -> dict[str, frozenset[str]]:
    """The lots that the person has begun to fill in, with what is done: for the desk."""
    rows = work.session.scalars(
        select(Draft).where(Draft.person_id == actor.person, Draft.kind == TICKS)
    )
    return {row.subject: frozenset(row.fields.get("done", ())) for row in rows}


def bids_of(work: Work, firm: Firm) -> list[tuple[Tender, Lot, list[BidAct]]]:
    """The lots for which the firm has sent anything, the latest closing first."""
    rows = work.session.execute(
        select(Tender, Lot)
        .join(Lot, Lot.tender_id == Tender.id)
        .where(
            Lot.id.in_(select(BidAct.lot_id).where(BidAct.bidder_id == firm.id)),
        )
        .order_by(Tender.closes_at.desc(), Lot.number)
    )
    return [(tender, lot, acts_for(work, firm, lot.id)) for tender, lot in rows]


def _outdated(work: Work, place: Place) -> bool:
    acts = acts_for(work, place.firm, place.lot)
    if not acts or acts[-1].kind != "bid" or not place.open:
        return False
    return bool(envelopes.as_act(acts[-1]).statement["notice"] != place.notice)


def _unscored(tender: Tender) -> list[Criterion]:
    return [one for one in tender.criteria if one.kind in ("qualification", "compliance")]


def _shelved(row: CompanyDocument) -> Shelf:
    return Shelf(row.id, row.name, row.size, row.kind)
