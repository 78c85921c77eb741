"""Writes docs/tour.md: the pictures of one purchase in their order, with what they show.

    SUNLIT_TOUR=docs/images/tour .venv/bin/pytest tests/journeys/test_by_hand.py -k zh
    python scripts/tour.py

The first line takes the pictures anew, while the journey is walked; the second writes the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "tour.md"
FOLDER = ROOT / "docs" / "images" / "tour"
BYTES_MAX = 2_500_000

_HEAD = """# 一次采购，从需求到付款 · One purchase, from need to payment

一所中学要买课桌椅。下面每一幅图都是真实页面，\
由测试 `tests/journeys/test_by_hand.py` 走完全程时拍下：\
每个人登录自己的账号，只点页面给出的按钮。单位、人名和金额都是虚构的。

A school needs desks. Every picture is a real page, taken while `tests/journeys/test_by_hand.py` \
walked the whole way: each person logs in and presses only what the pages offer. Buyer, people and \
amounts are invented.

<!-- Written by scripts/tour.py. -->
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its size in pixels, and what it shows in both languages."""

    name: str
    zh: str
    en: str
    width: int = 1200
    height: int = 800

    @property
    def file(self) -> str:
        """Its file's name."""
        return f"{self.name}.webp"


def _phone(name: str, zh: str, en: str) -> Picture:
    return Picture(name, zh, en, width=360, height=740)


_ALL = (
    Picture("need", "使用单位提出需求。右边写着接下来由谁做什么。",
            "The using unit writes what it needs. Beside it: who does what next."),
    Picture("criteria", "经办人填评审因素，当场用虚拟投标试算。",
            "The officer sets the criteria and tries them on invented bids at once."),
    Picture("file", "招标文件分七项，按任意顺序填，随填随存。",
            "The tender file has seven parts, filled in in any order and kept while typing."),
    Picture("approval", "另一个人审批；规则先查过一遍，每处都有依据。",
            "Another person approves; the rules were asked first, each with its source."),
    Picture("keys", "三位开标人各自在自己的电脑上生成密钥，服务器拿不到。",
            "Each of three key holders makes keys on their own computer; the server has none."),
    Picture("publish", "经办人签名发布：不能收回的，写在按钮上面。",
            "The officer signs and publishes; what cannot be undone stands above the button."),
    Picture("tender", "市民不用登录就看到公告、截止时间和开标人。",
            "A citizen sees notice, closing time and key holders without an account."),
    _phone("tender-phone", "手机上也是同一页。", "The same page on a phone."),
    Picture("question", "询问看不出是谁提的；答复一次发给所有人。",
            "Nobody learns who asked; one answer goes to everybody."),
    Picture("price", "供应商填报价。密封之前，内容只在这台电脑上。",
            "A supplier fills in the prices. Until it is sealed, it stays on this computer."),
    Picture("seal", "在浏览器里签名并密封，至少两位开标人合力才能打开。",
            "Signed and sealed in the browser; it takes two key holders to open it."),
    Picture("receipt", "服务器马上给出签名的回执，可以离线核验。",
            "The server gives a signed receipt at once, which can be checked offline."),
    Picture("release", "截止后，开标人的电脑先核对全部记录，再交出份额。",
            "After the closing a holder's computer checks the whole record, then releases."),
    Picture("opened", "两份份额到齐，全部投标同时打开，价格对所有人同时公开。",
            "With two shares all bids open together; everybody sees the prices at once."),
    Picture("panel", "抽中的专家先申报利害关系，再逐步评审。",
            "The experts who were drawn declare their interests first, then go step by step."),
    Picture("reading", "逐项对照阅读，各份投标并排。",
            "The bids beside each other, one criterion at a time."),
    Picture("scores", "每个分写明理由；全部提交前看不到别人的分。",
            "Each mark has its reason; nobody sees another's before all are in."),
    Picture("report", "排名由公布的公式算出，五位专家逐一签名。",
            "The ranking follows the published formula; five experts sign, one by one."),
    Picture("decide", "审批人定标。", "The approver decides the award."),
    Picture("awarded", "结果公告：谁中标、多少钱、为什么、可以质疑到什么时候。",
            "The result: who won, for how much, why, and until when it can be challenged."),
    _phone("awarded-phone", "手机上的结果公告。", "The result on a phone."),
    Picture("letter", "没有中标的供应商看到自己的得分、名次和期限。",
            "A bidder who did not win sees their own points, their place and the limits."),
    Picture("contract", "合同由采购文件和投标生成，供应商先签。",
            "The contract follows from tender and bid; the supplier signs first."),
    Picture("inspect", "没有参与采购的人逐项验收并签名。",
            "Somebody who did not buy inspects item by item, and signs."),
    Picture("invoice", "合同、验收、发票三方一致，财政才付款。",
            "Finance pays when contract, acceptance and invoice agree."),
    Picture("public-payment", "付款那天，市民也看到了。",
            "On the day of the payment a citizen sees it too."),
)  # fmt: skip
PICTURES: Mapping[str, Picture] = {one.name: one for one in _ALL}


def rendered() -> str:
    """The page as it should be."""
    parts = [_HEAD]
    for number, one in enumerate(_ALL, 1):
        parts.append(
            f"## {number}\n\n{one.zh}  \n{one.en}\n\n![{one.zh}](images/tour/{one.file})\n"
        )
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(rendered(), encoding="utf-8")
