"""View models of one purchase in several states, with invented bodies, people and amounts."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.portal import views
from app.portal.views import (
    Answer,
    Contract,
    ContractChange,
    Criterion,
    Document,
    Download,
    Figure,
    Happening,
    HomePage,
    Inclusion,
    KeyFacts,
    LogEntry,
    LogFacts,
    Lot,
    LotOpening,
    LotResult,
    NextStep,
    OpenedBid,
    Parameter,
    ParameterGroup,
    Payment,
    Profile,
    ProfilePage,
    Question,
    RankedBid,
    RecordItem,
    RulesName,
    ScoreReason,
    Stop,
    TenderCard,
    TenderPage,
    Verdict,
)
from app.web.shown import (
    BidState,
    Countdown,
    CountdownKind,
    Lamp,
    Proof,
    ProofState,
    Stage,
    StageName,
    StageState,
    Status,
    When,
    WhenKind,
)
from app.web.site import Checkpoint, Site
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import Part
from procurement.profiles.model import Confidence

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)  # 14:00 in Beijing
CLOSES_AT = datetime(2026, 11, 30, 1, 30, tzinfo=UTC)
TITLE = Text("县人民医院数字化X射线摄影系统", "Digital X-ray system, County Hospital")
HOSPITAL = Text("青山县人民医院", "Qingshan County Hospital")
BUDGET = Money(Decimal("1280000"), "CNY")
CHECKPOINT = Checkpoint(
    48_219, "sha256:3fa9c1d077be" + "0" * 48 + "52e4", NOW, anchored_at=NOW, witnesses=3
)
SITE = Site(
    office=Text("青山县", "Qingshan County"),
    now=NOW,
    zone=SHANGHAI,
    help=Text(
        "0000-12345（工作日8:30–17:30），或到政务大厅3号窗口。",
        "0000-12345 (working days 8:30–17:30), or counter 3 of the service hall.",
    ),
    demo=True,
    checkpoint=CHECKPOINT,
)


def beijing(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """An instant of 2026 by the office's clock."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=SHANGHAI).astimezone(UTC)


def logged(number: int) -> Proof:
    return Proof(ProofState.LOGGED, number)


def yuan(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


def digest(seed: int) -> str:
    return "sha256:" + hashlib.sha256(str(seed).encode()).hexdigest()


def way(now: StageName, *, stopped: bool = False) -> tuple[Stage, ...]:
    """The seven steps with `now` as the present one."""
    dates = {
        StageName.INTENTION: When(WhenKind.ON, date(2026, 10, 9)),
        StageName.BIDDING: When(WhenKind.FROM, date(2026, 11, 9)),
        StageName.OPENING: When(WhenKind.ON, CLOSES_AT),
        StageName.EVALUATION: When(WhenKind.ABOUT_BY, date(2026, 12, 4)),
        StageName.AWARD: When(WhenKind.ABOUT, date(2026, 12, 8)),
        StageName.CONTRACT: When(WhenKind.WITHIN, days=30),
        StageName.DELIVERY: When(WhenKind.FROM_YEAR, date(2027, 1, 1)),
    }
    place = list(dates).index(now)
    states = (
        [StageState.DONE] * place
        + [StageState.STOP if stopped else StageState.NOW]
        + [StageState.NEXT] * (len(dates) - place - 1)
    )
    return tuple(Stage(name, state, dates[name]) for name, state in zip(dates, states, strict=True))


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
        Text("发布采购公告，开标人公钥已固定", "Notice published; committee keys fixed"),
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

BIDDERS = (
    Text("云杉示例医疗器械有限公司", "Spruce Sample Medical Ltd"),
    Text("白鹭示例影像设备有限公司", "Egret Sample Imaging Ltd"),
    Text("蓝鲸示例商贸有限公司", "Bluewhale Sample Trading Ltd"),
    Text("松涛示例科技有限公司", "Pinewave Sample Tech Ltd"),
    Text("银杏示例医疗有限公司", "Ginkgo Sample Medical Ltd"),
)
CAUSE = Text(
    "解密成功，但内层文件损坏。原因在投标人一方，按规则视为撤销投标。",
    "Decrypted, but the inner file is damaged. The cause lies with the bidder; by the rules the "
    "bid counts as revoked.",
)

SETTLED_OPENING = LotOpening(
    lot=None,
    count=5,
    root="sha256:9c41e07a35d2" + "0" * 48 + "8b16",
    proof=logged(48_871),
    bids=(
        OpenedBid(
            BIDDERS[0],
            BidState.OPEN,
            beijing(11, 30, 9, 37, 41),
            yuan("1168000"),
            Text("45天", "45 days"),
            proof=logged(48_874),
        ),
        OpenedBid(
            BIDDERS[1],
            BidState.OPEN,
            beijing(11, 30, 9, 39, 5),
            yuan("1096000"),
            Text("60天", "60 days"),
            proof=logged(48_876),
        ),
        OpenedBid(
            BIDDERS[2],
            BidState.FAILED,
            beijing(11, 30, 9, 40, 12),
            cause=CAUSE,
            proof=logged(48_878),
        ),
        OpenedBid(
            BIDDERS[3],
            BidState.OPEN,
            beijing(11, 30, 9, 42, 1),
            yuan("1214500"),
            Text("45天", "45 days"),
            proof=logged(48_880),
        ),
        OpenedBid(
            BIDDERS[4],
            BidState.OPEN,
            beijing(11, 30, 9, 43, 20),
            yuan("1239000"),
            Text("50天", "50 days"),
            proof=logged(48_882),
        ),
    ),
)
UNSETTLED_OPENING = LotOpening(
    lot=None,
    count=3,
    root=SETTLED_OPENING.root,
    proof=logged(48_871),
    bids=(
        OpenedBid(BIDDERS[0], BidState.OPEN, beijing(11, 30, 9, 37, 41), proof=logged(48_874)),
        OpenedBid(BIDDERS[1], BidState.OPENING, proof=Proof(ProofState.WAITING, entry="e_x")),
        OpenedBid(BIDDERS[2], BidState.SEALED),
    ),
)

COLUMNS = (
    Criterion(Text("技术", "Quality"), Decimal("50")),
    Criterion(Text("服务", "Service"), Decimal("20")),
    Criterion(Text("报价", "Price"), Decimal("30")),
)


def ranked(rank: int, bidder: int, price: str, *scores: str, small: bool = False) -> RankedBid:
    """One row of the result; the last score is the total."""
    values = [Decimal(score) for score in scores]
    notes = (Text("小微企业，按九折计", "small firm, counted at 90%"),) if small else ()
    return RankedBid(
        rank, BIDDERS[bidder], yuan(price), tuple(values[:-1]), values[-1], rank == 1, notes
    )


RESULT = LotResult(
    lot=None,
    winner=BIDDERS[0],
    price=yuan("1168000"),
    reason=Text(
        "总分最高（92.67分）。图像质量和售后两项领先，报价比预算低8.75%。",
        "Highest total (92.67 points). It led on image quality and service; its price is 8.75% "
        "under budget.",
    ),
    notice=logged(49_655),
    columns=COLUMNS,
    bids=(
        ranked(1, 0, "1168000", "46.20", "18.40", "28.07", "92.67"),
        ranked(2, 1, "1096000", "41.60", "16.60", "29.92", "88.12"),
        ranked(3, 3, "1214500", "38.40", "17.20", "30.00", "85.60", small=True),
        ranked(4, 4, "1239000", "43.00", "15.80", "26.47", "85.27"),
    ),
    formula=Text(
        "报价分＝最低评审价÷评审价×30，四舍五入到两位小数。蓝鲸示例商贸的投标未能开启，不参与评审。",
        "Price score = lowest evaluated price ÷ evaluated price × 30, rounded to two places. The "
        "bid of Bluewhale Sample Trading did not open and was not evaluated.",
    ),
    reasons=(
        ScoreReason(
            Text("图像质量", "Image quality"),
            Decimal("23.60"),
            Decimal("25"),
            Text(
                "现场测试分辨率4.2 lp/mm，高于要求的3.7；低剂量模式完整。",
                "Measured resolution 4.2 lp/mm against 3.7 required; low-dose mode complete.",
            ),
        ),
        ScoreReason(
            Text("安装与培训方案", "Installation and training"),
            Decimal("13.80"),
            Decimal("15"),
            Text(
                "给出分日计划和替班安排；培训只有一轮，扣分。",
                "Day-by-day plan with cover for shifts; only one round of training, so points "
                "were lost.",
            ),
        ),
    ),
    others=Text(
        "白鹭：报价最低，图像质量低4.10分。银杏：报价最高，服务响应为次日。",
        "Egret: lowest price, but 4.10 points less on image quality. Ginkgo: highest price, "
        "next-day service.",
    ),
)

OPENING = replace(
    OPEN,
    status=Status.OPENING,
    stages=way(StageName.OPENING),
    clock=None,
    openings=(UNSETTLED_OPENING,),
    opening_url="/openings/QS-2026-0147",
)
AWARDED = replace(
    OPEN,
    status=Status.AWARDED,
    stages=way(StageName.AWARD),
    clock=Countdown(
        CountdownKind.CHALLENGE,
        beijing(12, 19),
        working_days=5,
        action="/challenges/new",
        note=Text(
            "公告期满后7个工作日，当日不计。质疑免费；采购人须在7个工作日内答复。",
            "7 working days after the notice period, first day not counted. Free of charge; the "
            "buyer must answer within 7 working days.",
        ),
    ),
    openings=(SETTLED_OPENING,),
    results=(RESULT,),
    next_steps=(),
)
PAID = replace(
    AWARDED,
    status=Status.CONTRACT,
    stages=way(StageName.DELIVERY),
    clock=None,
    contracts=(
        Contract(
            "QS-HT-2026-0147",
            BIDDERS[0],
            yuan("1168000"),
            date(2026, 12, 28),
            documents=(
                Document(Text("合同", "Contract"), digest(21), "PDF", 250_000, logged(50_010)),
            ),
            changes=(
                ContractChange(
                    beijing(12, 30, 10),
                    Text("增加备用探测器一块", "One spare detector added"),
                    yuan("58000"),
                    logged(50_311),
                ),
            ),
            proof=logged(50_009),
        ),
    ),
    payments=(
        Payment(
            Text("首付款30%", "First payment, 30%"),
            yuan("350400"),
            date(2027, 1, 27),
            Lamp.GREEN,
            paid_on=date(2027, 1, 20),
            proof=logged(51_020),
        ),
        Payment(
            Text("验收款70%", "On acceptance, 70%"),
            yuan("817600"),
            date(2027, 3, 30),
            Lamp.RED,
            reason=Text(
                "财政国库年初未开账，已于4月1日说明。",
                "Treasury not yet open; explained on 1 April.",
            ),
        ),
    ),
    challenges=(
        views.Challenge(
            Text("白鹭示例影像对图像质量评分提出质疑", "Egret challenged the image quality score"),
            beijing(12, 14, 9),
            Text("12月18日答复：评分与依据一致，不予改变", "Answered 18 December: score stands"),
            logged(49_800),
        ),
    ),
)
STOPPED = replace(
    OPEN,
    status=Status.STOPPED,
    stages=way(StageName.OPENING, stopped=True),
    clock=None,
    next_steps=(),
    stop=Stop(
        Text(
            "到截止时只有2份投标，少于3份，全部保持密封。",
            "Only 2 bids at closing, fewer than 3: all stay sealed.",
        ),
        beijing(11, 30, 9, 31),
        "财政部令第87号第四十三条",
    ),
    openings=(LotOpening(None, 2, SETTLED_OPENING.root, logged(48_871)),),
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


def card(key: str, zh: str, en: str, buyer: Text, budget: Money | None, at: datetime) -> TenderCard:
    return TenderCard(key, Text(zh, en), Status.OPEN, buyer, budget, at)


CARDS = (
    TenderCard(OPEN.key, TITLE, Status.OPEN, HOSPITAL, BUDGET, CLOSES_AT),
    card(
        "QS-2026-0150",
        "2027年城区道路保洁",
        "Street cleaning 2027",
        Text("青山县住建局", "Housing and Works Bureau"),
        yuan("3650000"),
        beijing(12, 4, 10),
    ),
    card(
        "QS-2026-0152",
        "第二小学课桌椅",
        "Desks and chairs, No. 2 Primary",
        Text("青山县教育局", "Education Bureau"),
        yuan("486000"),
        beijing(12, 8, 14, 30),
    ),
    card(
        "QS-2026-0160",
        "乡镇卫生院冷藏箱",
        "Vaccine cool boxes, township clinics",
        Text("青山县卫健局", "Health Bureau"),
        None,
        beijing(12, 11, 9),
    ),
    TenderCard(
        "QS-2026-0131",
        Text("农村公路护栏", "Rural guard rails"),
        Status.AWARDED,
        Text("青山县交通局", "Transport Bureau"),
        yuan("990000"),
        beijing(11, 2, 9),
    ),
    TenderCard(
        "QS-2026-0102",
        Text("环卫车辆", "Refuse trucks"),
        Status.CONTRACT,
        Text("青山县城管局", "City Services Bureau"),
        yuan("2180000"),
        beijing(9, 2, 9),
    ),
)
HOME = HomePage(
    open_count=12,
    closing_soon=CARDS[:4],
    today=(
        Happening(Status.OPENING, "QS-2026-0139", Text("农村饮水管材采购", "Rural water pipes")),
        Happening(
            Status.AWARDED,
            "QS-2026-0131",
            Text("农村公路护栏", "Rural guard rails"),
            Text("质疑期还剩5个工作日", "5 working days left to challenge"),
        ),
        Happening(
            Status.STOPPED,
            "QS-2026-0128",
            Text("便民中心网络设备", "Service hall network"),
            Text("投标不足3家，重新招标", "Fewer than 3 bids; to be issued again"),
        ),
    ),
    figures=(
        Figure("143", Text("已完成项目", "purchases completed")),
        Figure("3.8", Text("平均每个项目投标家数", "bidders per tender")),
        Figure("92%", Text("付款按时率", "of payments made on time")),
    ),
)

LOG = LogFacts(
    origin="sunlit.qingshan.example/7d1f0c2ab39e44d5",
    key="sunlit.qingshan.example/7d1f0c2ab39e44d5+8b3a91f0+AQ9yJ8u3o5Yb7Yk1v0p2s6t8w0z2C4E6G8I0K2M4O6Q8",
    command="python -m journal.verify log --key log.vkey --checkpoint checkpoint --tiles tile/",
    checkpoint=CHECKPOINT,
    downloads=(
        Download(Text("核验程序（一个文件）", "Verifier (one file)"), "/log/verify.py", 41_000),
        Download(Text("检查点", "Checkpoint"), "/log/checkpoint", 310),
        Download(Text("日志（JSONL）", "The log (JSONL)"), "/log/entries.jsonl", 19_400_000),
    ),
)
NOTICE_ENTRY = LogEntry(
    what=Text("发布采购公告", "Notice published"),
    at=beijing(11, 9, 9),
    commitment=digest(31),
    id="entry_" + "a" * 26,
    number=47_902,
    tender_key=OPEN.key,
    tender_title=TITLE,
    fields=(
        ("act", '"tender.publish"'),
        ("object", '"tender_3w5q2k7m4n6p8r9s2t4v6x8z2b"'.replace("8", "7").replace("9", "3")),
        ("notice", f'"{digest(11)}"'),
    ),
    withheld=("actor", "address"),
)
PROVED = Answer(
    Verdict.PROVED,
    NOTICE_ENTRY,
    Inclusion(47_902, 48_219, digest(41), CHECKPOINT.root, tuple(digest(n) for n in range(50, 66))),
    Text("这是招标文件第2版的原件。", "This is the original of tender document version 2."),
)
ANSWERS = {
    verdict: Answer(verdict, NOTICE_ENTRY if verdict is Verdict.DIFFERS else None)
    for verdict in Verdict
}

PROFILE = Profile(
    "cn-gov", "2026-2", Text("货物和服务招标（财政部令第87号）", "Goods and services, MOF Order 87")
)
PROFILES = (
    PROFILE,
    Profile(
        "eu-open", "2026-1", Text("欧盟公开程序（2014/24/EU）", "EU open procedure, 2014/24/EU")
    ),
    Profile(
        "ua-replay",
        "2026-1",
        Text("乌克兰数据重放", "Replay of Ukrainian data"),
        for_production=False,
    ),
)
PARAMETERS = (
    Parameter(
        Text("公告期限", "Notice period"),
        Text("5个工作日", "5 working days"),
        (Text("《招标投标管理办法》第16条", "Measures for Tendering, art. 16"),),
        Confidence.READ,
        date(2017, 10, 1),
        code="P02",
    ),
    Parameter(
        Text("小微企业价格扣除", "Price preference for small firms"),
        Text("10%", "10%"),
        (Text("《中小企业发展管理办法》第9条", "Measures for Small Firms, art. 9"),),
        Confidence.SECONDARY,
        date(2021, 1, 1),
        code="P13",
        in_force_until=date(2027, 12, 31),
    ),
    Parameter(
        Text("紧急变更上限", "Cap on urgent changes"),
        Text("30%", "30%"),
        (Text("条文待查", "to be found"),),
        Confidence.MEMORY,
        date(2026, 1, 1),
        note="Not used to refuse by itself.",
    ),
    Parameter(
        Text("开标人，至少（人）", "Key holders, at least"),
        Text("3", "3"),
        (Text("《本系统的规定》", "Decision of this system"),),
        Confidence.DECISION,
        date(2026, 1, 1),
    ),
)
PROFILE_PAGE = ProfilePage(
    PROFILE,
    (ParameterGroup(Text("公告和文件", "Notice and documents"), PARAMETERS),),
    ("2026-2", "2026-1"),
    digest(71),
)


def later(site: Site, by: timedelta) -> Site:
    """The same frame at a later time."""
    return replace(site, now=site.now + by)
