"""What the buyer's pages call stages, methods and kinds, in both languages."""

from __future__ import annotations

from kernel.text import Text
from kernel.vocabulary import NeedStage, PurchaseStage
from procurement.profiles import Category, Method

NEED_STAGES: dict[NeedStage, Text] = {
    NeedStage.WRITTEN: Text("等待审批", "Waits for approval"),
    NeedStage.RETURNED: Text("退回修改", "Returned"),
    NeedStage.APPROVED: Text("已批准", "Approved"),
    NeedStage.PLANNED: Text("已列入计划", "In a plan"),
}
# Why a need cannot be written anew at these stages, and what helps.
NEED_CLOSED: dict[NeedStage, Text] = {
    NeedStage.APPROVED: Text(
        "需求已批准，不能再改。要改，请审批人退回。",
        "An approved need is not changed. To change it, ask the approver to return it.",
    ),
    NeedStage.PLANNED: Text(
        "需求已列入采购计划，不能再改。项目终止后，需求可以重新编入计划。",
        "The need is in a plan and is not changed. Once the purchase has ended it may be planned"
        " anew.",
    ),
}
NEED_OF_OTHERS = Text(
    "只有提出需求的单位的经办人能修改。您可以查看。",
    "Only a writer of the using unit changes it. You may read it.",
)
PURCHASE_STAGES: dict[PurchaseStage, Text] = {
    PurchaseStage.PLANNED: Text("等待批准", "Waits for approval"),
    PurchaseStage.APPROVED: Text("已批准", "Approved"),
    PurchaseStage.INTENDED: Text("意向已公开", "Intention published"),
    PurchaseStage.TENDERED: Text("已发布招标", "Tender published"),
    PurchaseStage.CLOSED: Text("已结束", "Closed"),
    PurchaseStage.ENDED: Text("已终止", "Ended"),
}
CATEGORIES: dict[Category, Text] = {
    Category.GOODS: Text("货物", "Goods"),
    Category.SERVICES: Text("服务", "Services"),
    Category.WORKS: Text("工程", "Works"),
}
# The methods of GPL art. 26; the first needs no approval.
METHODS: dict[str, Text] = {
    "open": Text("公开招标", "Open tender"),
    "invited": Text("邀请招标", "Invited tender"),
    "negotiation": Text("竞争性谈判", "Competitive negotiation"),
    "consultation": Text("竞争性磋商", "Competitive consultation"),
    "quotation": Text("询价", "Request for quotations"),
    "single_source": Text("单一来源", "Single source"),
}
AWARD_CRITERIA: dict[Method, Text] = {
    Method.COMPOSITE: Text("综合评分法", "Points for quality and price"),
    Method.LOWEST_PRICE: Text("最低评标价法", "Lowest evaluated price"),
}
# What people write in the first column of the criteria, in either language.
KINDS: dict[str, Text] = {
    "qualification": Text("资格", "Qualification"),
    "compliance": Text("符合性", "Compliance"),
    "quality": Text("评分", "Quality"),
    "price": Text("价格", "Price"),
}
SECURITY_FORMS: dict[str, Text] = {
    "guarantee": Text("保函", "Guarantee"),
    "cheque": Text("支票、汇票、本票", "Cheque or draft"),
    "insurance": Text("保证保险", "Surety insurance"),
}
# The parts that a corrigendum changes, by the names that profiles use.
PARTS: dict[str, Text] = {
    "subject": Text("采购标的", "Subject"),
    "qualification": Text("资格和符合性要求", "Qualification and compliance"),
    "criteria": Text("评分因素", "Scored criteria"),
    "documents": Text("文件", "Documents"),
    "terms": Text("条款", "Terms"),
    "facts": Text("采购需求", "Requirement"),
    "closes_at": Text("投标截止时间", "Closing time"),
}
# What the words of a criterion betray, by the kinds that profiles name (Order 87 art. 17).
FORBIDDEN: dict[str, Text] = {
    "registered_capital": Text("注册资本", "registered capital"),
    "assets": Text("资产总额", "assets"),
    "turnover": Text("营业收入", "turnover"),
    "staff": Text("从业人员", "number of staff"),
    "profit": Text("利润", "profit"),
    "tax": Text("纳税额", "tax paid"),
    "manufacturer_authorisation": Text("生产厂家授权", "a manufacturer's authorisation"),
    "region": Text("特定区域", "a region"),
    "ownership": Text("所有制形式", "form of ownership"),
    "brand": Text("品牌", "a brand"),
    "patent": Text("专利、商标", "a patent or mark"),
    "award": Text("奖项", "an award"),
}
ENVELOPES: dict[str, Text] = {
    "technical": Text("技术部分", "technical part"),
    "price": Text("报价部分", "price part"),
}
NOTICE_FIELDS: dict[str, Text] = {
    "buyer": Text("采购人", "buyer"),
    "title": Text("项目名称", "title"),
    "budget": Text("预算", "budget"),
    "ceiling": Text("最高限价", "ceiling"),
    "requirement": Text("采购需求和标的", "requirement and items"),
    "qualification": Text("资格要求", "qualification"),
    "documents": Text("采购文件", "documents"),
    "notice_period": Text("公告期限", "notice period"),
    "closes_at": Text("截止时间", "closing time"),
    "opening_place": Text("开标地点", "place of the opening"),
    "contact": Text("联系方式", "contact"),
}
