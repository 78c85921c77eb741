"""The pages of scores and of the report, read for one member."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.drafts import services as drafts
from app.drafts.services import Kept
from app.panel import words
from app.panel.forms import DissentForm, ScoreForm, score_form
from app.panel.reading import SHEET_DRAFT, bids_of, criterion, plain, step_of
from app.panel.report_views import (
    DissentFormPage,
    Drawing,
    Place,
    ReportPage,
    ReportSignPage,
    Signature,
)
from app.panel.sitting import Sitting, cited, head, sitting
from app.panel.views import (
    Bid,
    Given,
    ScoresPage,
    SheetLine,
    SheetPage,
    SpreadLine,
    SpreadPage,
    StepName,
)
from app.web.forms import Form
from app.web.signing import PreparedPdf, ToSign
from bidding.evaluation import deadlines, queries
from bidding.evaluation import services as evaluation
from bidding.evaluation.models import Ranking
from bidding.evaluation.services import Points
from journal.work import Work
from kernel.money import Money
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Action, Actor, LotStage
from procurement.parties import queries as parties
from procurement.tenders.standing import calendar_of
from reports.deductions import deductions_of

SHEET = Text("评分表", "Score sheet")
REPORT = Text("评审报告", "Evaluation report")
STATEMENT = Text("评审报告的签名声明", "Statement of signing the report")


def sheet_open(at: Sitting) -> bool:
    """Whether the member has a sheet to fill in: the first one, or one that must be mended."""
    if at.stage is not LotStage.QUALIFIED or not (at.declared and at.settled and at.criteria):
        return False
    return at.own_sheet is None or bool(at.unequal)


def sheet_form(
    at: Sitting, bids: Sequence[Bid], kept: Kept | None, *, sent: bool = False
) -> ScoreForm:
    """The sheet as it was last typed; a sheet to be mended begins from what was signed."""
    weights = [
        (id, Text(row.title_zh, row.title_en), plain(row.weight)) for id, row in at.criteria.items()
    ]
    data: dict[str, Any] = {}
    if kept is not None:
        data = {name: values[0] for name, values in kept.fields.items() if values}
    elif at.own_sheet is not None:
        for score in at.own_sheet.scores:
            data[f"points-{score.bid_id}-{score.criterion_id}"] = str(plain(score.points))
            data[f"reason-{score.bid_id}-{score.criterion_id}"] = score.reason
    return score_form([(one.id, one.bidder.name) for one in bids], weights, data=data, sent=sent)


def scores_page(
    work: Work, actor: Actor, lot_id: str, form: ScoreForm | None = None
) -> ScoresPage | None:
    """The sheet to fill in; None where the member has none to fill in now."""
    at = sitting(work, actor, lot_id)
    bids = bids_of(work, at, racing_only=True)
    if not sheet_open(at):
        return None
    kept = drafts.find(work, actor.person, SHEET_DRAFT, lot_id)
    differing = {id for _bid, id in at.unequal}
    shown = form or sheet_form(at, bids, kept)
    return ScoresPage(
        head=head(work, at.lot),
        form=shown,
        criteria=[criterion(row) for row in at.criteria.values()],
        bids=bids,
        draft=f"{SHEET_DRAFT}/{lot_id}",
        saved_at=kept.saved_at if kept else None,
        totals=[
            sum(
                (
                    _counted(shown[f"points-{one.id}-{id}"].typed, row.weight)
                    for id, row in at.criteria.items()
                ),
                Decimal(0),
            )
            for one in bids
        ],
        most=plain(sum((row.weight for row in at.criteria.values()), Decimal(0))),
        mending=[
            Text(row.title_zh, row.title_en) for id, row in at.criteria.items() if id in differing
        ],
    )


def drafted_sheet(work: Work, actor: Actor, lot_id: str) -> tuple[Sitting, list[Bid], ScoreForm]:
    """The sheet as the draft has it, to be signed; the form says whether it is whole."""
    at = sitting(work, actor, lot_id)
    bids = bids_of(work, at, racing_only=True)
    kept = drafts.find(work, actor.person, SHEET_DRAFT, lot_id)
    return at, bids, sheet_form(at, bids, kept)


def sheet_page(
    work: Work, actor: Actor, at: Sitting, bids: Sequence[Bid], given: Sequence[Points], form: Form
) -> SheetPage:
    """The filled sheet with what is signed."""
    by_place = {(one.bid, one.criterion): one for one in given}
    prepared = evaluation.prepare_score_sheet(work, actor, at.lot.id, given)
    return SheetPage(
        head=head(work, at.lot),
        form=form,
        bids=bids,
        lines=[
            SheetLine(
                criterion(row),
                [(by_place[one.id, id].points, by_place[one.id, id].reason) for one in bids],
            )
            for id, row in at.criteria.items()
        ],
        totals=[
            sum((by_place[one.id, id].points for id in at.criteria), Decimal(0)) for one in bids
        ],
        to_sign=(ToSign("sheet", SHEET, statement=prepared),),
    )


def spread_page(work: Work, actor: Actor, lot_id: str) -> SpreadPage:
    """The own signed sheet, and beside it all others once every one is in; NotFound before."""
    at = sitting(work, actor, lot_id)
    if at.own_sheet is None:
        raise NotFound("score_sheet", actor.person)
    seen = queries.visible_sheets(work.session, at.lot.id, actor.person)
    # The own sheet first, then the others in the order of the seats.
    order = {seat.id: place for place, seat in enumerate(at.seats)}
    seen.sort(key=lambda one: (one.member_id != at.member.id, order[one.member_id]))
    names = _names(work, at)
    scores = {
        sheet.member_id: {(one.bid_id, one.criterion_id): one for one in sheet.scores}
        for sheet in seen
    }
    bids = {one.id: one for one in bids_of(work, at)}
    scored = {one.bid_id for one in at.own_sheet.scores}
    unequal = at.unequal
    return SpreadPage(
        head=head(work, at.lot),
        step=step_of(work, at, StepName.SCORES),
        submitted_at=at.own_sheet.submitted_at,
        lines=[
            (
                criterion(row),
                [
                    SpreadLine(
                        bid=bids[bid_id],
                        given=[
                            Given(
                                names[sheet.member_id],
                                sheet.member_id == at.member.id,
                                plain(scores[sheet.member_id][bid_id, id].points),
                                scores[sheet.member_id][bid_id, id].reason,
                            )
                            for sheet in seen
                            if (bid_id, id) in scores[sheet.member_id]
                        ],
                        unequal=(bid_id, id) in unequal,
                    )
                    for bid_id in bids
                    if bid_id in scored
                ],
            )
            for id, row in at.criteria.items()
        ],
        members=[names[sheet.member_id] for sheet in seen],
        missing=len(at.seats) - len(at.sheets),
        may_mend=sheet_open(at),
        cites=cited(at.profile, at.profile.objective_scores_equal.cites),
    )


def report_page(work: Work, actor: Actor, lot_id: str) -> ReportPage:
    """The report with its ranking; NotFound before there is one."""
    at = sitting(work, actor, lot_id)
    ranking = queries.ranking(work.session, at.lot.id)
    report: Mapping[str, Any] = json.loads(ranking.report)
    firms = queries.bidders(work.session, [line["bidder"] for line in report["bids"]])
    names = {
        line["bid"]: Text(firms[line["bidder"]].name_zh, firms[line["bidder"]].name_en)
        for line in report["bids"]
    }
    rows = {row.member_id: row for row in queries.report_signatures(work.session, at.lot.id)}
    people = _names(work, at)
    open_now = at.member.id not in at.signed and at.may(actor, Action.SIGN_REPORT)
    return ReportPage(
        head=head(work, at.lot),
        step=step_of(work, at, StepName.REPORT),
        digest=ranking.digest,
        ranked_at=ranking.ranked_at,
        reported_at=ranking.reported_at,
        places=[
            _place(line, names, report["steps"], at.tender.currency) for line in report["ranking"]
        ],
        out=[
            (names[line["bid"]], _why(line["reason"]), line["cites"])
            for line in report["bids"]
            if line["reason"]["zh"]
        ],
        drawings=[
            Drawing(
                seed=draw["seed"],
                among=[names[bid] for bid in draw["among"]],
                order=[names[bid] for bid in draw["order"]],
            )
            for draw in report["steps"]["draws"]
        ],
        signatures=[
            Signature(
                people[seat.id],
                seat.id == at.member.id,
                rows[seat.id].signed_at if seat.id in rows else None,
                rows[seat.id].dissent if seat.id in rows else None,
            )
            for seat in at.seats
        ],
        due_at=_due_at(at, ranking),
        is_composite=report["method"] == "composite",
        is_scored=at.own_sheet is not None,
        cites=cited(at.profile, at.profile.report_signed_by_all.cites),
        may_sign=open_now,
    )


def dissent_form_page(of: ReportPage, form: DissentForm) -> DissentFormPage:
    """Where a dissent is written."""
    return DissentFormPage(of.head, form, of.due_at)


def report_sign_page(
    work: Work,
    actor: Actor,
    lot_id: str,
    dissent: str | None,
    paper: PreparedPdf,
    form: Form,
) -> ReportSignPage:
    """The report with what is signed: its statement for machines, its paper for people."""
    at = sitting(work, actor, lot_id)
    prepared = evaluation.prepare_report_signature(work, at.lot.id, dissent=dissent)
    return ReportSignPage(
        head(work, at.lot),
        form,
        dissent,
        (
            ToSign("report", STATEMENT, statement=prepared),
            ToSign("pdf", REPORT, prepared=paper),
        ),
    )


def _counted(typed: str, weight: Decimal) -> Decimal:
    """What typed points add to the total: nothing, where they are none or above the weight."""
    try:
        found = Decimal(typed.strip() or "0")
    except ArithmeticError:
        return Decimal(0)
    return found if found.is_finite() and 0 <= found <= weight else Decimal(0)


def _due_at(at: Sitting, ranking: Ranking) -> datetime:
    found = deadlines.report_deadline(
        stage=LotStage.EVALUATED,
        lot=at.lot.id,
        tender=at.tender.id,
        ranked_at=ranking.ranked_at,
        profile=at.profile,
        calendar=calendar_of(at.profile),
    )
    assert found is not None  # noqa: S101  # asked for the stage in which it runs
    return found.due_at


def _place(
    line: Mapping[str, Any], names: Mapping[str, Text], steps: Mapping[str, Any], currency: str
) -> Place:
    return Place(
        rank=line["rank"],
        bidder=names[line["bid"]],
        price=Money.parse(line["price"], currency),
        evaluation_price=f"{Decimal(line['evaluation_price']):,.2f}",
        price_points=line["price_points"],
        quality_points=line["quality_points"],
        total=line["total_points"],
        candidate=line["candidate"],
        broken_by=words.known(words.TIE_BREAKS, line["broken_by"]) if line["broken_by"] else None,
        deductions=deductions_of(steps, line["bid"]),
    )


def _why(reason: Mapping[str, str]) -> Text:
    return Text(reason["zh"], reason["en"])


def _names(work: Work, at: Sitting) -> dict[str, str]:
    """The members by name: they sit together, and sign one report."""
    return {seat.id: parties.person(work.session, seat.person_id).name for seat in at.seats}
