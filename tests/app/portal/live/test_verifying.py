"""The verify page and the log's files, on real entries, real receipts and the real verifier."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.jobs.timekeeping import publish_record
from app.rehearsal.play import Play
from bidding.envelopes.services import Receipt
from journal import verify
from kernel import canonical
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import LotStage, TenderStage
from procurement.tenders import queries as tenders
from tests.app.portal.live.looking import key_of, tender_page
from tests.app.portal.reading import Page, read
from tests.world import CLOSES_AT, World
from tests.worlds import played


def test_every_badge_of_a_page_leads_to_its_proof(world: World, reader: FlaskClient) -> None:
    """No link of a page leads nowhere, and each entry it names is of this tender."""
    play = played(world, stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    publish_record(world.installation)
    page = tender_page(reader, play)
    badges = {str(at["href"]) for at in page.with_class("sl-proof")}
    assert len(badges) > 10
    for address in badges:
        found = read(reader, address)
        assert found.status == 200
        assert "与记录一致" in found.text
        assert "包含证明" in found.text


def test_an_entry_that_is_not_signed_yet_waits(world: World, reader: FlaskClient) -> None:
    """The badge is dashed until a checkpoint holds the entry."""
    play = played(world)
    publish_record(world.installation)
    supplier = world.supplier(1)
    publish_record(world.installation)

    play.answer(play.ask(supplier, "可否？"), Text("可。", "Yes."))
    page = tender_page(reader, play)
    waiting = page.with_class("sl-proof--wait")
    assert waiting
    assert "等待入账" in read(reader, str(waiting[0]["href"])).text
    publish_record(world.installation)
    assert not tender_page(reader, play).with_class("sl-proof--wait")


def test_published_things_are_known_by_their_digest(world: World, reader: FlaskClient) -> None:
    """Document, notice, committee; after the opening the record and the bids in it."""
    play = played(world, stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    publish_record(world.installation)
    with world.installation.journal.read() as work:
        tender = tenders.published_tender(work.session, play.tender)
        [notice] = tenders.notice_chain(work.session, play.tender)
        [document] = tenders.documents(work.session, play.tender)
        rows = work.session.connection().exec_driver_sql(
            "SELECT digest FROM bid_act UNION SELECT digest FROM opening_record"
            " UNION SELECT digest FROM closing"
        )
        digests = [row[0] for row in rows]
    for digest in (notice.digest, document.content, tender.committee_digest, *digests):
        assert "与记录一致" in read(reader, f"/verify?q={digest}").text


def test_an_uploaded_file_is_known_by_its_bytes(world: World, reader: FlaskClient) -> None:
    """And a file with one byte more is not."""
    play = played(world)
    publish_record(world.installation)
    with world.installation.journal.read() as work:
        [document] = tenders.documents(work.session, play.tender)
    original = world.installation.blobs.read(document.content)
    for data, words in ((original, "与记录一致"), (original + b" ", "记录里没有它")):
        sent = reader.post("/verify", data={"file": (io.BytesIO(data), "x.txt")})
        assert sent.status_code == 303
        assert words in read(reader, sent.headers["Location"]).text


@pytest.fixture
def receipted(world: World) -> tuple[Play, Receipt]:
    """An open tender with three bids, and the receipt of the first."""
    play = played(world)
    [lot] = play.lots
    bidders = [world.supplier(number) for number in (1, 2, 3)]
    receipts = [play.bid(one, lot, Money.parse("980000.00", "CNY")) for one in bidders]
    return play, receipts[0]


def posted(reader: FlaskClient, pasted: str) -> Page:
    """Paste something into the verify page."""
    response = reader.post("/verify", data={"q": pasted})
    return Page(status=response.status_code, html=response.get_data(as_text=True))


def as_file(given: Receipt, **changed: str) -> str:
    """A receipt as the offline tool keeps it."""
    held = {"receipt": given.receipt.decode(), "note": given.note.decode()}
    return json.dumps(held | changed, ensure_ascii=False)


def test_a_receipt_before_closing_says_that_it_is_ours_and_no_more(
    reader: FlaskClient, receipted: tuple[Play, Receipt]
) -> None:
    """The tree is private until the closing."""
    _, receipt = receipted
    page = posted(reader, as_file(receipt))
    assert page.status == 200
    assert "签名是我们的。截止以后" in page.text
    assert "包含证明" not in page.text


def test_a_receipt_after_closing_stands_in_the_closed_tree(
    world: World, reader: FlaskClient, receipted: tuple[Play, Receipt]
) -> None:
    """Its leaf leads to the root that the closing published; in each form a bidder may hold."""
    play, receipt = receipted
    world.clock.set(CLOSES_AT)
    play.close()
    in_api_form = as_file(receipt, receipt=base64.b64encode(receipt.receipt).decode())
    for pasted in (as_file(receipt), in_api_form):
        page = posted(reader, pasted)
        assert "与记录一致" in page.text
        assert "签名是我们的。它在截止时封存的清单里" in page.text
        assert "共3份" in page.text
    alone = posted(reader, receipt.receipt.decode())
    assert "与记录一致" in alone.text
    assert "签名是我们的" not in alone.text


def test_an_altered_receipt_is_told_apart(
    world: World, reader: FlaskClient, receipted: tuple[Play, Receipt]
) -> None:
    """One figure of the leaf, a note of another, another system's origin."""
    play, receipt = receipted
    raw = json.loads(receipt.receipt)
    blind = ("0" if raw["blind"][0] != "0" else "1") + raw["blind"][1:]
    altered = receipt.receipt.replace(raw["blind"].encode(), blind.encode()).decode()
    foreign = receipt.receipt.replace(raw["origin"].encode(), b"elsewhere/" + b"0" * 32).decode()
    assert "没有本系统的有效签名" in posted(reader, as_file(receipt, receipt=altered)).text
    assert "另一个系统" in posted(reader, as_file(receipt, receipt=foreign)).text
    cut = receipt.receipt.decode()[:-1]
    assert "读不出来" in posted(reader, as_file(receipt, receipt=cut)).text
    world.clock.set(CLOSES_AT)
    play.close()
    assert "记录里没有它" in posted(reader, altered).text


def test_the_whole_log_is_checked_by_the_verifier_that_comes_with_it(
    world: World, reader: FlaskClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the page tells people to do holds: the folder fits, with the key that the page names."""
    played(world, stage=TenderStage.CLOSED, bids=3, lot_stage=LotStage.OPENED)
    publish_record(world.installation)
    with tarfile.open(fileobj=io.BytesIO(reader.get("/log/log.tar").data)) as packed:
        packed.extractall(tmp_path, filter="data")
    key = reader.get("/log/log.vkey").get_data(as_text=True).strip()
    assert key in read(reader, "/verify").html
    assert verify.main([str(tmp_path / "log"), "--key", key]) == 0
    assert "FITS" in capsys.readouterr().out
    single = reader.get("/log/verify.py", buffered=True)
    assert single.data == Path(verify.__file__).read_bytes()
    # The same files at the addresses that mirrors and witnesses ask for.
    for path in sorted((tmp_path / "log").rglob("*")):
        name = path.relative_to(tmp_path / "log").as_posix()
        if path.is_file() and not name.startswith("checkpoints/"):
            assert reader.get(f"/log/{name}", buffered=True).data == path.read_bytes(), name


def test_one_step_is_checked_by_its_own_file(
    world: World, reader: FlaskClient, tmp_path: Path
) -> None:
    """The proof that the page offers."""
    play = played(world)
    publish_record(world.installation)
    badge = tender_page(reader, play).with_class("sl-proof")[0]
    page = read(reader, str(badge["href"]))
    [address] = [str(at["href"]) for at in page.named("a") if "tlog-proof" in str(at.get("href"))]
    file = tmp_path / "one.tlog-proof"
    file.write_bytes(reader.get(address.replace("http://localhost", ""), buffered=True).data)
    key = reader.get("/log/log.vkey").get_data(as_text=True).strip()
    assert verify.main([str(file), "--key", key]) == 0
    assert key_of(play)


def test_the_read_out_can_be_checked_by_anybody(world: World, reader: FlaskClient) -> None:
    """SEALED_BID 6: act, inner statement and the opening of the read-out lead to the price."""
    play = played(world, bids=3)
    assert reader.get(f"/tenders/{key_of(play)}/openings/1").status_code == 404
    world.clock.set(CLOSES_AT)
    play.close()
    world.clock.advance(timedelta(minutes=11))
    play.release(play.lots[0])
    assert reader.get(f"/tenders/{key_of(play)}/openings/1").status_code == 404
    play.open(play.lots[0])
    page = tender_page(reader, play)
    assert f"/tenders/{key_of(play)}/openings/1" in page.html
    found = reader.get(f"/tenders/{key_of(play)}/openings/1", buffered=True)
    assert found.headers["Content-Disposition"].startswith("attachment")
    evidence = json.loads(found.data)
    assert len(evidence["bids"]) == 3
    for bid in evidence["bids"]:
        act = json.loads(base64.b64decode(bid["act"]["statement"]))
        inner = base64.b64decode(bid["inner"]["statement"])
        digest = "sha256:" + hashlib.sha256(inner).hexdigest()
        assert digest in {envelope["inner"] for envelope in act["envelopes"]}
        opening = bid["opening"]
        assert opening["name"] == "readout.json"
        named = {name: opening[name] for name in ("digest", "name", "size")}
        salted = bytes.fromhex(opening["salt"]) + canonical.encode(named)
        assert "sha256:" + hashlib.sha256(salted).hexdigest() in json.loads(inner)["files"]
    for lot in (0, 2, 10**30):
        assert reader.get(f"/tenders/{key_of(play)}/openings/{lot}").status_code == 404
