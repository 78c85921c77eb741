"""The invented Chinese purchases of the demo, each as a script that stops where the clock stops."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from app.rehearsal.cast import Cast, Player
from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.judging import Judging, Scoring
from app.rehearsal.play import Play
from app.rehearsal.plot import Plot, Staff
from app.rehearsal.plots import BENCHES, RAILINGS, SHELVES, school_goods
from app.rehearsal.timeline import Script
from bidding.evaluation.services import Declared
from kernel.money import Money
from kernel.text import Text
from procurement.tenders.models import Criterion

# Morning of a working Monday; all of the real tenders' stages are found on this day.
DEMO_INSTANT = datetime(2026, 9, 28, 1, 0, tzinfo=UTC)


_ANSWER = Text("可以，但须符合采购文件列明的标准。", "Yes, within the standard that is named.")


def story(
    cast: Cast,
    staff: Staff,
    suppliers: Sequence[Player],
    plot: Plot,
    *,
    published_at: datetime,
    prices: Sequence[str],
    question: str = "",
    answer: Text = _ANSWER,
) -> Script:
    """A purchase from its need to its last payment, as far as the clock lets it come."""
    play = Play(cast, staff, plot)
    play.papered = True
    play.plan()
    play.intend()
    yield published_at
    play.draft()
    play.make_keys()
    play.set_committee()
    play.publish()
    [lot] = play.lots
    if question:
        yield published_at + timedelta(days=2)
        asked = play.ask(suppliers[0], question)
        yield published_at + timedelta(days=3)
        play.answer(asked, answer)
    yield from _bids(play, lot, suppliers, prices, published_at)
    yield plot.closes_at
    play.close()
    yield plot.closes_at + timedelta(minutes=15)
    if play.leave_sealed(lot):
        return
    play.release(lot)
    play.open(lot)
    judging = Judging(play, lot)
    yield plot.closes_at + timedelta(hours=4)
    judging.qualify(declared={suppliers[1].firm.identifier: _SMALL_MAKER})
    yield plot.closes_at + timedelta(days=1)
    judging.evaluate(_scoring(suppliers))
    yield plot.closes_at + timedelta(days=3)
    award = judging.decide()
    yield plot.closes_at + timedelta(days=3, hours=5)
    judging.announce(award, address="陕西省咸阳市秦都区")
    yield from _after_award(play, lot, plot)


def _after_award(play: Play, lot: str, plot: Plot) -> Script:
    contracting = Contracting(play, lot)
    yield plot.closes_at + timedelta(days=14)
    contracting.conclude()
    yield plot.closes_at + timedelta(days=40)
    delivering = Delivering(contracting)
    delivering.accept()
    invoice = delivering.invoice("25617000000012345678")
    yield plot.closes_at + timedelta(days=47)
    delivering.pay(invoice, "GK-2026-0731-0042")
    delivering.close()


def county_scripts(
    cast: Cast, staff: Staff, suppliers: Sequence[Player]
) -> list[tuple[datetime, Script]]:
    """One purchase at each stage: paid, under evaluation, open, and one that too few bid for."""
    blobs = cast.installation.blobs

    def at(month: int, day: int, hour: int = 1, minute: int = 30) -> datetime:
        return datetime(2026, month, day, hour, minute, tzinfo=UTC)

    paid = school_goods(blobs, closes_at=at(6, 2), planned_start_on=date(2026, 5, 7))
    open_now = school_goods(
        blobs,
        BENCHES,
        closes_at=at(10, 13),
        planned_start_on=date(2026, 9, 14),
        budget="860000.00",
    )
    evaluated = school_goods(
        blobs,
        SHELVES,
        closes_at=at(9, 27, 1),
        planned_start_on=date(2026, 8, 31),
        budget="640000.00",
        composite=False,
    )
    too_few = school_goods(
        blobs,
        RAILINGS,
        closes_at=at(9, 22),
        planned_start_on=date(2026, 8, 28),
        budget="150000.00",
        composite=False,
    )
    return [
        (
            at(4, 1),
            story(
                cast,
                staff,
                suppliers,
                paid,
                published_at=at(5, 7),
                prices=("1168000.00", "1092000.00", "1135000.00", "1179500.00"),
                question="桌面高度可否采用无级升降？",
            ),
        ),
        (
            at(7, 20),
            story(
                cast,
                staff,
                suppliers,
                too_few,
                published_at=at(8, 28),
                prices=("142000.00", "139800.00"),
            ),
        ),
        (
            at(7, 27),
            story(
                cast,
                staff,
                suppliers,
                evaluated,
                published_at=at(8, 31),
                prices=("598000.00", "612000.00", "574500.00"),
            ),
        ),
        (
            at(8, 10),
            story(
                cast,
                staff,
                suppliers,
                open_now,
                published_at=at(9, 14),
                prices=("815000.00", "798000.00", "842000.00"),
                question="水槽可否用不锈钢？",
            ),
        ),
    ]


def _bids(
    play: Play,
    lot: str,
    suppliers: Sequence[Player],
    prices: Sequence[str],
    published_at: datetime,
) -> Script:
    step = (play.plot.closes_at - published_at) / (len(prices) + 1)
    for number, (supplier, price) in enumerate(zip(suppliers, prices, strict=False), 1):
        yield published_at + step * number
        play.bid(
            supplier,
            lot,
            Money.parse(price, "CNY"),
            technical={"技术方案.txt": f"{supplier.firm.name.zh}的技术方案（样例）".encode()},
            delivery="合同签订后30日内",
        )


_SMALL_MAKER = Declared(small=True, manufacturer_declared=True, domestic_cost_share=Decimal(1))


def _scoring(suppliers: Sequence[Player]) -> Scoring:
    """Scores that differ a little from bidder to bidder and from member to member."""
    order = {supplier.firm.identifier: place for place, supplier in enumerate(suppliers)}

    def score(member: Player, bidder: str, criterion: Criterion) -> Decimal:
        share = Decimal("0.92") - Decimal("0.05") * order[bidder]
        own = Decimal(sum(member.login.encode()) % 5) / 100
        return (criterion.weight * (share - own)).quantize(Decimal("0.1"))

    return score
