"""Invented Chinese purchases under `cn-gov`, for the demo and the tests. All names are made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app.rehearsal.cast import Cast, Firm
from app.rehearsal.plot import Office, Plot, Staff, engage
from kernel.blobs import Blobs
from kernel.money import Money
from kernel.text import Text
from procurement.parties.services import NewOrganization
from procurement.profiles import Category, Method, load_profile
from procurement.tenders.commands import (
    NewCriterion,
    NewItem,
    NewLot,
    Terms,
    keep_document,
)

PROFILE = "cn-gov"
OPERATOR = NewOrganization(
    "11610000MB2A00001X", "CN-USCC", Text("安陵县公共资源交易中心", "Anling County Trading Centre")
)
ADMINISTRATORS = ("陈立", "周宁")

COUNTY = Office(
    prefix="",
    author="林晓",
    unit_approver="高远",
    finance="何静",
    treasurer="罗成",
    officer="王敏",
    approver="赵刚",
    acceptor="孙悦",
    reviewer="郑平",
    supervisor="吴清",
    holders=("李岚", "马骏", "沈真"),
    panelists=("唐工", "许工", "邓工", "冯工", "曹工", "彭工", "曾工"),
)

_SUPPLIERS = (
    ("91610000MA6TXA001A", "西安育新教具有限公司", "Xi'an Yuxin School Supplies", "small"),
    ("91610000MA6TXA002B", "咸阳晨光家具厂", "Xianyang Chenguang Furniture", "micro"),
    ("91610000MA6TXA003C", "宝鸡方圆办公设备有限公司", "Baoji Fangyuan Office", "large"),
    ("91610000MA6TXA004D", "渭南启明教育科技有限公司", "Weinan Qiming Education", "medium"),
    ("91610000MA6TXA005E", "铜川实木家私有限公司", "Tongchuan Solid Wood", "small"),
)


def county_staff(cast: Cast) -> Staff:
    """The people of an invented county: education bureau, school, oversight, experts."""
    firm = cast.firm
    return engage(
        cast,
        COUNTY,
        buyer=firm("11610000MB2A00002Y", Text("安陵县教育局", "Anling County Education Bureau")),
        unit=firm("12610000MB2A00003Z", Text("安陵县第一中学", "Anling No. 1 Middle School")),
        authority=firm("11610000MB2A00004W", Text("安陵县财政局", "Anling County Finance Bureau")),
        experts=firm("11610000MB2A00005V", Text("陕西省评审专家库", "Shaanxi Expert List")),
    )


def county_suppliers(cast: Cast) -> list[Firm]:
    """Invented suppliers, small and large."""
    return [
        cast.firm(identifier, Text(zh, en), size=size) for identifier, zh, en, size in _SUPPLIERS
    ]


@dataclass(frozen=True, slots=True)
class Goods:
    """What a school buys: one item, so that one price is the price of the item too."""

    title: Text
    specification: Text
    item: Text
    quantity: int
    unit: str


DESKS = Goods(
    Text("第一中学课桌椅采购", "Desks and chairs for No. 1 Middle School"),
    Text(
        "学生课桌椅1000套，可升降，符合GB/T 3976—2014。",
        "1,000 sets of adjustable pupils' desks and chairs to GB/T 3976-2014.",
    ),
    Text("可升降学生课桌椅", "Adjustable pupil's desk and chair"),
    1000,
    "套",
)
BENCHES = Goods(
    Text("第一中学实验室操作台采购", "Laboratory benches for No. 1 Middle School"),
    Text(
        "化学实验室操作台40张，含水槽，耐酸碱台面。",
        "40 chemistry benches with sinks and acid-proof tops.",
    ),
    Text("化学实验操作台", "Chemistry bench"),
    40,
    "张",
)
SHELVES = Goods(
    Text("第一中学图书馆书架采购", "Library shelves for No. 1 Middle School"),
    Text("双面钢制书架320组，每组六层。", "320 double-sided steel shelves of six tiers."),
    Text("双面钢制书架", "Double-sided steel shelf"),
    320,
    "组",
)
RAILINGS = Goods(
    Text("第一中学操场护栏采购", "Playground railings for No. 1 Middle School"),
    Text("操场护栏500米，高1.8米，热镀锌。", "500 m of galvanised railing, 1.8 m high."),
    Text("操场护栏", "Playground railing"),
    500,
    "米",
)


def school_goods(
    blobs: Blobs,
    goods: Goods = DESKS,
    *,
    closes_at: datetime,
    planned_start_on: date,
    budget: str = "1200000.00",
    composite: bool = True,
    early_reason: str | None = None,
) -> Plot:
    """A school's purchase of goods: one lot, composite scoring or lowest evaluated price."""
    amount = Money.parse(budget, "CNY")
    item = NewItem(goods.item, Decimal(goods.quantity), goods.unit)
    text = _DOCUMENT.format(title=goods.title.zh, specification=goods.specification.zh)
    return Plot(
        profile=PROFILE,
        title=goods.title,
        specification=goods.specification,
        category=Category.GOODS,
        lots=(NewLot(goods.title, amount, amount, (item,)),),
        award_criteria=Method.COMPOSITE if composite else Method.LOWEST_PRICE,
        criteria=_criteria(composite),
        terms=_terms(composite),
        closes_at=closes_at,
        planned_start_on=planned_start_on,
        documents=(keep_document(blobs, "采购文件.txt", "text/plain", text.encode()),),
        facts=Text(
            "供应商须具有独立承担民事责任的能力，近三年无重大违法记录。",
            "Suppliers bear civil liability and had no major violation in three years.",
        ),
        is_sample=True,
        early_reason=early_reason,
    )


_DOCUMENT = """采购文件（样例）
一、项目：{title}。
二、资格要求：符合政府采购法第二十二条。
三、技术要求：{specification}
四、交货：合同签订后30日内送达并安装。
五、付款：验收合格并收到发票后30日内支付。
Sample data: the buyer, the people and the purchase are invented.
"""


def _criteria(composite: bool) -> tuple[NewCriterion, ...]:
    unscored = (
        NewCriterion(
            "qualification", Text("具有独立承担民事责任的能力", "Able to bear civil liability")
        ),
        NewCriterion(
            "compliance", Text("交货期不超过30日", "Delivery within 30 days"), objective=True
        ),
    )
    if not composite:
        return (
            *unscored,
            NewCriterion("price", Text("价格", "Price"), Decimal(100), objective=True),
        )
    return (
        *unscored,
        NewCriterion("price", Text("价格", "Price"), Decimal(40), objective=True),
        NewCriterion("quality", Text("技术响应", "Technical response"), Decimal(35)),
        NewCriterion("quality", Text("售后服务", "After-sales service"), Decimal(25)),
    )


def _terms(composite: bool) -> Terms:
    return Terms.of_profile(
        load_profile(PROFILE),
        standard_goods=not composite,
        contact=Text("安陵县教育局采购办", "Procurement office, Anling Education Bureau"),
        opening_place=Text("网上开标", "Online"),
        delivery=Text("合同签订后30日内", "Within 30 days of the contract"),
    )
