"""What each verb, role and stage is called, in both languages.

A verb's label is the past-tense sentence that the dated record shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from kernel.text import Text
from kernel.vocabulary import Action, LotStage, PurchaseStage, Role, TenderStage

ACTIONS: dict[Action, Text] = {
    Action.FOUND_INSTALLATION: Text("系统启用", "The installation was founded"),
    Action.REGISTER_ORGANIZATION: Text("单位已登记", "An organization was registered"),
    Action.ENROL_PERSON: Text("人员已登记", "A person was enrolled"),
    Action.ENROL_CERTIFICATE: Text("证书已登记", "A certificate was enrolled"),
    Action.RETIRE_CERTIFICATE: Text("证书已停用", "A certificate was retired"),
    Action.PROPOSE_GRANT: Text("提议授予角色", "A role was proposed"),
    Action.CONFIRM_GRANT: Text("角色经第二人确认", "A role was confirmed by a second person"),
    Action.REVOKE_GRANT: Text("角色已收回", "A role was revoked"),
    Action.BAN_SUPPLIER: Text("供应商被禁止参加采购", "A supplier was banned for a time"),
    Action.ROTATE_LOG_KEY: Text("日志密钥已更换", "The log key was rotated"),
    Action.DISCLOSE: Text("公开了一项内容", "A field was disclosed"),
    Action.ERASE_FIELD: Text("依法删除了一项个人信息", "A personal field was erased"),
    Action.RESTORE_LOG: Text("日志已从公开副本恢复", "The log was restored from its tiles"),
    Action.WRITE_NEED: Text("提出采购需求", "A need was written"),
    Action.RETURN_NEED: Text("需求退回修改", "The need was returned"),
    Action.APPROVE_NEED: Text("需求已批准", "The need was approved"),
    Action.ALLOT_BUDGET: Text("预算已下达", "The budget was allotted"),
    Action.MAKE_PLAN: Text("采购计划已编制", "The plan was made"),
    Action.APPROVE_PLAN: Text("采购计划已批准", "The plan was approved"),
    Action.PUBLISH_INTENTION: Text("采购意向已公开", "The intention was published"),
    Action.DRAFT_TENDER: Text("招标文件已起草", "The tender was drafted"),
    Action.REGISTER_HOLDER_KEY: Text("开标人登记了公钥", "A key holder registered a public key"),
    Action.SHOW_POSSESSION: Text("开标人证明持有密钥", "A key holder showed possession of the key"),
    Action.SET_COMMITTEE: Text("开标人名单已确定", "The key holders were fixed"),
    Action.RETURN_TENDER: Text("招标文件退回修改", "The tender was returned"),
    Action.APPROVE_TENDER: Text("招标文件已批准", "The tender was approved"),
    Action.PUBLISH_TENDER: Text("招标公告已发布", "The tender notice was published"),
    Action.ASK_QUESTION: Text("有人提出询问", "A question was asked"),
    Action.ANSWER_QUESTION: Text("询问已答复", "A question was answered"),
    Action.AMEND_TENDER: Text("更正公告已发布", "A corrigendum was published"),
    Action.CANCEL_TENDER: Text("采购已终止", "The tender was cancelled"),
    Action.SUBMIT_BID: Text("收到投标", "A bid was received"),
    Action.REPLACE_BID: Text("投标已替换", "A bid was replaced"),
    Action.WITHDRAW_BID: Text("投标已撤回", "A bid was withdrawn"),
    Action.REFUSE_BID: Text("投标未被接收", "A bid was not accepted"),
    Action.SEAL_HEADS: Text("密封了投标记录的状态", "The state of the sealed record was fixed"),
    Action.BEGIN_CLOSING: Text("投标截止", "Bidding ended"),
    Action.CLOSE_TENDER: Text("全部投标已固定", "The set of bids was fixed"),
    Action.READ_SEALED: Text("有人试图提前查看投标", "Somebody tried to read a sealed bid"),
    Action.OBJECT_AT_OPENING: Text("开标时提出异议", "An objection was raised at the opening"),
    Action.RELEASE_SHARES: Text("开标人交出密钥份额", "A key holder released shares"),
    Action.GIVE_OWN_KEY: Text("投标人交出自己的解密密钥", "A bidder gave its own key"),
    Action.LEAVE_SEALED: Text("投标人不足，不开标", "Too few bidders; the bids stay sealed"),
    Action.OPEN_LOT: Text("已开标", "The bids were opened"),
    Action.SIGN_OPENING_RECORD: Text("开标记录已签名", "The opening record was signed"),
    Action.CONFIRM_OPENING: Text("投标人确认了开标记录", "A bidder confirmed the opening record"),
    Action.QUALIFY_BIDS: Text("资格审查完成", "Qualification was decided"),
    Action.DRAW_PANEL: Text("评审专家已抽取", "The panel was drawn"),
    Action.DECLARE_INTERESTS: Text("评审专家声明利害关系", "A panelist declared interests"),
    Action.CHECK_COMPLIANCE: Text("符合性审查完成", "Compliance was checked"),
    Action.QUESTION_PRICE: Text("要求说明报价", "A price was questioned"),
    Action.ANSWER_PRICE: Text("投标人说明了报价", "The bidder explained the price"),
    Action.JUDGE_PRICE: Text("报价说明已评定", "The explanation was judged"),
    Action.CORRECT_PRICE: Text("报价错误已修正", "A price was corrected"),
    Action.CONFIRM_CORRECTION: Text("修正后的报价已有答复", "The corrected price was answered"),
    Action.SCORE_BIDS: Text("专家提交评分", "A panelist submitted scores"),
    Action.RANK_BIDS: Text("排名已得出", "The bids were ranked"),
    Action.SIGN_REPORT: Text("评审报告已签名", "The evaluation report was signed"),
    Action.CONCLUDE_REPORT: Text(
        "评审报告成立，未签署者视为同意", "The report stands; who was silent is taken to agree"
    ),
    Action.FAIL_LOT: Text("本包废标", "The lot failed"),
    Action.DECIDE_AWARD: Text("中标人已确定", "The award was decided"),
    Action.PUBLISH_AWARD: Text("中标公告已发布", "The award notice was published"),
    Action.LAPSE_AWARD: Text("中标资格失效", "The award lapsed"),
    Action.FILE_CHALLENGE: Text("收到质疑", "A challenge was filed"),
    Action.ANSWER_CHALLENGE: Text("质疑已答复", "The challenge was answered"),
    Action.FILE_COMPLAINT: Text("收到投诉", "A complaint was filed"),
    Action.DECIDE_COMPLAINT: Text("投诉处理决定已作出", "The complaint was decided"),
    Action.DRAFT_CONTRACT: Text("合同已生成", "The contract was drafted"),
    Action.SIGN_AS_SUPPLIER: Text("供应商签署合同", "The supplier signed the contract"),
    Action.SIGN_AS_BUYER: Text("采购人签署合同", "The buyer signed the contract"),
    Action.ACCEPT_DELIVERY: Text("验收合格", "The delivery was accepted"),
    Action.REJECT_DELIVERY: Text("验收不合格", "The delivery was rejected"),
    Action.SUBMIT_INVOICE: Text("收到发票", "An invoice was received"),
    Action.MATCH_INVOICE: Text("发票核对一致", "The invoice was matched"),
    Action.RETURN_INVOICE: Text("发票退回", "The invoice was returned"),
    Action.PREPARE_PAYMENT: Text("付款已编制", "The payment was prepared"),
    Action.RELEASE_PAYMENT: Text("付款经第二人放行", "The payment was released by a second person"),
    Action.SETTLE_PAYMENT: Text("款项已支付", "The payment was settled"),
    Action.CLOSE_PURCHASE: Text("采购已结束", "The purchase was closed"),
}

ROLES: dict[Role, Text] = {
    Role.ADMINISTRATOR: Text("系统管理员", "Administrator"),
    Role.USING_UNIT: Text("使用单位", "Using unit"),
    Role.UNIT_APPROVER: Text("使用单位审批人", "Using unit's approver"),
    Role.FINANCE: Text("财务", "Finance officer"),
    Role.TREASURER: Text("付款放行人", "Treasurer"),
    Role.OFFICER: Text("采购经办人", "Procurement officer"),
    Role.APPROVER: Text("采购审批人", "Procurement approver"),
    Role.HOLDER: Text("开标人", "Key holder"),
    Role.SUPPLIER: Text("供应商", "Supplier"),
    Role.PANELIST: Text("评审专家", "Panelist"),
    Role.BUYER_PANELIST: Text("采购人代表", "Buyer's panelist"),
    Role.ACCEPTOR: Text("验收人", "Acceptor"),
    Role.REVIEWER: Text("投诉处理人", "Reviewer"),
    Role.SUPERVISOR: Text("监督员", "Supervisor"),
    Role.AUDITOR: Text("审计员", "Auditor"),
    Role.SYSTEM: Text("系统", "System"),
}

PURCHASE_STAGES: dict[PurchaseStage, Text] = {
    PurchaseStage.PLANNED: Text("计划待批准", "Planned"),
    PurchaseStage.APPROVED: Text("计划已批准", "Plan approved"),
    PurchaseStage.INTENDED: Text("意向已公开", "Intention published"),
    PurchaseStage.TENDERED: Text("采购中", "Under way"),
    PurchaseStage.CLOSED: Text("已结束", "Closed"),
    PurchaseStage.ENDED: Text("已终止", "Ended without result"),
}
TENDER_STAGES: dict[TenderStage, Text] = {
    TenderStage.DRAFT: Text("起草中", "Draft"),
    TenderStage.APPROVED: Text("已批准", "Approved"),
    TenderStage.OPEN: Text("投标中", "Open for bids"),
    TenderStage.CLOSING: Text("正在截止", "Closing"),
    TenderStage.CLOSED: Text("已截止", "Closed"),
    TenderStage.CANCELLED: Text("已终止", "Cancelled"),
}

LOT_STAGES: dict[LotStage, Text] = {
    LotStage.SEALED: Text("密封中", "Sealed"),
    LotStage.OPENED: Text("已开标", "Opened"),
    LotStage.QUALIFIED: Text("资格审查完成", "Qualified"),
    LotStage.EVALUATED: Text("评审完成", "Evaluated"),
    LotStage.REPORTED: Text("评审报告已签", "Report signed"),
    LotStage.DECIDED: Text("已定标", "Decided"),
    LotStage.AWARDED: Text("已公告中标", "Awarded"),
    LotStage.CONTRACTED: Text("已签合同", "Under contract"),
    LotStage.FAILED: Text("废标", "Failed"),
    LotStage.CANCELLED: Text("已终止", "Cancelled"),
}

# Every table of labels, for the test that looks for a word without a label.
# What the first notice of a tender is called, by the method of the purchase (Order 87 art. 13, 14;
# Order 74 art. 6 and 38; GPL art. 26). The signed paper, the portal and the open data say the same.
NOTICES: dict[str, Text] = {
    "open": Text("招标公告", "Tender notice"),
    "invited": Text("投标邀请", "Invitation to tender"),
    "negotiation": Text("竞争性谈判公告", "Notice of negotiation"),
    "consultation": Text("竞争性磋商公告", "Notice of consultation"),
    "quotation": Text("询价公告", "Request for quotations"),
    "single_source": Text("单一来源采购公示", "Notice of single source"),
}
_NOTICE = Text("采购公告", "Procurement notice")


def notice_called(method: str) -> Text:
    """What the notice of a purchase by this method is called."""
    return NOTICES.get(method, _NOTICE)


def corrigendum_called(number: int) -> Text:
    """What the notice of this number is called; the first corrigendum is number 2 of the chain."""
    return Text(f"更正公告（{number - 1}）", f"Corrigendum {number - 1}")


TABLES: tuple[tuple[type[StrEnum], Mapping[Any, Text]], ...] = (
    (Action, ACTIONS),
    (Role, ROLES),
    (TenderStage, TENDER_STAGES),
    (LotStage, LOT_STAGES),
    (PurchaseStage, PURCHASE_STAGES),
)

# Why a lot ended at its opening, by the code of the rule; what people find is in words already.
FAILURES: Mapping[str, Text] = {
    "too_few_bids": Text(
        "截止时投标不足法定数量，全部保持密封，不开标。",
        "Too few bids came in, so all of them stay sealed and nothing is opened.",
    ),
}

# What each signed document is, by the kind under which it is kept; `…-document` is its PDF.
SIGNED: Mapping[str, Text] = {
    "notice": Text("公告", "Notice"),
    "holder": Text("开标人公钥", "Key of a key holder"),
    "possession": Text("开标人持有密钥的证明", "Proof that a key holder holds the key"),
    "committee": Text("开标人名单", "List of key holders"),
    "opening-record": Text("开标记录", "Record of the opening"),
    "opening-confirmation": Text("投标人确认开标记录", "A bidder's confirmation of the opening"),
    "interest-declaration": Text("利害关系申报", "Declaration of interests"),
    "price-confirmation": Text("投标人确认修正后的报价", "A bidder's answer to a corrected price"),
    "score-sheet": Text("评分表", "Score sheet"),
    "evaluation-report": Text("评审报告", "Evaluation report"),
    "award-notice": Text("中标公告", "Award notice"),
    "contract": Text("合同", "Contract"),
    "acceptance": Text("履约验收书", "Record of acceptance"),
    "payment-release": Text("付款放行", "Release of a payment"),
    "payment-order": Text("付款凭单", "Payment order"),
}
_PAPER = "-document"


def signed_called(kind: str) -> Text:
    """What a signed document is called, by the kind under which `SignedDocument` keeps it."""
    said = SIGNED[kind.removesuffix(_PAPER)]
    return Text(f"{said.zh}（PDF）", f"{said.en} (PDF)") if kind.endswith(_PAPER) else said


def failure(reason: str) -> Text:
    """Why a lot ended without a result: a rule's code in words, or the words that were given."""
    return FAILURES.get(reason) or Text(reason)
