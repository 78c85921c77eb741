"""The same lots under Chinese law: none is lawful there, and each refusal names its article.

So no rule was bent to let the real data through: another profile let it through.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.rehearsal.play import Play
from app.rehearsal.plot import Plot
from app.replay.reading import RealData, RealTender
from app.replay.running import chosen, stage
from app.replay.staging import PREPARATION, plot_of, staff_for, supplier_for
from bidding.opening import rules as opening
from kernel.blobs import Blobs
from kernel.money import Money
from kernel.refusal import Refused
from kernel.text import Text
from kernel.vocabulary import LotStage
from procurement.plans.standing import calendar_of
from procurement.profiles import load_profile
from procurement.profiles.timetable import local_date
from procurement.tenders import queries as tenders
from procurement.tenders import rules
from procurement.tenders.commands import NewCriterion, keep_document

LAW = "cn-gov"
SEVEN_DAYS_TWO_BIDS = "UA-2026-08-24-010087-a"
LONG_ENOUGH_TWO_BIDS = "UA-2026-08-28-009332-a"


def find(real: RealData, id: str) -> RealTender:
    """The real tender with this id."""
    return next(each for each in real.tenders if each.id == id)


def in_yuan(tender: RealTender, blobs: Blobs) -> Plot:
    """The plot as an office under Order 87 would have had to write it, at the same figures."""
    plot = plot_of(tender, profile=LAW)

    def yuan(amount: Money) -> Money:
        return Money(amount.amount, "CNY")

    return replace(
        plot,
        lots=tuple(
            replace(lot, budget=yuan(lot.budget), ceiling=yuan(lot.ceiling)) for lot in plot.lots
        ),
        criteria=(NewCriterion("qualification", Text("独立承担民事责任")), *plot.criteria),
        documents=(keep_document(blobs, "采购文件.txt", "text/plain", b"as the real one"),),
        facts=Text("供应商须具有独立承担民事责任的能力"),
        early_reason="重放真实数据",
    )


def begun(real: RealData, id: str, engine: Engine, folder: Path) -> tuple[RealTender, Play]:
    """A play of that tender under Chinese law, before its plan."""
    tender = find(real, id)
    installation, cast = stage(engine, folder, starts_at=tender.opens_at - PREPARATION)
    return tender, Play(cast, staff_for(cast, tender), in_yuan(tender, installation.blobs))


def drafted(play: Play) -> None:
    """All that goes before the notice."""
    play.plan()
    play.intend()
    play.draft()
    play.make_keys()
    play.set_committee()


def test_no_real_lot_is_lawful_here(real: RealData) -> None:
    """160 of 162 were open for less than twenty days, 88 had fewer than three bids."""
    profile = load_profile(LAW)
    found: Counter[tuple[str, ...]] = Counter()
    for tender in chosen(real, None):
        period = rules.closing_late_enough(
            profile=profile,
            calendar=calendar_of(profile),
            issued_on=local_date(profile, tender.opens_at),
            closes_at=tender.closes_at,
        )
        for lot in tender.lots:
            if lot.is_compared:
                bids = opening.enough_bids(bids=len(lot.bids), profile=profile)
                refusals = [refusal for refusal in (period, bids) if refusal]
                found["; ".join(refusal.cites[0] for refusal in refusals),] += 1
    assert found == {
        ("GPL art. 35; Order 87 art. 41",): 86,
        ("GPL art. 35",): 74,
        ("Order 87 art. 41",): 2,
    }


def test_another_currency_is_refused_in_the_plan(
    real: RealData, engine: Engine, tmp_path: Path
) -> None:
    tender, play = begun(real, SEVEN_DAYS_TWO_BIDS, engine, tmp_path)
    play.plot = plot_of(tender, profile=LAW)
    with pytest.raises(Refused, match="currencies_differ"):
        play.plan()


def test_the_intention_comes_too_late(real: RealData, engine: Engine, tmp_path: Path) -> None:
    """P01: what is bought in an hour was not announced thirty days ahead."""
    _, play = begun(real, SEVEN_DAYS_TWO_BIDS, engine, tmp_path)
    play.plot = replace(play.plot, early_reason=None)
    play.plan()
    with pytest.raises(Refused) as refused:
        play.intend()
    assert refused.value.refusal.code == "intention_too_late"
    assert "财库〔2020〕10号" in "; ".join(refused.value.refusal.cites)


def test_seven_days_are_too_short(real: RealData, engine: Engine, tmp_path: Path) -> None:
    tender, play = begun(real, SEVEN_DAYS_TWO_BIDS, engine, tmp_path)
    drafted(play)
    play.clock.set(tender.opens_at)
    with pytest.raises(Refused) as refused:
        play.publish()
    assert refused.value.refusal.code == "closing_too_early"
    assert refused.value.refusal.cites == ("GPL art. 35",)


def test_two_bids_stay_sealed(real: RealData, engine: Engine, tmp_path: Path) -> None:
    """The one kind that may be published here: 23 days; but its two bids are never opened."""
    tender, play = begun(real, LONG_ENOUGH_TWO_BIDS, engine, tmp_path)
    drafted(play)
    play.clock.set(tender.opens_at)
    play.publish()
    [lot], [known] = play.lots, tender.lots
    for bid in known.bids:
        amount = Money(bid.amount.amount, "CNY")
        play.bid(supplier_for(play.cast, bid), lot, amount)
    play.clock.set(tender.closes_at)
    play.close()
    play.clock.set(tender.closes_at + PREPARATION)
    assert play.leave_sealed(lot)
    with play.installation.journal.read() as work:
        row = tenders.lot(work.session, lot)
        assert (row.stage, row.failed_reason) == (LotStage.FAILED, "too_few_bids")
    assert play.opened(lot) == {}
