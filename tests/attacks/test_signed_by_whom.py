"""Attacks while bids are taken: statements made for elsewhere, and signatures of the wrong hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.reception import receive
from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from bidding.envelopes import queries
from kernel import canonical
from kernel.refusal import Refused
from kernel.vocabulary import Role
from signatures import cms
from signatures.issuing import Purpose, Subject, issue, new_key
from signatures.sealed.judging import Signed
from signatures.signers import KeyInMemory, Signer
from tests.attacks import forging
from tests.attacks.forging import PRICE
from tests.attacks.scenes import refused
from tests.world import World
from tests.worlds import believes, played

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
    lists = world.pki.crls(
        world.clock.now() - timedelta(days=9), world.clock.now() - timedelta(seconds=1)
    )
    believes(world, play, world.pki.trust().with_crls(lists))
    given = play.bid(other, play.lots[0], PRICE)
    with world.installation.journal.read() as work:
        row = queries.act_by_digest(work.session, given.act)
        assert row is not None
        assert row.verdict["indication"] == "INDETERMINATE"
