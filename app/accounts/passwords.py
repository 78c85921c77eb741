"""Passwords are kept as argon2id hashes (RFC 9106); this is the only module that sees one."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from kernel.refusal import Refusal, refuse

# NIST SP 800-63B-4 section 3.1.1.2 sets a floor of 8 and asks for 15 where a password stands alone.
# No rule on kinds of characters, and none on regular changes: both do harm (the same section).
CHARACTERS_MIN = 10
CHARACTERS_MAX = 200

_hasher = PasswordHasher()  # the library's defaults follow RFC 9106 section 4
# What is compared with when there is no such account, so that the answer takes as long.
_NOBODY = _hasher.hash("no account has this password, and this is not one")


def hash_password(password: str) -> str:
    """The argon2id hash that is kept."""
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed; False, and as slow, where none is."""
    try:
        _hasher.verify(_NOBODY if stored is None else stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return stored is not None


def needs_new_hash(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def password_fits(password: str) -> Refusal | None:
    """Refuse a password that is too short to be one."""
    if CHARACTERS_MIN <= len(password) <= CHARACTERS_MAX:
        return None
    return refuse(
        "password_length", "NIST SP 800-63B-4 3.1.1.2", least=CHARACTERS_MIN, most=CHARACTERS_MAX
    )
