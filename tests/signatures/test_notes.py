"""Signed notes: Go's example, and every form that must not pass (C2SP signed-note)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatures import notes
from signatures.notes import KeyKind, NoteProblem, SigningKey, VerifierKey

# The example of the package golang.org/x/mod/sumdb/note (BSD-3-Clause).
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
GO_NOTE = (
    GO_TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngot"
    "pRZb6KE6RyyBwJnAM=\n"
).encode()

TEXT = "sunlit.example/0\n3\nAAAA\n"


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return SigningKey.generate("sunlit.example/0")


def test_gos_example_verifies_and_is_written_again() -> None:
    vkey = VerifierKey.decode(GO_VKEY)
    assert notes.verify(GO_NOTE, [vkey]) == GO_TEXT
    skey = SigningKey.decode(GO_SKEY)
    assert skey.encode() == GO_SKEY
    assert skey.verifier.encode() == GO_VKEY
    assert notes.sign(GO_TEXT, skey) == GO_NOTE


@given(st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs"]), max_size=200))
def test_any_text_reads_as_it_was_signed(text: str) -> None:
    key = SigningKey.decode(GO_SKEY)
    assert notes.verify(notes.sign(text + "\n", key), [key.verifier]) == text + "\n"


def test_no_altered_byte_passes(key: SigningKey) -> None:
    good = notes.sign(TEXT, key)
    for place in range(len(good)):
        for bit in (0x01, 0x80):
            altered = bytearray(good)
            altered[place] ^= bit
            with pytest.raises(NoteProblem):
                notes.verify(bytes(altered), [key.verifier])


def test_a_line_of_an_unknown_key_is_passed_over(key: SigningKey) -> None:
    stranger = SigningKey.generate("witness.example")
    note = notes.sign(TEXT, stranger, key)
    opened = notes.open_note(note, [key.verifier])
    assert opened.signed_by(key.verifier)
    assert not opened.signed_by(stranger.verifier)
    assert opened.unknown == 1
    with pytest.raises(NoteProblem, match="note_not_signed_by_a_known_key"):
        notes.verify(notes.sign(TEXT, stranger), [key.verifier])
    with pytest.raises(NoteProblem, match="note_not_signed_by_a_known_key"):
        notes.verify(note, [])


def test_one_wrong_line_of_a_known_key_refuses_the_note(key: SigningKey) -> None:
    other = SigningKey.generate("witness.example")
    wrong = notes.add_signature(notes.sign(TEXT, key), other.signature_line("other\n"))
    with pytest.raises(NoteProblem, match="note_signature_wrong"):
        notes.verify(wrong, [key.verifier, other.verifier])


def test_a_key_of_the_same_name_is_another_key(key: SigningKey) -> None:
    namesake = SigningKey.generate(key.name)
    with pytest.raises(NoteProblem):
        notes.verify(notes.sign(TEXT, namesake), [key.verifier])


def test_a_cosignature_says_when(key: SigningKey) -> None:
    witness = SigningKey.generate("witness.example", KeyKind.COSIGNATURE)
    at = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    note = notes.add_signature(notes.sign(TEXT, key), witness.signature_line(TEXT, at))
    opened = notes.open_note(note, [key.verifier, witness.verifier])
    assert {found.key.name: found.at for found in opened.signatures} == {
        key.name: None,
        witness.name: at,
    }
    plain = VerifierKey(witness.name, KeyKind.ED25519, witness.verifier.public)
    with pytest.raises(NoteProblem):
        notes.verify(notes.sign(TEXT, witness, at=at), [plain])
    with pytest.raises(ValueError, match="time"):
        witness.signature_line(TEXT)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nno dash\n",
        "text\n\n— name !!!!\n".encode(),
        "text\n\n— name AAAA\n".encode(),
        "text\n\n— name AAAAAAAA".encode(),
        "te\x01xt\n\n— name AAAAAAAA\n".encode(),
        "text\n\n— name AAAAAAAA\n\n".encode(),
        b"\xff\n\n",
        b"text\n\n" + "— name AAAAAAAA\n".encode() * 101,
        "text\n\n— name AAAAAAB=\n".encode(),
    ],
)
def test_what_is_no_note(note: bytes) -> None:
    with pytest.raises(NoteProblem):
        notes.read_note(note)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        GO_VKEY.replace("c74f20a3", "c74f20a4"),
        GO_VKEY.replace("PeterNeumann", "Peter Neumann"),
        GO_VKEY + "AAAA",
        GO_VKEY.replace("ARpc", "AxpC"),
        "name+00000000+AAAA",
    ],
)
def test_what_is_no_key(vkey: str) -> None:
    with pytest.raises(NoteProblem):
        VerifierKey.decode(vkey)
    with pytest.raises(NoteProblem):
        SigningKey.decode("PRIVATE+KEY+" + vkey)


@pytest.mark.parametrize("name", ["", "with space", "with+plus"])
def test_a_name_that_a_line_cannot_hold(name: str) -> None:
    with pytest.raises(NoteProblem):
        SigningKey.generate(name)


@pytest.mark.parametrize("text", ["no end", "bell\x07\n", "tab\t\n", ""])
def test_a_text_that_a_note_cannot_hold(key: SigningKey, text: str) -> None:
    with pytest.raises(NoteProblem):
        notes.sign(text, key)


def test_a_private_key_is_not_shown(key: SigningKey) -> None:
    assert key.seed.hex() not in repr(key)
    assert str(key.seed) not in repr(key)
