"""Settings are read strictly: a bad value or an unknown name stops the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import Settings, WrongSetting, read_settings


def test_nothing_set_gives_the_defaults() -> None:
    settings = read_settings({})
    assert settings == Settings()
    assert settings.port == 8000
    assert not settings.demo
    assert settings.var == Path("var").absolute()


def test_values_are_read_as_what_they_are() -> None:
    given = {"PORT": "9000", "SUNLIT_DEMO": "1", "SUNLIT_VAR": "/srv/sunlit", "SUNLIT_PROXIES": "2"}
    settings = read_settings(given)
    assert (settings.port, settings.demo, settings.proxies) == (9000, True, 2)
    assert settings.var == Path("/srv/sunlit")


def test_empty_is_as_if_not_set() -> None:
    assert read_settings({"PORT": "", "SUNLIT_DEMO": ""}) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("PORT", "８０００"),
        ("PORT", "-1"),
        ("SUNLIT_DEMO", "yes"),
        ("SUNLIT_DEMO", "true"),
        ("SUNLIT_PROXIES", "1.5"),
    ],
)
def test_bad_value_is_named(name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=name):
        read_settings({name: value})


def test_mistyped_name_is_not_ignored() -> None:
    with pytest.raises(WrongSetting, match="SUNLIT_DEM0"):
        read_settings({"SUNLIT_DEM0": "1"})


def test_names_of_others_are_ignored() -> None:
    assert read_settings({"HOME": "/root", "LANG": "C"}) == Settings()
