"""The offline tool from the first look at the committee to the released shares, over real HTTP."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from app.rehearsal import sealed
from app.rehearsal.play import Play
from journal import verify
from kernel.money import Money
from procurement.tenders import queries as tenders
from signatures import notes
from signatures.notes import KeyKind, SigningKey
from signatures.sealed import points
from signatures.sealed.readout import ReadOut
from signatures.tool import keyfiles
from tests.signatures.tool.conftest import PASSPHRASE, Desk
from tests.world import CLOSES_AT, PUBLISHED_AT, World

SERVER = ("--server", "https://sunlit.test")


@pytest.fixture
def play(county: World) -> Play:
    """A tender that takes bids, with two bids in it."""
    return county.tender(bids=2)


def fetched(desk: Desk, play: Play) -> Path:
    """Committee and notices in a file."""
    package = desk.home / "package.json"
    if not package.exists():
        desk.does("committee", "fetch", *SERVER, "--tender", play.tender, "--out", package)
    return package


def offer(desk: Desk) -> tuple[Path, Path]:
    """The files of a bid on the bidder's disk."""
    technical, price = desk.home / "technical", desk.home / "price"
    for folder in (technical, price):
        folder.mkdir(exist_ok=True)
    (technical / "技术方案.pdf").write_bytes(b"%PDF-1.7 how we do it")
    said = ReadOut(Money.parse("970000.00", "CNY"))
    (price / "readout.json").write_bytes(said.encode())
    return technical, price


def test_a_bid_from_the_committee_to_its_receipt(county: World, desk: Desk, play: Play) -> None:
    bidder = county.supplier(3)
    package, (technical, price) = fetched(desk, play), offer(desk)
    log = ("--log", desk.log(), "--log-key", desk.log_key)
    shown = desk.does("committee", "check", "--package", package, "--trust", desk.trust, *log)
    fingerprint = shown.splitlines()[0].removeprefix("fingerprint  ")
    seal = (
        *("seal", "--package", package, "--trust", desk.trust, *log, "--lot", play.lots[0]),
        *("--bidder", bidder.firm.identifier, "--technical", technical, "--price", price),
        *("--p12", desk.p12(bidder)),
    )
    other = fingerprint.replace("a", "b").replace("1", "2")
    bid = desk.home / "bid"
    desk.is_refused("fingerprint_differs", *seal, "--fingerprint", other, "--out", bid)
    desk.does(*seal, "--fingerprint", fingerprint, "--out", bid)
    submit = ("submit", *SERVER, "--account", bidder.login, bid)
    desk.does(*submit)
    kept = (bid / "receipt.json").read_bytes()
    desk.does(*submit)
    assert (bid / "receipt.json").read_bytes() == kept
    key = county.installation.keys.receipt_vkey.encode()
    said = desk.does("receipt", "check", bid, "--receipt-key", key)
    assert "accepted at" in said
    answer = json.loads(kept)
    (bid / "receipt.json").write_text(json.dumps({**answer, "note": answer["note"] + "x"}))
    desk.is_refused("receipt_note_wrong", "receipt", "check", bid, "--receipt-key", key)
    assert b"970000" not in b"".join(path.read_bytes() for path in bid.iterdir() if path.is_file())
    withdrawal = desk.home / "withdrawal"
    desk.does("withdraw", "--after", bid, "--out", withdrawal, "--p12", desk.p12(bidder))
    desk.does("submit", *SERVER, "--account", bidder.login, withdrawal)
    proof = ("receipt", "proof", *SERVER, "--account", bidder.login, withdrawal)
    assert "open yet" in desk.does(*proof)
    county.clock.set(play.plot.closes_at)
    play.close()
    assert "with its proof" in desk.does(*proof)
    held = withdrawal / "held.json"
    log_keys = ("--key", desk.log_key, "--receipt-key", key)
    assert verify.main([str(desk.log()), str(held), *log_keys]) == 0
    told = json.loads(held.read_text("utf-8"))
    told["proof"]["position"] += 1
    held.write_text(json.dumps(told), "utf-8")
    assert verify.main([str(desk.log()), str(held), *log_keys]) == 1


def test_what_is_checked_before_sealing(county: World, desk: Desk, play: Play) -> None:
    package = fetched(desk, play)
    check = ("committee", "check", "--trust", desk.trust, "--package")
    record = json.loads(package.read_text())

    def altered(name: str, **changes: object) -> Path:
        path = desk.home / name
        path.write_text(json.dumps({**record, **changes}))
        return path

    fewer = altered("fewer", holders=record["holders"][:-1])
    desk.is_refused("committee_holders_differ", *check, fewer)
    unsigned = {**record["committee"], "cms": record["notices"][0]["signed"]["cms"]}
    desk.is_refused("signature_not_valid", *check, altered("unsigned", committee=unsigned))
    desk.is_refused("notice_missing", *check, altered("mute", notices=[]))
    elsewhere = altered("elsewhere", origin=record["origin"] + "x")
    desk.is_refused("notice_chain_broken", *check, elsewhere)
    other = desk.home / "other-trust"
    other.mkdir()
    (other / "trust.json").write_text('{"organization_issuers":[],"outside_authorities":[]}')
    strangers = ("committee", "check", "--trust", other, "--package", package)
    desk.is_refused("signature_not_valid", *strangers)
    log = desk.log()
    assert "NOT CHECKED" not in desk.does(*check, package, "--log", log, "--log-key", desk.log_key)
    tile = next((log / "tile" / "0").rglob("*[0-9]"), None)
    assert tile is not None
    if tile.is_file():
        tile.write_bytes(bytes(len(tile.read_bytes())))
    desk.is_refused("log_root_wrong", *check, package, "--log", log, "--log-key", desk.log_key)


def test_a_holder_opens_boxes_and_releases(county: World, desk: Desk, play: Play) -> None:
    play.bid(county.supplier(3), play.lots[0], Money.parse("990000.00", "CNY"))
    holder = play.staff.holders[0]
    with county.installation.journal.read() as work:
        index = sealed.index_of(work.session, holder, play.tender, "price")
    keys = desk.home / "keys.age"
    keyfiles.write_part_keys(
        keys,
        PASSPHRASE,
        origin=county.installation.journal.origin,
        tender=play.tender,
        index=index,
        identities={
            part: identity
            for (tender, part), identity in holder.identities.items()
            if tender == play.tender
        },
    )
    asked = (
        *(*SERVER, "--account", holder.login, "--trust", desk.trust, "--tender", play.tender),
        *("--lot", play.lots[0], "--part", "price", "--keys", keys),
    )
    waived = "--without-outside-evidence"
    desk.is_refused("before_closing", "boxes", "open", *asked, waived)
    county.clock.set(CLOSES_AT)
    play.close()
    desk.is_refused("objection_time_runs", "boxes", "open", *asked, waived)
    county.clock.advance(timedelta(minutes=31))
    desk.is_refused("closing_without_outside_evidence", "boxes", "open", *asked)
    published = desk.log()
    log = ("--log", published, "--log-key", desk.log_key)
    desk.is_refused("closing_without_outside_evidence", "boxes", "open", *asked, *log)
    witness = SigningKey.generate("witness.example", KeyKind.COSIGNATURE)
    witnessed = (*log, "--witness", witness.verifier.encode())
    desk.is_refused("log_checkpoint_wrong", "boxes", "open", *asked, *witnessed)
    cosign(published / "checkpoint", witness, county)
    opened = desk.does("boxes", "open", *asked, *witnessed)
    assert opened.count("a share") == 3
    done = desk.does("release", *asked, *log, waived, "--p12", desk.p12(holder))
    assert "release" in done
    keys.with_suffix(".closing").write_text("sha256:" + "0" * 64)
    desk.is_refused("closing_differs", "boxes", "open", *asked, waived)


def cosign(checkpoint: Path, witness: SigningKey, county: World) -> None:
    """A witness signs the checkpoint too."""
    note = checkpoint.read_bytes()
    text, _ = notes.read_note(note)
    line = witness.signature_line(text, county.clock.now())
    checkpoint.write_bytes(notes.add_signature(note, line))


def test_keys_are_made_shown_and_destroyed(county: World, desk: Desk, play: Play) -> None:
    holder = play.staff.holders[0]
    folder = desk.home / "holder"
    signed = ("--p12", desk.p12(holder))
    place = ("--origin", "sunlit.example/log", "--tender", play.tender, "--index", 2)
    parts = ("--part", "technical", "--part", "price")
    made = desk.does("keys", "make", *place, *parts, "--out", folder, *signed)
    assert made.count("age1") == 2
    keys = folder / "keys.age"
    assert b"AGE-SECRET" not in keys.read_bytes()
    desk.is_refused("file_exists", "keys", "make", *place, *parts, "--out", folder, *signed)
    checkpoint = ("--checkpoint", "sha256:" + "0" * 64)
    asked = ("--keys", keys, "--out", folder, *signed)
    assert "possession-price" in desk.does("keys", "possession", *asked, *checkpoint)
    said = json.loads((folder / "possession-price.json").read_text())
    assert said["type"] == "sunlit/possession/v1"
    desk.does("keys", "destruction", *asked)
    assert not keys.exists()


def drafted(county: World) -> Play:
    """An approved tender whose holders have made no keys yet."""
    play = county.play()
    play.plan()
    play.intend()
    county.clock.set(PUBLISHED_AT)
    play.draft()
    return play


def test_a_holder_registers_keys_and_possession(county: World, desk: Desk) -> None:
    play = drafted(county)
    holder, other = play.staff.holders[:2]
    home, keys = desk.home / "holder", desk.home / "holder" / "keys.age"
    asked = (*SERVER, "--account", holder.login)
    said = desk.does("keys", "place", *asked, "--tender", play.tender)
    assert said.count("no key yet") == 2
    desk.is_refused("not_found", "keys", "place", *asked, "--tender", "tnd_of_nobody")
    origin = county.installation.journal.origin
    signed = ("--p12", desk.p12(holder))
    parts = ("--part", "technical", "--part", "price")
    place = ("--origin", origin, "--tender", play.tender, "--index", 1)
    desk.does("keys", "make", *place, *parts, "--out", home, *signed)
    register = ("keys", "register", *asked, home)
    assert desk.does(*register).split() == ["holder-price", "holder-technical"]
    desk.is_refused("nothing_to_register", *register)
    checkpoint = ("--checkpoint", "sha256:" + "0" * 64)
    desk.does("keys", "possession", "--keys", keys, *checkpoint, "--out", home, *signed)
    # Who is not named in this place, and who did not sign, registers nothing.
    others = ("keys", "register", *SERVER, "--account", other.login, home)
    desk.is_refused("statement_mismatch", *others)
    assert desk.does(*register).split() == ["possession-price", "possession-technical"]
    with county.installation.journal.read() as work:
        known = [
            key
            for key in tenders.holder_keys(work.session, play.tender)
            if key.person_id == holder.person
        ]
        assert all(key.recipient and key.possession_document_id for key in known)
    play.make_keys(holders=play.staff.holders[1:])
    play.set_committee()


def test_a_supplier_has_no_place_in_a_committee(county: World, desk: Desk) -> None:
    play = drafted(county)
    asked = (*SERVER, "--account", county.supplier(1).login, "--tender", play.tender)
    desk.is_refused("http_403", "keys", "place", *asked)


def sealed_at(desk: Desk, play: Play, county: World) -> Path:
    """The third supplier's bid, sealed and sent by the tool."""
    bidder = county.supplier(3)
    bid = desk.home / "bid"
    technical, price = offer(desk)
    package = fetched(desk, play)
    shown = desk.does("committee", "check", "--package", package, "--trust", desk.trust)
    fingerprint = shown.splitlines()[0].removeprefix("fingerprint  ")
    desk.does(
        *("seal", "--package", package, "--trust", desk.trust, "--without-log"),
        *("--lot", play.lots[0], "--bidder", bidder.firm.identifier, "--p12", desk.p12(bidder)),
        *("--technical", technical, "--price", price, "--fingerprint", fingerprint, "--out", bid),
    )
    desk.does("submit", *SERVER, "--account", bidder.login, bid)
    return bid


def test_a_bidders_own_key_leaves_the_house_only_where_it_is_wanted(
    county: World, desk: Desk, play: Play
) -> None:
    bid, bidder = sealed_at(desk, play, county), county.supplier(3)
    asked = (*SERVER, "--account", bidder.login, "--trust", desk.trust)
    waived = "--without-outside-evidence"
    desk.is_refused("before_closing", "own-key", *asked, waived, bid)
    county.clock.set(CLOSES_AT)
    play.close()
    desk.is_refused("objection_time_runs", "own-key", *asked, waived, bid)
    county.clock.advance(timedelta(minutes=10))
    desk.is_refused("own_key_not_needed", "own-key", *asked, waived, bid)
    play.release(play.lots[0], holders=play.staff.holders[:1])
    county.clock.advance(timedelta(minutes=60))
    desk.is_refused("closing_without_outside_evidence", "own-key", *asked, bid)
    # A file of another bid: nothing is sent.
    kept = (bid / "secrets.age").read_bytes()
    (bid / "secrets.age").unlink()
    keyfiles.write_bid_secrets(
        bid / "secrets.age",
        PASSPHRASE,
        act="sha256:" + "0" * 64,
        identities=dict.fromkeys(("technical", "price"), points.write_identity(bytes(range(32)))),
    )
    desk.is_refused("identity_differs", "own-key", *asked, waived, bid)
    (bid / "secrets.age").write_bytes(kept)
    said = desk.does("own-key", *asked, waived, bid)
    assert said.splitlines() == ["technical: key given", "price: key given"]
    desk.is_refused("own_key_not_needed", "own-key", *asked, waived, bid)


def test_a_bidder_objects_with_the_receipt_in_the_folder(
    county: World, desk: Desk, play: Play
) -> None:
    bid = sealed_at(desk, play, county)
    asked = (*SERVER, "--account", county.supplier(3).login, "--text", "未宣读我方报价")
    desk.is_refused("before_closing", "object", *asked, bid)
    county.clock.set(CLOSES_AT)
    play.close()
    assert "the lot goes on" in desk.does("object", *asked, bid)
    assert "the lot goes on" in desk.does("object", *asked, "--without-receipt", bid)
    answer = json.loads((bid / "receipt.json").read_text())
    (bid / "receipt.json").write_text(json.dumps({**answer, "note": answer["note"][:-8] + "AAAA"}))
    desk.is_refused("receipt_not_ours", "object", *asked, bid)
