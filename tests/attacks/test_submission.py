"""Attacks by a bidder, or by whoever poses as one, while bids are taken."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.reception import receive
from app.rehearsal import sealed
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from bidding.envelopes import queries
from bidding.envelopes.examining import Submission, boxes_as_given
from bidding.envelopes.models import BidAct
from kernel import canonical
from kernel.refusal import Refused
from kernel.vocabulary import Role, TenderStage
from signatures import cms
from signatures.issuing import Purpose, Subject, issue, new_key
from signatures.sealed import points
from signatures.sealed.judging import Signed
from signatures.signers import KeyInMemory, Signer
from tests.attacks import forging
from tests.attacks.forging import PRICE
from tests.world import CLOSES_AT, World
from tests.worlds import believes, played

TICK = timedelta(microseconds=1)
# A point of order eight (RFC 8032 encoding), as in tests/vectors.
ORDER_EIGHT = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")


def refused(world: World, bidder: Player, given: Submission) -> str:
    """Send it as the surfaces do; the code of the refusal, and nothing was taken in."""
    before = _acts(world)
    with pytest.raises(Refused) as error:
        receive(world.installation, bidder.actor, given)
    assert _acts(world) == before
    found = error.value.refusal
    return found.code if "key" not in found.facts else f"{found.code} {found.facts['key']}"


def _acts(world: World) -> int:
    with world.installation.journal.read() as work:
        return work.session.scalar(select(func.count()).select_from(BidAct)) or 0


@pytest.fixture(scope="module")
def rival(shared: World) -> Player:
    """Whose bid the tender has."""
    return shared.supplier(1)


@pytest.fixture(scope="module")
def attacker(shared: World) -> Player:
    """A supplier like any other."""
    return shared.supplier(2)


def rivals_bid(play: Play, rival: Player) -> tuple[dict[str, Any], dict[str, tuple[bytes, ...]]]:
    """What the rival's act says and the boxes that belong to it; the operator hands them over."""
    with play.installation.journal.read() as work:
        row = queries.acts_of_bidder(work.session, play.lots[0], rival.firm.identifier)[-1]
        stated: Any = canonical.decode(row.statement)
        return stated, {
            each.part: boxes_as_given(each.stated["box_bytes"]) for each in row.envelopes
        }


# What is signed


def test_the_forgers_tools_make_good_bids_where_nothing_is_bent(
    shared: World, open_play: Play
) -> None:
    bidder = shared.supplier(5)
    given = receive(shared.installation, bidder.actor, forging.bid(open_play, bidder))
    assert given.live


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"origin": "another.installation/00000000000000000000000000000000"}, "origin"),
        ({"tender": "ten_another"}, "tender"),
        ({"lot": "lot_another"}, "lot"),
        ({"committee": canonical.digest(b"a committee of the operator's")}, "committee"),
        ({"notice": canonical.digest(b"a notice of the operator's")}, "notice"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_act_made_for_elsewhere_is_refused(
    shared: World, open_play: Play, attacker: Player, change: dict[str, str], code: str
) -> None:
    good = forging.bid(open_play, attacker)
    stated: Any = canonical.decode(good.signed.statement)
    act = canonical.encode(stated | change)
    given = replace(good, signed=Signed(act, attacker.signs(act)))
    assert refused(shared, attacker, given) == f"statement_mismatch {code}"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda stated: stated.update(price="1.00"), "statement_keys"),
        (lambda stated: stated.pop("client"), "statement_keys"),
        (lambda stated: stated.update(seq="1"), "statement_value seq"),
        (lambda stated: stated.update(type="sunlit/bid/v2"), "statement_type"),
        (lambda stated: stated.update(seq=2, prev=canonical.digest(b"x")), "act_seq"),
        (lambda stated: stated.update(prev=canonical.digest(b"x")), "act_prev"),
    ],
    ids=["a key more", "a key less", "a value", "a suite", "a gap", "a fork"],
)
def test_a_statement_of_another_form_is_refused(
    shared: World,
    open_play: Play,
    attacker: Player,
    change: Callable[[dict[str, Any]], object],
    code: str,
) -> None:
    good = forging.bid(open_play, attacker)
    stated: Any = canonical.decode(good.signed.statement)
    change(stated)
    act = canonical.encode(stated)
    given = replace(good, signed=Signed(act, attacker.signs(act)))
    assert refused(shared, attacker, given) == code


def test_bytes_that_read_the_same_are_refused(
    shared: World, open_play: Play, attacker: Player
) -> None:
    good = forging.bid(open_play, attacker)
    spaced = good.signed.statement.replace(b",", b", ", 1)
    given = replace(good, signed=Signed(spaced, attacker.signs(spaced)))
    assert refused(shared, attacker, given) == "statement_not_canonical"


def test_an_act_altered_after_it_was_signed_is_refused(
    shared: World, open_play: Play, attacker: Player
) -> None:
    good = forging.bid(open_play, attacker)
    stated: Any = canonical.decode(good.signed.statement)
    altered = canonical.encode(stated | {"client": canonical.digest(b"x")})
    given = replace(good, signed=Signed(altered, good.signed.cms))
    assert refused(shared, attacker, given) == "signature_not_valid"


def test_a_signature_given_on_a_pdf_is_no_withdrawal(
    shared: World, open_play: Play, rival: Player
) -> None:
    """He had prepared a "PDF" whose digest was that of a withdrawal (SEALED_BID 1)."""
    made = forging.withdrawal(open_play, rival)
    act = made.signed.statement
    given = replace(made, signed=Signed(act, cms.sign_document(act, rival.signer)))
    with pytest.raises(Refused) as error:
        receive(shared.installation, rival.actor, given)
    assert error.value.refusal.code == "signature_not_valid"
    assert error.value.refusal.facts["found"] == "no_signature_policy"


def test_a_withdrawal_is_no_bid_and_a_bid_no_withdrawal(
    shared: World, open_play: Play, rival: Player
) -> None:
    made = forging.withdrawal(open_play, rival)
    assert refused(shared, rival, replace(made, kind="bid")) == "statement_type"
    good = forging.bid(open_play, rival)
    assert refused(shared, rival, replace(good, kind="withdrawal")) == "statement_type"


# Who signs


def test_nobody_withdraws_for_a_rival(
    shared: World, open_play: Play, rival: Player, attacker: Player
) -> None:
    as_himself = forging.withdrawal(open_play, rival, signer=attacker)
    assert refused(shared, attacker, as_himself) == "statement_mismatch bidder"
    # The operator puts him into the rival's session, where only the certificate stands in the way.
    assert refused(shared, rival, as_himself) == "signer_not_of_bidder"


def stranger(world: World, firm: Player, login: str) -> Player:
    """A person of the operator's, enrolled under the firm, with a certificate from an authority
    that may vouch for persons but not for organisations."""
    pki = world.pki
    root = pki.root
    authority = issue(
        Subject("Persons Only CA", "Somebody"),
        Purpose.AUTHORITY,
        issuer=root,
        issuer_key=_key(root),
        key=new_key(),
        valid_from=datetime(2025, 2, 1, tzinfo=UTC),
        valid_to=datetime(2031, 1, 1, tzinfo=UTC),
    )
    signer = pki.issue_person(
        "冒充者", firm.firm.name.zh, firm.firm.identifier, keep=False, issuer=authority
    )
    return world.cast.player(
        login, "冒充者", firm.firm, [(Role.SUPPLIER, firm.firm)], signer=signer
    )


def _key(signer: Signer) -> Any:
    assert isinstance(signer.key, KeyInMemory)
    return signer.key.key


def test_a_stranger_enrolled_under_the_firm_neither_replaces_nor_withdraws(
    shared: World, open_play: Play, rival: Player
) -> None:
    person = stranger(shared, rival, "stranger1")
    assert refused(shared, person, forging.bid(open_play, person)) == "signer_not_of_bidder"
    given = forging.withdrawal(open_play, rival, signer=person)
    assert refused(shared, person, given) == "signer_not_of_bidder"


def test_a_stranger_does_not_send_a_first_bid_either(shared: World, open_play: Play) -> None:
    person = stranger(shared, shared.supplier(3), "stranger2")
    assert refused(shared, person, forging.bid(open_play, person)) == "signer_not_of_bidder"


def test_a_certificate_that_the_bid_names_may_follow_and_no_other(shared: World) -> None:
    play = played(shared)
    firm = shared.supplier(3)
    person = stranger(shared, firm, "stranger3")
    good = forging.bid(play, firm)
    stated: Any = canonical.decode(good.signed.statement)
    stated["signers"].append(person.signer.certificate.fingerprint)
    act = canonical.encode(stated)
    first = replace(good, signed=Signed(act, firm.signs(act)))
    assert receive(shared.installation, firm.actor, first).live
    given = forging.withdrawal(play, firm, signer=person)
    assert not receive(shared.installation, person.actor, given).live
    # The last bid decides, and a withdrawal names nobody: he may still follow.
    again = forging.bid(play, firm)
    assert receive(shared.installation, firm.actor, again).live  # and this one does not name him
    given = forging.withdrawal(play, firm, signer=person)
    assert refused(shared, person, given) == "signer_not_of_bidder"


def test_a_signer_of_another_firm_is_refused(
    shared: World, open_play: Play, attacker: Player
) -> None:
    good = forging.bid(open_play, attacker)
    other = shared.supplier(4)
    act = good.signed.statement
    given = replace(good, signed=Signed(act, other.signs(act)))
    assert refused(shared, attacker, given) == "signer_not_of_bidder"


def test_an_expired_a_coming_and_a_look_alike_certificate_are_refused(
    shared: World, open_play: Play
) -> None:
    pki, firm = shared.pki, shared.supplier(3).firm
    bad = {
        "expired": {"valid_to": datetime(2026, 4, 1, tzinfo=UTC)},
        "coming": {"valid_from": datetime(2026, 6, 1, tzinfo=UTC)},
        "look-alike": {"issuer": pki.look_alike},
    }
    found = {}
    for name, how in bad.items():
        signer = pki.issue_person("某人", firm.name.zh, firm.identifier, keep=False, **how)
        person = replace_signer(shared.supplier(3), signer)
        with pytest.raises(Refused) as error:
            receive(shared.installation, person.actor, forging.bid(open_play, person))
        assert error.value.refusal.code == "signature_not_valid"
        found[name] = error.value.refusal.facts["found"]
    assert found["expired"] == "certificate_expired"
    assert found["coming"] == "certificate_not_yet_valid"
    assert found["look-alike"] is not None


def replace_signer(player: Player, signer: Signer) -> Player:
    """The same person with another certificate."""
    return replace(player, signer=signer)


def test_a_revoked_signer_is_refused_and_an_unknown_state_is_shown(world: World) -> None:
    play = world.tender()
    revoked, other = world.supplier(1), world.supplier(2)
    world.pki.revoke(revoked.signer, world.clock.now(), world.clock)
    believes(world, play, world.pki.trust())
    with pytest.raises(Refused) as error:
        play.bid(revoked, play.lots[0], PRICE)
    assert error.value.refusal.facts["found"] == "certificate_revoked"
    # With lists that ran out nobody can know: taken, shown, and judged again at the opening.
    lists = world.pki.crls(world.clock.now() - timedelta(days=9), world.clock.now() - TICK)
    believes(world, play, world.pki.trust().with_crls(lists))
    given = play.bid(other, play.lots[0], PRICE)
    with world.installation.journal.read() as work:
        row = queries.act_by_digest(work.session, given.act)
        assert row is not None
        assert row.verdict["indication"] == "INDETERMINATE"


# What is sealed


@pytest.mark.parametrize(
    ("bent", "code"),
    [
        (lambda entry: _torsion(entry, 0), "point_torsion"),
        (lambda entry: _torsion(entry, 1), "point_torsion"),
        (lambda entry: _commitment(entry, "01" + "00" * 31), "point_small_order"),
        (lambda entry: _commitment(entry, "ee" + "ff" * 30 + "7f"), "point_not_canonical"),
        (lambda entry: entry["commitments"].append(entry["commitments"][1]), "commitments_count"),
        (lambda entry: _recipient(entry, 0), "recipient_small_order"),
        (lambda entry: _recipient(entry, 1), "recipient_small_order"),
        (lambda entry: _recipient(entry, 2**255 - 19 + 9), "recipient_not_reduced"),
        (lambda entry: _recipient(entry, 9), "recipient_not_committed"),
        (lambda entry: entry.update(size=entry["size"] - 1), "payload_size"),
        (lambda entry: entry.update(ciphertext=canonical.digest(b"x")), "ciphertext_missing"),
    ],
    ids=[
        "torsion in the first commitment",
        "torsion in another",
        "the identity as commitment",
        "a commitment written otherwise",
        "a commitment more",
        "u = 0",
        "u = 1",
        "u above p",
        "a recipient that nobody committed to",
        "a size that no payload has",
        "a ciphertext that was not uploaded",
    ],
)
def test_an_envelope_that_could_not_open_is_refused_while_it_can_be_mended(
    shared: World,
    open_play: Play,
    attacker: Player,
    bent: Callable[[dict[str, Any]], object],
    code: str,
) -> None:
    given = forging.bid(open_play, attacker, entry=bent)
    assert refused(shared, attacker, given) == code


def _torsion(entry: dict[str, Any], place: int) -> None:
    mixed = points.add(bytes.fromhex(entry["commitments"][place]), ORDER_EIGHT)
    entry["commitments"][place] = mixed.hex()


def _commitment(entry: dict[str, Any], written: str) -> None:
    entry["commitments"][1] = written


def _recipient(entry: dict[str, Any], u: int) -> None:
    entry["recipient"] = points.write_recipient(u.to_bytes(32, "little"))


def second_stanza(age: bytes) -> bytes:
    """The same length with a stanza that opens it to somebody the act does not name."""
    lines = age[:168].split(b"\n")
    head = b"\n".join([*lines[:3], lines[1], lines[2], b""])
    return (head + age)[: len(age)]


def huge_header(age: bytes) -> bytes:
    """A header of half a megabyte, which a careless parser reads in quadratic time."""
    lines = age[:168].split(b"\n")
    return b"\n".join([lines[0], *([b"-> grease x", b"AAAA"] * 40_000), *lines[1:]]) + age[168:]


def test_a_ciphertext_with_a_second_stanza_is_refused(
    shared: World, open_play: Play, attacker: Player
) -> None:
    given = forging.bid(open_play, attacker, ciphertext=second_stanza)
    assert refused(shared, attacker, given) == "header_shape"


def test_a_ciphertext_with_a_huge_header_is_refused_before_anybody_reads_it(
    shared: World, open_play: Play, attacker: Player
) -> None:
    given = forging.bid(open_play, attacker, ciphertext=huge_header)
    assert refused(shared, attacker, given) in {"payload_size", "ciphertext_size"}
    # Cut to a size that a payload may have, the header itself is refused.
    sized = forging.bid(open_play, attacker, ciphertext=lambda age: huge_header(age)[: len(age)])
    assert refused(shared, attacker, sized) == "header_shape"


def test_a_ciphertext_to_a_small_order_point_is_refused(
    shared: World, open_play: Play, attacker: Player
) -> None:
    def point_one(age: bytes) -> bytes:
        lines = age.split(b"\n")
        lines[1] = b"-> X25519 AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        return b"\n".join(lines)

    given = forging.bid(open_play, attacker, ciphertext=point_one)
    assert refused(shared, attacker, given) == "header_ephemeral"


def test_a_box_with_a_second_stanza_or_a_huge_header_is_refused(
    shared: World, open_play: Play, attacker: Player
) -> None:
    bent = forging.bid(
        open_play, attacker, box=lambda index, box: second_stanza(box) if index == 2 else box
    )
    assert refused(shared, attacker, bent) == "header_shape"
    bent = forging.bid(
        open_play, attacker, box=lambda index, box: huge_header(box) if index == 2 else box
    )
    assert refused(shared, attacker, bent) == "box_size"


def test_an_overlong_payload_is_refused(shared: World, open_play: Play, attacker: Player) -> None:
    given = forging.bid(open_play, attacker, plain=lambda plain: plain + os.urandom(1))
    assert refused(shared, attacker, given) == "payload_size"


def test_a_bid_encrypted_to_a_holders_own_key_is_refused(
    shared: World, open_play: Play, attacker: Player
) -> None:
    """Then t holders would not be needed: one could read it."""
    key = forging.committee_of(open_play).recipients("price")[0]
    given = forging.bid(open_play, attacker, entry=lambda entry: entry.update(recipient=key))
    assert refused(shared, attacker, given) in {"recipient_not_committed", "identity_reused"}


def test_one_identity_for_both_parts_is_refused(
    shared: World, open_play: Play, attacker: Player
) -> None:
    entry, given = forging.Forger(open_play, attacker).envelope()
    both = [entry | {"part": "technical"}, entry]
    made = forging.submission(open_play, attacker, both, {"technical": given, "price": given})
    assert refused(shared, attacker, made) == "identity_reused"


def test_boxes_that_the_act_does_not_name_are_refused(
    shared: World, open_play: Play, attacker: Player
) -> None:
    good = forging.bid(open_play, attacker)
    swapped = dict(good.boxes) | {"price": good.boxes["price"][::-1]}
    assert refused(shared, attacker, replace(good, boxes=swapped)) == "boxes_differ"
    assert refused(shared, attacker, replace(good, boxes={})) == "boxes_differ"


def test_a_rivals_price_as_ones_own_technical_part_is_refused(
    shared: World, open_play: Play, rival: Player, attacker: Player
) -> None:
    """Unbound boxes let a shill open a rival's price early, as his technical part."""
    stated, given = rivals_bid(open_play, rival)
    price = next(each for each in stated["envelopes"] if each["part"] == "price")
    own, own_boxes = forging.Forger(open_play, attacker).envelope()
    made = forging.submission(
        open_play,
        attacker,
        [price | {"part": "technical"}, own],
        {"technical": given["price"], "price": own_boxes},
    )
    assert refused(shared, attacker, made) == "payload_size"


# Replays, retries, time


def test_a_strangers_retry_learns_nothing(
    shared: World, open_play: Play, rival: Player, attacker: Player
) -> None:
    """Nothing is deduplicated across bidders: known and unknown acts get one answer."""
    with shared.installation.journal.read() as work:
        row = queries.acts_of_bidder(work.session, open_play.lots[0], rival.firm.identifier)[0]
        known = Signed(row.statement, row.cms)
    _, given = rivals_bid(open_play, rival)
    unknown = forging.bid(open_play, rival)
    taken = Submission(open_play.tender, open_play.lots[0], "bid", known, given)
    answers = []
    for each in (taken, unknown):
        with pytest.raises(Refused) as error:
            receive(shared.installation, attacker.actor, each)
        answers.append(str(error.value.refusal))
    assert answers[0] == answers[1]
    assert answers[0].startswith("statement_mismatch")


def test_an_old_version_is_not_revived(shared: World) -> None:
    play = played(shared)
    bidder, lot = shared.supplier(1), play.lots[0]
    old = sealed.seal_bid(shared.installation, bidder, play.tender, lot, PRICE)
    first = receive(shared.installation, bidder.actor, old.submission)
    last = play.bid(bidder, lot, PRICE)
    again = receive(shared.installation, bidder.actor, old.submission)
    assert (again.receipt, again.live) == (first.receipt, False)
    # Past the retry, straight to the examination: its place in the chain is taken.
    with pytest.raises(Refused) as error:
        sealed.submit(shared.installation, bidder, old.submission)
    assert error.value.refusal.code == "act_seq"
    with shared.installation.journal.read() as work:
        acts = queries.acts_of_bidder(work.session, lot, bidder.firm.identifier)
    assert [act.digest for act in acts] == [first.act, last.act]


def test_a_microsecond_before_is_in_time_and_the_closing_instant_is_late(shared: World) -> None:
    play = played(shared)
    first, second = shared.supplier(1), shared.supplier(2)
    made = [
        sealed.seal_bid(shared.installation, each, play.tender, play.lots[0], PRICE).submission
        for each in (first, second)
    ]
    shared.clock.set(CLOSES_AT - TICK)
    given = receive(shared.installation, first.actor, made[0])
    assert given.accepted_at == CLOSES_AT - TICK
    shared.clock.set(CLOSES_AT)
    assert refused(shared, second, made[1]) == "late"


def test_a_clock_set_back_opens_nothing_again(shared: World) -> None:
    play = played(shared, bids=1)
    bidder = shared.supplier(2)
    made = sealed.seal_bid(shared.installation, bidder, play.tender, play.lots[0], PRICE)
    shared.clock.set(CLOSES_AT)
    play.close()
    assert play.stage is TenderStage.CLOSED
    shared.clock.set(CLOSES_AT - timedelta(hours=1))
    assert refused(shared, bidder, made.submission) == "wrong_stage"
