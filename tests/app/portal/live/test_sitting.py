"""The live opening: before closing it tells nothing, then each step as it comes."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from app.jobs.timekeeping import publish_record
from kernel.money import Money
from tests.app.portal.live.looking import key_of
from tests.world import CLOSES_AT, START, World

PRICES = ("1092000.00", "1098000.00", "1135000.00")


def test_an_opening_from_before_its_closing_to_its_record(
    world: World, reader: FlaskClient
) -> None:
    world.clock.set(START)
    play = world.tender(bids=0)
    lot = play.lots[0]
    empty = _page(world, reader, play)
    for number, price in enumerate(PRICES, 1):
        play.bid(world.supplier(number), lot, Money.parse(price, "CNY"))
    # Three bids and none look the same to a stranger, byte for byte.
    assert _page(world, reader, play) == empty
    assert reader.get(f"/tenders/{key_of(play)}/opening/rows").status_code == 404

    world.clock.set(CLOSES_AT)
    play.close()
    text = _page(world, reader, play)
    assert "3份投标，全部密封中" in text
    assert "可以凭回执提出异议" in text
    assert text.count("未到") == 3

    rows = f"/tenders/{key_of(play)}/opening/rows"
    first = reader.get(rows)
    assert first.headers["X-Going-On"] == "1"
    world.clock.advance(timedelta(seconds=5))
    again = reader.get(rows, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")

    world.clock.advance(timedelta(minutes=11))
    play.release(lot, holders=play.staff.holders[:1])
    text = _page(world, reader, play)
    assert text.count("已交份额") == 1
    assert not any(shown in text for shown in ("1,092,000", "咸阳晨光"))
    assert reader.get(rows, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200

    play.release(lot, holders=play.staff.holders[1:2])
    play.open(lot)
    text = _page(world, reader, play)
    assert all(shown in text for shown in ("1,092,000.00", "1,098,000.00", "1,135,000.00"))
    assert "没有交" in text
    assert reader.get(rows).headers["X-Going-On"] == "0"
    english = reader.get(f"/en/tenders/{key_of(play)}/opening").get_data(as_text=True)
    assert "Share given" in english


def _page(world: World, reader: FlaskClient, play) -> str:  # type: ignore[no-untyped-def]
    publish_record(world.installation)
    answer = reader.get(f"/tenders/{key_of(play)}/opening")
    assert answer.status_code == 200
    # What the frame says of the log differs from minute to minute; the opening must not.
    text = answer.get_data(as_text=True)
    return text[: text.index("<footer")]
