"""The report is signed by its panel, or stands once the silent have had their time (87-58, 61)."""

from __future__ import annotations

from bidding.evaluation import conditions, judging, loading, queries, rules
from bidding.evaluation.entries import ReportConcluded, ReportSigned
from bidding.evaluation.models import ReportSignature
from bidding.evaluation.stages import EVALUATION
from journal.work import Work
from kernel.clock import instant
from kernel.refusal import enforce
from kernel.vocabulary import Action, Actor, LotStage
from procurement.parties.capacities import act
from procurement.parties.signing import (
    ExaminedPdf,
    ExaminedSignature,
    keep_next_pdf,
    keep_signature,
    same_statement,
    statement,
)
from procurement.tenders.standing import calendar_of, pinned_profile

REPORT_PDF = "evaluation-report-document"


def prepare_report_signature(work: Work, lot_id: str, *, dissent: str | None = None) -> bytes:
    """The bytes a member signs: the report's digest, and his dissent if he has one (87-61).

    All who agree sign the same bytes; who dissents names the same report and says why not.
    """
    lot = loading.lot(work.session, lot_id)
    return statement(
        "evaluation-report",
        work.origin,
        tender=lot.tender_id,
        lot=lot.id,
        report=queries.ranking(work.session, lot.id).digest,
        dissent=dissent,
    )


def sign_report(
    work: Work,
    actor: Actor,
    lot_id: str,
    examined: ExaminedSignature,
    *,
    dissent: str | None = None,
    pdf: ExaminedPdf | None = None,
) -> bool:
    """Keep a member's signature; whether it was the last, so that the report stands (87-58).

    `pdf` is the report as a document, signed by the same member over the form that whoever signed
    before left.
    """
    lot = loading.lot_for_change(work.session, lot_id)
    seats, member = judging.as_member(work, actor, lot, Action.SIGN_REPORT)
    stage = EVALUATION.after(LotStage(lot.stage), Action.SIGN_REPORT)
    signed = {row.member_id for row in queries.report_signatures(work.session, lot.id)}
    enforce(conditions.signed_once(signed=member.id in signed))
    prepared = prepare_report_signature(work, lot.id, dissent=dissent)
    same_statement(examined, prepared, kind="lot", id=lot.id)
    kept = keep_signature(work, actor, examined, kind="evaluation-report", subject_id=lot.id)
    if pdf is not None:
        keep_next_pdf(work, actor, pdf, kind=REPORT_PDF, subject_id=lot.id)
    work.session.add(
        ReportSignature(
            member_id=member.id,
            lot_id=lot.id,
            document_id=kept.id,
            dissent=dissent,
            signed_at=work.clock.now(),
        )
    )
    work.session.flush()
    ranking = queries.ranking(work.session, lot.id)
    missing = rules.all_signed(
        profile=pinned_profile(lot.tender),
        members=[seat.id for seat in seats],
        signed=signed | {member.id},
    )
    complete = missing is None
    if complete:
        lot.stage = stage
        ranking.reported_at = work.clock.now()
    work.record(
        actor,
        ReportSigned(
            object=lot.id,
            tender=lot.tender_id,
            lot=lot.id,
            report=ranking.digest,
            document=kept.id,
            dissents=dissent is not None,
            complete=complete,
            pdf=pdf.content if pdf else None,
            member=actor.person,
            dissent=dissent,
        ),
    )
    return complete


def conclude_report(work: Work, actor: Actor, lot_id: str) -> str:
    """Let the report stand with the signatures it has, once its time is over (87-61).

    Who has neither signed nor dissented by then is taken to agree; the entry names these members.
    """
    lot = loading.lot_for_change(work.session, lot_id)
    on = loading.lot_subject(work, lot)
    act(work, actor, Action.CONCLUDE_REPORT, on, purchase=lot.tender.purchase_id)
    stage = EVALUATION.after(LotStage(lot.stage), Action.CONCLUDE_REPORT)
    profile = pinned_profile(lot.tender)
    ranking = queries.ranking(work.session, lot.id)
    due_at = rules.report_by(
        profile=profile, calendar=calendar_of(profile), evaluated_at=ranking.ranked_at
    )
    signed = {row.member_id for row in queries.report_signatures(work.session, lot.id)}
    enforce(
        rules.silence_consents(
            profile=profile, signed=len(signed), due_at=due_at, now=work.clock.now()
        )
    )
    seats = queries.seated(work.session, lot.id)
    silent = sorted(seat.person_id for seat in seats if seat.id not in signed)
    lot.stage = stage
    ranking.reported_at = work.clock.now()
    work.session.flush()
    return work.record(
        actor,
        ReportConcluded(
            object=lot.id,
            tender=lot.tender_id,
            lot=lot.id,
            report=ranking.digest,
            due_at=instant(due_at),
            signed=len(signed),
            silent=len(silent),
            cites=list(profile.report_signed_by_all.cites),
            silent_members=silent,
        ),
    )
