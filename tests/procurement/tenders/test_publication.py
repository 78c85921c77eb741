"""The notice and its corrigenda: signed, whole, in time, each naming the one before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfWriter
from sqlalchemy.exc import IntegrityError

from kernel import canonical
from kernel.blobs import Blobs
from kernel.identifiers import new_id
from kernel.refusal import Refused, StaleWrite
from kernel.text import Text
from kernel.vocabulary import Action, Part, PurchaseStage, TenderStage
from procurement.parties.signing import ExaminedPdf, examine_pdf, statement
from procurement.plans import queries as plans
from procurement.profiles import load_profile
from procurement.tenders import queries, services
from procurement.tenders.commands import DocumentChange, NewCriterion, NewDocument
from procurement.tenders.content import content_of
from procurement.tenders.models import Notice
from signatures import pades
from signatures.sealed.committee import fingerprint_of
from signatures.stampers import DevelopmentStamper
from tests.procurement.tenders.town import CLOSES_AT, HOLDERS, ORIGIN, PUBLISHED_AT, Town, cny

DOCUMENT = NewDocument("招标文件（更正）.pdf", "application/pdf", "sha256:" + "e" * 64, 10)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def refused_with(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, match=rf"^{code} ")


def test_a_tender_goes_from_need_to_notice(town: Town) -> None:
    town.opened()
    with town.journal.read() as work:
        tender = queries.tender(work.session, town.tender)
        purchase = plans.purchase(work.session, town.purchase)
        (notice,) = queries.notice_chain(work.session, town.tender)
    assert (tender.stage, purchase.stage) == (TenderStage.OPEN, PurchaseStage.TENDERED)
    assert tender.profile_edition == "cn-gov/2026.1"
    assert (notice.number, notice.previous, notice.closes_at) == (1, None, CLOSES_AT)


def test_the_signed_notice_says_what_a_bidders_client_must_know(town: Town) -> None:
    town.opened()
    with town.journal.read() as work:
        tender = queries.tender(work.session, town.tender)
        notice = queries.last_notice(work.session, town.tender)
        lot = tender.lots[0].id
    said = canonical.decode(notice.statement)
    assert isinstance(said, dict)
    assert said["type"] == "sunlit/notice/v1"
    assert said["origin"] == ORIGIN
    assert said["buyer"] == "91BUYER"
    assert said["closes_at"] == "2026-04-21T02:00:00.000Z"
    assert said["committee"] == tender.committee_digest
    assert said["fingerprint"] == fingerprint_of(tender.committee_digest or "")
    profile = load_profile("cn-gov", "cn-gov/2026.1")
    assert said["live_bids_min"] == profile.bidders_min_to_open.value == 3
    assert said["objection_minutes"] == profile.objection_minutes.value
    assert said["profile_digest"] == profile.digest
    assert said["edition"] == "cn-gov/2026.1"
    assert said["lots"] == [
        {"lot": lot, "number": 1, "title": {"zh": "课桌椅", "en": ""}, "ceiling": "980000.00"}
    ]
    assert said["rest"] == canonical.digest_of(notice.rest)
    assert notice.rest["lots"][0]["items"][0]["quantity"] == "500"


def test_the_entry_holds_the_notice_and_its_restricted_parts_are_few(town: Town) -> None:
    town.opened()
    (entry,) = town.entries(Action.PUBLISH_TENDER)
    hidden = {name for name, (visibility, _) in entry.items() if visibility != "public"}
    assert hidden == {"actor", "address", "body.certificate"}
    assert entry["body.earliest_closing_on"][1] == '"2026-04-21"'
    assert entry["body.calendar"][1].startswith('"cn-2026:')


def test_a_signed_document_may_go_with_the_notice(town: Town, blobs: Blobs) -> None:
    town.ready()
    examined = _signed_document(town, blobs, "officer", "officer")
    town.publish(pdf=examined)
    with town.journal.read() as work:
        assert queries.last_notice(work.session, town.tender).pdf == examined.content
    assert blobs.size(examined.content) > 0


def test_a_document_that_another_signed_does_not_go(town: Town, blobs: Blobs) -> None:
    town.ready()
    with refused_with("signature_not_valid"):
        _signed_document(town, blobs, "approver", "officer")
    examined = _signed_document(town, blobs, "approver", "approver")
    with refused_with("signer_is_not_actor"):
        town.publish(pdf=examined)


def _signed_document(town: Town, blobs: Blobs, signs: str, expected: str) -> ExaminedPdf:
    page = BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(page)
    signed = pades.sign_pdf(
        page.getvalue(),
        town.signers[signs],
        reason="notice",
        field="officer",
        tsa=DevelopmentStamper(town.pki, town.clock),
        claimed_at=town.clock.now(),
    )
    return examine_pdf(
        blobs,
        signed,
        field="officer",
        certificate=town.signers[expected].certificate.fingerprint,
        trust=town.pki.trust(),
        at=town.clock.now(),
    )


@pytest.mark.parametrize("who", ["approver", "second_officer"])
def test_the_officer_who_publishes_has_signed(town: Town, who: str) -> None:
    town.ready()
    examined = town.examined(who, town.notice())
    with refused_with("signer_is_not_actor"), town.work() as work:
        services.publish_tender(work, town.actors["officer"], town.tender, examined)


def test_another_officer_of_the_buyer_may_publish(town: Town) -> None:
    town.ready()
    town.publish("second_officer")


@pytest.mark.parametrize("who", ["approver", "holder1"])
def test_only_an_officer_publishes(town: Town, who: str) -> None:
    town.ready()
    with refused_with("not_authorised"):
        town.publish(who)


def test_a_draft_is_not_published_before_its_approval(town: Town) -> None:
    town.drafted()
    town.register_all()
    town.set_committee()
    town.clock.set(PUBLISHED_AT)
    with refused_with("wrong_stage"):
        town.publish()


def test_nothing_is_published_without_a_committee(town: Town) -> None:
    town.drafted()
    town.approve()
    with refused_with("committee_missing"):
        town.notice()


def test_nothing_is_published_before_every_key_is_at_hand(town: Town) -> None:
    town.drafted()
    town.register_all(possession=False)
    for who in HOLDERS:
        for part in Part:
            if (who, part) != ("holder3", Part.PRICE):
                town.show(who, part)
    town.set_committee()
    town.approve()
    town.clock.set(PUBLISHED_AT)
    with refused_with("possession_not_shown") as refused:
        town.publish()
    assert refused.value.refusal.facts["missing"] == ["price/3"]


def test_a_notice_that_was_signed_for_another_draft_is_stale(town: Town) -> None:
    town.ready()
    examined = town.examined("officer", town.notice())
    with town.work() as work:
        services.return_tender(work, town.actors["approver"], town.tender, "再看一遍")
    with town.work() as work:
        services.edit_tender(
            work, town.actors["officer"], town.tender, 1, town.new_draft(title=Text("课桌椅"))
        )
    town.approve()
    with pytest.raises(StaleWrite), town.work() as work:
        services.publish_tender(work, town.actors["officer"], town.tender, examined)


def test_a_notice_that_says_something_else_is_stale(town: Town) -> None:
    town.ready()
    said = canonical.decode(town.notice())
    assert isinstance(said, dict)
    forged = canonical.encode(said | {"live_bids_min": 1})
    examined = town.examined("officer", forged)
    with pytest.raises(StaleWrite), town.work() as work:
        services.publish_tender(work, town.actors["officer"], town.tender, examined)


# Time


def test_a_closing_one_day_too_early_is_refused_with_the_earliest(town: Town) -> None:
    town.ready(closes_at=CLOSES_AT - DAY)
    with refused_with("closing_too_early") as refused:
        town.publish()
    assert refused.value.refusal.facts["earliest"] == "2026-04-21"
    assert town.entries(Action.PUBLISH_TENDER) == []


def test_a_notice_that_waits_a_day_may_be_too_late(town: Town) -> None:
    town.ready()
    town.clock.advance(DAY)
    with refused_with("closing_too_early"):
        town.publish()


def test_a_day_before_the_intentions_lead_time_ends_there_must_be_a_reason(town: Town) -> None:
    town.ready()
    town.clock.set(PUBLISHED_AT - DAY)
    with refused_with("intention_too_late"):
        town.publish()
    town.publish(early_reason="灾后急需")
    with town.journal.read() as work:
        assert plans.purchase(work.session, town.purchase).early_reason == "灾后急需"


def test_without_an_intention_there_must_be_a_reason(town: Town) -> None:
    town.approved_plan()
    town.drafted()
    town.register_all()
    town.set_committee()
    town.approve()
    town.clock.set(PUBLISHED_AT)
    with refused_with("intention_missing"):
        town.publish()
    town.publish(early_reason="灾后急需")


# Corrigenda


def test_a_corrigendum_names_the_notice_before_it(town: Town) -> None:
    town.opened()
    town.amend(town.new_amendment(documents=(DocumentChange(DOCUMENT, 1),)))
    with town.journal.read() as work:
        first, second = queries.notice_chain(work.session, town.tender)
        tender = queries.tender(work.session, town.tender)
        documents = queries.documents(work.session, town.tender)
        said = canonical.decode(second.statement)
        assert content_of(tender).documents[0]["version"] == 2
    assert second.previous == first.digest
    assert isinstance(said, dict)
    assert (said["number"], said["previous"]) == (2, first.digest)
    assert said["documents"][0]["digest"] == DOCUMENT.content
    assert [(row.version, row.name) for row in documents] == [
        (1, "招标文件.pdf"),
        (2, "招标文件（更正）.pdf"),
    ]
    (entry,) = town.entries(Action.AMEND_TENDER)
    assert entry["body.changed"][1] == '["documents"]'


@pytest.mark.parametrize("previous", [None, "sha256:" + "0" * 64])
def test_a_corrigendum_that_does_not_name_it_is_refused(town: Town, previous: str | None) -> None:
    town.opened()
    amendment = town.new_amendment(documents=(DocumentChange(DOCUMENT),))
    with town.journal.read() as work:
        prepared = services.prepare_amendment(work.session, ORIGIN, town.tender, amendment)
    said = canonical.decode(prepared)
    assert isinstance(said, dict)
    examined = town.examined("officer", canonical.encode(said | {"previous": previous}))
    with pytest.raises(StaleWrite), town.work() as work:
        services.amend_tender(work, town.actors["officer"], town.tender, amendment, examined)


def test_of_two_corrigenda_signed_for_one_predecessor_the_second_is_stale(town: Town) -> None:
    town.opened()
    first = town.new_amendment(documents=(DocumentChange(DOCUMENT),))
    second = town.new_amendment(facts=Text("另一处更正"))
    with town.journal.read() as work:
        prepared = services.prepare_amendment(work.session, ORIGIN, town.tender, second)
    examined = town.examined("officer", prepared)
    town.amend(first)
    with pytest.raises(StaleWrite), town.work() as work:
        services.amend_tender(work, town.actors["officer"], town.tender, second, examined)


def test_the_database_itself_refuses_a_fork_of_the_chain(town: Town) -> None:
    town.opened()
    town.amend(town.new_amendment(documents=(DocumentChange(DOCUMENT),)))
    with town.work() as work:
        second = queries.last_notice(work.session, town.tender)
        kept = {
            column.name: getattr(second, column.key)
            for column in Notice.__mapper__.columns
            if column.name not in ("id", "number", "digest")
        }
    with pytest.raises(IntegrityError, match="previous"), town.work() as work:
        work.session.add(Notice(id=new_id("not"), number=3, digest="sha256:" + "1" * 64, **kept))


def test_a_closing_is_never_moved_earlier(town: Town) -> None:
    town.opened()
    with refused_with("closing_moved_earlier"):
        town.amend(town.new_amendment(closes_at=CLOSES_AT - SECOND))
    with refused_with("amendment_empty"):
        town.amend(town.new_amendment())
    town.amend(town.new_amendment(closes_at=CLOSES_AT + SECOND))


def test_an_amendment_within_the_lead_time_moves_the_closing(town: Town) -> None:
    """Order 87 art. 27: fewer than fifteen days before, the closing moves."""
    town.opened()
    late = town.new_amendment(documents=(DocumentChange(DOCUMENT, 1),))
    town.clock.set(CLOSES_AT - 15 * DAY)
    town.amend(late)
    town.clock.advance(DAY)
    later = replace(late, documents=(DocumentChange(replace(DOCUMENT, size=11), 1),))
    with refused_with("closing_must_move") as refused:
        town.amend(later)
    assert refused.value.refusal.facts["earliest"] == "2026-04-22T02:00:00.000Z"
    town.amend(replace(later, closes_at=CLOSES_AT + DAY))
    with town.journal.read() as work:
        tender = queries.tender(work.session, town.tender)
    assert tender.closes_at == CLOSES_AT + DAY


def test_more_time_alone_needs_no_lead(town: Town) -> None:
    town.opened()
    town.clock.set(CLOSES_AT - SECOND)
    town.amend(town.new_amendment(closes_at=CLOSES_AT + DAY))


@pytest.mark.parametrize("microseconds", [0, 1])
def test_from_the_closing_instant_on_nothing_is_amended(town: Town, microseconds: int) -> None:
    town.opened()
    town.clock.set(CLOSES_AT + timedelta(microseconds=microseconds))
    with refused_with("closing_passed"):
        town.amend(town.new_amendment(closes_at=CLOSES_AT + DAY))


def test_the_qualification_stays(town: Town) -> None:
    town.opened()
    criteria = town.new_draft().criteria
    other = (NewCriterion("qualification", Text("三年内无重大违法记录")), *criteria[1:])
    with refused_with("amendment_changes_subject") as refused:
        town.amend(town.new_amendment(criteria=other))
    assert refused.value.refusal.facts["changed"] == ["qualification"]
    with refused_with("amendment_changes_subject"):
        town.amend(town.new_amendment(criteria=criteria[1:]))


def test_scored_criteria_may_be_corrected_and_still_make_the_whole(town: Town) -> None:
    town.opened()
    fixed = town.new_draft().criteria[:2]

    def scored(quality: str) -> tuple[NewCriterion, ...]:
        return (
            *fixed,
            NewCriterion("quality", Text("样品质量"), Decimal(quality)),
            NewCriterion("price", Text("投标报价"), Decimal(40), objective=True),
        )

    with refused_with("weights_wrong"):
        town.amend(town.new_amendment(criteria=scored("59.99")))
    town.amend(town.new_amendment(criteria=scored("60")))
    (entry,) = town.entries(Action.AMEND_TENDER)
    assert entry["body.changed"][1] == '["criteria"]'


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"documents": (DocumentChange(DOCUMENT, 7),)}, "document_unknown"),
        ({"documents": (DocumentChange(replace(DOCUMENT, name="a/b")),)}, "document_name"),
        ({"closes_at": CLOSES_AT + timedelta(microseconds=1)}, "closing_too_fine"),
    ],
)
def test_what_a_corrigendum_could_not_hold(
    town: Town, changes: dict[str, object], code: str
) -> None:
    town.opened()
    with refused_with(code):
        town.amend(town.new_amendment(**changes))


def test_an_amendment_does_not_raise_a_security_above_its_cap(town: Town) -> None:
    town.opened()
    terms = town.new_terms(bid_security=cny("20000.01"), bid_security_form="guarantee")
    with refused_with("security_too_high"):
        town.amend(town.new_amendment(terms=terms))


def test_a_corrigendum_is_the_officers(town: Town) -> None:
    town.opened()
    amendment = town.new_amendment(documents=(DocumentChange(DOCUMENT),))
    with town.journal.read() as work:
        prepared = services.prepare_amendment(work.session, ORIGIN, town.tender, amendment)
    examined = town.examined("approver", prepared)
    with refused_with("not_authorised"), town.work() as work:
        services.amend_tender(work, town.actors["approver"], town.tender, amendment, examined)


def test_a_draft_has_no_corrigendum(town: Town) -> None:
    town.ready()
    amendment = town.new_amendment(facts=Text("更正"))
    examined = town.examined("officer", statement("notice", ORIGIN, tender=town.tender))
    with refused_with("wrong_stage"), town.work() as work:
        services.amend_tender(work, town.actors["officer"], town.tender, amendment, examined)


def test_the_edition_stays_pinned(town: Town) -> None:
    town.opened()
    town.amend(town.new_amendment(facts=Text("更正后的说明")))
    with town.journal.read() as work:
        chain = queries.notice_chain(work.session, town.tender)
        editions = {canonical.decode(notice.statement)["edition"] for notice in chain}
    assert editions == {"cn-gov/2026.1"}
