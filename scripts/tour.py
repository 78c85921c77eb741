"""The tour: its pictures in their order, and what stands below each of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    file: str
    width: int = 1200
    height: int = 800


class _All(dict):
    def __missing__(self, name):
        return Picture(f"{name}.webp")


PICTURES = _All()
