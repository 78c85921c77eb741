"""The whole way of buyer, acceptor, finance and treasurer, by posts and their own signatures."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from app.documents import papers
from app.documents.papers import Paper
from app.rehearsal import sealed
from kernel.vocabulary import LotStage, PurchaseStage
from procurement.contracts import queries as contracts
from procurement.parties.models import SignedDocument
from procurement.payments import queries as payments
from procurement.plans import queries as plans
from signatures import pades
from tests.app.outcome.lots import awarded, closed
from tests.app.visiting import Visit
from tests.world import World


def test_from_the_closing_to_the_last_payment(world: World, web: Flask) -> None:
    lot = closed(world)
    lot.play.papered = True
    staff = lot.staff
    officer, approver = Visit(web, staff.officer), Visit(web, staff.approver)
    world.clock.advance(timedelta(minutes=11))
    lot.play.release(lot.id)
    sealed.open_lot(world.installation, lot.play.tender, lot.id)

    page = officer.open(f"{lot.url}/opening-record")
    assert "签名记入公开日志" in page
    page = officer.sign(page)
    assert page.request.path == lot.url
    assert staff.officer.name in page.html.select_one("#opening").text

    page = officer.open(f"{lot.url}/qualification")
    passed = {name: "passed" for name in page.forms[0].fields if str(name).startswith("c-")}
    page = officer.send(page, **passed)
    assert lot.judging.stage is LotStage.QUALIFIED

    page = officer.send(officer.open(f"{lot.url}/panel"))
    assert len(lot.judging.members()) == 5
    for member in lot.judging.members():
        assert member.name in page
    _declare_and_judge(lot)
    assert lot.judging.stage is LotStage.REPORTED

    page = approver.open(f"{lot.url}/award")
    first = page.forms[0].fields["bid"][0].options[0][0]
    page = approver.send(page, bid=first, sure="1")
    assert lot.judging.stage is LotStage.DECIDED

    page = officer.send(officer.open(f"{lot.url}/award-notice"), winner_address="西安市")
    assert "核对后签名公告" in page
    page = officer.sign(page)
    assert lot.judging.stage is LotStage.AWARDED
    assert len(page.html.select_one("#award").select("tbody tr")) == 2

    world.clock.advance(timedelta(days=14))
    page = officer.send(officer.open(f"{lot.url}/contract"))
    contract = page.request.path
    lot.contracting.contract = contract.rsplit("/", 1)[1]
    _supplier_signs(lot)
    page = approver.sign(approver.open(f"{contract}/signature"))
    assert lot.judging.stage is LotStage.CONTRACTED

    world.clock.advance(timedelta(days=20))
    acceptor = Visit(web, staff.acceptor)
    page = acceptor.open(f"{contract}/inspection")
    found = {name: "passed" for name in page.forms[0].fields if str(name).startswith("s-")}
    delivered = (world.clock.now() - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M+00:00")
    page = acceptor.send(page, delivered_at=delivered, **found)
    assert "验收合格，签名确认" in page
    page = acceptor.sign(page)
    assert "第1次验收：合格" in page

    invoice = lot.delivering.invoice()
    finance, treasurer = Visit(web, staff.finance), Visit(web, staff.treasurer)
    assert "1张发票等付款" in finance.open("/payments")
    page = finance.open(f"/invoices/{invoice}")
    assert "三方一致" in page
    page = finance.send(page)
    page = finance.send(page)
    assert "您没有这个身份" in page
    page = treasurer.sign(treasurer.open(f"/invoices/{invoice}"))
    page = treasurer.send(page, reference="国库-2026-0001")
    assert "已支付" in page.html.h1.text

    page = officer.send(officer.open(f"{lot.url}/end-of-purchase"), sure="1")
    with world.installation.journal.read() as work:
        assert payments.invoice(work.session, invoice).stage == "paid"
        assert contracts.contract(work.session, lot.contracting.contract).stage == "closed"
        purchase = plans.purchase(work.session, lot.play.purchase)
        assert PurchaseStage(purchase.stage) in (PurchaseStage.CLOSED, PurchaseStage.ENDED)
    assert _papers(world) == {
        "opening-record-document": 1,
        "evaluation-report-document": 5,
        "award-notice-document": 1,
        "contract-document": 2,
        "acceptance-document": 1,
        "payment-order-document": 1,
    }


def _papers(world: World) -> dict[str, int]:
    """How many papers of each kind have been signed; each is good to its last signature."""
    installation, found = world.installation, Counter()
    with installation.journal.read() as work:
        rows = work.session.scalars(select(SignedDocument).where(SignedDocument.form == "pades"))
        for row in rows:
            found[row.kind] += 1
            pdf = installation.blobs.read(row.content)
            verdicts = pades.verify_pdf(pdf, installation.trust, work.now())
            assert verdicts
            assert all(verdict.passed for verdict in verdicts)
    return dict(found)


def _declare_and_judge(lot) -> None:
    judging = lot.judging
    from bidding.evaluation import services as evaluation

    for member in judging.members():
        with judging.journal.read() as work:
            statement = evaluation.prepare_declaration(work, member.actor, lot.id, ())
        examined = lot.play.cast.examined(member, statement)
        with judging.journal.write() as work:
            evaluation.declare_interests(work, member.actor, lot.id, (), examined)
    judging.check_compliance()
    judging.answer_price_questions()
    judging.score()
    judging.rank()
    judging.sign_report()


def _supplier_signs(lot) -> None:
    from procurement.contracts import services

    contracting = lot.contracting
    with contracting.journal.read() as work:
        statement = services.prepare_contract_signature(work, contracting.contract)
    supplier, contract = contracting.supplier, contracting.contract
    examined = lot.play.cast.examined(supplier, statement)
    pdf = lot.play.paper(
        supplier,
        Paper.CONTRACT,
        contract,
        lambda: papers.contract_to_sign(contracting.play.installation, supplier.actor, contract),
    )
    with contracting.journal.write() as work:
        services.sign_as_supplier(work, supplier.actor, contract, examined, pdf=pdf)


def test_a_contract_whose_supplier_signed_no_paper_is_signed_as_a_statement(
    world: World, web: Flask
) -> None:
    lot = awarded(world)
    lot.contracting.draft()
    _supplier_signs(lot)
    approver = Visit(web, lot.staff.approver)
    page = approver.open(f"/buying/contracts/{lot.contracting.contract}/signature")
    assert len(page.html.select("[data-sign-item]")) == 1
    approver.sign(page)
    assert lot.judging.stage is LotStage.CONTRACTED
