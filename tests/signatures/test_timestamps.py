"""Time-stamp tokens: ours by openssl, openssl's by ours, and each that must not count."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from kernel.refusal import Refused
from signatures import algorithms, der
from signatures.files import private_pem
from signatures.signed_data import ID_TST_INFO, signed_attributes, write_signed_data
from signatures.signers import Signer
from signatures.stampers import HttpStamper, LocalStamper
from signatures.timestamps import verify_token
from signatures.verdicts import PartName, SubIndication
from tests.signatures.conftest import NOW, World, openssl

DATA = b"a signature value"
IMPRINT = hashlib.sha256(DATA).digest()


def test_a_token_passes_and_tells_its_time(world: World) -> None:
    token = world.stamper.stamp(IMPRINT)
    found = verify_token(token, IMPRINT, world.trust, NOW)
    assert found.passed, found.verdict.code
    assert found.gen_time == NOW
    assert found.authority == world.pki.timestamp_signer.certificate
    assert found.outside is False
    assert found.as_record()["gen_time"] == "2026-03-02T01:00:00.000Z"


def test_openssl_agrees(world: World, tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "token").write_bytes(world.stamper.stamp(IMPRINT))
    (tmp_path / "root.pem").write_bytes(world.pki.root.certificate.pem())
    command = (
        *("ts", "-verify", "-token_in", "-in", "token", "-data", "data"),
        *("-CAfile", "root.pem", "-attime", str(int(NOW.timestamp()))),
    )
    done = openssl(*command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (tmp_path / "data").write_bytes(DATA + b" ")
    assert openssl(*command, cwd=tmp_path).returncode != 0


def test_serial_numbers_tell_no_count(world: World) -> None:
    serials = {
        verify_token(world.stamper.stamp(IMPRINT), IMPRINT, world.trust, NOW).serial_number
        for _ in range(20)
    }
    assert len(serials) == 20
    assert max(s.bit_length() for s in serials if s is not None) > 100


def test_a_token_of_something_else_fails(world: World) -> None:
    token = world.stamper.stamp(IMPRINT)
    found = verify_token(token, bytes(32), world.trust, NOW)
    assert found.verdict.sub_indication is SubIndication.HASH_FAILURE


def test_a_token_of_the_future_fails(world: World) -> None:
    token = world.stamper_at(NOW + timedelta(hours=1)).stamp(IMPRINT)
    found = verify_token(token, IMPRINT, world.trust, NOW)
    assert found.verdict.sub_indication is SubIndication.TIMESTAMP_ORDER_FAILURE


def test_a_token_from_before_its_authority_fails(world: World) -> None:
    token = world.stamper_at(datetime(2024, 6, 1, tzinfo=UTC)).stamp(IMPRINT)
    found = verify_token(token, IMPRINT, world.trust, NOW)
    assert found.verdict.part(PartName.VALIDITY).code == "token_outside_the_authoritys_validity"


def test_no_altered_byte_passes(world: World) -> None:
    good = world.stamper.stamp(IMPRINT)
    for place in range(len(good)):
        altered = bytearray(good)
        altered[place] ^= 0x01
        found = verify_token(bytes(altered), IMPRINT, world.trust, NOW)
        assert not found.passed or found.gen_time == NOW, place


def test_a_persons_certificate_makes_no_token(world: World) -> None:
    """RFC 3161 section 2.3: only a certificate for this one, critical purpose."""
    token = LocalStamper(world.bidder, world.clock).stamp(IMPRINT)
    found = verify_token(token, IMPRINT, world.trust, NOW)
    assert found.verdict.code == "certificate_not_for_time_stamps"


def test_a_root_for_signatures_is_none_for_time(world: World) -> None:
    token = world.stamper.stamp(IMPRINT)
    found = verify_token(token, IMPRINT, replace(world.trust, timestamp_roots=()), NOW)
    assert found.verdict.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND


def test_outside_is_said_by_the_trust_and_not_by_the_token(world: World) -> None:
    token = world.stamper.stamp(IMPRINT)
    authority = world.pki.timestamp_signer.certificate.fingerprint
    outside = replace(world.trust, outside_authorities=frozenset({authority}))
    assert verify_token(token, IMPRINT, outside, NOW).outside
    assert not verify_token(token, bytes(32), outside, NOW).outside


def test_a_statement_is_no_token(world: World) -> None:
    attributes = signed_attributes(IMPRINT, world.bidder.certificate)
    signed = write_signed_data(
        attributes,
        world.bidder.sign(attributes),
        world.bidder.form,
        world.bidder.certificate,
    )
    assert verify_token(signed, IMPRINT, world.trust, NOW).verdict.code == "not_a_token"
    rubbish = write_signed_data(
        attributes,
        world.bidder.sign(attributes),
        world.bidder.form,
        world.bidder.certificate,
        content_type=ID_TST_INFO,
        content=der.sequence(der.integer(1)),
    )
    assert verify_token(rubbish, IMPRINT, world.trust, NOW).verdict.code == "not_a_token"


@contextmanager
def served(answer: object) -> Iterator[str]:
    """A time-stamping server on this machine that answers by a function of the query."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            body = answer(query)  # type: ignore[operator]
            self.send_response(200 if body else 503)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_token_is_had_by_http(world: World) -> None:
    with served(world.stamper.answer) as url:
        token = HttpStamper(url).stamp(IMPRINT)
    assert verify_token(token, IMPRINT, world.trust, NOW).passed


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda _query, _stamper: b"", "time_stamp_not_had"),
        (lambda _query, _stamper: b"rubbish", "time_stamp_answer_unreadable"),
        (lambda _query, stamper: stamper.answer(b"rubbish"), "time_stamp_refused"),
        (
            lambda _query, stamper: der.sequence(
                der.sequence(der.integer(0)), stamper.stamp(IMPRINT)
            ),
            "time_stamp_answers_another_question",
        ),
        (lambda _query, _stamper: bytes(70_000), "time_stamp_answer_unreadable"),
    ],
)
def test_an_answer_that_is_none_is_refused(world: World, answer, code: str) -> None:
    with (
        served(lambda query: answer(query, world.stamper)) as url,
        pytest.raises(Refused) as caught,
    ):
        HttpStamper(url).stamp(IMPRINT)
    assert caught.value.refusal.code == code


def test_no_server_is_a_refusal(world: World) -> None:
    with pytest.raises(Refused) as caught:
        HttpStamper("http://127.0.0.1:9/", timeout=timedelta(seconds=2)).stamp(IMPRINT)
    assert caught.value.refusal.code == "time_stamp_not_had"


def test_openssl_as_authority_is_understood(world: World, tmp_path: Path) -> None:
    """An independent authority: its token by our verifier, asked for by our client."""
    now = datetime.now(UTC)
    signer = _authority_of_today(world, now)
    (tmp_path / "tsa.pem").write_bytes(signer.certificate.pem())
    (tmp_path / "tsa.key").write_bytes(private_pem(signer.key.key))  # type: ignore[attr-defined]
    (tmp_path / "serial").write_text("01\n")
    (tmp_path / "tsa.cnf").write_text(
        "[tsa]\ndefault_tsa=t\n[t]\nserial=serial\nsigner_cert=tsa.pem\nsigner_key=tsa.key\n"
        "signer_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\ness_cert_id_alg=sha256\n"
        "accuracy=secs:1\nordering=yes\ntsa_name=yes\n"
    )

    def answer(query: bytes) -> bytes:
        (tmp_path / "query").write_bytes(query)
        done = openssl(
            *("ts", "-reply", "-config", "tsa.cnf", "-section", "t"),
            *("-queryfile", "query", "-out", "reply"),
            cwd=tmp_path,
        )
        assert done.returncode == 0, done.stderr
        return (tmp_path / "reply").read_bytes()

    with served(answer) as url:
        token = HttpStamper(url).stamp(IMPRINT)
    trust = replace(world.trust, crls=world.pki.crls(now, now + timedelta(days=1)))
    found = verify_token(token, IMPRINT, trust, now)
    assert found.passed, found.verdict.as_record()
    assert found.policy == "1.2.3.4"
    assert found.gen_time is not None
    assert abs(found.gen_time - now) < timedelta(minutes=1)


def _authority_of_today(world: World, now: datetime) -> Signer:
    """The authority's certificate if it is valid today, else one that is (the CI lives on)."""
    signer = world.pki.timestamp_signer
    assert signer.certificate.valid_at(now), "renew the validity of the development PKI"
    return signer


def test_an_imprint_of_another_length_is_a_bug_of_the_caller(world: World) -> None:
    with pytest.raises(ValueError, match="imprint"):
        world.stamper.stamp(b"short")
    assert algorithms.digest_name(algorithms.SHA256) == "sha256"
