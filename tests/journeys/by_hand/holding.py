"""Key holders: keys before the notice, shares after the closing, the signed record."""

from __future__ import annotations

from kernel.text import Text
from tests.journeys.by_hand.people import P12_PASSWORD, PASSPHRASE, Person

KEYS = "keys.age"


def makes_keys(holder: Person, *, pictured: bool = False) -> None:
    """Keys are made on the page, the file is kept, chosen again, and its keys are registered."""
    holder.takes(Text("生成并登记密钥", "Make and register your keys"))
    page = holder.page
    page.fill("[data-holder-passphrase]", PASSPHRASE)
    page.fill("[data-holder-passphrase-again]", PASSPHRASE)
    keys = holder.download(page.locator("[data-holder-make]"), KEYS)
    page.set_input_files("[data-holder-keyfile]", keys)
    page.set_input_files("[data-holder-p12]", holder.p12)
    page.fill("[data-holder-password]", P12_PASSWORD)
    if pictured:
        holder.picture("keys")
    page.click("[data-holder-register]")
    holder.reaches("holder", "done")
    holder.desk()
    holder.reads(Text("密钥已登记，等公告发布", "Keys registered; waiting for the notice"))


def releases(holder: Person, *, pictured: bool = False) -> None:
    """The holder looks at what would be released, then releases the shares of both parts."""
    holder.takes(Text("交出份额，打开投标", "Release your shares to open the bids"))
    page = holder.page
    page.set_input_files("[data-release-keyfile]", holder.folder / KEYS)
    page.fill("[data-release-passphrase]", PASSPHRASE)
    page.set_input_files("[data-release-p12]", holder.p12)
    page.fill("[data-release-password]", P12_PASSWORD)
    page.check("[data-release-waive]")
    page.click("[data-release-check]")
    holder.reaches("release", "ready")
    assert page.locator("[data-release-list] li").count() == 6
    if pictured:
        holder.picture("release", at="[data-release]")
    page.click("[data-release-go]")
    holder.reaches("release", "done")


def signs_record(holder: Person) -> None:
    """Who was there signs the record."""
    holder.takes(Text("在开标记录上签名", "Sign the opening record"))
    holder.press("在开标记录上签名")
    holder.sign()
    holder.reads("您已在开标记录上签名")
