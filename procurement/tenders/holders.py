"""The key holders of a tender: their keys, the proof that these are at hand, and the committee.

No key ever comes here, only what vouches for one. Signatures are examined before the transaction;
inside it the same bytes are prepared again (SEALED_BID 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from journal.work import Work
from kernel.refusal import Refused, enforce, refuse
from kernel.vocabulary import Action, Actor, Part, TenderStage
from procurement.parties import queries as parties
from procurement.parties.capacities import act
from procurement.parties.signing import ExaminedSignature, keep_signature, same_statement
from procurement.tenders import checks, queries, rules
from procurement.tenders.entries import CommitteeSet, HolderKeyRegistered, PossessionShown
from procurement.tenders.models import HolderKey, Tender
from procurement.tenders.stages import TENDER
from procurement.tenders.standing import pinned_profile, subject_of
from signatures import cms
from signatures.sealed import points, statements
from signatures.sealed.committee import Committee, committee_statement, read_committee
from signatures.sealed.judging import Signed
from signatures.trust import Trust
from signatures.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class CommitteeToExamine:
    """What `examine_committee` needs to know; read in a transaction of its own."""

    origin: str
    tender: str
    buyer: str
    holders: tuple[Signed, ...]


@dataclass(frozen=True, slots=True)
class ExaminedCommittee:
    """The officer's signature over a committee that keeps every rule of SEALED_BID 2."""

    signature: ExaminedSignature
    committee: Committee


def register_holder_key(
    work: Work, actor: Actor, tender_id: str, part: Part, examined: ExaminedSignature
) -> str:
    """Register the key that the actor vouches for; returns the entry's id.

    A holder who lost a key before publication registers another one: the committee is set anew.
    """
    tender = queries.tender_for_change(work.session, tender_id)
    key = _place(work, tender, part, actor)
    stage = _act_as_holder(work, actor, Action.REGISTER_HOLDER_KEY, tender, part)
    said = statements.read(
        examined.statement,
        "holder",
        origin=work.origin,
        tender=tender.id,
        part=str(part),
        index=key.index,
    )
    recipient = str(said["recipient"])
    points.read_recipient(recipient)
    enforce(checks.key_is_fresh(known_for=_known_for(work, recipient), part=str(part)))
    if key.outside:
        enforce(
            checks.outside_holder(
                organization=examined.verdict.organization_identifier,
                buyer=parties.organization(work.session, tender.buyer_id).identifier,
            )
        )
    kept = keep_signature(work, actor, examined, kind="holder", subject_id=tender.id)
    key.recipient, key.statement = recipient, examined.statement
    key.document_id, key.possession_document_id = kept.id, None
    _forget_committee(tender)
    tender.stage = str(stage)
    _flush_fresh_key(work, part)
    return work.record(
        actor,
        HolderKeyRegistered(
            object=tender.id,
            tender=tender.id,
            part=str(part),
            index=key.index,
            recipient=recipient,
            statement=examined.digest,
            certificate=kept.signer_certificate,
        ),
    )


def show_possession(
    work: Work, actor: Actor, tender_id: str, part: Part, examined: ExaminedSignature
) -> str:
    """Keep a holder's signed word, after a self-test, that the registered key is at hand."""
    tender = queries.tender_for_change(work.session, tender_id)
    key = _place(work, tender, part, actor)
    stage = _act_as_holder(work, actor, Action.SHOW_POSSESSION, tender, part)
    said = statements.read(
        examined.statement,
        "possession",
        origin=work.origin,
        tender=tender.id,
        part=str(part),
        index=key.index,
        recipient=key.recipient,
    )
    kept = keep_signature(work, actor, examined, kind="possession", subject_id=tender.id)
    key.possession_document_id = kept.id
    tender.stage = str(stage)
    return work.record(
        actor,
        PossessionShown(
            object=tender.id,
            tender=tender.id,
            part=str(part),
            index=key.index,
            recipient=str(key.recipient),
            statement=examined.digest,
            checkpoint=str(said["checkpoint"]),
        ),
    )


def prepare_committee(session: Session, origin: str, tender_id: str) -> bytes:
    """The bytes that the officer signs; refused until every holder has registered every key."""
    tender = queries.tender(session, tender_id)
    keys = queries.holder_keys(session, tender_id)
    missing = [f"{key.part}/{key.index}" for key in keys if key.statement is None]
    enforce(checks.keys_complete(missing))
    return committee_statement(
        origin=origin,
        tender=tender.id,
        threshold=tender.threshold,
        holders=[key.statement for key in keys if key.statement is not None],
    )


def committee_to_examine(session: Session, origin: str, tender_id: str) -> CommitteeToExamine:
    """The holders' statements with their signatures, in the order of the committee statement."""
    tender = queries.tender(session, tender_id)
    return CommitteeToExamine(
        origin=origin,
        tender=tender.id,
        buyer=parties.organization(session, tender.buyer_id).identifier,
        holders=tuple(queries.holder_signatures(session, tender_id)),
    )


def examine_committee(
    statement: bytes,
    cms_der: bytes,
    known: CommitteeToExamine,
    *,
    trust: Trust,
    at: datetime,
    token: bytes | None = None,
) -> ExaminedCommittee:
    """Check the officer's and every holder's signature and the rules, outside any transaction."""
    verdicts: dict[bytes, Verdict] = {}

    def verify(signed: bytes, signature: bytes) -> Verdict:
        verdicts[signed] = cms.verify_statement(signed, signature, trust, at)
        return verdicts[signed]

    committee = read_committee(
        Signed(statement, cms_der),
        known.holders,
        origin=known.origin,
        tender=known.tender,
        verify=verify,
        buyer=known.buyer,
    )
    signature = ExaminedSignature(statement, cms_der, verdicts[statement], token)
    return ExaminedCommittee(signature, committee)


def set_committee(work: Work, actor: Actor, tender_id: str, examined: ExaminedCommittee) -> str:
    """Fix who together can open the bids; the notice will print the committee's fingerprint."""
    tender = queries.tender_for_change(work.session, tender_id)
    act(
        work,
        actor,
        Action.SET_COMMITTEE,
        subject_of(work, tender),
        purchase=tender.purchase_id,
    )
    stage = TENDER.after(TenderStage(tender.stage), Action.SET_COMMITTEE)
    prepared = prepare_committee(work.session, work.origin, tender.id)
    same_statement(examined.signature, prepared, kind="tender", id=tender.id)
    keys = queries.holder_keys(work.session, tender.id)
    committee = examined.committee
    enforce(
        checks.committee_examined_alike(
            threshold=tender.threshold,
            named=tender.holders,
            examined_threshold=committee.threshold,
            examined=len(committee.holders),
        )
    )
    enforce(
        checks.same_certificates(
            registered=set(queries.holder_certificates(work.session, tender.id)),
            examined={holder.certificate for holder in committee.holders},
        )
    )
    enforce(
        rules.committee_shape(
            profile=pinned_profile(tender),
            holders=len(committee.holders),
            threshold=committee.threshold,
            outside=sum(key.outside for key in keys if key.part == str(Part.PRICE)),
        )
    )
    kept = keep_signature(work, actor, examined.signature, kind="committee", subject_id=tender.id)
    tender.stage = str(stage)
    tender.committee, tender.committee_digest = prepared, committee.digest
    tender.committee_document = kept.id
    tender.committee_entry_id = work.record(
        actor,
        CommitteeSet(
            object=tender.id,
            tender=tender.id,
            committee=committee.digest,
            fingerprint=committee.fingerprint,
            threshold=committee.threshold,
            holders=[digest for part in committee.parts for digest in committee.statements(part)],
            certificate=kept.signer_certificate,
        ),
    )
    return tender.committee_entry_id


def _place(work: Work, tender: Tender, part: Part, actor: Actor) -> HolderKey:
    """The row for which the actor is named; whoever is not named learns no more than that."""
    key = work.session.scalars(
        select(HolderKey)
        .where(
            HolderKey.tender_id == tender.id,
            HolderKey.part == str(part),
            HolderKey.person_id == actor.person,
        )
        .with_for_update()
    ).one_or_none()
    if key is None:
        raise Refused(refuse("not_a_holder", "SEALED_BID 2", part=str(part)))
    return key


def _act_as_holder(
    work: Work, actor: Actor, action: Action, tender: Tender, part: Part
) -> TenderStage:
    named = {key.person_id for key in tender.holder_keys if key.part == str(part)}
    act(
        work,
        actor,
        action,
        subject_of(work, tender, named=named),
        purchase=tender.purchase_id,
    )
    return TENDER.after(TenderStage(tender.stage), action)


def _known_for(work: Work, recipient: str) -> str | None:
    return work.session.scalar(select(HolderKey.tender_id).where(HolderKey.recipient == recipient))


def _forget_committee(tender: Tender) -> None:
    tender.committee = tender.committee_digest = None
    tender.committee_document = tender.committee_entry_id = None


def _flush_fresh_key(work: Work, part: Part) -> None:
    """Two holders who send the same key at once both passed the look before: the index decides."""
    try:
        work.session.flush()
    except IntegrityError as clash:
        if "uq_holder_key_recipient" not in str(clash.orig):
            raise
        raise Refused(refuse("holder_key_not_fresh", "SEALED_BID 2", part=str(part))) from clash
