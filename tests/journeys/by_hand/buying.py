"""The buyer's side up to the published notice."""

from __future__ import annotations

from datetime import timedelta

from kernel.text import Text
from tests.journeys.by_hand.holding import makes_keys
from tests.journeys.by_hand.papers import printed
from tests.journeys.by_hand.people import Given, Person, Town
from tests.journeys.by_hand.words import filled
from tests.world import PUBLISHED_AT

TITLE = Text("第一中学课桌椅采购", "Desks and chairs for No. 1 Middle School")
BACK = "填好了，回到清单"
CRITERIA = (
    "资格\t能独立承担民事责任\tBears civil liability\t\t\t营业执照\n"
    "符合性\t交货期不超过30日\tDelivered within 30 days\t\t是\n"
    "价格\t价格\tPrice\t40\n"
    "评分\t技术响应\tTechnical response\t35\n"
    "评分\t售后服务\tAfter-sales service\t25"
)


def needed(town: Town) -> None:
    """The unit's need, approved by another of its people."""
    staff = town.world.staff
    author, head = town.person(staff.author), town.person(staff.unit_approver)
    author.desk()
    author.press(Text("提出采购需求", "Write a need"))
    author.fill(
        title_zh=TITLE.zh,
        title_en=TITLE.en,
        category="goods",
        specification_zh="学生课桌椅1000套，可升降，符合GB/T 3976—2014。",
        specification_en="1,000 sets of adjustable desks and chairs to GB/T 3976-2014.",
        estimate="1,200,000",
        survey_respondents="3",
        surveyed_on="2026-02-20",
    )
    author.picture("need")
    author.press("提交审批")
    author.reads("等使用单位的审批人批准。")

    head.takes(Text("审批需求", "Approve the need"))
    head.press("批准这项需求")


def planned(town: Town) -> None:
    """Finance's budget, the buyer's plan and intention."""
    staff = town.world.staff
    finance = town.person(staff.finance)
    officer, approver = town.person(staff.officer), town.person(staff.approver)
    finance.takes(Text("下达预算", "Allot a budget"))
    finance.fill(code="2026-205-01")
    finance.press("下达")

    officer.takes(Text("编制采购计划", "Plan the purchase"))
    line = officer.page.locator("#budget_line option").nth(1).get_attribute("value")
    officer.fill(budget_line=line or "", planned_start_on="2026-04-02")
    officer.press("提交批准")

    approver.takes(Text("批准采购计划", "Approve the plan"))
    approver.press("批准这项计划")

    officer.takes(Text("公开采购意向", "Publish the intention"))
    officer.press("公开意向")
    officer.reads(TITLE)
    town.work()


def tender_file(town: Town) -> None:
    """The file, part by part; another person approves it."""
    staff = town.world.staff
    officer, approver = town.person(staff.officer), town.person(staff.approver)
    town.until(PUBLISHED_AT - timedelta(days=2))
    officer.takes(Text("起草招标文件", "Draft the tender"))
    document = officer.folder / "采购文件.pdf"
    document.write_bytes(printed(f"{TITLE.zh} 采购文件"))
    _part(
        officer,
        Text("基本情况", "Basics"),
        facts_zh="供应商须能独立承担民事责任，近三年无重大违法记录。",
        facts_en="Suppliers bear civil liability and had no major violation in three years.",
        delivery_zh="合同签订后30日内",
        delivery_en="Within 30 days of the contract",
        contact_zh="教育局采购办 0911-1234567",
        contact_en="Procurement office, 0911-1234567",
    )
    _part(
        officer,
        Text("分包和标的", "Lots and items"),
        lots=f"{TITLE.zh}\t{TITLE.en}\t1200000.00\t1200000.00\t否",
        items="1\t可升降学生课桌椅\tAdjustable pupil's desk and chair\t1000\t套\t",
    )
    officer.follow(Text("评审因素", "Criteria"), within="main .sl-tasks")
    officer.fill(criteria=CRITERIA)
    officer.fill(price_1="1000000", quality_1="50", price_2="800000", quality_2="40")
    officer.press("试算")
    officer.picture("criteria")
    officer.press(BACK)
    officer.follow(Text("采购文件", "Documents"), within="main .sl-tasks")
    officer.fill(file=document)
    officer.press("上传")
    officer.follow("回到清单", within="main")
    _part(officer, Text("条款", "Terms"))
    holders = tuple(holder.person for holder in staff.holders)
    _part(officer, Text("开标人", "Key holders"), holders=holders, threshold="2")
    _part(officer, Text("截止时间", "Closing time"), closes_at="2026-04-28T09:30")
    officer.picture("file")
    officer.press("保存并提交审批")

    approver.takes(Text("审批招标文件", "Approve the tender"))
    approver.reads(TITLE)
    approver.picture("approval")
    approver.press(filled("批准第%(version)s版", version=1))


def published(town: Town) -> None:
    """The holders' keys, the officer's list of them, the signed notice."""
    officer = town.person(town.world.staff.officer)
    for number, holder in enumerate(town.world.staff.holders):
        makes_keys(town.person(holder), pictured=number == 0)
    officer.takes(Text("确定开标人名单", "Fix the key holders"))
    officer.sign()
    town.until(PUBLISHED_AT)
    officer.takes(Text("签名发布公告", "Publish the notice"))
    officer.fill(seen=True)
    officer.picture("publish", at="#sign")
    officer.sign()
    town.work()


def answers(town: Town) -> None:
    """The officer answers what was asked, to everybody at once."""
    officer = town.person(town.world.staff.officer)
    officer.takes(Text("答复1条询问", "Answer a question"))
    officer.fill(answer_zh="可以，桌面高度可无级升降。", answer_en="Yes, the height is stepless.")
    officer.picture("question")
    officer.press("答复所有人")


def _part(officer: Person, title: Text, **fields: Given) -> None:
    """Open one part of the file from the list, fill it in, and come back."""
    officer.follow(title, within="main .sl-tasks")
    officer.fill(**fields)
    officer.press(BACK)
