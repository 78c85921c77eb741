"""The profile of the replay: one bidder, a panel of one, the lowest price, from bid to payment."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from app.rehearsal.contracting import Contracting
from app.rehearsal.delivering import Delivering
from app.rehearsal.judging import Judging
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import LotStage, PurchaseStage, TenderStage
from procurement.plans import queries as plans
from procurement.profiles import Category, Method, load_profile
from procurement.tenders.commands import NewCriterion, NewItem, NewLot, Terms
from tests.world import World


def test_one_bidder_goes_all_the_way(world: World) -> None:
    budget = Money(Decimal("120000.00"), "UAH")
    wanted = (("Стіл", 10), ("Стілець", 30))
    items = tuple(NewItem(Text(name), Decimal(quantity), "шт") for name, quantity in wanted)
    plot = world.plot()
    plot = replace(
        plot,
        profile="ua-replay",
        category=Category.GOODS,
        award_criteria=Method.LOWEST_PRICE,
        criteria=(NewCriterion("price", Text("价格", "Price"), Decimal(100), objective=True),),
        terms=Terms.of_profile(load_profile("ua-replay")),
        lots=(NewLot(Text("Меблі"), budget, budget, items),),
        panel_size=1,
    )
    play = world.play(plot)
    play.to_publication()
    lot = play.lots[0]
    play.bid(world.supplier(1), lot, Money(Decimal("99999.99"), "UAH"))
    play.clock.set(plot.closes_at)
    play.close()
    play.release(lot)
    play.open(lot)
    judging = Judging(play, lot)
    judging.qualify()
    judging.evaluate()
    judging.award()
    assert judging.awarded()[1] == "99999.99"
    contracting = Contracting(play, lot)
    contracting.conclude()
    delivering = Delivering(contracting)
    delivering.accept()
    # Two items at one price for both: a lump sum, invoiced as a whole.
    delivering.pay(delivering.invoice())
    delivering.close()
    assert judging.stage is LotStage.CONTRACTED
    assert play.stage is TenderStage.CLOSED
    with play.installation.journal.read() as work:
        assert plans.purchase(work.session, play.purchase).stage == PurchaseStage.CLOSED
