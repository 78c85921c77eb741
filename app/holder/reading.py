"""A key holder's pages, read for the one person who holds the keys."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.container import Container
from app.holder import commands
from app.holder.ending import destroy_from, evidence_of
from app.holder.forms import KeysForm
from app.holder.views import (
    Head,
    Held,
    Holder,
    HolderPage,
    IndexPage,
    Key,
    LotRelease,
    PartRelease,
    RecordPage,
    Released,
)
from app.web.forms import Form
from app.web.language import say
from app.web.refusals import words_of
from app.web.signing import PreparedPdf, ToSign
from bidding.envelopes.models import Closing
from bidding.opening import queries as openings
from bidding.opening import rules
from bidding.opening.models import OpeningRecord, Release
from bidding.opening.stages import OPENING
from journal.checkpoints import latest_checkpoint
from journal.work import Work
from kernel import canonical
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Action, Actor, LotStage, Part, Role, TenderStage
from procurement.authority import Subject, excluded, may
from procurement.parties import queries as parties
from procurement.parties.capacities import subject
from procurement.parties.models import Account, SignedDocument
from procurement.plans import queries as plans
from procurement.profiles.loader import citation
from procurement.tenders import queries as tenders
from procurement.tenders.models import HolderKey, Lot, Tender
from procurement.tenders.stages import TENDER
from procurement.tenders.standing import pinned_profile, subject_of
from reports import labels
from signatures.sealed.committee import fingerprint_of

SIGN = Text("在开标记录上签名", "Sign the opening record")
RECORD = Text("开标记录", "Opening record")
STATEMENT = Text("开标记录的数据", "The record's data")
_ORDER = (Part.TECHNICAL, Part.PRICE)


def keys_of(work: Work, actor: Actor, tender_id: str) -> tuple[Tender, list[HolderKey]]:
    """The tender and this person's keys of it; NotFound for whoever is not named."""
    tender = tenders.tender(work.session, tender_id)
    mine = [
        key for key in tenders.holder_keys(work.session, tender.id) if key.person_id == actor.person
    ]
    if not mine:
        raise NotFound("tender", tender_id)
    return tender, mine


def index_page(work: Work, actor: Actor) -> IndexPage:
    """Every tender for which the person is named, the soonest closing first."""
    return IndexPage([held(work, actor, tender) for tender in tenders_of(work, actor)])


def tenders_of(work: Work, actor: Actor) -> list[Tender]:
    """The tenders for which a person is named, each once."""
    rows = tenders.holdings_of(work.session, actor.person)
    return list({tender.id: tender for _key, tender in rows}.values())


def held(work: Work, actor: Actor, tender: Tender) -> Held:
    """A tender in the list, with what comes next for the holder."""
    words, mine = next_for(work, actor, tender)
    stage = TenderStage(tender.stage)
    return Held(head(work, tender), stage, tender.closes_at, words, mine)


def next_for(work: Work, actor: Actor, tender: Tender) -> tuple[Text, bool]:
    """What comes next, and whether it is this holder's to do now."""
    _tender, mine = keys_of(work, actor, tender.id)
    stage = TenderStage(tender.stage)
    if TENDER.allows(stage, Action.REGISTER_HOLDER_KEY):
        if all(key.recipient and key.possession_document_id for key in mine):
            return Text("密钥已登记，等公告发布", "Keys registered; waiting for the notice"), False
        return Text("生成并登记密钥", "Make and register your keys"), True
    if stage in (TenderStage.OPEN, TenderStage.CLOSING):
        return Text("截止前没有要办的", "Nothing to do before the closing"), False
    if stage is not TenderStage.CLOSED:
        return Text("已终止", "Ended"), False
    waiting = [lot for lot in tender.lots if not _all_mine(work, actor, lot)]
    sealed = [lot for lot in waiting if LotStage(lot.stage) is LotStage.SEALED]
    if not sealed:
        if any(_was_there(work, actor, tender, lot) for lot in tender.lots):
            return SIGN, True
        return Text(
            "保管密钥至质疑期结束", "Keep the keys to the end of the challenge period"
        ), False
    earliest = releasable_at(work, tender)
    if earliest is not None and work.clock.now() < earliest:
        return Text("异议时间内，稍后交出份额", "Time for objections; release afterwards"), False
    return Text("交出份额，打开投标", "Release your shares to open the bids"), True


def releasable_at(work: Work, tender: Tender) -> datetime | None:
    """From when shares may be released: the closing plus the rule's minutes for objections."""
    closing = work.session.get(Closing, tender.id)
    if closing is None:
        return None
    return closing.closed_at + timedelta(minutes=pinned_profile(tender).objection_minutes.value)


def head(work: Work, tender: Tender) -> Head:
    """Which tender it is, in words."""
    buyer = parties.organization(work.session, tender.buyer_id)
    return Head(
        tender=tender.id,
        title=Text(tender.title_zh, tender.title_en),
        number=plans.purchase(work.session, tender.purchase_id).ocid,
        buyer=Text(buyer.name_zh, buyer.name_en),
        is_published=tender.published_at is not None,
    )


def holder_page(
    container: Container,
    work: Work,
    actor: Actor,
    tender_id: str,
    server: str,
    form: KeysForm,
) -> HolderPage:
    """One tender for one of its holders: keys, opening, releases, destruction."""
    tender, mine = keys_of(work, actor, tender_id)
    stage = TenderStage(tender.stage)
    profile = pinned_profile(tender)
    named = {key.person_id for key in tender.holder_keys}
    on = subject_of(work, tender, named=named)
    closing = work.session.get(Closing, tender.id)
    refusal = excluded(actor.person, Role.HOLDER, on)
    checkpoint = latest_checkpoint(work.session)
    lots = [_lot(work, actor, tender, lot, closing) for lot in tender.lots]
    ordered = sorted(mine, key=lambda key: _ORDER.index(Part(key.part)))
    return HolderPage(
        head=head(work, tender),
        stage=stage,
        origin=work.origin,
        index=mine[0].index,
        threshold=tender.threshold,
        keys=[
            Key(Part(key.part), key.recipient, key.possession_document_id is not None)
            for key in ordered
        ],
        holders=_holders(work, actor, tender),
        fingerprint=fingerprint_of(tender.committee_digest) if tender.committee_digest else None,
        closes_at=tender.closes_at,
        closed_at=closing.closed_at if closing else None,
        releasable_at=releasable_at(work, tender),
        objection_minutes=profile.objection_minutes.value,
        cites=[say(citation(profile, cite)) for cite in profile.objection_minutes.cites],
        lots=lots,
        may_register=may(actor, Action.REGISTER_HOLDER_KEY, on)
        and TENDER.allows(stage, Action.REGISTER_HOLDER_KEY),
        may_show=may(actor, Action.SHOW_POSSESSION, on)
        and TENDER.allows(stage, Action.SHOW_POSSESSION),
        evidence=evidence_of(closing),
        destroy_from=destroy_from(work, tender),
        certificates=[
            one.fingerprint
            for one in parties.signing_certificates(
                work.session, actor.person, container.clock.now()
            )
        ],
        commands=commands.filled(
            commands.Place(
                server=server,
                account=work.session.get_one(Account, actor.person).login,
                origin=work.origin,
                log_key=container.keys.log_vkey.encode(),
                tender=tender.id,
                index=mine[0].index,
                parts=tuple(key.part for key in ordered),
                checkpoint=checkpoint.digest if checkpoint else "sha256:…",
                evidence=evidence_of(closing),
            ),
            [lot.id for lot in tender.lots],
        ),
        form=form,
        hindrance=words_of(refusal) if refusal else None,
    )


def lot_of(work: Work, actor: Actor, tender_id: str, lot_id: str) -> tuple[Tender, Lot]:
    """A lot of a tender for which the person holds a key; NotFound for any other."""
    tender, _mine = keys_of(work, actor, tender_id)
    for lot in tender.lots:
        if lot.id == lot_id:
            return tender, lot
    raise NotFound("lot", lot_id)


def closing_token(work: Work, actor: Actor, tender_id: str) -> bytes:
    """The time stamp over the closing, as the offline tool takes it; NotFound without one."""
    tender, _mine = keys_of(work, actor, tender_id)
    closing = work.session.get(Closing, tender.id)
    if closing is None or closing.token is None:
        raise NotFound("closing", tender_id)
    return closing.token


def record_page(
    work: Work,
    actor: Actor,
    tender_id: str,
    lot_id: str,
    form: Form,
    paper: PreparedPdf | None = None,
) -> RecordPage:
    """The record of an opening with what is signed; NotFound before the lot is open."""
    tender, lot = lot_of(work, actor, tender_id, lot_id)
    record = openings.opening_record(work.session, lot.id)
    said: Mapping[str, object] = json.loads(record.statement)
    closing = work.session.get_one(Closing, tender.id)
    bids = said["bids"]
    assert isinstance(bids, list)  # noqa: S101  # as `sign_opening_record` wrote it
    return RecordPage(
        head=head(work, tender),
        lot=_lot(work, actor, tender, lot, closing),
        form=form,
        bids=[
            (
                bid["name"],
                bid["state"],
                f"{bid['currency']} {bid['price']}" if bid["price"] else None,
                bid["cause"],
            )
            for bid in bids
        ],
        closed_at=closing.closed_at,
        opened_at=record.opened_at,
        to_sign=()
        if paper is None
        else (
            ToSign("record", STATEMENT, statement=record.statement),
            ToSign("pdf", RECORD, prepared=paper),
        ),
    )


def _lot(work: Work, actor: Actor, tender: Tender, lot: Lot, closing: Closing | None) -> LotRelease:
    stage = LotStage(lot.stage)
    on = _lot_subject(work, tender, lot)
    profile = pinned_profile(tender)
    rows = openings.releases(work.session, lot.id) if closing else []
    parts = _parts(work, actor, tender, rows)
    stopped = openings.stopped_by_objection(work.session, lot.id) if closing else None
    early = closing is None or rules.not_before_objection_period(
        profile=profile, now=work.clock.now(), closed_at=closing.closed_at
    )
    record = work.session.get(OpeningRecord, lot.id)
    return LotRelease(
        lot=lot.id,
        number=lot.number,
        title=Text(lot.title_zh, lot.title_en),
        stage=stage,
        parts=parts,
        may_release=not early
        and stopped is None
        and stage is LotStage.SEALED
        and OPENING.allows(stage, Action.RELEASE_SHARES)
        and may(actor, Action.RELEASE_SHARES, on)
        and any(part.mine is None for part in parts),
        stopped=words_of(stopped) if stopped else None,
        ended=labels.failure(lot.failed_reason) if lot.failed_reason else None,
        may_sign=record is not None
        and OPENING.allows(stage, Action.SIGN_OPENING_RECORD)
        and may(actor, Action.SIGN_OPENING_RECORD, on)
        and not _signed_record(work, actor, lot, record),
    )


def _signed_record(work: Work, actor: Actor, lot: Lot, record: OpeningRecord) -> bool:
    found = work.session.scalar(
        select(SignedDocument.id).where(
            SignedDocument.kind == "opening-record",
            SignedDocument.subject_id == lot.id,
            SignedDocument.content == record.digest,
            SignedDocument.signer_person == actor.person,
        )
    )
    return found is not None


def _parts(work: Work, actor: Actor, tender: Tender, rows: Sequence[Release]) -> list[PartRelease]:
    names = {key.person_id: _name(work, key.person_id) for key in tender.holder_keys}
    found = []
    for part in _ORDER:
        named = [key for key in tender.holder_keys if key.part == part]
        if not named:
            continue
        released = [
            Released(
                index=row.index,
                name=names.get(row.person_id, "—"),
                at=row.released_at,
                mine=row.person_id == actor.person,
                receipt=canonical.digest(row.statement),
            )
            for row in rows
            if row.part == part
        ]
        given = {one.index for one in released}
        found.append(
            PartRelease(
                part=part,
                released=released,
                missing=[
                    (names[key.person_id], key.person_id == actor.person)
                    for key in named
                    if key.index not in given
                ],
                mine=next((one for one in released if one.mine), None),
            )
        )
    return found


def _holders(work: Work, actor: Actor, tender: Tender) -> list[Holder]:
    by_index: dict[int, list[HolderKey]] = {}
    for key in tender.holder_keys:
        by_index.setdefault(key.index, []).append(key)
    found = []
    for index, keys in sorted(by_index.items()):
        person = parties.person(work.session, keys[0].person_id)
        firm = parties.organization(work.session, person.organization_id)
        found.append(
            Holder(
                index=index,
                name=person.name,
                organization=Text(firm.name_zh, firm.name_en),
                outside=keys[0].outside,
                mine=person.id == actor.person,
                registered=all(key.recipient for key in keys),
                shown=all(key.possession_document_id for key in keys),
            )
        )
    return found


def _all_mine(work: Work, actor: Actor, lot: Lot) -> bool:
    """Whether this holder has released every part of a lot."""
    rows = openings.releases(work.session, lot.id)
    named = {key.part for key in lot.tender.holder_keys}
    return {row.part for row in rows if row.person_id == actor.person} >= named


def _was_there(work: Work, actor: Actor, tender: Tender, lot: Lot) -> bool:
    """Whether this holder helped to open a lot and has its record still to sign."""
    if not _all_mine(work, actor, lot):
        return False
    return _lot(work, actor, tender, lot, work.session.get(Closing, tender.id)).may_sign


def _name(work: Work, person_id: str) -> str:
    return parties.person(work.session, person_id).name


def _lot_subject(work: Work, tender: Tender, lot: Lot) -> Subject:
    return subject(
        work,
        "lot",
        lot.id,
        organization=tender.buyer_id,
        named={key.person_id for key in tender.holder_keys},
        purchase=tender.purchase_id,
        profile=tender.profile,
    )
