"""A signing request serves its person once, for one day, with the right value and no other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from sqlalchemy import func, select, update

from app.documents import requests
from app.documents.models import SigningRequest
from app.documents.requests import SERVES_FOR, PreparedPdf, finish_pdf, prepare_pdf, serves
from app.rehearsal.cast import Player
from kernel import canonical
from kernel.refusal import NotFound, Refused, StaleWrite
from procurement.parties import services as parties
from signatures import pades
from signatures.der import Node, read
from signatures.tool.prepared_pdf import sign_prepared
from tests.world import World

STATES = canonical.digest(b"what the notice states")


def prepare(world: World, pdf: bytes, player: Player | None = None, **more: object) -> PreparedPdf:
    given = {"kind": "notice", "subject_id": "ten_1", "field": "officer", "reason": "notice"}
    return prepare_pdf(
        world.installation,
        (player or world.staff.officer).actor,
        pdf,
        **{**given, "states": STATES, **more},  # type: ignore[arg-type]
    )


def in_a_browser(player: Player, attributes: bytes) -> bytes:
    """The value in the form of WebCrypto: r and s side by side."""
    r, s = decode_dss_signature(player.signer.sign(attributes))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        action()
    return caught.value.refusal.code


def test_what_a_browser_signed_is_finished_and_made_to_last(world: World, one_page: bytes) -> None:
    officer = world.staff.officer
    waiting = prepare(world, one_page)
    assert waiting.certificate == officer.signer.certificate.fingerprint
    value = in_a_browser(officer, waiting.attributes)
    examined = finish_pdf(world.installation, officer.actor, waiting.request, value)
    assert examined.verdict.passed
    assert examined.base == canonical.digest(one_page)
    kept = world.installation.blobs.read(examined.content)
    assert kept.startswith(one_page)
    [verdict] = pades.verify_pdf(
        kept, world.installation.trust, world.clock.now() + timedelta(days=400)
    )
    assert verdict.part("document").facts["archived_at"] is not None


def test_the_offline_tool_signs_the_package(world: World, one_page: bytes) -> None:
    officer = world.staff.officer
    waiting = prepare(world, one_page)
    value = sign_prepared(waiting.package, officer.signer)
    assert finish_pdf(world.installation, officer.actor, waiting.request, value).verdict.passed


def test_the_signer_can_check_what_is_signed(world: World, one_page: bytes) -> None:
    """The range covers all but the place; the attributes carry its digest and nothing to hide."""
    waiting = prepare(world, one_page)
    start, length, rest, last = waiting.range
    document = waiting.package
    assert (start, rest + last) == (0, len(document))
    covered = document[:length] + document[rest:]
    assert hashlib.sha256(covered).digest() == waiting.digest
    assert waiting.digest in waiting.attributes
    attributes: Node = read(waiting.attributes)
    assert len(attributes.children()) == 3


def test_another_person_finds_nothing(world: World, one_page: bytes) -> None:
    waiting = prepare(world, one_page)
    approver = world.staff.approver
    value = sign_prepared(waiting.package, approver.signer)
    with pytest.raises(NotFound):
        finish_pdf(world.installation, approver.actor, waiting.request, value)
    with pytest.raises(NotFound):
        requests.prepared_document(world.installation, approver.actor, waiting.request)


def test_it_serves_once(world: World, one_page: bytes) -> None:
    officer = world.staff.officer
    waiting = prepare(world, one_page)
    value = sign_prepared(waiting.package, officer.signer)

    def finish() -> object:
        return finish_pdf(world.installation, officer.actor, waiting.request, value)

    finish()
    assert refused(finish) == "signing_request_used"
    assert (
        refused(
            lambda: requests.prepared_document(world.installation, officer.actor, waiting.request)
        )
        == "signing_request_used"
    )


def test_of_two_at_once_one_is_finished(
    world: World, one_page: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second looks before the first is done, and loses when it holds the row."""
    officer = world.staff.officer
    waiting = prepare(world, one_page)
    value = sign_prepared(waiting.package, officer.signer)
    usual = requests._finish

    def overtaken(*given: object) -> object:
        monkeypatch.setattr(requests, "_finish", usual)
        finish_pdf(world.installation, officer.actor, waiting.request, value)
        return usual(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(requests, "_finish", overtaken)
    assert (
        refused(lambda: finish_pdf(world.installation, officer.actor, waiting.request, value))
        == "signing_request_used"
    )


def test_it_serves_for_a_day(world: World, one_page: bytes) -> None:
    officer = world.staff.officer
    waiting = prepare(world, one_page)
    value = sign_prepared(waiting.package, officer.signer)
    world.clock.advance(SERVES_FOR)
    assert (
        refused(lambda: finish_pdf(world.installation, officer.actor, waiting.request, value))
        == "signing_request_expired"
    )


def test_the_last_instant_serves_and_the_next_does_not() -> None:
    from tests.world import START

    last = START + SERVES_FOR - timedelta(microseconds=1)
    assert serves(made_at=START, used_at=None, now=last) is None
    assert serves(made_at=START, used_at=None, now=START + SERVES_FOR) is not None
    assert serves(made_at=START, used_at=START, now=START) is not None


@pytest.mark.parametrize("spoil", [lambda v: bytes(len(v)), lambda v: v[:-1], lambda v: b""])
def test_a_wrong_value_is_refused_and_the_right_one_still_counts(
    world: World, one_page: bytes, spoil: Callable[[bytes], bytes]
) -> None:
    officer = world.staff.officer
    waiting = prepare(world, one_page)
    good = in_a_browser(officer, waiting.attributes)
    wrong = spoil(good)
    assert (
        refused(lambda: finish_pdf(world.installation, officer.actor, waiting.request, wrong))
        == "signature_value_wrong"
    )
    assert finish_pdf(world.installation, officer.actor, waiting.request, good).verdict.passed


def test_the_key_of_another_certificate_does_not_count(world: World, one_page: bytes) -> None:
    waiting = prepare(world, one_page)
    value = sign_prepared(waiting.package, world.staff.approver.signer)
    officer = world.staff.officer
    assert (
        refused(lambda: finish_pdf(world.installation, officer.actor, waiting.request, value))
        == "signature_value_wrong"
    )


def test_a_value_over_an_altered_document_does_not_count(world: World, one_page: bytes) -> None:
    officer = world.staff.officer
    waiting = prepare(world, one_page)
    altered = waiting.package.replace(b"/Reason", b"/Treason", 1)[: len(waiting.package)]
    assert altered != waiting.package
    start, end = waiting.range[1], waiting.range[2]
    digest = hashlib.sha256(altered[:start] + altered[end:]).digest()
    value = officer.signer.sign(waiting.attributes.replace(waiting.digest, digest))
    assert (
        refused(lambda: finish_pdf(world.installation, officer.actor, waiting.request, value))
        == "signature_value_wrong"
    )


def test_a_prepared_document_altered_in_the_database_is_not_passed(
    world: World, one_page: bytes
) -> None:
    """The signer saw one document; the row holds another: the finished one does not verify."""
    officer = world.staff.officer
    waiting = prepare(world, one_page)
    value = sign_prepared(waiting.package, officer.signer)
    altered = waiting.package.replace(b"(notice)", b"(Notice)")
    assert altered != waiting.package
    with world.installation.journal.write() as work:
        work.session.execute(update(SigningRequest).values(document=altered))
    assert (
        refused(lambda: finish_pdf(world.installation, officer.actor, waiting.request, value))
        == "signature_not_valid"
    )


def test_a_document_of_another_thing_is_not_found(world: World, one_page: bytes) -> None:
    officer = world.staff.officer
    waiting = prepare(world, one_page)
    value = sign_prepared(waiting.package, officer.signer)
    for other in ({"kind": "contract"}, {"subject_id": "ten_2"}):
        with pytest.raises(NotFound):
            finish_pdf(world.installation, officer.actor, waiting.request, value, **other)


def test_a_document_that_says_something_else_by_now_is_stale(world: World, one_page: bytes) -> None:
    officer = world.staff.officer
    waiting = prepare(world, one_page)
    value = sign_prepared(waiting.package, officer.signer)
    with pytest.raises(StaleWrite):
        finish_pdf(
            world.installation,
            officer.actor,
            waiting.request,
            value,
            states=canonical.digest(b"another statement"),
        )
    done = finish_pdf(world.installation, officer.actor, waiting.request, value, states=STATES)
    assert done.verdict.passed


def test_without_a_valid_certificate_nothing_is_prepared(world: World, one_page: bytes) -> None:
    officer = world.staff.officer
    administrator = world.cast._first
    with world.installation.journal.write() as work:
        parties.retire_certificate(
            work, administrator, officer.signer.certificate.fingerprint, "lost"
        )
    assert refused(lambda: prepare(world, one_page)) == "no_certificate_enrolled"


def test_an_expired_certificate_prepares_nothing(world: World, one_page: bytes) -> None:
    valid_to = world.staff.officer.signer.certificate.valid_to
    world.clock.set(valid_to + timedelta(seconds=1))
    assert refused(lambda: prepare(world, one_page)) == "no_certificate_enrolled"


def test_the_newest_certificate_signs(world: World, one_page: bytes) -> None:
    officer = world.staff.officer
    world.clock.advance(timedelta(days=1))
    firm = officer.firm
    newer = world.pki.issue_person(officer.name, firm.name.zh, firm.identifier, keep=False)
    with world.installation.journal.write() as work:
        parties.enrol_certificate(work, world.cast._first, officer.person, newer.certificate)
    assert prepare(world, one_page).certificate == newer.certificate.fingerprint


def test_several_sign_one_after_the_other(world: World, one_page: bytes) -> None:
    """Each sees the fields before; somebody who was not asked for spoils the document."""
    first, second = world.staff.officer, world.staff.approver
    fields = pades.add_empty_fields(one_page, ["one", "two"])
    waiting = prepare(world, fields, first, field="one", certify=True, is_last=False)
    value = sign_prepared(waiting.package, first.signer)
    examined = finish_pdf(world.installation, first.actor, waiting.request, value)
    half = world.installation.blobs.read(examined.content)
    earlier = {"one": first.signer.certificate.fingerprint}
    waiting = prepare(world, half, second, field="two", earlier=earlier)
    value = sign_prepared(waiting.package, second.signer)
    done = finish_pdf(world.installation, second.actor, waiting.request, value)
    assert done.base == examined.content
    assert done.verdict.signer == second.signer.certificate
    whole = world.installation.blobs.read(done.content)
    verdicts = pades.verify_pdf(
        whole, world.installation.trust, world.clock.now(), expected_fields=["one", "two"]
    )
    assert [verdict.passed for verdict in verdicts] == [True, True]
    # The same two, but the one before is taken for somebody else's.
    waiting = prepare(
        world, half, second, field="two", earlier={"one": second.signer.certificate.fingerprint}
    )
    value = sign_prepared(waiting.package, second.signer)
    assert (
        refused(lambda: finish_pdf(world.installation, second.actor, waiting.request, value))
        == "signature_not_valid"
    )


def test_old_requests_are_swept(world: World, one_page: bytes) -> None:
    waiting = prepare(world, one_page)
    world.clock.advance(2 * SERVES_FOR)
    kept = prepare(world, one_page)
    with world.installation.journal.write() as work:
        requests.sweep(work)
    with world.installation.journal.read() as work:
        assert work.session.scalars(select(SigningRequest.id)).all() == [kept.request]
        assert work.session.scalar(select(func.count()).select_from(SigningRequest)) == 1
    assert waiting.request != kept.request
