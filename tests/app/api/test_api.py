"""The API as `sunlit-bid` uses it, with real signatures, envelopes and shares."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.rehearsal import sealed
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from journal.models import EntryRow
from kernel import canonical
from kernel.money import Money
from kernel.refusal import NotFound
from kernel.vocabulary import Action, TenderStage
from signatures.sealed import committee
from signatures.sealed.judging import Signed
from tests.app.api.conftest import Caller, act_body, b64, caller
from tests.world import CLOSES_AT, World

PRICE = Money.parse("980000.00", "CNY")


@pytest.fixture
def bidder(world: World) -> Player:
    """The first supplier."""
    return world.supplier(1)


@pytest.fixture
def firm(client: FlaskClient, play: Play, bidder: Player) -> Caller:
    """The first supplier's program."""
    return caller(client, bidder)


def sealed_bid(world: World, play: Play, bidder: Player) -> sealed.SealedBid:
    """A bid that is sealed but not sent; its ciphertexts lie with the player."""
    return sealed.seal_bid(world.installation, bidder, play.tender, play.lots[0], PRICE)


def send(firm: Caller, play: Play, made: sealed.SealedBid):  # type: ignore[no-untyped-def]
    """Send a sealed bid."""
    return firm.post(f"/tenders/{play.tender}/acts", act_body(made))


# Logging in


def test_wrong_password_gets_no_token(client: FlaskClient, bidder: Player) -> None:
    given = client.post("/api/v1/session", json={"account": bidder.login, "password": "x"})
    assert given.status_code == 422
    assert given.json["error"] == "wrong_login"


@pytest.mark.parametrize("body", [None, [], {"account": "a"}, {"account": 1, "password": "x"}])
def test_malformed_log_in_is_told(client: FlaskClient, body: object) -> None:
    given = client.post("/api/v1/session", json=body)
    assert given.status_code in (400, 422)
    assert given.json["error"] in ("http_400", "request_malformed")


def test_token_ends_with_log_out(client: FlaskClient, play: Play, firm: Caller) -> None:
    mine = f"/tenders/{play.tender}/acts/mine"
    assert firm.get(mine).status_code == 200
    assert client.delete("/api/v1/session", headers=firm.headers).status_code == 204
    assert firm.get(mine).status_code == 401


# Committee


def test_anybody_may_check_the_committee(client: FlaskClient, play: Play) -> None:
    given = client.get(f"/api/v1/tenders/{play.tender}/committee")
    assert given.status_code == 200
    found = given.json
    assert canonical.digest(base64.b64decode(found["committee"]["statement"])) == found["digest"]
    assert len(found["holders"]) == 2 * len(play.staff.holders)
    assert found["lots"] == list(play.lots)


def test_committee_of_an_unpublished_tender_is_nobodys_business(
    world: World, client: FlaskClient
) -> None:
    play = world.play()
    play.plan()
    play.intend()
    world.clock.set(CLOSES_AT - timedelta(days=26))
    play.draft()
    for tender in (play.tender, "ten_nobody"):
        given = client.get(f"/api/v1/tenders/{tender}/committee")
        assert given.status_code == 404
        assert given.json == {
            "error": "not_found",
            "words": given.json["words"],
            "cites": [],
            "facts": {},
        }


# Blobs


def test_upload_is_kept_under_its_digest(world: World, firm: Caller) -> None:
    given = firm.upload(b"sealed")
    assert given.status_code == 201
    assert world.installation.blobs.read(given.json["digest"]) == b"sealed"


def test_upload_under_another_name_is_refused_and_not_kept(world: World, firm: Caller) -> None:
    given = firm.upload(b"sealed", "0" * 64)
    assert given.json["error"] == "upload_digest_differs"
    with pytest.raises(NotFound):
        world.installation.blobs.read(canonical.digest(b"sealed"))


def test_refused_upload_does_not_remove_what_another_sent(world: World, firm: Caller) -> None:
    firm.upload(b"sealed")
    firm.upload(b"sealed", "0" * 64)
    assert world.installation.blobs.read(canonical.digest(b"sealed")) == b"sealed"


def test_nobody_uploads_without_a_supplier_role(
    client: FlaskClient, play: Play, world: World
) -> None:
    officer = caller(client, play.staff.officer)
    assert officer.upload(b"x").status_code == 403
    assert client.put(f"/api/v1/blobs/{'0' * 64}", data=b"x").status_code == 401


# Acts


def test_bid_gets_a_receipt_that_is_a_leaf(
    world: World, play: Play, bidder: Player, firm: Caller
) -> None:
    given = send(firm, play, sealed_bid(world, play, bidder))
    assert given.status_code == 201, given.text
    receipt = base64.b64decode(given.json["receipt"])
    stated = canonical.decode(receipt)
    assert isinstance(stated, dict)
    assert stated["act"] == given.json["act"]
    assert given.json["live"] is True
    assert "sunlit/receipt/v1" in given.json["note"]


def test_same_act_sent_again_gets_the_same_receipt(
    world: World, play: Play, bidder: Player, firm: Caller
) -> None:
    made = sealed_bid(world, play, bidder)
    first, second = send(firm, play, made), send(firm, play, made)
    assert second.json == first.json
    assert len(firm.get(f"/tenders/{play.tender}/acts/mine").json) == 1


def test_another_firm_can_neither_send_it_nor_learn_of_it(
    world: World, play: Play, bidder: Player, firm: Caller, client: FlaskClient
) -> None:
    made = sealed_bid(world, play, bidder)
    send(firm, play, made)
    rival = caller(client, world.supplier(2))
    assert send(rival, play, made).status_code == 422
    assert rival.get(f"/tenders/{play.tender}/acts/mine").json == []


def test_own_acts_say_which_is_live(world: World, play: Play, bidder: Player, firm: Caller) -> None:
    send(firm, play, sealed_bid(world, play, bidder))
    send(firm, play, sealed_bid(world, play, bidder))
    mine = firm.get(f"/tenders/{play.tender}/acts/mine").json
    assert [(act["seq"], act["live"]) for act in mine] == [(1, False), (2, True)]


def test_withdrawal_leaves_nothing_live(
    world: World, play: Play, bidder: Player, firm: Caller
) -> None:
    send(firm, play, sealed_bid(world, play, bidder))
    made = sealed.seal_withdrawal(world.installation, bidder, play.tender, play.lots[0])
    body = {"act": b64(made.signed.statement), "cms": b64(made.signed.cms)}
    given = firm.post(f"/tenders/{play.tender}/acts", body)
    assert given.status_code == 201, given.text
    assert given.json["live"] is False


def test_bid_at_the_closing_instant_is_late(
    world: World, play: Play, bidder: Player, firm: Caller, client: FlaskClient
) -> None:
    made = sealed_bid(world, play, bidder)
    world.clock.set(CLOSES_AT)
    given = send(caller(client, bidder), play, made)
    assert given.status_code == 422
    assert given.json["cites"]


def test_altered_signature_is_refused(
    world: World, play: Play, bidder: Player, firm: Caller
) -> None:
    body = act_body(sealed_bid(world, play, bidder))
    altered = bytearray(base64.b64decode(body["cms"]))
    altered[-1] ^= 1
    given = firm.post(f"/tenders/{play.tender}/acts", body | {"cms": b64(bytes(altered))})
    assert given.status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"act": "!", "cms": ""},
        {"act": b64(b"{}"), "cms": b64(b"x")},
        {"act": b64(b'{"lot":"x","type":"sunlit/other/v1"}'), "cms": b64(b"x")},
        {"act": b64(b'{"type": "sunlit/bid/v1"}'), "cms": b64(b"x")},
        {"act": b64(b"x" * 60_000), "cms": b64(b"x")},
    ],
)
def test_malformed_act_is_told_and_never_a_fault(
    play: Play, firm: Caller, body: dict[str, str]
) -> None:
    given = firm.post(f"/tenders/{play.tender}/acts", body)
    assert given.status_code == 422
    assert given.json["error"] in ("request_malformed", "statement_not_canonical")


def test_unknown_route_answers_in_json(client: FlaskClient) -> None:
    given = client.get("/api/v1/nothing/here")
    assert given.status_code == 404
    assert given.json["error"] == "not_found"


# Opening


def test_holder_gets_nothing_before_the_closing(
    world: World, play: Play, client: FlaskClient
) -> None:
    holder = caller(client, play.staff.holders[0])
    asked = holder.get(f"/tenders/{play.tender}/work", lot=play.lots[0], part="technical")
    assert asked.status_code == 404


def test_holder_gets_own_boxes_and_releases(world: World, client: FlaskClient) -> None:
    play = world.tender(stage=TenderStage.CLOSED, bids=3)
    world.clock.advance(timedelta(minutes=11))
    lot, holder = play.lots[0], play.staff.holders[0]
    program = caller(client, holder)
    work = program.get(f"/tenders/{play.tender}/work", lot=lot, part="technical")
    assert work.status_code == 200, work.text
    assert len(work.json["boxes"]) == 3
    signed: Signed = sealed.make_release(world.installation, holder, play.tender, lot, "technical")
    body = {"release": b64(signed.statement), "cms": b64(signed.cms)}
    given = program.post(f"/tenders/{play.tender}/releases", body)
    assert given.status_code == 201, given.text
    assert set(given.json["judged"].values()) == {"valid"}
    again = program.post(f"/tenders/{play.tender}/releases", body)
    assert again.json["error"] == "released_already"


def test_release_under_another_holders_name_is_refused(world: World, client: FlaskClient) -> None:
    play = world.tender(stage=TenderStage.CLOSED, bids=3)
    world.clock.advance(timedelta(minutes=11))
    first, second = play.staff.holders[:2]
    signed = sealed.make_release(world.installation, first, play.tender, play.lots[0], "technical")
    body = {"release": b64(signed.statement), "cms": b64(signed.cms)}
    given = caller(client, second).post(f"/tenders/{play.tender}/releases", body)
    assert given.status_code == 422
    assert given.json["error"] == "not_authorised"


@pytest.mark.parametrize("part", ["", "both", "TECHNICAL"])
def test_unknown_part_is_told(play: Play, client: FlaskClient, part: str) -> None:
    holder = caller(client, play.staff.holders[0])
    given = holder.get(f"/tenders/{play.tender}/work", lot=play.lots[0], part=part)
    assert given.json["error"] == "request_malformed"


# Holders' keys before the publication


Statements = dict[str, dict[str, str]]


def keys_of(world: World, holder: Player, tender: str) -> Statements:
    """A holder's statements about a fresh price key: on the key itself, and that it is at hand."""
    identity = sealed.new_identity()
    place = {
        "origin": world.installation.journal.origin,
        "tender": tender,
        "part": "price",
        "index": 1,
        "identity": identity,
    }
    key = committee.holder_statement(**place, made_at=world.clock.now())
    shown = committee.possession_statement(**place, checkpoint="sha256:" + "0" * 64)
    return {"holder": signed_by(holder, key), "possession": signed_by(holder, shown)}


def signed_by(person: Player, statement: bytes) -> dict[str, str]:
    """A statement with a signature, as the API takes it."""
    return {"statement": b64(statement), "cms": b64(person.signs(statement))}


def drafted(world: World) -> Play:
    """An approved tender, before anybody made a key."""
    play = world.play()
    play.plan()
    play.intend()
    world.clock.set(CLOSES_AT - timedelta(days=26))
    play.draft()
    return play


def test_holder_registers_key_and_possession(world: World, client: FlaskClient) -> None:
    play = drafted(world)
    holder = play.staff.holders[0]
    program = caller(client, holder)
    keys = f"/tenders/{play.tender}/holder-keys"
    assert [(each["part"], each["recipient"]) for each in program.get(keys).json["places"]] == [
        ("technical", None),
        ("price", None),
    ]
    made = keys_of(world, holder, play.tender)
    early = program.post(keys, {"statements": [made["possession"]]})
    assert early.status_code == 422
    # In whatever order they come: possession is taken after its key.
    given = program.post(keys, {"statements": [made["possession"], made["holder"]]})
    assert given.status_code == 201, given.text
    digests = [
        canonical.digest(base64.b64decode(made[kind]["statement"]))
        for kind in ("holder", "possession")
    ]
    assert [each["statement"] for each in given.json["registered"]] == digests
    [_, price] = program.get(keys).json["places"]
    assert price["recipient"].startswith("age1")
    assert price["possession"] is True
    with world.installation.journal.read() as work:
        entries = [
            work.session.get_one(EntryRow, each["entry"]) for each in given.json["registered"]
        ]
    verbs = [Action.REGISTER_HOLDER_KEY, Action.SHOW_POSSESSION]
    assert [entry.action for entry in entries] == verbs


def test_keys_sent_again_change_nothing(world: World, client: FlaskClient) -> None:
    play = drafted(world)
    holder = play.staff.holders[0]
    program = caller(client, holder)
    keys = f"/tenders/{play.tender}/holder-keys"
    made = keys_of(world, holder, play.tender)
    first = program.post(keys, {"statements": [made["holder"]]})
    assert len(first.json["registered"]) == 1
    both = {"statements": [made["holder"], made["possession"]]}
    assert len(program.post(keys, both).json["registered"]) == 1
    assert program.post(keys, both).json == {"registered": []}
    [_, price] = program.get(keys).json["places"]
    assert price["possession"] is True


def test_all_statements_of_a_holder_are_taken_or_none(world: World, client: FlaskClient) -> None:
    play = drafted(world)
    first, second = play.staff.holders[:2]
    program = caller(client, first)
    keys = f"/tenders/{play.tender}/holder-keys"
    made = keys_of(world, first, play.tender)
    strange = made["possession"] | {
        "cms": b64(second.signs(base64.b64decode(made["possession"]["statement"])))
    }
    refused = program.post(keys, {"statements": [made["holder"], strange]})
    assert refused.json["error"] == "signer_is_not_actor"
    assert [each["recipient"] for each in program.get(keys).json["places"]] == [None, None]
    for malformed in ({}, {"statements": []}, {"statements": [made["holder"]] * 5}):
        assert program.post(keys, malformed).json["error"] == "request_malformed"
    other = signed_by(first, canonical.encode({"type": "sunlit/committee/v1", "part": "price"}))
    assert program.post(keys, {"statements": [other]}).json["error"] == "file_of_another_kind"


def test_nobody_registers_a_key_for_another_or_without_a_good_signature(
    world: World, client: FlaskClient
) -> None:
    play = drafted(world)
    first, second = play.staff.holders[:2]
    made = keys_of(world, first, play.tender)["holder"]
    statement = base64.b64decode(made["statement"])
    keys = f"/tenders/{play.tender}/holder-keys"

    def code(person: Player, given: dict[str, str]) -> object:
        return caller(client, person).post(keys, {"statements": [given]}).json["error"]

    assert code(second, made) == "statement_mismatch"
    assert code(first, made | {"cms": b64(second.signs(statement))}) == "signer_is_not_actor"
    assert code(first, made | {"cms": b64(first.signs(b"{}"))}) == "signature_not_valid"
    for person in (play.staff.officer, world.supplier(1)):
        body = {"statements": [made]}
        assert caller(client, person).post(keys, body).status_code == 403
        assert caller(client, person).get(keys).status_code == 403
    assert client.get(f"/api/v1{keys}").status_code == 401
    stranger = caller(client, first).get("/tenders/tnd_of_nobody/holder-keys")
    assert stranger.status_code == 404


# Bidders at the opening


def test_bidder_objects_with_a_receipt(
    world: World, play: Play, bidder: Player, firm: Caller, client: FlaskClient
) -> None:
    answer = send(firm, play, sealed_bid(world, play, bidder)).json
    body = {
        "lot": play.lots[0],
        "text": "未宣读我方报价",
        "receipt": answer["receipt"],
        "note": answer["note"],
    }
    path = f"/tenders/{play.tender}/objections"
    assert firm.post(path, body).json["error"] == "before_closing"
    world.clock.set(CLOSES_AT)
    play.close()
    firm = caller(client, bidder)
    given = firm.post(path, body)
    assert given.status_code == 201, given.text
    assert given.json["stops_the_lot"] is False  # it is in the tree
    stated = canonical.decode(base64.b64decode(body["receipt"]))
    assert isinstance(stated, dict)
    forged = body | {"receipt": b64(canonical.encode(stated | {"blind": "00" * 32}))}
    assert firm.post(path, forged).json["error"] == "receipt_not_ours"
    assert firm.post(path, body | {"text": " "}).json["error"] == "objection_without_reason"
    assert firm.post(path, body | {"text": ""}).json["error"] == "request_malformed"
    assert firm.post(path, {"lot": play.lots[0], "text": "程序有误"}).status_code == 201
    elsewhere = firm.post("/tenders/tnd_of_nobody/objections", body)
    assert elsewhere.status_code == 404
    assert caller(client, play.staff.officer).post(path, body).status_code == 403


def test_bidder_gives_the_own_key_where_it_is_wanted(world: World, client: FlaskClient) -> None:
    play = world.tender(bids=2)
    bidder = world.supplier(3)
    made = sealed_bid(world, play, bidder)
    sealed.submit(world.installation, bidder, made.submission)
    identity = {each.part: each.identity for each in made.envelopes}
    lot, path = play.lots[0], f"/tenders/{play.tender}/own-keys"
    body = {"lot": lot, "part": "price", "identity": identity["price"]}
    assert caller(client, bidder).get(path, lot=lot).status_code == 404
    world.clock.set(CLOSES_AT)
    play.close()
    world.clock.advance(timedelta(minutes=10))
    firm = caller(client, bidder)
    assert firm.get(path, lot=lot).json["wanted"] == []
    assert firm.post(path, body).json["error"] == "own_key_not_needed"
    world.clock.advance(timedelta(minutes=60))
    firm = caller(client, bidder)
    asked = firm.get(path, lot=lot).json
    assert [each["part"] for each in asked["wanted"]] == ["technical", "price"]
    assert asked["wanted"][0]["ends_at"] == "2026-04-28T03:40:00.000Z"
    assert firm.post(path, body | {"part": "both"}).json["error"] == "request_malformed"
    assert firm.post(path, body | {"identity": identity["technical"]}).json["error"] == (
        "identity_differs"
    )
    rival = caller(client, world.supplier(1))
    assert rival.post(path, body).json["error"] == "identity_differs"
    assert firm.post(path, body).status_code == 201
    assert firm.post(path, body).json["error"] == "own_key_given_already"
    assert caller(client, play.staff.officer).post(path, body).status_code == 403
    assert firm.get(path, lot="lot_of_nobody").status_code == 404
