"""One purchase while it is open for bids."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from app.portal import views
from app.portal.views import (
    Criterion,
    Document,
    KeyFacts,
    Lot,
    NextStep,
    Question,
    RecordItem,
    RulesName,
    TenderPage,
)
from app.web.shown import (
    Countdown,
    CountdownKind,
    Proof,
    ProofState,
    StageName,
    Status,
)
from kernel.text import Text
from kernel.vocabulary import Part
from tests.app.portal.samples.frame import (
    BUDGET,
    CLOSES_AT,
    HOSPITAL,
    TITLE,
    beijing,
    digest,
    logged,
    way,
    yuan,
)

HOLDERS = tuple(
    views.KeyHolder(
        Text(zh, en),
        Text(body_zh, body_en),
        outside,
        ((Part.TECHNICAL, digest(n)), (Part.PRICE, digest(n + 9))),
    )
    for n, (zh, en, body_zh, body_en, outside) in enumerate(
        (
            ("林示例", "Lin Shili", "采购人", "Buyer", False),
            ("周样本", "Zhou Yangben", "县财政局", "County Finance", True),
            ("许演示", "Xu Yanshi", "采购中心", "Procurement office", False),
            ("何模拟", "He Moni", "采购人", "Buyer", False),
            ("陶试用", "Tao Shiyong", "公证处", "Notary", True),
        ),
        start=3,
    )
)


FACTS = KeyFacts(
    buyer=HOSPITAL,
    budget=BUDGET,
    delivery=Text("合同签订后60日内", "Within 60 days of contract"),
    rules=RulesName(
        "cn-gov",
        "2026-2",
        Text("财政部令第87号，2026年第2版参数", "MOF Order 87, parameters edition 2026-2"),
    ),
    committee=views.Committee(3, HOLDERS, digest(2)),
)


RECORD = (
    RecordItem(beijing(11, 18, 16, 5), Text("公布2条答复", "2 answers published"), logged(48_077)),
    RecordItem(
        beijing(11, 13, 10, 20),
        Text(
            "更正公告：保修由三年改为五年，截止时间不变",
            "Amendment: warranty three to five years; closing time unchanged",
        ),
        logged(47_966),
    ),
    RecordItem(
        beijing(11, 9, 9, 0),
        Text("发布招标公告，开标人公钥已固定", "Notice published; committee keys fixed"),
        logged(47_902),
    ),
    RecordItem(
        beijing(11, 6, 15, 40),
        Text("审批人同意发布", "Approver released the notice"),
        Proof(ProofState.WITHHELD, 47_811),
    ),
    RecordItem(beijing(10, 9, 8, 30), Text("公布采购意向", "Intention published"), logged(45_330)),
)


OPEN = TenderPage(
    key="QS-2026-0147",
    number="QS-2026-0147",
    title=TITLE,
    method=Text("公开招标", "Open tender"),
    status=Status.OPEN,
    facts=FACTS,
    stages=way(StageName.BIDDING),
    notice=logged(47_902),
    summary=Text(
        "县医院要买一套数字化X光机，含安装、培训和五年保修。满分100分：技术50分，报价30分，服务20分。"
        "欢迎小微企业，评审时其报价按九折计算。",
        "The County Hospital is buying one digital X-ray system with installation, training and a "
        "five-year warranty. Out of 100 points: quality 50, price 30, service 20. Small firms are "
        "welcome: their price counts at 90% in the evaluation.",
    ),
    clock=Countdown(CountdownKind.BIDDING, CLOSES_AT, action="/bids/new"),
    next_steps=(
        NextStep(beijing(11, 27, 17, 30), Text("前可以询问", "last time to ask questions")),
        NextStep(CLOSES_AT, Text("截止，随即公开开标", "bids close, and open in public")),
    ),
    documents=(
        Document(
            Text("招标文件", "Tender document"),
            digest(11),
            "PDF",
            421_888,
            logged(47_966),
            version=2,
            compare_url="/compare",
        ),
        Document(
            Text("技术要求与验收标准", "Requirements and acceptance tests"),
            digest(12),
            "PDF",
            190_464,
            logged(47_903),
        ),
        Document(
            Text("报价表模板", "Price schedule template"),
            digest(13),
            "XLSX",
            24_576,
            logged(47_904),
        ),
    ),
    questions=(
        Question(
            Text("平板探测器能否用无线型？", "May the flat-panel detector be wireless?"),
            Text("可以，只要满足第3.2条的分辨率。", "Yes, if it meets the resolution in item 3.2."),
            beijing(11, 18, 16, 5),
            logged(48_077),
        ),
        Question(
            Text("培训可以在厂家进行吗？", "Can training take place at the factory?"),
            Text("不可以。", "No."),
            beijing(11, 18, 16, 5),
            logged(48_077),
        ),
    ),
    criteria=(
        Criterion(Text("技术", "Quality"), Decimal("50")),
        Criterion(Text("服务", "Service"), Decimal("20")),
        Criterion(
            Text("报价", "Price"),
            Decimal("30"),
            Text("最低评审价÷评审价×30", "lowest evaluated price ÷ evaluated price × 30"),
        ),
    ),
    record=RECORD,
    feed_url="/tenders/QS-2026-0147.atom",
    data_url="/ocds/QS-2026-0147",
)


LOTTED = replace(
    OPEN,
    key="QS-2026-0160",
    number="QS-2026-0160",
    title=Text("乡镇卫生院设备（三个包）", "Equipment for township clinics (three lots)"),
    lots=(
        Lot("1", Text("冷藏箱", "Cool boxes"), Status.OPEN, yuan("218500")),
        Lot(
            "2",
            Text("心电图机", "ECG machines"),
            Status.OPEN,
            yuan("462000"),
            Text("专门面向小微企业", "reserved for small firms"),
        ),
        Lot("3", Text("转运担架", "Stretchers"), Status.STOPPED, yuan("90000")),
    ),
)
