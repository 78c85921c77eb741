"""The sealed bid with real certificates and CMS: the same play, judged by a trust."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from kernel.refusal import Refused
from signatures import cms
from signatures.development import EXPIRED_AT
from signatures.sealed import judging, opening
from signatures.sealed.with_cms import cms_signing, cms_verifier
from signatures.signers import Signer
from tests.signatures.conftest import NOW, World
from tests.signatures.sealed.people import BUYER, RIVER, Person, Registry, Tender
from tests.signatures.sealed.test_whole import open_all


@dataclass(frozen=True)
class Certified(Person):
    """A person of the tests whose signatures are CMS under a certificate of the PKI."""

    signer: Signer | None = None

    @property
    def certificate(self):  # type: ignore[no-untyped-def]
        return self.signer.certificate

    def sign(self, statement: bytes) -> bytes:
        return cms_signing(self.signer)(statement)


def certified(world: World, name: str, organization: str | None, **changes: object) -> Certified:
    signer = world.pki.issue_person(name, "a firm", organization, keep=False, **changes)
    return Certified(name, organization, signer=signer)


class Authority(Registry):
    """Judges by the certificates of the PKI, whoever enrolled."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.judge = cms_verifier(world.trust, NOW)

    def verify(self, statement: bytes, cms: bytes):  # type: ignore[no-untyped-def]
        return self.judge(statement, cms)


@pytest.fixture
def tender(world: World) -> Tender:
    """The usual tender, in which everybody signs by CMS."""
    holders = tuple(
        certified(world, f"holder {n}", BUYER if n < 3 else "123301000000000000") for n in (1, 2, 3)
    )
    officer = certified(world, "officer", BUYER)
    return Tender(holders=holders, officer=officer, registry=Authority(world))


def test_sealed_signed_examined_released_and_opened(tender: Tender, world: World) -> None:
    river = certified(world, "river", RIVER.organization)
    tender.bid(river)
    for part in tender.committee.parts:
        outcomes, files = open_all(tender, part)
        assert [type(each) for each in outcomes.values()] == [opening.Opened]
        assert files[river.organization].keys() == {each.name for each in tender.files(part, river)}


def test_an_organisation_that_the_issuer_may_not_name_is_none(tender: Tender, world: World) -> None:
    forger = certified(world, "forger", RIVER.organization, issuer=world.pki.look_alike)
    envelopes = tender.seal(forger)
    act = forger.signed(tender.act(forger, envelopes))
    with pytest.raises(Refused) as refused:
        tender.examine(act, forger, envelopes)
    assert refused.value.refusal.code == "signature_not_valid"


def test_a_document_signature_is_no_statement(tender: Tender, world: World) -> None:
    """A signature given on a prepared "PDF" was also a valid withdrawal (SEALED_BID 1)."""
    river = certified(world, "river", RIVER.organization)
    tender.bid(river)
    withdrawal = tender.withdrawal(river)
    signed = judging.Signed(withdrawal, cms.sign_document(withdrawal, river.signer))
    with pytest.raises(Refused) as refused:
        tender.examine_withdrawal(signed, river)
    assert refused.value.refusal.code == "signature_not_valid"


def test_an_expired_certificate_does_not_bid(tender: Tender, world: World) -> None:
    late = certified(world, "late", RIVER.organization, valid_to=EXPIRED_AT)
    envelopes = tender.seal(late)
    with pytest.raises(Refused) as refused:
        tender.examine(late.signed(tender.act(late, envelopes)), late, envelopes)
    assert refused.value.refusal.code == "signature_not_valid"
