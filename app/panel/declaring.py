"""A member's lots, the way through one of them, and the declaration of interests (S31)."""

from __future__ import annotations

from app.drafts import services as drafts
from app.panel import words
from app.panel.forms import InterestForm, interest_form
from app.panel.reading import bidders_of
from app.panel.sitting import Sitting, cited, former_seat, head, sitting, steps
from app.panel.views import (
    DeclaredTie,
    IndexPage,
    InterestsPage,
    InterestsSignPage,
    LotPage,
    Sat,
)
from app.web.forms import Form
from app.web.refusals import words_of
from app.web.shown import StageState
from app.web.signing import ToSign
from bidding.evaluation import deadlines, panels, queries, rules
from bidding.evaluation import services as evaluation
from bidding.evaluation.deadlines import Deadline
from bidding.evaluation.models import PanelMember
from bidding.evaluation.panels import Tie
from journal.work import Work
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Actor, LotStage, Role
from procurement.authority import excluded
from procurement.profiles.timetable import local_date
from procurement.tenders.models import Lot
from procurement.tenders.standing import calendar_of
from reports import labels

INTERESTS_DRAFT = "interests"
DECLARATION = Text("利害关系申报", "Declaration of interests")
_NOTHING = Text("现在没有要办的", "Nothing to do now")


def index_page(work: Work, actor: Actor) -> IndexPage:
    """Every lot on whose panel the person sits or has sat, the newest seat first."""
    rows = queries.seats_of_panelist(work.session, actor.person)
    return IndexPage([_sat(work, actor, lot, member) for lot, member in rows])


def _sat(work: Work, actor: Actor, lot: Lot, member: PanelMember) -> Sat:
    if member.left_at is not None:
        left = words.known(words.LEFT, member.left_code or "")
        return Sat(head(work, lot), Text("已退出", "Left"), False, left)
    found = steps(work, sitting(work, actor, lot.id))
    now = next((step for step in found if step.state is StageState.NOW), None)
    return Sat(head(work, lot), now.note if now else _NOTHING, now is not None, None)


def lot_page(work: Work, actor: Actor, lot_id: str) -> LotPage:
    """The member's way through a lot; whoever has left it is told why, and no more."""
    try:
        at = sitting(work, actor, lot_id)
    except NotFound:
        lot, member = former_seat(work, actor, lot_id)
        return LotPage(
            head=head(work, lot),
            steps=(),
            bidders=(),
            declared_at=member.declared_at,
            seats=0,
            seated=0,
            report_due=None,
            left=words.known(words.LEFT, member.left_code or ""),
            left_at=member.left_at,
        )
    due = report_deadline(work, at)
    refusal = excluded(actor.person, Role(at.member.role), at.on)
    return LotPage(
        head=head(work, at.lot),
        steps=steps(work, at),
        bidders=bidders_of(work, at),
        declared_at=at.member.declared_at,
        seats=at.wanted,
        seated=len(at.seats),
        report_due=due.due_at if due else None,
        hindrance=words_of(refusal) if refusal else None,
        ended=labels.failure(at.lot.failed_reason) if at.lot.failed_reason else None,
    )


def report_deadline(work: Work, at: Sitting) -> Deadline | None:
    """Until when silence is taken as agreement, once there is a report (87-61, 68)."""
    if at.stage is not LotStage.EVALUATED:
        return None
    return deadlines.report_deadline(
        stage=at.stage,
        lot=at.lot.id,
        tender=at.tender.id,
        ranked_at=queries.ranking(work.session, at.lot.id).ranked_at,
        profile=at.profile,
        calendar=calendar_of(at.profile),
    )


def interests_page(
    work: Work, actor: Actor, lot_id: str, form: InterestForm | None = None
) -> InterestsPage:
    """The form of the declaration, as it was last typed."""
    at = sitting(work, actor, lot_id)
    return InterestsPage(
        head=head(work, at.lot),
        form=form or drafted_interests(work, actor, at),
        bidders=bidders_of(work, at),
        years=at.profile.conflict_years.value,
        declared_at=at.member.declared_at,
    )


def drafted_interests(work: Work, actor: Actor, at: Sitting) -> InterestForm:
    """The declaration as the draft has it."""
    kept = drafts.find(work, actor.person, INTERESTS_DRAFT, at.lot.id)
    data = {name: values[0] for name, values in kept.fields.items() if values} if kept else {}
    return interests_form(work, at, data=data)


def interests_form(
    work: Work, at: Sitting, *, data: dict[str, str] | None = None, sent: bool = False
) -> InterestForm:
    """The form for the bidders of this lot."""
    pairs = [(one.id, one.name) for one in bidders_of(work, at)]
    return interest_form(pairs, data=data, sent=sent)


def interests_sign_page(
    work: Work, actor: Actor, lot_id: str, ties: tuple[Tie, ...], form: Form
) -> InterestsSignPage:
    """The declaration as it will be signed, and what follows from it by the rules."""
    at = sitting(work, actor, lot_id)
    bidders = bidders_of(work, at)
    on = local_date(at.profile, work.clock.now())
    by_firm = {tie.organization: tie for tie in ties}
    conflict = panels.in_conflict(ties, [one.id for one in bidders], profile=at.profile, on=on)
    prepared = evaluation.prepare_declaration(work, actor, at.lot.id, ties)
    return InterestsSignPage(
        head=head(work, at.lot),
        form=form,
        ties=[
            DeclaredTie(
                bidder=one.name,
                kind=words.known(words.TIES, by_firm[one.id].kind),
                ended_on=by_firm[one.id].ended_on,
                recuses=rules.interest_conflicts(
                    profile=at.profile,
                    family=by_firm[one.id].kind == "family",
                    ended_on=by_firm[one.id].ended_on,
                    on=on,
                )
                is not None,
            )
            for one in bidders
            if one.id in by_firm
        ],
        clear=[one.name for one in bidders if one.id not in by_firm],
        conflict=conflict is not None,
        cites=cited(at.profile, at.profile.conflict_years.cites),
        to_sign=(ToSign("interests", DECLARATION, statement=prepared),),
    )
