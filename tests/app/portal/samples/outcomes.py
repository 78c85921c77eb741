"""The same purchase after closing: opened, awarded, paid, or stopped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.portal import views
from app.portal.views import (
    Contract,
    ContractChange,
    Criterion,
    Document,
    LotOpening,
    LotResult,
    OpenedBid,
    Payment,
    RankedBid,
    ScoreReason,
    Stop,
)
from app.web.shown import (
    BidState,
    Countdown,
    CountdownKind,
    Lamp,
    Proof,
    ProofState,
    StageName,
    Status,
)
from kernel.text import Text
from tests.app.portal.samples.frame import beijing, digest, logged, way, yuan
from tests.app.portal.samples.tender import OPEN

BIDDERS = (
    Text("云杉示例医疗器械有限公司", "Spruce Sample Medical Ltd"),
    Text("白鹭示例影像设备有限公司", "Egret Sample Imaging Ltd"),
    Text("蓝鲸示例商贸有限公司", "Bluewhale Sample Trading Ltd"),
    Text("松涛示例科技有限公司", "Pinewave Sample Tech Ltd"),
    Text("银杏示例医疗有限公司", "Ginkgo Sample Medical Ltd"),
)


CAUSE = Text(
    "解密成功，但内层文件损坏。原因在投标人一方，按规则视为撤销投标。",
    "Decrypted, but the inner file is damaged. The cause lies with the bidder; by the rules the "
    "bid counts as revoked.",
)


SETTLED_OPENING = LotOpening(
    lot=None,
    count=5,
    root="sha256:9c41e07a35d2" + "0" * 48 + "8b16",
    proof=logged(48_871),
    bids=(
        OpenedBid(
            BIDDERS[0],
            BidState.OPEN,
            beijing(11, 30, 9, 37, 41),
            yuan("1168000"),
            Text("45天", "45 days"),
            proof=logged(48_874),
        ),
        OpenedBid(
            BIDDERS[1],
            BidState.OPEN,
            beijing(11, 30, 9, 39, 5),
            yuan("1096000"),
            Text("60天", "60 days"),
            proof=logged(48_876),
        ),
        OpenedBid(
            BIDDERS[2],
            BidState.FAILED,
            beijing(11, 30, 9, 40, 12),
            cause=CAUSE,
            proof=logged(48_878),
        ),
        OpenedBid(
            BIDDERS[3],
            BidState.OPEN,
            beijing(11, 30, 9, 42, 1),
            yuan("1214500"),
            Text("45天", "45 days"),
            proof=logged(48_880),
        ),
        OpenedBid(
            BIDDERS[4],
            BidState.OPEN,
            beijing(11, 30, 9, 43, 20),
            yuan("1239000"),
            Text("50天", "50 days"),
            proof=logged(48_882),
        ),
    ),
)


UNSETTLED_OPENING = LotOpening(
    lot=None,
    count=3,
    root=SETTLED_OPENING.root,
    proof=logged(48_871),
    bids=(
        OpenedBid(BIDDERS[0], BidState.OPEN, beijing(11, 30, 9, 37, 41), proof=logged(48_874)),
        OpenedBid(BIDDERS[1], BidState.OPENING, proof=Proof(ProofState.WAITING, entry="e_x")),
        OpenedBid(BIDDERS[2], BidState.SEALED),
    ),
)


COLUMNS = (
    Criterion(Text("技术", "Quality"), Decimal("50")),
    Criterion(Text("服务", "Service"), Decimal("20")),
    Criterion(Text("报价", "Price"), Decimal("30")),
)


def ranked(rank: int, bidder: int, price: str, *scores: str, small: bool = False) -> RankedBid:
    """One row of the result; the last score is the total."""
    values = [Decimal(score) for score in scores]
    notes = (Text("小微企业，按九折计", "small firm, counted at 90%"),) if small else ()
    return RankedBid(
        rank, BIDDERS[bidder], yuan(price), tuple(values[:-1]), values[-1], rank == 1, notes
    )


RESULT = LotResult(
    lot=None,
    winner=BIDDERS[0],
    price=yuan("1168000"),
    reason=Text(
        "总分最高（92.67分）。图像质量和售后两项领先，报价比预算低8.75%。",
        "Highest total (92.67 points). It led on image quality and service; its price is 8.75% "
        "under budget.",
    ),
    notice=logged(49_655),
    columns=COLUMNS,
    bids=(
        ranked(1, 0, "1168000", "46.20", "18.40", "28.07", "92.67"),
        ranked(2, 1, "1096000", "41.60", "16.60", "29.92", "88.12"),
        ranked(3, 3, "1214500", "38.40", "17.20", "30.00", "85.60", small=True),
        ranked(4, 4, "1239000", "43.00", "15.80", "26.47", "85.27"),
    ),
    formula=Text(
        "报价分＝最低评审价÷评审价×30，四舍五入到两位小数。蓝鲸示例商贸的投标未能开启，不参与评审。",
        "Price score = lowest evaluated price ÷ evaluated price × 30, rounded to two places. The "
        "bid of Bluewhale Sample Trading did not open and was not evaluated.",
    ),
    reasons=(
        ScoreReason(
            Text("图像质量", "Image quality"),
            Decimal("23.60"),
            Decimal("25"),
            Text(
                "现场测试分辨率4.2 lp/mm，高于要求的3.7；低剂量模式完整。",
                "Measured resolution 4.2 lp/mm against 3.7 required; low-dose mode complete.",
            ),
        ),
        ScoreReason(
            Text("安装与培训方案", "Installation and training"),
            Decimal("13.80"),
            Decimal("15"),
            Text(
                "给出分日计划和替班安排；培训只有一轮，扣分。",
                "Day-by-day plan with cover for shifts; only one round of training, so points "
                "were lost.",
            ),
        ),
    ),
    others=Text(
        "白鹭：报价最低，图像质量低4.10分。银杏：报价最高，服务响应为次日。",
        "Egret: lowest price, but 4.10 points less on image quality. Ginkgo: highest price, "
        "next-day service.",
    ),
)


OPENING = replace(
    OPEN,
    status=Status.OPENING,
    stages=way(StageName.OPENING),
    clock=None,
    openings=(UNSETTLED_OPENING,),
    opening_url="/openings/QS-2026-0147",
)


AWARDED = replace(
    OPEN,
    status=Status.AWARDED,
    stages=way(StageName.AWARD),
    clock=Countdown(
        CountdownKind.CHALLENGE,
        beijing(12, 19),
        working_days=5,
        action="/challenges/new",
        note=Text(
            "公告期满后7个工作日，当日不计。质疑免费；采购人须在7个工作日内答复。",
            "7 working days after the notice period, first day not counted. Free of charge; the "
            "buyer must answer within 7 working days.",
        ),
    ),
    openings=(SETTLED_OPENING,),
    results=(RESULT,),
    next_steps=(),
)


PAID = replace(
    AWARDED,
    status=Status.CONTRACT,
    stages=way(StageName.DELIVERY),
    clock=None,
    contracts=(
        Contract(
            "QS-HT-2026-0147",
            BIDDERS[0],
            yuan("1168000"),
            date(2026, 12, 28),
            documents=(
                Document(Text("合同", "Contract"), digest(21), "PDF", 250_000, logged(50_010)),
            ),
            changes=(
                ContractChange(
                    beijing(12, 30, 10),
                    Text("增加备用探测器一块", "One spare detector added"),
                    yuan("58000"),
                    logged(50_311),
                ),
            ),
            proof=logged(50_009),
        ),
    ),
    payments=(
        Payment(
            Text("首付款30%", "First payment, 30%"),
            yuan("350400"),
            date(2027, 1, 27),
            Lamp.GREEN,
            paid_on=date(2027, 1, 20),
            proof=logged(51_020),
        ),
        Payment(
            Text("验收款70%", "On acceptance, 70%"),
            yuan("817600"),
            date(2027, 3, 30),
            Lamp.RED,
            reason=Text(
                "财政国库年初未开账，已于4月1日说明。",
                "Treasury not yet open; explained on 1 April.",
            ),
        ),
    ),
    challenges=(
        views.Challenge(
            Text("白鹭示例影像对图像质量评分提出质疑", "Egret challenged the image quality score"),
            beijing(12, 14, 9),
            Text("12月18日答复：评分与依据一致，不予改变", "Answered 18 December: score stands"),
            logged(49_800),
        ),
    ),
)


STOPPED = replace(
    OPEN,
    status=Status.STOPPED,
    stages=way(StageName.OPENING, stopped=True),
    clock=None,
    next_steps=(),
    stop=Stop(
        Text(
            "到截止时只有2份投标，少于3份，全部保持密封。",
            "Only 2 bids at closing, fewer than 3: all stay sealed.",
        ),
        beijing(11, 30, 9, 31),
        Text("财政部令第87号第四十三条", "Order 87 art. 43"),
    ),
    openings=(LotOpening(None, 2, SETTLED_OPENING.root, logged(48_871)),),
)
