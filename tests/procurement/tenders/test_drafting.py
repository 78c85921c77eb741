"""Drafts: written by one, released by another, changed only on top of what was read."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from journal import heads
from kernel.blobs import FileBlobs
from kernel.refusal import NotFound, Refused, StaleWrite
from kernel.text import Text
from kernel.vocabulary import (
    Action,
    Grant,
    LotStage,
    NeedStage,
    Part,
    PurchaseStage,
    Role,
    TenderStage,
)
from procurement.plans import queries as plans
from procurement.plans.models import BudgetLine
from procurement.plans.services import make_plan
from procurement.profiles import Method
from procurement.tenders import queries, services
from procurement.tenders.commands import (
    NamedHolder,
    NewCriterion,
    NewDocument,
    Terms,
    keep_document,
)
from procurement.tenders.models import HolderKey, Lot, Tender
from tests.procurement.tenders.town import BUYER, CLOSES_AT, HOLDERS, Town, cny


def refused_with(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, match=rf"^{code} ")


def found(town: Town) -> Tender:
    with town.journal.read() as work:
        tender = queries.tender(work.session, town.tender)
        assert tender.lots is not None
        return tender


def edit(town: Town, who: str = "officer", version: int = 1, **changes: object) -> int:
    with town.work() as work:
        return services.edit_tender(
            work, town.actors[who], town.tender, version, town.new_draft(**changes)
        )


def approve(town: Town, who: str = "approver", version: int = 1) -> None:
    with town.work() as work:
        services.approve_tender(work, town.actors[who], town.tender, version)


def test_a_draft_holds_what_the_officer_wrote(town: Town) -> None:
    town.drafted()
    with town.journal.read() as work:
        tender = queries.tender(work.session, town.tender)
        assert tender.stage == TenderStage.DRAFT
        assert [lot.ceiling_minor for lot in tender.lots] == [98_000_000]
        assert tender.lots[0].items[0].quantity == 500
        assert [each.kind for each in tender.criteria] == [
            "qualification",
            "compliance",
            "quality",
            "price",
        ]
        assert len(queries.holder_keys(work.session, tender.id)) == 6
        assert Terms.from_record(tender.terms) == town.new_terms()
        with pytest.raises(NotFound):
            queries.published_tender(work.session, tender.id)


@pytest.mark.parametrize("who", ["approver", "author", "holder1", "supplier", "finance"])
def test_only_the_officer_drafts(town: Town, who: str) -> None:
    town.intended()
    town.actors["officer"] = town.actors[who]
    with refused_with("not_authorised"):
        town.drafted()


def test_a_plan_that_nobody_approved_gets_no_tender(town: Town) -> None:
    town.planned()
    with refused_with("wrong_stage"):
        town.drafted()


def test_a_purchase_has_one_tender(town: Town) -> None:
    town.drafted()
    with refused_with("tender_known"):
        town.drafted()


def test_a_document_is_durable_before_its_row(town: Town, blobs: FileBlobs) -> None:
    kept = keep_document(blobs, "招标文件.pdf", "application/pdf", b"%PDF-1.7")
    town.drafted(documents=(kept,))
    with town.journal.read() as work:
        (document,) = queries.documents(work.session, town.tender)
    assert (document.content, document.size) == (kept.content, 8)
    assert blobs.read(document.content) == b"%PDF-1.7"


def test_an_edit_replaces_the_draft(town: Town) -> None:
    town.drafted()
    lots = (town.new_lot(title=Text("课桌")), town.new_lot(title=Text("椅子")))
    lots = tuple(replace(lot, budget=cny("500000.00"), ceiling=cny("1.00")) for lot in lots)
    assert edit(town, lots=lots) == 2
    with town.journal.read() as work:
        tender = queries.tender(work.session, town.tender)
        assert [lot.title_zh for lot in tender.lots] == ["课桌", "椅子"]
        assert work.session.scalar(select(func.count()).select_from(Lot)) == 2
        assert len(tender.criteria) == 4


def test_an_edit_on_top_of_an_older_version_is_stale(town: Town) -> None:
    town.drafted()
    edit(town)
    with pytest.raises(StaleWrite):
        edit(town, version=1)


def test_keys_stay_while_the_holders_stay(town: Town) -> None:
    town.drafted()
    town.register_all()
    town.set_committee()
    edit(town, title=Text("课桌椅"))
    assert found(town).committee_digest is not None
    edit(town, version=2, threshold=3)
    assert found(town).committee_digest is None
    with town.journal.read() as work:
        keys = work.session.scalars(select(HolderKey)).all()
    assert [key.recipient for key in keys] == [None] * 6


def test_other_holders_make_the_committee_anew(town: Town) -> None:
    town.drafted()
    town.register_all()
    town.set_committee()
    people = [town.actors[who].person for who in (*HOLDERS, "colleague")]
    edit(town, holders=tuple(NamedHolder(id, id == people[2]) for id in people))
    tender = found(town)
    assert (tender.holders, tender.committee_digest) == (4, None)


@pytest.mark.parametrize(
    ("holders", "threshold", "code"),
    [
        (("holder1", "holder3"), 2, "holders_wrong"),
        (HOLDERS, 1, "threshold_wrong"),
        (HOLDERS, 4, "threshold_wrong"),
        (("holder1", "holder1", "holder3"), 2, "committee_persons"),
    ],
)
def test_the_committee_has_its_shape(
    town: Town, holders: tuple[str, ...], threshold: int, code: str
) -> None:
    named = tuple(NamedHolder(town.actors[who].person, who == "holder3") for who in holders)
    with refused_with(code):
        town.drafted(holders=named, threshold=threshold)


def test_one_holder_at_least_is_from_outside(town: Town) -> None:
    inside = tuple(NamedHolder(town.actors[who].person) for who in HOLDERS)
    with refused_with("no_outside_holder"):
        town.drafted(holders=inside)


def test_nobody_of_the_buyer_passes_for_somebody_from_outside(town: Town) -> None:
    named = tuple(NamedHolder(town.actors[who].person, who == "holder1") for who in HOLDERS)
    with refused_with("holder_not_outside"):
        town.drafted(holders=named)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"closes_at": CLOSES_AT.replace(microsecond=1)}, "closing_too_fine"),
        ({"title": Text("课桌椅\n采购")}, "line_not_plain"),
        ({"documents": (NewDocument("a/b.pdf", "application/pdf", "sha256:", 1),)}, "document_"),
    ],
)
def test_what_a_signed_notice_could_not_hold(
    town: Town, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(Refused, match=rf"^{code}"):
        town.drafted(**changes)


def test_lots_stay_within_the_budget_to_the_cent(town: Town) -> None:
    town.intended()
    lot = town.new_lot(budget=cny("1000000.01"), ceiling=cny("1.00"))
    with refused_with("budget_exceeded"):
        town.drafted(lots=(lot,))


def test_a_ceiling_stays_within_its_lots_budget(town: Town) -> None:
    town.intended()
    with refused_with("ceiling_above_budget"):
        town.drafted(lots=(town.new_lot(ceiling=cny("1000000.01")),))


# Approval


def test_another_person_approves(town: Town) -> None:
    town.drafted()
    approve(town)
    assert found(town).stage == TenderStage.APPROVED
    (drafted,) = town.entries(Action.DRAFT_TENDER)
    (approved,) = town.entries(Action.APPROVE_TENDER)
    assert drafted["body.content"] == approved["body.content"]
    assert drafted["body.holder_persons"][0] == "restricted"


@pytest.mark.parametrize("who", ["officer", "author", "holder1", "supplier"])
def test_only_the_approver_approves(town: Town, who: str) -> None:
    town.drafted()
    with refused_with("not_authorised"):
        approve(town, who)


def test_the_officer_does_not_approve_even_with_the_role(town: Town) -> None:
    town.drafted()
    officer = town.actors["officer"]
    both = officer.grants | {Grant(Role.APPROVER, town.organizations[BUYER])}
    town.actors["officer"] = replace(officer, grants=both)
    with refused_with("excluded_role"):
        approve(town, "officer")


def test_the_approver_approves_what_was_read(town: Town) -> None:
    town.drafted()
    edit(town)
    with pytest.raises(StaleWrite):
        approve(town, version=1)
    approve(town, version=2)


def test_an_approved_draft_is_not_edited_until_it_is_returned(town: Town) -> None:
    town.drafted()
    approve(town)
    with refused_with("wrong_stage"):
        edit(town)
    with town.work() as work:
        services.return_tender(work, town.actors["approver"], town.tender, "评分标准不明确")
    assert found(town).returned_reason == "评分标准不明确"
    edit(town)
    assert found(town).returned_reason is None


def test_a_return_is_the_approvers_and_has_a_reason(town: Town) -> None:
    town.drafted()
    with refused_with("not_authorised"), town.work() as work:
        services.return_tender(work, town.actors["officer"], town.tender, "因为")
    with refused_with("reason_missing"), town.work() as work:
        services.return_tender(work, town.actors["approver"], town.tender, "")


def weighted(quality: str, price: str) -> tuple[NewCriterion, ...]:
    return (
        NewCriterion("qualification", Text("独立承担民事责任的能力")),
        NewCriterion("quality", Text("样品质量"), Decimal(quality)),
        NewCriterion("price", Text("投标报价"), Decimal(price)),
    )


@pytest.mark.parametrize(
    ("criteria", "code"),
    [
        (weighted("59.99", "40"), "weights_wrong"),
        (weighted("60.01", "40"), "weights_wrong"),
        (weighted("70.01", "29.99"), "price_weight_too_low"),
        (weighted("60", "40")[:1] + weighted("100", "0")[1:2], "criteria_do_not_fit"),
        (
            (*weighted("30", "40"), NewCriterion("quality", Text("注册资本"), Decimal(30))),
            "criterion_forbidden",
        ),
        (
            (
                NewCriterion("qualification", Text("样品质量")),
                *weighted("60", "40")[1:],
            ),
            "qualification_scored",
        ),
        (weighted("60", "40")[1:], "notice_incomplete"),
    ],
)
def test_unlawful_criteria_are_not_approved(
    town: Town, criteria: tuple[NewCriterion, ...], code: str
) -> None:
    town.drafted(criteria=criteria)
    with refused_with(code):
        approve(town)


def test_under_the_lowest_price_nothing_else_is_scored(town: Town) -> None:
    town.drafted(award_criteria=Method.LOWEST_PRICE)
    with refused_with("criteria_do_not_fit"):
        approve(town)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"contact": None}, "notice_incomplete"),
        ({"opening_place": None}, "notice_incomplete"),
        ({"small_rate": Decimal("0.21")}, "deduction_rate_out_of_bounds"),
        ({"abnormal_share_of_ceiling": Decimal("0.66")}, "abnormal_share_out_of_bounds"),
        ({"bid_security": cny("20000.01"), "bid_security_form": "guarantee"}, "security_too_high"),
        ({"bid_security": cny("1.00"), "bid_security_form": "cash"}, "security_in_cash"),
    ],
)
def test_unlawful_terms_are_not_approved(town: Town, terms: dict[str, object], code: str) -> None:
    town.drafted(terms=town.new_terms(**terms))
    with refused_with(code):
        approve(town)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lots": ()}, "subject_missing"),
        ({"documents": ()}, "notice_incomplete"),
        ({"facts": None}, "notice_incomplete"),
    ],
)
def test_an_unfinished_draft_is_not_approved(
    town: Town, changes: dict[str, object], code: str
) -> None:
    town.drafted(**changes)
    with refused_with(code):
        approve(town)


def test_more_lots_than_one_need_a_reason(town: Town) -> None:
    half = town.new_lot(budget=cny("500000.00"), ceiling=cny("500000.00"))
    town.intended()
    town.drafted(lots=(half, half))
    with refused_with("split_without_reason"):
        approve(town)
    edit(town, lots=(half, half), terms=town.new_terms(split_reason="两校分别交货"))
    approve(town, version=2)


# Cancellation


def free(town: Town) -> int:
    with town.journal.read() as work:
        line = work.session.get_one(BudgetLine, town.line)
        return line.amount_minor - line.reserved_minor


def test_a_cancelled_tender_frees_its_budget_and_its_needs(town: Town) -> None:
    town.opened()
    assert free(town) == 0
    town.cancel()
    assert free(town) == 100_000_000
    with town.journal.read() as work:
        tender = queries.tender(work.session, town.tender)
        purchase = plans.purchase(work.session, town.purchase)
        need = plans.need(work.session, town.needs[0])
        assert [lot.stage for lot in tender.lots] == [LotStage.CANCELLED]
    assert (tender.stage, purchase.stage, need.stage) == (
        TenderStage.CANCELLED,
        PurchaseStage.ENDED,
        NeedStage.APPROVED,
    )
    assert (tender.cancelled_zh, purchase.ended_reason) == ("采购任务取消", "采购任务取消")
    with town.work() as work:
        plan = town.new_plan()
        make_plan(work, town.actors["officer"], plan, ocid_prefix="ocds-test00")


@pytest.mark.parametrize("who", ["approver", "supplier", "author", "holder1"])
def test_only_the_officer_cancels(town: Town, who: str) -> None:
    town.drafted()
    town.actors["officer"] = town.actors[who]
    with refused_with("not_authorised"):
        town.cancel()


def test_nothing_is_cancelled_twice(town: Town) -> None:
    town.drafted()
    town.cancel()
    with refused_with("wrong_stage"):
        town.cancel()


def set_stages(town: Town, stage: TenderStage, lot: LotStage) -> None:
    """What later stages will do, which this one may not import."""
    with town.work() as work:
        tender = queries.tender_for_change(work.session, town.tender)
        tender.stage = str(stage)
        tender.lots[0].stage = str(lot)


@pytest.mark.parametrize("lot", [LotStage.SEALED, LotStage.OPENED, LotStage.DECIDED])
def test_after_the_closing_it_is_cancelled_while_nothing_is_awarded(
    town: Town, lot: LotStage
) -> None:
    town.opened()
    set_stages(town, TenderStage.CLOSED, lot)
    town.cancel()
    assert found(town).stage == TenderStage.CANCELLED


@pytest.mark.parametrize("lot", [LotStage.AWARDED, LotStage.CONTRACTED])
def test_an_awarded_tender_is_not_cancelled(town: Town, lot: LotStage) -> None:
    town.opened()
    set_stages(town, TenderStage.CLOSED, lot)
    with refused_with("wrong_stage"):
        town.cancel()
    assert free(town) == 0


def test_during_the_closing_a_cancellation_waits(town: Town) -> None:
    town.opened()
    set_stages(town, TenderStage.CLOSING, LotStage.SEALED)
    with refused_with("wrong_stage"):
        town.cancel()


def test_of_sealed_bids_only_a_blinded_root_is_told(town: Town) -> None:
    town.opened()
    town.cancel()
    (entry,) = town.entries(Action.CANCEL_TENDER)
    with town.journal.read() as work:
        [head] = heads.heads_of(work, town.tender)
    assert entry["body.blinded_root"] == ("public", f'"{head.commitment}"')


def test_of_a_draft_and_after_the_closing_there_is_no_root_to_blind(town: Town) -> None:
    town.drafted()
    town.cancel()
    (entry,) = town.entries(Action.CANCEL_TENDER)
    assert entry["body.blinded_root"] == ("public", "null")
    with town.journal.read() as work:
        assert heads.heads_of(work, town.tender) == []


def test_a_cancelled_draft_stays_unknown_to_the_public(town: Town) -> None:
    town.drafted()
    town.cancel()
    with town.journal.read() as work:
        assert queries.newest_tenders(work.session) == []
        with pytest.raises(NotFound):
            queries.published_tender(work.session, town.tender)


def test_both_parts_have_the_same_holders(town: Town) -> None:
    town.drafted()
    with town.journal.read() as work:
        keys = queries.holder_keys(work.session, town.tender)
    people = [[key.person_id for key in keys if key.part == str(part)] for part in Part]
    assert people[0] == people[1]
    assert [key.part for key in keys] == ["technical"] * 3 + ["price"] * 3
