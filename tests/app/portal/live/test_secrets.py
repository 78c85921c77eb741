"""What a page must not tell: how many bids came, what is not published, what a hostile hand wrote.

Byte for byte, and for every address that a stranger may try.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.jobs.timekeeping import publish_record
from app.rehearsal.contracting import Contracting
from app.rehearsal.judging import Judging
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import LotStage, TenderStage
from procurement.tenders import queries as tenders
from procurement.tenders.commands import keep_document
from tests.app.portal.live.looking import key_of, tender_page
from tests.app.portal.reading import read
from tests.world import World
from tests.worlds import played

HOSTILE = "<script>alert('一')</script>\"><img src=x onerror=alert(1)>"


def test_before_closing_no_byte_hints_at_bids(world: World, reader: FlaskClient) -> None:
    """0, 1 and 4 bids, one replaced, one withdrawn and one refused: the same bytes."""
    play = played(world)
    [lot] = play.lots
    key = key_of(play)
    bidders = [world.supplier(number) for number in range(1, 5)]  # enrolled before they bid
    addresses = [
        f"{prefix}{path}"
        for prefix in ("", "/en")
        for path in ("/", "/tenders", f"/tenders/{key}", "/verify", "/log/checkpoint")
    ]

    def bytes_now() -> list[bytes]:
        publish_record(world.installation)
        return [reader.get(address).data for address in (*addresses, "/log/log.tar")]

    empty = bytes_now()
    receipt = play.bid(bidders[0], lot, Money.parse("980000.00", "CNY"))
    assert bytes_now() == empty
    for bidder in bidders[1:]:
        play.bid(bidder, lot, Money.parse("980000.00", "CNY"))
    play.bid(bidders[1], lot, Money.parse("970000.00", "CNY"))
    play.withdraw(bidders[2], lot)
    assert bytes_now() == empty
    # Nor does anything of a sealed bid answer to its own names.
    for name in (receipt.act, receipt.act.removeprefix("sha256:")):
        assert "记录里没有它" in read(reader, f"/verify?q={name}").text


def test_entries_of_private_trees_are_unknown(world: World, reader: FlaskClient) -> None:
    """By id neither page nor proof file knows an act, before and after the opening."""
    play = played(world, stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    with world.installation.journal.read() as work:
        acts = [
            row[0]
            for row in work.session.connection().exec_driver_sql(
                "SELECT id FROM entry WHERE log <> 'public' AND tender = %s", (play.tender,)
            )
        ]
    assert acts
    for entry in acts:
        assert "记录里没有它" in read(reader, f"/verify?q={entry}").text
        assert reader.get(f"/log/proof/{entry}.tlog-proof").status_code == 404


def test_what_is_not_published_is_as_unknown_as_what_never_was(
    world: World, reader: FlaskClient
) -> None:
    """IDOR: drafts, others' documents, sealed envelopes, unsigned contracts, whatever the key."""
    draft = played(world, stage=TenderStage.APPROVED)
    other = played(world, stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    file = keep_document(world.installation.blobs, "x.txt", "text/plain", b"never published")
    with world.installation.journal.read() as work:
        [document] = tenders.documents(work.session, draft.tender)
        envelopes = [
            row[0]
            for row in work.session.connection().exec_driver_sql("SELECT ciphertext FROM envelope")
        ]
        published = tenders.documents(work.session, other.tender)[0].content
    nowhere = read(reader, "/tenders/ten_nothing").html
    unknown = read(reader, f"/tenders/{draft.tender}").html
    assert unknown.replace(draft.tender, "ten_nothing") == nowhere
    assert reader.get(f"/tenders/{draft.tender}").status_code == 404
    assert document.name not in tender_page(reader, draft).html
    for key in (key_of(draft), draft.tender, key_of(other), other.tender):
        for digest in (file.content, *envelopes):
            assert reader.get(f"/tenders/{key}/documents/{digest}").status_code == 404
    for key in (key_of(draft), draft.tender):
        assert reader.get(f"/tenders/{key}/documents/{published}").status_code == 404
    # The same bytes are public where a published tender names them, and only there.
    found = reader.get(f"/tenders/{key_of(other)}/documents/{published}", buffered=True)
    assert found.status_code == 200
    assert found.headers["Content-Disposition"].startswith("attachment")
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in found.headers["Content-Security-Policy"]


def test_the_names_of_evaluators_and_losers_letters_stay_out(
    world: World, reader: FlaskClient
) -> None:
    """Order 87 art. 47: secret until the result; 69: a letter is its addressee's alone."""
    play = played(world, stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    judging = Judging(play, play.lots[0])
    judging.qualify()
    judging.evaluate()
    names = [member.name for member in judging.members()]
    html = tender_page(reader, play).html
    assert not any(name in html for name in names)
    judging.award()
    world.clock.advance(timedelta(days=10))
    Contracting(play, play.lots[0]).conclude()
    html = tender_page(reader, play).html
    for person in (*names, world.supplier(1).name, play.staff.officer.name):
        assert person not in html


def test_hostile_words_are_shown_as_words(world: World, reader: FlaskClient) -> None:
    """Titles, questions and answers, file names: escaped in pages, harmless in headers."""
    title = Text(HOSTILE, HOSTILE)
    blobs = world.installation.blobs
    file = keep_document(blobs, "a\"<b>;x='.html", "text/html", b"<script>alert(1)</script>")
    usual = world.plot()
    plot = replace(usual, title=title, documents=(file,), specification=title)
    play = played(world, plot=plot)
    play.answer(play.ask(world.supplier(1), HOSTILE), title)
    for page in (tender_page(reader, play), read(reader, "/tenders"), read(reader, "/")):
        assert page.status == 200
        assert page.is_closed
        assert "<script>alert" not in page.html
        assert "<img src=x" not in page.html
    response = reader.get(f"/tenders/{key_of(play)}/documents/{file.content}", buffered=True)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")


LONG = "9" * 5000
ODD = (
    "/tenders/%00",
    "/tenders/" + "a" * 3000,
    "/tenders/..%2f..%2fetc%2fpasswd",
    "/tenders/ten_%F0%9F%98%80",
    "/tenders?q=%00&status=open",
    "/tenders?q=" + "医" * 500,
    "/tenders?q=%25%5f%5c'\";--",
    "/tenders?status=nonsense&after=%00",
    "/tenders?after=" + LONG,
    "/tenders?status=planned&after=%00",
    "/tenders?q=%ed%a0%80",
    "/verify?q=-1",
    "/verify?q=0",
    "/verify?q=9223372036854775807",
    "/verify?q=9223372036854775808",
    "/verify?q=999999999999999",
    "/verify?q=" + LONG,
    "/verify?q=%00",
    "/verify?q=sha256:" + "0" * 64,
    "/verify?q=sha256:" + "g" * 64,
    "/verify?q=ent_" + "a" * 26,
    '/verify?q={"type":"sunlit/receipt/v1"}',
    "/verify?q=" + "[" * 3000 + "sunlit/receipt/v1",
    '/verify?q={"receipt":7,"note":"sunlit/receipt/v1"}',
    '/verify?q={"receipt":"%25%25","note":"sunlit/receipt/v1"}',
    "/rules/%00",
    "/rules/cn-gov/%00",
    "/rules/cn-gov/9999.9",
    "/log/tile/0/000",
    "/log/tile/0/999",
    "/log/tile/../../keys/log.key",
    "/log/tile/%2e%2e/%2e%2e/keys/log.key",
    "/log/tile/0/000.p/0",
    "/log/entries/999.jsonl",
    "/log/entries/x999/x999/x999/x999/x999/999.jsonl",
    "/log/entries/000.jsonl%00",
    "/log/proof/ent_" + "a" * 26 + ".tlog-proof",
    "/log/proof/%00.tlog-proof",
    "/log/seal.vkey",
)


@pytest.mark.parametrize("address", ODD, ids=lambda address: address[:40])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_odd_addresses_are_answered(reader: FlaskClient, address: str, prefix: str) -> None:
    """Never a fault of ours."""
    assert reader.get(prefix + address, buffered=True).status_code in (200, 303, 404)


@pytest.mark.parametrize("digest", ["", "sha256:", "sha256:" + "0" * 64, "%00", "..", "a" * 5000])
def test_odd_digests_are_answered(world: World, reader: FlaskClient, digest: str) -> None:
    """Of a tender that exists."""
    play = played(world)
    response = reader.get(f"/tenders/{key_of(play)}/documents/{digest}")
    assert response.status_code in (308, 404)
