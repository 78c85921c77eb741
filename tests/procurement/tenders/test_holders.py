"""Key holders and committee: fresh keys, distinct people, signed words about this tender alone."""

from __future__ import annotations

import pytest

from kernel.refusal import Refused, StaleWrite
from kernel.vocabulary import Action, Part
from procurement.parties.signing import examine_signature
from procurement.tenders import queries, services
from procurement.tenders.holders import CommitteeToExamine
from signatures import cms
from signatures.development import EXPIRED, REVOKED, DevelopmentPki
from signatures.sealed.committee import committee_statement, fingerprint_of
from signatures.sealed.judging import Signed
from tests.procurement.tenders.town import CHECKPOINT, HOLDERS, ORIGIN, Town, cny

OTHER_ORIGIN = "sunlit.example/demo"


def refused_with(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, match=rf"^{code} ")


def register(town: Town, who: str, part: Part, signer: str, statement: bytes) -> None:
    examined = town.examined(signer, statement)
    with town.work() as work:
        services.register_holder_key(work, town.actors[who], town.tender, part, examined)


def test_a_committee_is_set(town: Town) -> None:
    town.drafted()
    town.register_all()
    town.set_committee()
    with town.journal.read() as work:
        package = queries.committee_package(work.session, town.tender)
    assert package.fingerprint == fingerprint_of(package.digest)
    assert [(key.part, key.index) for key in package.holders] == [
        (part, index) for part in ("technical", "price") for index in (1, 2, 3)
    ]
    assert all(key.possession for key in package.holders)
    (entry,) = town.entries(Action.SET_COMMITTEE)
    assert entry["body.committee"][1] == f'"{package.digest}"'
    assert entry["body.certificate"][0] == "restricted"
    # What the package holds is enough for a client to check everything for itself.
    examined = services.examine_committee(
        package.committee.statement,
        package.committee.cms,
        CommitteeToExamine(
            ORIGIN,
            town.tender,
            package.buyer,
            tuple(Signed(key.holder.statement, key.holder.cms) for key in package.holders),
        ),
        trust=town.pki.trust(),
        at=town.clock.now(),
    )
    assert examined.committee.digest == package.digest


# Keys


@pytest.mark.parametrize("who", ["officer", "approver"])
def test_who_is_not_named_registers_no_key(town: Town, who: str) -> None:
    town.drafted()
    statement = town.holder_statement("holder1", Part.PRICE)
    with refused_with("not_a_holder"):
        register(town, who, Part.PRICE, who, statement)


def test_somebody_elses_signature_is_no_vouching(town: Town) -> None:
    town.drafted()
    statement = town.holder_statement("holder1", Part.PRICE)
    with refused_with("signer_is_not_actor"):
        register(town, "holder1", Part.PRICE, "holder2", statement)


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": OTHER_ORIGIN},
        {"tender": "ten_aaaaaaaaaaaaaaaaaaaaaaaaaa"},
        {"part": "technical"},
        {"index": 2},
    ],
    ids=["origin", "tender", "part", "index"],
)
def test_a_statement_of_something_else_is_refused(town: Town, changes: dict[str, object]) -> None:
    town.drafted()
    statement = town.holder_statement("holder1", Part.PRICE, **changes)
    with refused_with("statement_mismatch"):
        register(town, "holder1", Part.PRICE, "holder1", statement)


def test_a_possession_statement_is_no_holder_statement(town: Town) -> None:
    town.drafted()
    town.register("holder1", Part.PRICE)
    statement = town.possession_statement("holder1", Part.PRICE)
    with refused_with("statement_type"):
        register(town, "holder1", Part.PRICE, "holder1", statement)


def test_one_key_for_both_parts_is_refused(town: Town) -> None:
    town.drafted()
    town.register("holder1", Part.TECHNICAL)
    identity = town.identities["holder1", Part.TECHNICAL]
    with refused_with("holder_key_not_fresh"):
        town.register("holder1", Part.PRICE, identity=identity)


def test_two_holders_with_one_key_are_refused(town: Town) -> None:
    town.drafted()
    town.register("holder1", Part.PRICE)
    with refused_with("holder_key_not_fresh"):
        town.register("holder2", Part.PRICE, identity=town.identities["holder1", Part.PRICE])


def test_a_key_of_another_tender_is_refused(town: Town) -> None:
    _drafted_for_half(town)
    town.register("holder1", Part.PRICE)
    identity = town.identities["holder1", Part.PRICE]
    _drafted_for_half(town)
    with refused_with("holder_key_not_fresh"):
        town.register("holder1", Part.PRICE, identity=identity)


def test_a_holder_who_lost_a_key_registers_another(town: Town) -> None:
    town.drafted()
    town.register_all()
    town.set_committee()
    del town.identities["holder1", Part.PRICE]
    town.register("holder1", Part.PRICE)
    with town.journal.read() as work:
        tender = queries.tender(work.session, town.tender)
        key = next(
            key
            for key in queries.holder_keys(work.session, town.tender)
            if (key.part, key.index) == ("price", 1)
        )
    assert tender.committee_digest is None
    assert key.possession_document_id is None


def test_after_publication_no_key_is_registered(town: Town) -> None:
    town.opened()
    del town.identities["holder1", Part.PRICE]
    with refused_with("wrong_stage"):
        town.register("holder1", Part.PRICE)


@pytest.mark.parametrize("file_name", [EXPIRED, REVOKED])
def test_a_bad_certificate_vouches_for_nothing(
    town: Town, pki: DevelopmentPki, file_name: str
) -> None:
    town.drafted()
    statement = town.holder_statement("holder1", Part.PRICE)
    signature = cms.sign_statement(statement, pki.person(file_name))
    with refused_with("signature_not_valid"):
        examine_signature(statement, signature, trust=pki.trust(), at=town.clock.now())


def test_an_altered_byte_is_found(town: Town, pki: DevelopmentPki) -> None:
    town.drafted()
    statement = town.holder_statement("holder1", Part.PRICE)
    signature = cms.sign_statement(statement, town.signers["holder1"])
    altered = statement.replace(b'"index":1', b'"index":2')
    with refused_with("signature_not_valid"):
        examine_signature(altered, signature, trust=pki.trust(), at=town.clock.now())


# Possession


def test_possession_is_shown_of_the_registered_key(town: Town) -> None:
    town.drafted()
    town.register("holder1", Part.PRICE)
    town.identities["holder1", Part.PRICE] = bytes(range(8, 40))
    with pytest.raises(Refused):
        town.show("holder1", Part.PRICE)


@pytest.mark.parametrize(
    "changes",
    [{"origin": OTHER_ORIGIN}, {"tender": "ten_other"}, {"part": "technical"}, {"index": 3}],
    ids=["origin", "tender", "part", "index"],
)
def test_possession_for_something_else_is_refused(town: Town, changes: dict[str, object]) -> None:
    town.drafted()
    town.register("holder1", Part.PRICE)
    with refused_with("statement_mismatch"):
        town.show("holder1", Part.PRICE, **changes)


def test_without_a_key_there_is_nothing_to_show(town: Town) -> None:
    town.drafted()
    town.holder_statement("holder1", Part.PRICE)
    with refused_with("statement_mismatch"):
        town.show("holder1", Part.PRICE)


def test_possession_may_be_shown_again_while_bids_come_in(town: Town) -> None:
    town.opened()
    town.show("holder1", Part.PRICE, checkpoint="sha256:" + "d" * 64)
    shown = town.entries(Action.SHOW_POSSESSION)
    assert len(shown) == 7
    assert CHECKPOINT not in shown[-1]["body.checkpoint"][1]


# Committee


def test_the_committee_waits_for_every_key(town: Town) -> None:
    town.drafted()
    for who in HOLDERS:
        town.register(who, Part.TECHNICAL)
    with refused_with("holder_keys_missing") as refused:
        town.examined_committee()
    assert refused.value.refusal.facts["missing"] == ["price/1", "price/2", "price/3"]


@pytest.mark.parametrize("who", ["approver", "holder1"])
def test_only_the_officer_sets_the_committee(town: Town, who: str) -> None:
    town.drafted()
    town.register_all()
    examined = town.examined_committee(who)
    with refused_with("not_authorised"), town.work() as work:
        services.set_committee(work, town.actors[who], town.tender, examined)


def test_the_committee_is_signed_by_the_officer_who_sets_it(town: Town) -> None:
    town.drafted()
    town.register_all()
    examined = town.examined_committee("second_officer")
    with refused_with("signer_is_not_actor"), town.work() as work:
        services.set_committee(work, town.actors["officer"], town.tender, examined)


def test_a_key_that_changed_after_the_signature_makes_it_stale(town: Town) -> None:
    town.drafted()
    town.register_all()
    examined = town.examined_committee()
    del town.identities["holder1", Part.PRICE]
    town.register("holder1", Part.PRICE)
    with pytest.raises(StaleWrite), town.work() as work:
        services.set_committee(work, town.actors["officer"], town.tender, examined)


def test_another_threshold_than_the_drafts_is_refused(town: Town) -> None:
    town.drafted()
    town.register_all()
    with town.journal.read() as work:
        known = services.committee_to_examine(work.session, ORIGIN, town.tender)
    statement = committee_statement(
        origin=ORIGIN,
        tender=town.tender,
        threshold=3,
        holders=[signed.statement for signed in known.holders],
    )
    examined = services.examine_committee(
        statement,
        cms.sign_statement(statement, town.signers["officer"]),
        known,
        trust=town.pki.trust(),
        at=town.clock.now(),
    )
    with pytest.raises(StaleWrite), town.work() as work:
        services.set_committee(work, town.actors["officer"], town.tender, examined)


def test_a_committee_of_a_stranger_is_not_examined(town: Town) -> None:
    """The holders' own signatures must be there, in the order that the officer signed."""
    town.drafted()
    town.register_all()
    with town.journal.read() as work:
        statement = services.prepare_committee(work.session, ORIGIN, town.tender)
        known = services.committee_to_examine(work.session, ORIGIN, town.tender)
    turned = CommitteeToExamine(known.origin, known.tender, known.buyer, known.holders[::-1])
    with refused_with("committee_holders_differ"):
        services.examine_committee(
            statement,
            cms.sign_statement(statement, town.signers["officer"]),
            turned,
            trust=town.pki.trust(),
            at=town.clock.now(),
        )


def _drafted_for_half(town: Town) -> None:
    """A tender for half of the line, so that there can be another one."""
    half = cny("500000.00")
    town.intended(budget=half)
    town.drafted(lots=(town.new_lot(budget=half, ceiling=half),))
