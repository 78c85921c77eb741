"""What each document says, in both languages, and what its file is like."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import URL, Engine, select
from sqlalchemy.orm import Session

from app.documents.sealing import edition
from bidding.envelopes.models import BidAct
from kernel import canonical
from procurement.awards import queries as awards
from procurement.awards.models import AwardLetter
from procurement.contracts import queries as contracts
from procurement.parties.models import SignedDocument
from procurement.payments import services as payments
from procurement.tenders import queries as tenders
from reports.documents import (
    acceptance,
    award,
    contract,
    evaluation_report,
    instructions,
    notice,
    opening_record,
    payment_order,
    receipt,
)
from reports.documents.frame import Edition
from tests.app.documents.conftest import Papered, play_with_papers
from tests.world import World
from tests.worlds import database_of

NAMES = (
    "notice",
    "instructions",
    "record",
    "report",
    "award",
    "letter",
    "contract",
    "acceptance",
    "order",
    "receipt",
)


@pytest.fixture(scope="module")
def papered(
    template: tuple[Engine, str], postgres: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Papered]:
    """A purchase of three bids up to its payment."""
    with database_of(template, postgres) as engine:
        world = World(engine, tmp_path_factory.mktemp("world"))
        yield play_with_papers(world, papered=False)


@pytest.fixture(scope="module")
def drawn(papered: Papered) -> dict[tuple[str, str], bytes]:
    """Every document in both languages."""
    made = {}
    with papered.world.installation.journal.read() as work:
        for language in ("zh", "en"):
            printed = edition(papered.world.installation, language)
            for name in NAMES:
                made[name, language] = draw(work.session, papered, name, printed)
    return made


def draw(session: Session, papered: Papered, name: str, printed: Edition) -> bytes:
    play, lot = papered.play, papered.lot
    if name == "notice":
        statement = tenders.last_notice(session, play.tender).statement
        return notice.notice_pdf(session, play.tender, statement, printed, signer="王敏")
    if name == "instructions":
        return instructions.instructions_pdf(session, play.tender, printed)
    if name == "record":
        return opening_record.opening_record_pdf(session, lot, printed)
    if name == "report":
        return evaluation_report.report_pdf(session, lot, printed)
    if name == "award":
        row = awards.award(session, papered.award)
        document = session.get_one(SignedDocument, row.document_id)
        return award.award_notice_pdf(
            session, row.id, row.rest or {}, document.statement or b"", printed, signer="王敏"
        )
    if name == "letter":
        letter = session.scalars(select(AwardLetter).order_by(AwardLetter.rank)).first()
        assert letter is not None
        return award.letter_pdf(session, letter.award_id, letter.bid_id, printed)
    if name == "contract":
        return contract.contract_pdf(session, papered.contracting.contract, printed)
    if name == "acceptance":
        found = contracts.accepted(session, papered.contracting.contract)
        assert found is not None
        inspection = papered.delivering.inspection(delivered_at=found.delivered_at)
        document = session.get_one(SignedDocument, found.document_id)
        return acceptance.acceptance_pdf(
            session,
            papered.contracting.contract,
            inspection,
            document.statement or b"",
            printed,
            signer="李验",
        )
    if name == "order":
        payment = payments.queries.payment(session, papered.payment)
        document = session.get_one(SignedDocument, payment.document_id)
        return payment_order.payment_order_pdf(
            session, payment.id, document.statement or b"", printed, signer="周放"
        )
    act = session.scalars(select(BidAct).order_by(BidAct.accepted_at)).first()
    assert act is not None
    return receipt.receipt_document(session, act.id, printed)


def words(pdf: bytes) -> str:
    """All that it says, without the spaces and line ends of its layout."""
    said = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return re.sub(r"\s", "", said)


SAYS = {
    ("notice", "zh"): ("招标公告", "第一中学课桌椅采购", "¥1,200,000.00壹佰贰拾万元整", "王敏"),
    ("notice", "en"): ("Tendernotice", "CNY1,200,000.00壹佰贰拾万元整", "Below3nothingisopened"),
    ("instructions", "zh"): ("采购文件", "怎样投标", "技术响应", "私钥不离开您的电脑", "10%"),
    ("instructions", "en"): ("Howtobid", "Withoutareceiptthereisnobid", "freeofcharge"),
    ("record", "zh"): (
        "开标记录",
        "¥980,000.00玖拾捌万元整",
        "30日内",
        "没有人当场提出异议",
        "采购经办人",
        "开标人",
    ),
    ("record", "en"): ("Recordoftheopening", "CNY1,050,000.00", "Nobodyobjectedonthespot"),
    ("report", "zh"): ("评审报告", "评审小组", "综合评分法", "82.00", "没有。"),
    ("report", "en"): ("Evaluationreport", "Compositescoring", "Compared", "82.00"),
    ("award", "zh"): (
        "中标公告",
        "中标人：",
        "¥980,000.00玖拾捌万元整",
        "质疑",
        "（2014年修正）》第52条",
    ),
    ("award", "en"): ("Awardnotice", "Winner:", "CNY980,000.00", "freeofcharge"),
    ("letter", "zh"): (
        "您得79.33分，列第2。",
        "37.33",
        "24.50",
        "质疑截止",
        "不收费",
        "《中华人民共和国政府采购法实施条例》第53条",
    ),
    ("letter", "en"): (
        "Youscored79.33andcameinplace2.",
        "Challengebefore",
        "LawofthePRC(2014),art.52",
    ),
    ("contract", "zh"): (
        "采购人（甲方）",
        "玖拾捌万元整",
        "980.00",
        "30日内付款",
        "交货期不超过30日",
    ),
    ("contract", "en"): ("Supplier", "CNY980,000.00", "Paymentisduewithin30days"),
    ("acceptance", "zh"): ("履约验收书", "验收合格", "合格", "李验"),
    ("acceptance", "en"): ("Recordofacceptance", "Accepted", "passed"),
    ("order", "zh"): ("付款凭单", "付给：", "玖拾捌万元整", "发票-001", "编制人"),
    ("order", "en"): ("Paymentorder", "Payto:", "Dueon", "Preparedby"),
    ("receipt", "zh"): ("投标回执", "已收到并密封。", "技术部分", "请在开标前提出异议"),
    ("receipt", "en"): ("Receivedandsealed.", "technicalpart", "objectbeforetheopening"),
}


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_has_to_in_both_languages(
    drawn: dict[tuple[str, str], bytes], name: str
) -> None:
    for language in ("zh", "en"):
        said = words(drawn[name, language])
        missing = [each for each in SAYS[name, language] if each not in said]
        assert not missing, (missing, said)
        pages = len(PdfReader(BytesIO(drawn[name, language])).pages)
        last = f"第{pages}页，共{pages}页" if language == "zh" else f"Page{pages}of{pages}"
        assert last in said


@pytest.mark.parametrize("name", NAMES)
def test_it_is_tagged_marked_and_small(drawn: dict[tuple[str, str], bytes], name: str) -> None:
    for language, tag in (("zh", "zh-Hans"), ("en", "en")):
        pdf = drawn[name, language]
        root = PdfReader(BytesIO(pdf)).root_object
        assert bool(root["/MarkInfo"]["/Marked"])
        assert root["/Lang"] == tag
        assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
        metadata = root["/Metadata"].get_object().get_data().decode()
        assert re.search(r"pdfaid:part>\s*3|pdfaid:part=\"3\"", metadata)
        assert metadata.count("<pdfuaid:part>1</pdfuaid:part>") == 1
        assert "pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/<" in metadata
        assert len(pdf) < 120_000


def test_its_statement_is_inside_and_its_digest_in_print(
    drawn: dict[tuple[str, str], bytes],
) -> None:
    for name in ("notice", "record", "award", "acceptance", "order", "report"):
        pdf = drawn[name, "zh"]
        statement = PdfReader(BytesIO(pdf)).attachments["statement.json"][0]
        assert json.loads(statement)["type"].startswith("sunlit/")
        digest = canonical.digest(statement).removeprefix("sha256:")
        assert digest in words(pdf)
        assert f"verify?q=sha256:{digest}" in words(pdf)
    contract_text = PdfReader(BytesIO(drawn["contract", "zh"])).attachments["contract.json"][0]
    assert canonical.digest(contract_text).removeprefix("sha256:") in words(drawn["contract", "zh"])


def test_a_receipt_tells_the_verify_page_nothing(drawn: dict[tuple[str, str], bytes]) -> None:
    """No public page answers for a private tree, so that its address holds no digest."""
    for name in ("receipt", "letter"):
        assert "verify?q=" not in words(drawn[name, "zh"])
        assert "/verify" in words(drawn[name, "zh"])


def test_nobody_elses_points_are_in_a_letter(
    drawn: dict[tuple[str, str], bytes], papered: Papered
) -> None:
    said = words(drawn["letter", "zh"])
    assert "77.64" not in said
    assert "宝鸡" not in said


@pytest.mark.parametrize("name", ["notice", "report", "contract"])
def test_the_same_facts_give_the_same_bytes(papered: Papered, name: str) -> None:
    printed = edition(papered.world.installation)
    with papered.world.installation.journal.read() as work:
        first = draw(work.session, papered, name, printed)
        assert draw(work.session, papered, name, printed) == first


def test_every_font_is_embedded_with_what_is_used(drawn: dict[tuple[str, str], bytes]) -> None:
    for pdf in drawn.values():
        for page in PdfReader(BytesIO(pdf)).pages:
            for font in page["/Resources"].get("/Font", {}).values():
                [inner] = font.get_object()["/DescendantFonts"]
                descriptor = inner.get_object()["/FontDescriptor"]
                program = descriptor.get("/FontFile3") or descriptor.get("/FontFile2")
                assert program is not None
                assert len(program.get_object().get_data()) < 160_000
