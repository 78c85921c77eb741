"""The words of this surface for values that come from the stages, one table for each kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bidding.evaluation.deadlines import Limit
from kernel.text import Text
from kernel.vocabulary import ChallengeStage, ContractStage, InvoiceStage, LotStage, Role
from reports import labels

LIMITS: Mapping[Limit, Text] = {
    Limit.REPORT: Text("签评审报告", "Evaluation report"),
    Limit.DECISION: Text("确定中标人", "Award decision"),
    Limit.NOTICE: Text("公告结果", "Award notice"),
    Limit.ANSWER: Text("答复质疑", "Answer to the challenge"),
    Limit.RULING: Text("处理投诉", "Ruling on the complaint"),
    Limit.SIGNING: Text("签合同", "Contract signatures"),
    Limit.PAYMENT: Text("付款", "Payment"),
}
HEADLINES: Mapping[LotStage, Text] = {
    LotStage.SEALED: Text("投标还密封着", "The bids are still sealed"),
    LotStage.OPENED: Text("已开标，等资格审查", "Opened; qualification comes next"),
    LotStage.QUALIFIED: Text("评审小组在评审", "The panel is evaluating"),
    LotStage.EVALUATED: Text("排名已得出，等评审小组签报告", "Ranked; the panel signs its report"),
    LotStage.REPORTED: Text("评审报告已签，等定标", "The report is signed; decide the award"),
    LotStage.DECIDED: Text("已定标，等公告", "Decided; publish the notice"),
    LotStage.AWARDED: Text("结果已公告，等签合同", "Published; the contract comes next"),
    LotStage.CONTRACTED: Text("合同已生效", "The contract is in force"),
    LotStage.FAILED: Text("本包没有结果", "This lot has no result"),
    LotStage.CANCELLED: Text("采购已终止", "The purchase was cancelled"),
}
CONTRACT_STAGES: Mapping[ContractStage, Text] = {
    ContractStage.DRAFTED: Text("等供应商签", "Waits for the supplier"),
    ContractStage.OFFERED: Text("供应商已签，等采购人签", "Supplier signed; the buyer signs next"),
    ContractStage.IN_FORCE: Text("履行中", "In force"),
    ContractStage.ACCEPTED: Text("验收合格", "Accepted"),
    ContractStage.CLOSED: Text("已付清", "Paid in full"),
}
INVOICE_STAGES: Mapping[InvoiceStage, Text] = {
    InvoiceStage.SUBMITTED: Text("等核对", "To be matched"),
    InvoiceStage.RETURNED: Text("已退回", "Returned"),
    InvoiceStage.MATCHED: Text("核对一致，等编制付款", "Matched; to be prepared"),
    InvoiceStage.PREPARED: Text("等第二人放行", "Waits for a second person"),
    InvoiceStage.RELEASED: Text("已放行，等国库支付", "Released; the treasury pays"),
    InvoiceStage.PAID: Text("已支付", "Paid"),
}
CHALLENGE_STAGES: Mapping[ChallengeStage, Text] = {
    ChallengeStage.FILED: Text("等采购人答复", "Waits for the buyer's answer"),
    ChallengeStage.ANSWERED: Text("已答复", "Answered"),
    ChallengeStage.COMPLAINED: Text("投诉处理中", "Complaint under review"),
    ChallengeStage.DECIDED: Text("投诉已处理", "Complaint decided"),
}
ABOUT: Mapping[str, Text] = {
    "documents": Text("采购文件", "the tender documents"),
    "process": Text("采购过程", "the process"),
    "result": Text("中标结果", "the result"),
}
OUTCOMES: Mapping[str, Text] = {
    "upheld": Text("质疑成立", "Upheld"),
    "partly": Text("部分成立", "Upheld in part"),
    "rejected": Text("质疑不成立", "Rejected"),
}
RULINGS: Mapping[str, Text] = {
    "upheld": Text("投诉成立", "Upheld"),
    "partly": Text("部分成立", "Upheld in part"),
    "dismissed": Text("驳回投诉", "Dismissed"),
}
REMEDIES: Mapping[str, Text] = {
    "none": Text("采购照常进行", "The purchase goes on as it stood"),
    "lapse_award": Text(
        "中标无效，由其他候选人递补或重新采购", "The award lapses; the next-ranked may follow"
    ),
    "fail_lot": Text("本包废标", "The lot fails"),
}
HINDRANCES: Mapping[str, Text] = {
    "sits_or_sat_here": Text("已在或曾在本评审小组", "sits or sat on this panel"),
    "employed_by_bidder": Text("投标人的员工", "works for a bidder"),
    "employed_by_buyer": Text("采购人的员工", "works for the buyer"),
    "excluded_role": Text("在本项目另有身份", "acts in this purchase in another capacity"),
    "tie_employment": Text("曾在投标人处任职", "was employed by a bidder"),
    "tie_office": Text("曾任投标人的董事或监事", "held an office at a bidder"),
    "tie_share": Text("持有投标人的股份", "holds shares of a bidder"),
    "tie_family": Text("与投标人负责人有亲属关系", "is family of a bidder's head"),
    "tie_other": Text("与投标人有其他利害关系", "has another tie to a bidder"),
    "absent": Text("不能继续评审", "cannot go on"),
}
CHANCES: Mapping[str, Text] = {
    "stamp_outside": Text(
        "外部时间戳：名单先固定，再由外部机构盖时间戳",
        "an outside time stamp over the list, which was fixed before",
    ),
    "stamp_own": Text(
        "本系统的时间戳：名单先固定，再盖时间戳",
        "this system's own time stamp over the list, which was fixed before",
    ),
    "stored": Text("服务器的随机数，已留存", "random bytes of the server, which are kept"),
}
TRIGGERS: Mapping[str, Text] = {
    "below_mean": Text("低于有效报价平均值的规定比例", "below its share of the mean price"),
    "below_second_lowest": Text(
        "低于次低报价的规定比例", "below its share of the second-lowest price"
    ),
    "below_ceiling": Text("低于最高限价的规定比例", "below its share of the ceiling"),
}
# The four grounds of 政府采购法 art. 36, with their article as the record cites it.
FAIL_GROUNDS: Mapping[str, tuple[str, Text]] = {
    "too_few": (
        "GPL art. 36(1)",
        Text("有效供应商不足法定数量", "Too few suppliers meet the requirements"),
    ),
    "unlawful": (
        "GPL art. 36(2)",
        Text("出现影响公正的违法违规行为", "An unlawful act affected fairness"),
    ),
    "above_budget": (
        "GPL art. 36(3)",
        Text("报价均超过采购预算，无法支付", "Every price is above the budget"),
    ),
    "need_gone": (
        "GPL art. 36(4)",
        Text("因重大变故，采购任务取消", "A major change ended the need"),
    ),
}

LAPSES: Mapping[str, Text] = {
    "winner_refused": Text("中标人放弃", "The winner gave the award up"),
    "winner_unfit": Text("中标人不再符合条件", "The winner no longer qualifies"),
    "not_signed": Text("中标人不按时签合同", "The winner did not sign the contract in time"),
    "other": Text("其他法定情形", "Another lawful ground"),
}
PAYMENT_STARTS: Mapping[str, Text] = {
    "acceptance": Text("验收合格之日", "The day of acceptance"),
    "delivery": Text("交付之日", "The day of delivery"),
}
RETURNS: Mapping[str, Text] = {
    "amount": Text("金额与合同不一致", "The amount differs from the contract"),
    "lines": Text("明细与验收不一致", "The lines differ from what was accepted"),
    "particulars": Text("抬头或税号有误", "The name or tax number is wrong"),
    "other": Text("其他", "Another reason"),
}


def named(table: Mapping[Any, Text], code: str) -> Text:
    """The word of a code, or the code itself where no table knows it."""
    return table.get(code, Text(code, code))


def stage_of(kind: str, stage: str) -> Text:
    """The word of a stage of this kind of thing."""
    tables: Mapping[str, Mapping[Any, Text]] = {
        "lot": labels.LOT_STAGES,
        "contract": CONTRACT_STAGES,
        "invoice": INVOICE_STAGES,
        "challenge": CHALLENGE_STAGES,
    }
    return named(tables.get(kind, {}), stage)


def roles(wanted: Iterable[Role]) -> Text:
    """`采购经办人或开标人`."""
    words = [labels.ROLES[role] for role in dict.fromkeys(wanted)]
    return Text("或".join(one.zh for one in words), " or ".join(one.en for one in words))
