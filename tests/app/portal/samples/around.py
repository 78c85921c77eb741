"""Home, list, verify page and rules around it."""

from __future__ import annotations

from datetime import date, datetime

from app.portal.views import (
    Answer,
    Download,
    Figure,
    Happening,
    HomePage,
    Inclusion,
    LogEntry,
    LogFacts,
    Parameter,
    ParameterGroup,
    Profile,
    ProfilePage,
    TenderCard,
    Verdict,
)
from app.web.shown import (
    Status,
)
from kernel.money import Money
from kernel.text import Text
from procurement.profiles.model import Confidence
from tests.app.portal.samples.frame import (
    BUDGET,
    CHECKPOINT,
    CLOSES_AT,
    HOSPITAL,
    TITLE,
    beijing,
    digest,
    yuan,
)
from tests.app.portal.samples.tender import OPEN


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
    what=Text("发布招标公告", "Notice published"),
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
    explanation=Text(
        "这是招标文件第2版的原件。", "This is the original of tender document version 2."
    ),
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
