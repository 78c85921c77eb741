"""Before the opening nothing that is published as data changes because of a bid."""

from __future__ import annotations

from app.jobs import timekeeping
from app.surfaces import application
from kernel.money import Money
from tests.reports.ocds.journey import ocid_of
from tests.world import World


def test_not_a_byte_of_feeds_records_and_files_changes(world: World) -> None:
    play = world.tender()
    timekeeping.keep_time(world.installation)
    client = application(world.installation).test_client()
    addresses = (
        "/ocds/releases",
        "/ocds/records",
        f"/ocds/record/{ocid_of(play)}",
        "/ocds/",
        "/ocds/files/compiled-2026.jsonl.gz",
        "/ocds/files/releases-2026-04.jsonl.gz",
        "/data",
    )
    before = {address: client.get(address) for address in addresses}
    assert {answer.status_code for answer in before.values()} == {200}
    for number in (1, 2, 3):
        play.bid(world.supplier(number), play.lots[0], Money.parse("1000000.00", "CNY"))
    play.withdraw(world.supplier(3), play.lots[0])
    for address, answer in before.items():
        now = client.get(address)
        assert now.data == answer.data, address
        assert now.headers.get("ETag") == answer.headers.get("ETag"), address
