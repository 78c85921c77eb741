"""The listener in front of the server: it must hear a secret, or its silence says nothing."""

from __future__ import annotations

import base64

import pytest

from tests.journeys.browser_pages import Heard

PRICE = b"987654.32"


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("behind", range(4))
def test_a_secret_is_heard_wherever_it_stands(before: int, behind: int) -> None:
    said = bytes(range(200, 200 + before)) + PRICE + bytes(range(220, 220 + behind))
    assert Heard([said]).holds(PRICE)
    assert Heard([b'{"box":"' + base64.b64encode(said) + b'"}']).holds(PRICE)


def test_a_few_characters_alike_are_no_secret() -> None:
    """Four characters of base64 are met by chance in a megabyte of ciphertext."""
    assert not Heard([base64.b64encode(PRICE)[4:8], base64.b64encode(b"987654.33")]).holds(PRICE)
