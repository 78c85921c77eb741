"""Suppliers: two seal in their browsers, one at home with `sunlit-bid`."""

from __future__ import annotations

from pathlib import Path

from kernel.text import Text
from tests.journeys.by_hand.buying import TITLE
from tests.journeys.by_hand.papers import printed
from tests.journeys.by_hand.people import P12_PASSWORD, PASSPHRASE, Person, Town
from tests.journeys.test_offline_tool import Computer, computer, offer

DELIVERY = "合同签订后25日内"


def asks(supplier: Person) -> None:
    """A question, from the page of the bid."""
    to_the_bid(supplier)
    supplier.follow("对采购文件有疑问：向采购人询问")
    supplier.fill(words="桌面高度可否无级升降？")
    supplier.press("提交询问")


def tests_computer(supplier: Person) -> None:
    """The self-test with the own key file: everything passes."""
    supplier.desk()
    supplier.follow("自测", within="nav.sl-nav")
    page = supplier.page
    page.set_input_files("[data-selftest-p12]", supplier.p12)
    page.fill("[data-selftest-password]", P12_PASSWORD)
    page.click("[data-selftest-go]")
    supplier.reaches("selftest", "done")
    states = page.eval_on_selector_all(
        "[data-selftest-item]", "all => all.map(item => item.dataset.state)"
    )
    assert set(states) == {"passed"}, states


def to_the_bid(supplier: Person) -> None:
    """From the desk by the list and the tender's page to the own bid."""
    supplier.desk()
    supplier.press(Text("找可以投标的项目", "Find a tender to bid for"))
    supplier.follow(TITLE, within="main")
    supplier.press("准备投标")


def bids(supplier: Person, unit_price: str, *, pictured: bool = False) -> None:
    """The four tasks in any order, the last look, the seal, the receipt."""
    to_the_bid(supplier)
    page = supplier.page
    proposal = supplier.folder / "技术方案.pdf"
    proposal.write_bytes(printed("技术方案"))
    licence = supplier.folder / "营业执照.pdf"
    licence.write_bytes(printed("营业执照"))

    supplier.follow("报价表", within="main")
    page.fill("[data-bid-unit]", unit_price)
    page.fill("[data-bid-delivery]", DELIVERY)
    if pictured:
        supplier.picture("price")
    _done(supplier)
    supplier.follow("资格声明", within="main")
    for declaration in page.locator("[data-declare]").all():
        declaration.check()
    page.check("[data-declare-size][value=small]")
    _done(supplier)
    supplier.follow("资格文件", within="main")
    slots = page.locator("[data-bid-slot]")
    for number in range(slots.count() - 1):
        slots.nth(number).locator("[data-bid-add]").set_input_files(licence)
    page.check("[data-bid-complete]")
    _done(supplier)
    supplier.follow("技术方案", within="main")
    page.locator("[data-bid-add]").set_input_files(proposal)
    page.locator("[data-bid-files] li").wait_for()
    _done(supplier)
    supplier.follow("核对全部内容", within="main")
    supplier.press("核对无误，去签名并密封")
    seals(supplier, pictured=pictured)


def seals(supplier: Person, *, pictured: bool = False) -> None:
    """What is filled in is sealed; the three files are kept; the receipt is there."""
    page = supplier.page
    page.locator("[data-bid-ready]").wait_for()
    page.set_input_files("[data-seal-p12]", supplier.p12)
    page.fill("[data-seal-password]", P12_PASSWORD)
    page.fill("[data-seal-passphrase]", PASSPHRASE)
    page.fill("[data-seal-passphrase-again]", PASSPHRASE)
    page.check("[data-bid-checked]")
    page.check("[data-seal-fingerprint-seen]")
    if pictured:
        supplier.picture("seal", at="#seal")
    recovery = supplier.download(page.locator("[data-seal-go]"), "secrets.age")
    assert recovery.stat().st_size > 0
    supplier.reaches("seal", "done")
    supplier.download(page.locator('[data-seal-download="receipt"]'), "receipt.json")
    supplier.download(page.locator('[data-seal-download="bid"]'), "bid.tar")
    supplier.follow("去回执页", within="main")
    assert supplier.heading() == supplier.town.say("已收到并密封")
    if pictured:
        supplier.picture("receipt")


def bids_at_home(town: Town, number: int, total: str) -> Computer:
    """A supplier who uses the offline tool and nothing else."""
    at_home = computer(
        town.world, town.address, _made(town.folder / "home"), town.world.supplier(number)
    )
    supplier = town.person(at_home.player)
    to_the_bid(supplier)
    place = supplier.page.locator("[data-seal]")
    tender = place.get_attribute("data-tender") or ""
    lot = place.get_attribute("data-lot") or ""
    package, bid = at_home.folder / "package.json", at_home.folder / "bid"
    at_home.does(
        *("committee", "fetch", "--server", at_home.address, "--tender", tender),
        *("--out", package),
    )
    known = ("--package", package, *at_home.trusted)
    shown = at_home.does("committee", "check", *known)
    fingerprint = shown.splitlines()[0].removeprefix("fingerprint  ")
    at_home.does(
        *("seal", *known, "--lot", lot, "--fingerprint", fingerprint),
        *("--bidder", at_home.player.firm.identifier, *at_home.signed),
        *(*offer(at_home, total), "--out", bid),
    )
    at_home.does("submit", *at_home.online, bid)
    (supplier.folder / "receipt.json").write_bytes((bid / "receipt.json").read_bytes())
    return at_home


def reads_letter(supplier: Person) -> None:
    """Who did not win reads the own points, and may take the letter home."""
    supplier.desk()
    supplier.follow(TITLE, within="main table")
    supplier.reads("您的得分", "下载结果告知书（PDF）")
    supplier.picture("letter")


def _done(supplier: Person) -> None:
    supplier.press("完成，回到任务清单")


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder
