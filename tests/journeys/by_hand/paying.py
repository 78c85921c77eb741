"""From the contract to the last payment and the end of the purchase."""

from __future__ import annotations

from datetime import timedelta

from kernel.text import Text
from tests.journeys.by_hand.people import Person, Town


def contracted(town: Town, winner: Person) -> None:
    """The officer drafts, the supplier signs, then the buyer."""
    officer, approver = (
        town.person(town.world.staff.officer),
        town.person(town.world.staff.approver),
    )
    town.later(days=14)
    officer.takes(Text("起草合同", "Draft the contract"))
    officer.press("生成合同")
    winner.takes(Text("签订合同", "Sign the contract"))
    winner.fill(read=True)
    winner.picture("contract")
    winner.sign()
    approver.takes(Text("代表采购人签合同", "Sign the contract"))
    approver.press(Text("代表采购人签合同", "Sign for the buyer"))
    approver.sign()
    town.work()


def delivered(town: Town, winner: Person) -> None:
    """Somebody who neither bought nor signed inspects; the supplier sends the invoice."""
    town.later(days=20)
    acceptor = town.person(town.world.staff.acceptor)
    acceptor.takes(Text("验收", "Inspect"))
    acceptor.press(Text("验收", "Inspect the delivery"))
    at = (town.world.clock.now() + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M")
    acceptor.fill(delivered_at=at)
    acceptor.fill_all(dict.fromkeys(acceptor.all_named("s-"), "passed"))
    acceptor.picture("inspect")
    acceptor.press("下一步：核对并签名")
    acceptor.sign()
    winner.takes(Text("开具发票", "Send the invoice"))
    winner.fill(number="25617000000012345678")
    winner.press("核对并提交")
    winner.reads("已收到，等待核对")


def paid(town: Town) -> None:
    """Two persons of finance, each with one half of the payment; the officer ends the purchase."""
    staff = town.world.staff
    finance, treasurer = town.person(staff.finance), town.person(staff.treasurer)
    town.later(days=3)
    finance.takes(Text("核对发票", "Match invoice"))
    finance.picture("invoice")
    finance.press("确认核对一致")
    finance.press("编制付款")
    treasurer.takes(Text("放行付款", "Release the payment of"))
    treasurer.sign()
    treasurer.fill(reference="国库-2026-0001")
    treasurer.press("登记支付")
    officer = town.person(staff.officer)
    officer.takes(Text("结束采购，结余退回预算", "Close the purchase and return what is left"))
    officer.fill(sure=True)
    officer.press("结束采购")
    town.work()
