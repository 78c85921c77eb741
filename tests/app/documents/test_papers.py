"""Every paper of a purchase: signed by the right people in order, and what outside tools say."""

from __future__ import annotations

import re
import shutil
import subprocess
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.documents import papers
from app.documents.papers import SIGNER_FIELD, Paper
from app.documents.sealing import SEAL_FIELD, seal_trust
from app.rehearsal.cast import Player
from app.rehearsal.contracting import Contracting
from app.rehearsal.judging import Judging
from app.web.signing import PreparedPdf, SignedPart
from bidding.envelopes.models import BidAct
from bidding.evaluation import services as evaluation
from bidding.evaluation.concluding import REPORT_PDF
from bidding.opening import services as opening
from bidding.opening.services import RECORD_PDF
from kernel.refusal import NotFound, Refused, StaleWrite
from kernel.vocabulary import LotStage, TenderStage
from procurement.awards.models import AwardLetter
from procurement.awards.services import NOTICE_PDF
from procurement.contracts import services as contracts
from procurement.contracts.accepting import ACCEPTANCE_PDF
from procurement.contracts.models import Contract
from procurement.contracts.services import CONTRACT_PDF
from procurement.parties import queries as parties
from procurement.parties.signing import ExaminedPdf
from procurement.payments.services import ORDER_PDF
from procurement.tenders import services as tenders
from reports.documents.contract import BUYER_FIELD, SUPPLIER_FIELD
from signatures import pades
from signatures.pdf_archive import contents_of
from signatures.tool.prepared_pdf import sign_prepared
from tests.app.documents.conftest import Papered
from tests.world import World


def kept(papered: Papered, kind: str, subject: str) -> list[bytes]:
    """The forms of a paper that are kept, in the order of their signatures."""
    with papered.world.installation.journal.read() as work:
        rows = parties.pdfs_of(work.session, kind, subject)
    return [papered.world.installation.blobs.read(row.content) for row in rows]


def subjects(papered: Papered) -> dict[str, str]:
    """Kind of paper and what it is about."""
    return {
        "notice-document": papered.play.tender,
        RECORD_PDF: papered.lot,
        REPORT_PDF: papered.lot,
        NOTICE_PDF: papered.award,
        CONTRACT_PDF: papered.contracting.contract,
        ACCEPTANCE_PDF: papered.acceptance,
        ORDER_PDF: papered.payment,
    }


def signers(papered: Papered, kind: str) -> dict[str, str]:
    """Which field somebody signed, and by which certificate."""
    play, staff = papered.play, papered.play.staff
    people: dict[str, dict[str, Player]] = {
        "notice-document": {SIGNER_FIELD: staff.officer},
        RECORD_PDF: {"officer": staff.officer, "holder-1": staff.holders[0]},
        NOTICE_PDF: {SIGNER_FIELD: staff.officer},
        CONTRACT_PDF: {
            SUPPLIER_FIELD: papered.contracting.supplier,
            BUYER_FIELD: staff.approver,
        },
        ACCEPTANCE_PDF: {SIGNER_FIELD: staff.acceptor},
        ORDER_PDF: {SIGNER_FIELD: staff.treasurer},
    }
    if kind == REPORT_PDF:
        with play.installation.journal.read() as work:
            fields = papers.member_fields(work.session, papered.lot)
        members = {member.person: member for member in papered.judging.members()}
        people[REPORT_PDF] = {field: members[person] for person, field in fields.items()}
    return {field: one.signer.certificate.fingerprint for field, one in people[kind].items()}


KINDS = [
    "notice-document",
    RECORD_PDF,
    REPORT_PDF,
    NOTICE_PDF,
    CONTRACT_PDF,
    ACCEPTANCE_PDF,
    ORDER_PDF,
]


@pytest.mark.parametrize("kind", KINDS)
def test_the_right_people_signed_and_it_lasts(papered: Papered, kind: str) -> None:
    pdf = kept(papered, kind, subjects(papered)[kind])[-1]
    expected = signers(papered, kind)
    verdicts = pades.verify_pdf(
        pdf,
        papered.world.installation.trust,
        papered.world.clock.now(),
        expected_fields=expected,
        expected_signers=expected,
    )
    assert [verdict.passed for verdict in verdicts] == [True] * len(expected)
    assert all(verdict.part("document").facts["archived_at"] for verdict in verdicts)


@pytest.mark.parametrize("kind", KINDS)
def test_poppler_and_openssl_agree(papered: Papered, kind: str, tmp_path: Path) -> None:
    """Each signature alone, by programs that share nothing with us."""
    pdf = kept(papered, kind, subjects(papered)[kind])[-1]
    expected = signers(papered, kind)
    (tmp_path / "paper.pdf").write_bytes(pdf)
    (tmp_path / "root.pem").write_bytes(papered.world.pki.root.certificate.pem())
    at = str(int(papered.world.clock.now().timestamp()))
    found = 0
    for field in PdfReader(BytesIO(pdf)).get_fields().values():
        value = field.get("/V")
        if value is None or value["/Type"] != "/Sig":
            continue
        start, size, second, rest = (int(number) for number in value["/ByteRange"])
        raw = value["/Contents"]
        octets = raw.original_bytes if hasattr(raw, "original_bytes") else bytes(raw)
        (tmp_path / "cms").write_bytes(contents_of(octets))
        (tmp_path / "covered").write_bytes(pdf[start : start + size] + pdf[second : second + rest])
        done = run(
            *("openssl", "cms", "-verify", "-binary", "-purpose", "any", "-inform", "DER"),
            *("-in", "cms", "-content", "covered", "-CAfile", "root.pem", "-out", "out"),
            *("-attime", at),
            folder=tmp_path,
        )
        assert done.returncode == 0, done.stderr
        found += 1
    assert found == len(expected)
    if not shutil.which("pdfsig"):
        pytest.skip("pdfsig (poppler-utils) is not installed")
    said = run("pdfsig", "-nocert", "paper.pdf", folder=tmp_path).stdout
    assert said.count("Signature is Valid.") == len(expected)
    assert "Total document signed" in said
    assert not re.search(r"Signature is Invalid|Digest Mismatch", said)


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")
@pytest.mark.parametrize("kind", KINDS)
def test_qpdf_finds_no_fault(papered: Papered, kind: str, tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(kept(papered, kind, subjects(papered)[kind])[-1])
    done = run("qpdf", "--check", "paper.pdf", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, errors="replace", check=False
    )


def test_each_form_of_the_report_extends_the_one_before(papered: Papered) -> None:
    forms = kept(papered, REPORT_PDF, papered.lot)
    assert len(forms) == 5
    assert all(after.startswith(before) for before, after in pairwise(forms))


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_byte_is_seen(papered: Papered, kind: str) -> None:
    pdf = kept(papered, kind, subjects(papered)[kind])[-1]
    trust, at = papered.world.installation.trust, papered.world.clock.now()
    altered = bytearray(pdf)
    altered[len(pdf) // 20] ^= 1
    assert not any(verdict.passed for verdict in pades.verify_pdf(bytes(altered), trust, at))


def signed(player: Player, prepared: PreparedPdf) -> SignedPart:
    value = sign_prepared(prepared.package, player.signer)
    return SignedPart(request=prepared.request, value=value)


def finish(
    world: World, player: Player, paper: Paper, subject: str, prepared: PreparedPdf
) -> ExaminedPdf:
    return papers.finish(world.installation, player.actor, paper, subject, signed(player, prepared))


def test_a_notice_says_what_is_signed_beside_it_or_is_stale(world: World) -> None:
    play = world.tender(stage=TenderStage.APPROVED)
    officer = world.staff.officer
    with world.installation.journal.read() as work:
        statement = tenders.prepare_notice(
            work.session, work.origin, play.tender, at=world.clock.now()
        )
    prepared = papers.notice_to_sign(world.installation, officer.actor, play.tender, statement)
    part = signed(officer, prepared)
    other = statement.replace("课桌椅".encode(), "课桌凳".encode())
    assert other != statement
    with pytest.raises(StaleWrite):
        papers.finish(world.installation, officer.actor, Paper.NOTICE, play.tender, part, other)
    with pytest.raises(NotFound):
        papers.finish(
            world.installation, officer.actor, Paper.CORRIGENDUM, play.tender, part, statement
        )
    with pytest.raises(ValueError, match="statement"):
        papers.finish(world.installation, officer.actor, Paper.NOTICE, play.tender, part)


def test_who_was_overtaken_signs_again(world: World) -> None:
    """Two sign the record at once: one form has both, or the second begins anew."""
    play = world.tender(stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    lot, (first, second) = play.lots[0], play.staff.holders[:2]
    container = world.installation
    with container.journal.read() as work:
        record = opening.queries.opening_record(work.session, lot).statement
    papers_ = [
        finish(
            world,
            holder,
            Paper.OPENING_RECORD,
            lot,
            papers.opening_record_to_sign(container, holder.actor, lot),
        )
        for holder in (first, second)
    ]
    for holder, pdf in zip((first, second), papers_, strict=True):
        examined = play.cast.examined(holder, record)
        if holder is first:
            with container.journal.write() as work:
                opening.sign_opening_record(work, holder.actor, lot, examined, pdf=pdf)
        else:
            with pytest.raises(StaleWrite), container.journal.write() as work:
                opening.sign_opening_record(work, holder.actor, lot, examined, pdf=pdf)
    again = finish(
        world,
        second,
        Paper.OPENING_RECORD,
        lot,
        papers.opening_record_to_sign(container, second.actor, lot),
    )
    examined = play.cast.examined(second, record)
    with container.journal.write() as work:
        opening.sign_opening_record(work, second.actor, lot, examined, pdf=again)
    whole = container.blobs.read(again.content)
    verdicts = pades.verify_pdf(whole, container.trust, world.clock.now())
    assert [verdict.field_name for verdict in verdicts] == ["holder-1", "holder-2"]
    assert all(verdict.passed for verdict in verdicts)


def test_nobody_signs_a_paper_twice(papered: Papered) -> None:
    officer = papered.play.staff.officer
    with pytest.raises(StaleWrite):
        papers.opening_record_to_sign(papered.world.installation, officer.actor, papered.lot)


def test_who_does_not_sit_has_no_place_in_the_report(papered: Papered) -> None:
    officer = papered.play.staff.officer
    with pytest.raises(NotFound):
        papers.report_to_sign(papered.world.installation, officer.actor, papered.lot)


def test_a_dissent_is_in_the_signature(world: World) -> None:
    """The reason that a PDF reader shows; the report itself stays the same for all."""
    play = world.tender(stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    judging = Judging(play, play.lots[0])
    judging.qualify()
    judging.seat_panel()
    judging.check_compliance()
    judging.answer_price_questions()
    judging.score()
    judging.rank()
    [member, *_] = judging.members()
    prepared = papers.report_to_sign(
        play.installation, member.actor, judging.lot, dissent="第二名的业绩不实"
    )
    pdf = finish(world, member, Paper.REPORT, judging.lot, prepared)
    with play.installation.journal.read() as work:
        statement = evaluation.prepare_report_signature(
            work, judging.lot, dissent="第二名的业绩不实"
        )
    examined = play.cast.examined(member, statement)
    with play.installation.journal.write() as work:
        evaluation.sign_report(
            work, member.actor, judging.lot, examined, dissent="第二名的业绩不实", pdf=pdf
        )
    reasons = [
        str(field["/V"]["/Reason"])
        for field in PdfReader(BytesIO(play.installation.blobs.read(pdf.content)))
        .get_fields()
        .values()
        if field.get("/V")
    ]
    assert reasons == ["不同意见 / dissent: 第二名的业绩不实"]


def test_a_contract_on_paper_is_signed_by_both_or_by_none(world: World) -> None:
    play = world.tender(stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    judging = Judging(play, play.lots[0])
    judging.qualify()
    judging.evaluate()
    judging.award()
    contracting = Contracting(play, play.lots[0])
    contract = contracting.draft()
    supplier, buyer = contracting.supplier, play.staff.approver
    with play.installation.journal.read() as work:
        statement = contracts.prepare_contract_signature(work, contract)
    prepared = papers.contract_to_sign(play.installation, supplier.actor, contract)
    pdf = finish(world, supplier, Paper.CONTRACT, contract, prepared)
    with play.installation.journal.write() as work:
        contracts.sign_as_supplier(
            work, supplier.actor, contract, play.cast.examined(supplier, statement), pdf=pdf
        )
    with pytest.raises(Refused) as refused, play.installation.journal.write() as work:
        contracts.sign_as_buyer(work, buyer.actor, contract, play.cast.examined(buyer, statement))
    assert refused.value.refusal.code == "document_not_signed_by_both"
    prepared = papers.contract_to_sign(play.installation, buyer.actor, contract)
    pdf = finish(world, buyer, Paper.CONTRACT, contract, prepared)
    with play.installation.journal.write() as work:
        contracts.sign_as_buyer(
            work, buyer.actor, contract, play.cast.examined(buyer, statement), pdf=pdf
        )
    with play.installation.journal.read() as work:
        assert work.session.get_one(Contract, contract).pdf == pdf.content


def test_receipt_and_letter_bear_the_platforms_seal(papered: Papered) -> None:
    container = papered.world.installation
    with container.journal.read() as work:
        act = work.session.scalars(select(BidAct)).first()
        letter = work.session.scalars(select(AwardLetter)).first()
    assert act is not None
    assert letter is not None
    for pdf in (
        papers.receipt_pdf(container, act.id),
        papers.letter_pdf(container, letter.award_id, letter.bid_id, language="en"),
    ):
        [verdict] = pades.verify_pdf(
            pdf, seal_trust(container), papered.world.clock.now(), expected_fields=[SEAL_FIELD]
        )
        assert verdict.passed, verdict.as_record()
        assert verdict.signer == container.keys.seal.certificate
        # By the people's roots the seal is nobody's signature.
        [stranger] = pades.verify_pdf(pdf, container.trust, papered.world.clock.now())
        assert not stranger.passed
    with pytest.raises(NotFound):
        papers.receipt_pdf(container, "act_unknown")
    with pytest.raises(NotFound):
        papers.letter_pdf(container, papered.award, "bid_unknown")


def test_the_tender_documents_are_one_of_the_documents(world: World) -> None:
    play = world.tender(stage=TenderStage.APPROVED)
    made = papers.tender_documents(world.installation, play.tender)
    assert made.name == "采购文件.pdf"
    assert world.installation.blobs.read(made.content).startswith(b"%PDF-")
    # The same facts give the same bytes.
    assert papers.tender_documents(world.installation, play.tender) == made
