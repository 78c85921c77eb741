"""The upload protocol as a program speaks it, and every no."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.surfaces import application
from app.uploads import services
from app.uploads.services import LIFETIME, PIECE_BYTES_MAX, UPLOADS_PER_PERSON_MAX, pieces_of
from kernel import canonical
from kernel.refusal import NotFound
from tests.world import PASSWORD, World

DATA = bytes(range(256)) * 40
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}


@pytest.fixture
def web(world: World) -> Flask:
    return application(world.installation)


class Sender:
    """A supplier's program with a bearer token."""

    def __init__(self, world: World, web: Flask, number: int) -> None:
        self.client: FlaskClient = web.test_client()
        self.player = world.supplier(number)
        body = {"account": self.player.login, "password": PASSWORD}
        token = self.client.post("/api/v1/session", json=body).json["token"]  # type: ignore[index]
        self.token = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str = "", **given: object) -> TestResponse:
        headers = {**self.token, **given.pop("headers", {})}  # type: ignore[dict-item]
        address = path or "/api/v1/uploads"
        return self.client.open(address, method=method, headers=headers, **given)  # type: ignore[arg-type]

    def begin(self, data: bytes = DATA, **headers: str) -> TestResponse:
        digest = base64.b64encode(canonical.digest(data).encode()).decode()
        given = {**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": f"digest {digest}"}
        return self.ask("POST", headers={**given, **headers})

    def piece(self, path: str, offset: int, data: bytes, **headers: str) -> TestResponse:
        given = {**PIECE, "Upload-Offset": str(offset), **headers}
        return self.ask("PATCH", path, headers=given, data=data)


@pytest.fixture
def sender(world: World, web: Flask) -> Sender:
    return Sender(world, web, 1)


def begun(sender: Sender, data: bytes = DATA) -> str:
    made = sender.begin(data)
    assert made.status_code == 201, made.text
    return made.headers["Location"]


def test_a_whole_upload_becomes_a_blob(world: World, sender: Sender) -> None:
    made = sender.begin()
    assert made.status_code == 201
    assert made.headers["Tus-Resumable"] == "1.0.0"
    assert made.headers["Upload-Offset"] == "0"
    assert "GMT" in made.headers["Upload-Expires"]
    place = made.headers["Location"]
    assert place.startswith("/api/v1/uploads/upload_")
    first = sender.piece(place, 0, DATA[:4000])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "4000")
    asked = sender.ask("HEAD", place, headers=TUS)
    assert (asked.status_code, asked.headers["Upload-Offset"]) == (200, "4000")
    assert asked.headers["Upload-Length"] == str(len(DATA))
    assert asked.headers["Cache-Control"] == "no-store"
    last = sender.piece(place, 4000, DATA[4000:])
    assert last.headers["Upload-Digest"] == canonical.digest(DATA)
    assert world.installation.blobs.read(canonical.digest(DATA)) == DATA
    assert list(pieces_of(world.installation)) == []
    again = sender.ask("HEAD", place, headers=TUS)
    assert again.headers["Upload-Digest"] == canonical.digest(DATA)


def test_options_say_what_is_spoken(world: World, sender: Sender) -> None:
    said = sender.ask("OPTIONS").headers
    assert said["Tus-Version"] == "1.0.0"
    assert set(said["Tus-Extension"].split(",")) == {
        "creation",
        "checksum",
        "expiration",
        "termination",
    }
    assert said["Tus-Checksum-Algorithm"] == "sha1,sha256"
    assert said["Tus-Max-Size"] == str(world.installation.settings.upload_bytes_max)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_checksum_guards_a_piece(sender: Sender, algorithm: str) -> None:
    place = begun(sender)
    right = base64.b64encode(hashlib.new(algorithm, DATA[:100]).digest()).decode()
    header = {"Upload-Checksum": f"{algorithm} {right}"}
    assert sender.piece(place, 0, DATA[1:101], **header).status_code == 460
    assert sender.ask("HEAD", place, headers=TUS).headers["Upload-Offset"] == "0"
    assert sender.piece(place, 0, DATA[:100], **header).status_code == 204


@pytest.mark.parametrize("value", ["md5 AAAA", "sha256", "sha256 !!", "sha256 AAAA=A", ""])
def test_a_checksum_that_cannot_be_read_is_refused(sender: Sender, value: str) -> None:
    answer = sender.piece(begun(sender), 0, DATA, **{"Upload-Checksum": value})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Tus-Resumable": ""}, 412),
        ({"Upload-Length": ""}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "1e3"}, 400),
        ({"Upload-Length": "٣"}, 400),
        ({"Upload-Length": "0"}, 422),
        ({"Upload-Length": str((200 << 20) + 1)}, 422),
        ({"Upload-Length": "9" * 15}, 422),
        ({"Upload-Length": "9" * 40}, 400),
        ({"Upload-Metadata": ""}, 400),
        ({"Upload-Metadata": "filename AAAA"}, 400),
        ({"Upload-Metadata": "digest !"}, 400),
        ({"Upload-Metadata": "digest " + base64.b64encode(b"sha256:0").decode()}, 422),
        ({"Upload-Metadata": "digest " + base64.b64encode(b"../../etc").decode()}, 422),
        ({"Upload-Metadata": "digest " + base64.b64encode("é".encode()).decode()}, 400),
    ],
)
def test_what_cannot_be_begun(
    world: World, sender: Sender, headers: dict[str, str], status: int
) -> None:
    answer = sender.begin(
        **{name: value.encode().decode("latin-1") for name, value in headers.items()}
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert list(pieces_of(world.installation)) == []


@pytest.mark.parametrize(
    ("offset", "data", "headers", "status"),
    [
        (1, DATA, {}, 409),
        (0, DATA, {"Content-Type": "application/octet-stream"}, 415),
        (0, DATA, {"Upload-Offset": "x"}, 400),
        (0, DATA, {"Upload-Offset": "-0"}, 400),
        (0, DATA, {"Tus-Resumable": "2.0.0"}, 412),
        (0, DATA + b"x", {}, 422),
        (0, bytes(PIECE_BYTES_MAX + 1), {}, 413),
    ],
)
def test_what_a_piece_must_be(
    sender: Sender, offset: int, data: bytes, headers: dict[str, str], status: int
) -> None:
    place = begun(sender)
    answer = sender.piece(place, offset, data, **headers)
    assert answer.status_code == status, answer.text
    assert sender.ask("HEAD", place, headers=TUS).headers["Upload-Offset"] == "0"


def test_a_piece_is_taken_once(sender: Sender) -> None:
    """The answer was lost and the piece comes again: the sender is told to ask how far it is."""
    place = begun(sender)
    assert sender.piece(place, 0, DATA[:10]).status_code == 204
    assert sender.piece(place, 0, DATA[:10]).status_code == 409
    assert sender.piece(place, 10, DATA[10:]).status_code == 204
    assert sender.piece(place, len(DATA), b"").status_code == 409


def test_an_empty_piece_changes_nothing(sender: Sender) -> None:
    place = begun(sender)
    answer = sender.piece(place, 0, b"")
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "0")


def test_another_content_than_promised_is_thrown_away(world: World, sender: Sender) -> None:
    place = begun(sender)
    other = DATA[:-1] + b"x"
    answer = sender.piece(place, 0, other)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"] == "upload_digest_differs"
    assert sender.ask("HEAD", place, headers=TUS).status_code == 404
    assert list(pieces_of(world.installation)) == []
    with pytest.raises(NotFound):
        world.installation.blobs.size(canonical.digest(other))


def test_nobody_sees_anothers_upload(world: World, web: Flask, sender: Sender) -> None:
    place = begun(sender)
    other = Sender(world, web, 2)
    assert other.ask("HEAD", place, headers=TUS).status_code == 404
    assert other.piece(place, 0, DATA).status_code == 404
    assert other.ask("DELETE", place, headers=TUS).status_code == 404
    for path in ("/api/v1/uploads/upload_x", "/api/v1/uploads/..", "/api/v1/uploads/%2e%2e%2fx"):
        assert other.ask("HEAD", path, headers=TUS).status_code in (404, 412)
    assert sender.ask("HEAD", place, headers=TUS).headers["Upload-Offset"] == "0"


def test_without_a_token_nothing_is_taken(web: Flask, sender: Sender) -> None:
    place = begun(sender)
    stranger = web.test_client()
    assert stranger.post("/api/v1/uploads", headers=TUS).status_code == 401
    assert stranger.patch(place, headers=PIECE, data=DATA).status_code == 401
    assert stranger.delete(place, headers=TUS).status_code == 401


def test_an_upload_can_be_given_up(world: World, sender: Sender) -> None:
    place = begun(sender)
    sender.piece(place, 0, DATA[:10])
    assert sender.ask("DELETE", place, headers=TUS).status_code == 204
    assert sender.piece(place, 10, DATA[10:]).status_code == 404
    assert list(pieces_of(world.installation)) == []


def test_an_upload_expires_and_is_swept(world: World, sender: Sender) -> None:
    early, late = begun(sender), None
    world.clock.advance(LIFETIME - timedelta(hours=1))
    sender = Sender(world, sender.client.application, 1)
    late = begun(sender)
    world.clock.advance(timedelta(hours=1))
    assert sender.ask("HEAD", early, headers=TUS).status_code == 404
    assert sender.piece(early, 0, DATA).status_code == 404
    pieces_of(world.installation).begin("upload_lost")
    assert services.sweep(world.installation) == 2
    assert list(pieces_of(world.installation)) == [late.rpartition("/")[2]]
    assert services.sweep(world.installation) == 0
    assert sender.piece(late, 0, DATA).status_code == 204


def test_a_person_cannot_fill_the_disk(sender: Sender) -> None:
    for _ in range(UPLOADS_PER_PERSON_MAX):
        begun(sender)
    answer = sender.begin()
    assert answer.json is not None
    assert (answer.status_code, answer.json["error"]) == (422, "uploads_too_many")


def test_bytes_lost_on_the_disk_are_not_gone_on_from(world: World, sender: Sender) -> None:
    place = begun(sender)
    sender.piece(place, 0, DATA[:100])
    name = place.rpartition("/")[2]
    (world.installation.settings.var / "uploads" / name).write_bytes(b"")
    assert sender.piece(place, 100, DATA[100:]).status_code == 404


def test_bytes_that_a_crash_left_behind_are_cut_off(world: World, sender: Sender) -> None:
    place = begun(sender)
    sender.piece(place, 0, DATA[:100])
    path = world.installation.settings.var / "uploads" / place.rpartition("/")[2]
    path.write_bytes(DATA[:100] + b"written but never told")
    assert sender.piece(place, 100, DATA[100:]).status_code == 204
    assert world.installation.blobs.read(canonical.digest(DATA)) == DATA


def test_of_two_that_write_at_once_one_is_told_to_ask(world: World, sender: Sender) -> None:
    data = secrets.token_bytes(1 << 20)
    place = begun(sender, data)
    person, name = sender.player.actor.person, place.rpartition("/")[2]
    together = threading.Barrier(2)
    answers: list[str] = []

    def send() -> None:
        together.wait()
        try:
            services.append(world.installation, person, name, offset=0, data=data)
            answers.append("taken")
        except Exception as problem:
            answers.append(type(problem).__name__)

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["StaleWrite", "taken"]
    assert world.installation.blobs.read(canonical.digest(data)) == data
